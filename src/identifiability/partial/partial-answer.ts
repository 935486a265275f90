import type { Basis } from "../result.ts";
import type { KernelSpace } from "./kernel-space.ts";
import { scale } from "./moves.ts";
import type { NamedDirection } from "./name-directions.ts";
import { type Quantity, range } from "./quantities.ts";

/** What is known of one quantity, and by what. */
export interface QuantityAnswer extends Quantity {
  readonly basis: Basis;
  /** Whether a gauge orbit alone changes it: it is then a convention rather than a fact about the data. */
  readonly movedByGauge: boolean;
}

/**
 * What of a data set the equations determine to first order, and along which directions they leave it open.
 *
 * A determined quantity is constant on the component of the fibre near general data; a free one changes along it.
 */
export interface PartialAnswer {
  /** "generic": about general data, where samples are all alike and stand for each other; "instance": sample by sample. */
  readonly scope: "generic" | "instance";
  /** Whether general nodes stand for trained ones (a shape of `kkt`), which may leave more open. */
  readonly assumesGeneralNodes: boolean;
  readonly samples: number;
  /** p, the degree of the top moment. */
  readonly degree: number;
  readonly nullity: number;
  readonly gaugeDimension: number;
  readonly determined: readonly QuantityAnswer[];
  readonly free: readonly QuantityAnswer[];
  /** Floating point only: neither clearly zero nor clearly not. */
  readonly undecided: readonly QuantityAnswer[];
  readonly directions: readonly NamedDirection[];
  /** One output: no multiplier can change sign along a path of data sets whose multipliers are not zero. */
  readonly multiplierSigns: MultiplierSigns | null;
  /** The weakest basis of all of the above. */
  readonly basis: Basis;
  /** Chance that some answer with the basis "probable" is wrong. */
  readonly errorProbability: number;
}

/** Number of samples of each sign, where the data are known. */
export interface MultiplierSigns {
  readonly positive: number | null;
  readonly negative: number | null;
}

/** The velocities of the scale gauge, one a sample; none where scale is no gauge. */
export function gaugeVelocities<T>({ frame }: Pick<KernelSpace<T>, "frame">, scaleIsGauge: boolean): T[][] {
  return scaleIsGauge ? range(frame.samples).map((i) => scale(frame, i, frame.ring.one)) : [];
}

/** The quantities sorted by what the null space does to them. */
export function sortQuantities<T>(
  space: KernelSpace<T>,
  quantities: readonly Quantity[],
  { scaleIsGauge, basis }: { readonly scaleIsGauge: boolean; readonly basis: Basis },
): Pick<PartialAnswer, "determined" | "free" | "undecided"> {
  const kernel = space.probes(space.basis);
  const gauge = space.probes(gaugeVelocities(space, scaleIsGauge));
  const sorted = {
    determined: [] as QuantityAnswer[],
    free: [] as QuantityAnswer[],
    undecided: [] as QuantityAnswer[],
  };
  for (const quantity of quantities) {
    // Without the gauge a sample up to its scale is the sample.
    if (quantity.kind === "scaled-sample" && !scaleIsGauge) continue;
    const judgement = space.judge(quantity, kernel);
    const movedByGauge = space.judge(quantity, gauge) === "free";
    sorted[judgement].push({ ...quantity, basis, movedByGauge });
  }
  return sorted;
}
