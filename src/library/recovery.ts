import type { FileAnswer, OptionsAnswer } from "../answers/input-answer.ts";
import type { ProblemAnswer } from "../answers/problem-answer.ts";
import { certifyRecovery, type NoBounds, type ProvedBounds } from "../audit/certify-recovery.ts";
import { inRawUnits } from "../audit/raw-units.ts";
import type { Recovery } from "../audit/recover-network.ts";
import { recoverRange } from "../audit/recover-range.ts";
import { stateProblem } from "../report/problem.ts";
import { certifiedFiles, filesJson, givenSettings, type RecoverySettings } from "./answer-inputs.ts";
import { networkCertificate } from "./network-certificate.ts";
import type { AskedNetwork } from "./network-question.ts";
import { hashInputs } from "./tool.ts";

/** What was recovered, before it is written down. */
export interface RecoveryAnswer {
  /** In raw units where there is a scaler. */
  readonly recovery: Recovery;
  readonly problem: ProblemAnswer;
  /** Null where no proof was tried. */
  readonly proof: ProvedBounds | NoBounds | null;
  /** Null where no bound is proved. */
  readonly certificate: object | null;
  readonly files: readonly FileAnswer[];
  readonly options: OptionsAnswer;
  readonly inputHash: string;
  readonly seed: number;
}

/** Recovers the data of one network and proves what can be proved of them; `asked.data` is the truth to compare with. */
export function answerRecovery(asked: AskedNetwork, settings: RecoverySettings): RecoveryAnswer {
  const { samples, acceptError, maxStarts } = settings;
  const { question, data, scaler, files, stated } = asked;
  const found = recoverRange(question, samples, { maxStarts, acceptError, truth: data });
  const proof = proofOf(found, asked);
  const recovery = scaler === null ? found : inRawUnits(found, scaler, data);
  const problem = stateProblem(recovery.evidence.equations.system.shape, recovery.sampleCount);
  const { seed, weightPrecision, ...known } = stated;
  return {
    recovery,
    problem,
    proof,
    certificate: certificateOf(found, proof, asked),
    files: filesJson(files),
    options: { ...asked.given, ...givenSettings(settings) },
    inputHash: hashInputs(
      { problem, seed, weightPrecision, acceptError, ...known },
      files.map(({ bytes }) => bytes),
    ),
    seed,
  };
}

/** Bounds are claimed, and so worth a proof, where the data set is not one of a continuum. */
function proofOf(
  { status, samples, sampleCount, evidence }: Recovery,
  { question }: AskedNetwork,
): ProvedBounds | NoBounds | null {
  const isClaimed = status === "recovered" || status === "ill-conditioned";
  if (!isClaimed || samples.length === 0) return null;
  return certifyRecovery({ ...question, samples: sampleCount }, evidence, samples);
}

function certificateOf(
  { evidence, sampleCount }: Recovery,
  proof: ProvedBounds | NoBounds | null,
  { question, files }: AskedNetwork,
): object | null {
  const proved = proof === null || proof.kind === "none" ? null : proof.certificate;
  return networkCertificate(
    { certificate: proved, evidence, upTo: evidence.equationGauge.symmetries },
    { ...question, samples: sampleCount },
    certifiedFiles(files),
  );
}
