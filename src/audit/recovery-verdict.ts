import { norm2 } from "../linalg/dense.ts";
import { type ErrorAnalysis, LARGEST_NONLINEARITY } from "../solve/error-analysis.ts";
import { type FittedData, freeDirections, type Witness } from "./fitted-data.ts";
import { agreement, contradiction } from "./knowledge-text.ts";
import type { NetworkEvidence } from "./network-evidence.ts";
import { EARLY_STOP, stationarityOf } from "./stationarity.ts";

export type RecoveryStatus = "recovered" | "nonidentifiable" | "ill-conditioned" | "not-found";

export interface RecoveryVerdict {
  readonly status: RecoveryStatus;
  /** One sentence on why the status is what it is. */
  readonly explanation: string;
}

/** What a verdict on a recovery looks at. */
export interface RecoveryFindings {
  readonly evidence: NetworkEvidence;
  readonly found: FittedData | null;
  readonly witness: Witness | null;
  /** Whether no equation is left over: other data sets must be expected. */
  readonly hasOthers: boolean;
  readonly samples: readonly { readonly x: Float64Array; readonly errorBound: number | null }[];
  /** Largest error bound over the largest norm that counts as recovered. */
  readonly acceptError: number;
}

const shown = (value: number): string => value.toExponential(1);

const NOTHING_LEFT =
  "the data are isolated, but no equation is left over: nearly any weights would be fitted like this, also for a wrong n, and other data sets may solve the same equations, although no second one was met";

/** Status of a recovery: the first of its tests that a fit does not pass decides. */
export function judgeRecovery(findings: RecoveryFindings): RecoveryVerdict {
  const { evidence, found, witness, hasOthers, samples, acceptError } = findings;
  if (found === null)
    return {
      status: "not-found",
      explanation:
        "no attempt gave a data set to start from: the time was too short (--max-seconds), or this --strategy finds none here",
    };
  const { residualFloor, errors, knowledge } = found;
  const largest = Math.max(0, ...samples.map(({ x }) => norm2(x)));
  const worst = Math.max(...samples.map(({ errorBound }) => errorBound ?? Number.POSITIVE_INFINITY));
  if (knowledge?.agrees === false) {
    return { status: "not-found", explanation: contradiction(knowledge, residualFloor, evidence) };
  }
  if (!found.reachedFloor) {
    return { status: "not-found", explanation: explainResidual(found, evidence, { worst, largest }) };
  }
  const free = freeDirections(found, evidence);
  if (witness !== null) {
    return {
      status: "nonidentifiable",
      explanation:
        free > 0
          ? `${free} directions change no equation to first order, and a second data set ${(100 * witness.distance).toFixed(0)} % away fits as well`
          : `two isolated data sets, ${(100 * witness.distance).toFixed(1)} % apart, solve the weights' equations${knowledge === undefined ? "" : " and what is known beside them"}`,
    };
  }
  if (free > 0) {
    return { status: "ill-conditioned", explanation: explainFreedom(errors, samples.length, free) };
  }
  if (hasOthers) return { status: "ill-conditioned", explanation: NOTHING_LEFT };
  const agreed = knowledge === undefined ? "" : agreement(knowledge);
  if (worst <= acceptError * largest) {
    return {
      status: "recovered",
      explanation: `the residual is at its rounding floor, the solution is isolated, and the predicted error is small${agreed}`,
    };
  }
  if (errors.nonlinearity > LARGEST_NONLINEARITY) {
    return {
      status: "ill-conditioned",
      explanation:
        "no error is estimated: to first order it does not describe how the samples move, because two of them nearly coincide or a multiplier is tiny",
    };
  }
  return {
    status: "ill-conditioned",
    explanation: `the weights fix the samples only to ±${shown(worst)}, more than ${acceptError} of the largest norm${agreed}`,
  };
}

/** Why no fit reached the floor; where the fit may be the data of a training that stopped early, what that would mean. */
function explainResidual(
  found: FittedData,
  evidence: NetworkEvidence,
  { worst, largest }: { readonly worst: number; readonly largest: number },
): string {
  const { distance, roundoffs, boundFactor, neededPrecision } = stationarityOf(found, evidence);
  const what =
    `the best fit leaves a residual of ${shown(distance)}, above the rounding floor ${shown(found.residualFloor)}: ` +
    "either n, the activation or the trained layers are not those of the training, the starts missed the solution, or the weights are not stationary to their own precision (--weight-precision)";
  if (distance > EARLY_STOP || neededPrecision === null) return what;
  const stopped = `${what}; if training stopped there, it is ${shown(distance)} from stationary, relative, ${shown(roundoffs)} times the rounding of the file, which makes every bound ${shown(boundFactor)} times as large`;
  if (worst > largest) return `${stopped}, and no sample is determined any more`;
  return `${stopped}: --weight-precision ${neededPrecision} accepts that, and each sample is known to ±${shown(worst)} then`;
}

/** Why the Jacobian leaves directions free although no second data set was found. */
function explainFreedom({ absent, clear }: ErrorAnalysis, samples: number, free: number): string {
  if (absent > 0) {
    return (
      `the multiplier of ${absent} of ${samples} samples vanishes against rounding: they left no trace, ` +
      "or there are fewer samples than n"
    );
  }
  return clear
    ? `${free} directions change no equation to first order, but no second data set was found along them`
    : `${free} directions are lost in the rounding of the weights, without a gap that would make them free`;
}
