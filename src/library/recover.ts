import type { RecoverAnswer } from "../answers/recover-answer.ts";
import type { SampleRange } from "../audit/recover-range.ts";
import { recoverJson } from "../report/recover-json.ts";
import { RECOVERY_DEFAULTS } from "./answer-inputs.ts";
import { startClock } from "./clock.ts";
import { asDocument } from "./document.ts";
import { networkQuestion } from "./network-question.ts";
import type { RecoverOptions } from "./options.ts";
import { answerRecovery } from "./recovery.ts";
import { toolStamp } from "./tool.ts";
import { requireRecoverOptions } from "./validate.ts";

const DEFAULT_SECONDS = 120;

/**
 * Computes the training data of one network, with an error bound per sample.
 *
 * @example
 * ```ts
 * const network = { name: "network.npz", bytes: await readFile("network.npz") };
 * const { status, samples } = recover({ network, activation: "z + z^2 + z^3", samples: 4 });
 * ```
 * @returns the document that `kktid recover --json` prints; what was not found is a `status`, not an error
 * @throws {@link UsageError} if an option is missing, unknown or of a wrong kind, or options contradict each other
 * @throws {@link ActivationError} if the activation is not a polynomial with rational coefficients
 * @throws {@link FileError} if a file is damaged or of an unknown format
 * @throws {@link TensorError} if a tensor is missing, or does not fit the network
 * @throws {@link ResourceLimitError} if there are too many unknowns for a search on one machine
 */
export function recover(options: RecoverOptions): RecoverAnswer {
  requireRecoverOptions(options);
  const clock = startClock(options, DEFAULT_SECONDS);
  const { acceptError = RECOVERY_DEFAULTS.acceptError, maxStarts = RECOVERY_DEFAULTS.maxStarts } = options;
  const asked = networkQuestion(options, options.truth, clock);
  const answer = answerRecovery(asked, { samples: rangeOf(options.samples), acceptError, maxStarts });
  const { recovery, problem, inputHash, seed } = answer;
  const stamp = { tool: toolStamp(), inputHash, seed, totalSeconds: clock.elapsed() };
  return asDocument({ ...recoverJson(recovery, problem, stamp, answer), notes: asked.notes });
}

function rangeOf(samples: RecoverOptions["samples"]): SampleRange {
  if (samples === "auto") return "auto";
  return typeof samples === "number" ? { from: samples, to: samples } : { from: samples[0], to: samples[1] };
}
