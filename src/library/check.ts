import type { CheckAnswer } from "../answers/check-answer.ts";
import { checkJson } from "../report/check-json.ts";
import { startClock } from "./clock.ts";
import { asDocument } from "./document.ts";
import { answerNetwork } from "./network-check.ts";
import { networkQuestion } from "./network-question.ts";
import type { CheckOptions, NetworkCheckOptions, ShapeOptions } from "./options.ts";
import { answerShape, shapeQuestion } from "./shape-check.ts";
import { toolStamp } from "./tool.ts";
import { isNetworkCheck, requireNetworkCheckOptions, requireShapeOptions } from "./validate.ts";

const DEFAULT_SECONDS = 60;

/**
 * Decides whether training data are determined: for almost every network and data set of a shape, or for one network.
 *
 * @example
 * ```ts
 * const { verdict, basis } = check({ activation: "z + z^2 + z^3", inputDim: 4, samples: 4, width: 40 });
 * ```
 * @example
 * ```ts
 * const network = { name: "network.npz", bytes: await readFile("network.npz") };
 * const { verdict, conditions } = check({ network, activation: "z + z^2 + z^3", samples: 4 });
 * ```
 * @param options - a shape, or with `network` one network
 * @returns the document that `kktid check --json` prints
 * @throws {@link UsageError} if an option is missing, unknown or of a wrong kind, or options contradict each other
 * @throws {@link ActivationError} if the activation is not a polynomial with rational coefficients
 * @throws {@link FileError} if a file is damaged or of an unknown format
 * @throws {@link TensorError} if a tensor is missing, or does not fit the network
 * @throws {@link DimensionMismatchError} if the data have other sizes than the options say
 * @throws {@link ResourceLimitError} if the question is too large for one machine
 */
export function check(options: CheckOptions): CheckAnswer {
  return isNetworkCheck(options) ? checkOneNetwork(options) : checkOneShape(options);
}

function checkOneShape(options: ShapeOptions): CheckAnswer {
  requireShapeOptions(options);
  const clock = startClock(options, DEFAULT_SECONDS);
  const { decision, problem, inputHash, seed, certificate, findings, solutions } = answerShape(
    shapeQuestion(options),
    clock.watch,
  );
  const stamp = { tool: toolStamp(), inputHash, seed, totalSeconds: clock.elapsed() };
  return asDocument(checkJson(decision, problem, stamp, { certificate, findings, solutions }));
}

function checkOneNetwork(options: NetworkCheckOptions): CheckAnswer {
  requireNetworkCheckOptions(options);
  const clock = startClock(options, DEFAULT_SECONDS);
  const asked = networkQuestion(options, options.data, clock);
  const {
    network,
    problem,
    certificate,
    findings,
    files,
    options: given,
    inputHash,
    seed,
  } = answerNetwork(asked, options.samples);
  const stamp = { tool: toolStamp(), inputHash, seed, totalSeconds: clock.elapsed() };
  return asDocument(checkJson(network, problem, stamp, { network, certificate, findings, files, options: given }));
}
