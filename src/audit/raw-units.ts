import { maxAbs, norm2 } from "../linalg/dense.ts";
import type { DataSet } from "../network/data-set.ts";
import { type Scaler, unstandardise } from "../network/scaler.ts";
import type { PlainData, Witness } from "./fitted-data.ts";
import type { RecoveredSample, Recovery, TruthComparison } from "./recover-network.ts";

/**
 * A recovery in the raw units of the data: x·std + mean. A bound on ‖δx‖ gives max(std)·‖δx‖, since no coordinate is
 * stretched by more; bounds and the true errors are Euclidean norms in raw units then.
 *
 * @param truth - the true data as the network saw them, if they are known
 */
export function inRawUnits(recovery: Recovery, scaler: Scaler, truth: DataSet | null): Recovery {
  const stretch = maxAbs(scaler.std);
  const samples = recovery.samples.map((sample) => ({
    ...sample,
    x: unstandardise(sample.x, scaler),
    errorBound: sample.errorBound === null ? null : sample.errorBound * stretch,
  }));
  return {
    ...recovery,
    scaler,
    samples,
    witness: recovery.witness === null ? null : witnessInRawUnits(recovery.witness, scaler),
    truth:
      recovery.truth === null || truth === null ? null : { ...recovery.truth, ...errorsOf(recovery, scaler, truth) },
  };
}

function errorsOf(
  { samples, truth, upTo }: Recovery,
  scaler: Scaler,
  { X, inputDim: d }: DataSet,
): Pick<TruthComparison, "perSample" | "maxError" | "samples"> {
  const perSample = Float64Array.from(truth!.assignment, (j, i) =>
    distance(samples[j]!, X.subarray(i * d, (i + 1) * d), scaler.std, upTo.includes("sign")),
  );
  const trueSamples = truth!.samples.map(({ x, label }) => ({ x: unstandardise(x, scaler), label }));
  return { perSample, maxError: Math.max(...perSample), samples: trueSamples };
}

/** Distance in raw units, at the sign that is nearer in the units of the network. */
function distance({ x }: RecoveredSample, truth: Float64Array, std: Float64Array, signFree: boolean): number {
  const plus = x.map((value, e) => value - truth[e]!);
  const minus = x.map((value, e) => value + truth[e]!);
  const nearer = signFree && norm2(minus) < norm2(plus) ? minus : plus;
  return norm2(nearer.map((value, e) => value * std[e]!));
}

function witnessInRawUnits(witness: Witness, scaler: Scaler): Witness {
  const raw = ({ points, multipliers }: PlainData): PlainData => ({
    points: unstandardise(points, scaler),
    multipliers,
  });
  return {
    ...witness,
    first: raw(witness.first),
    second: raw(witness.second),
    path: witness.path.map((point) => ({ ...point, data: raw(point.data) })),
  };
}
