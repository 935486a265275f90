import { unpackUnknowns } from "../equations/system.ts";
import { nameDirections } from "../identifiability/partial/name-directions.ts";
import { type PartialAnswer, type QuantityAnswer, sortQuantities } from "../identifiability/partial/partial-answer.ts";
import { quantitiesOfData, range } from "../identifiability/partial/quantities.ts";
import type { FittedData } from "./fitted-data.ts";
import { floatKernel } from "./float-kernel.ts";
import type { NetworkEvidence } from "./network-evidence.ts";

/** Larger Jacobians are left alone: one singular value decomposition and one gradient per quantity. */
const MOST_UNKNOWNS = 250;

/** Two directions that meet at a larger sine than this are not worth a tolerance. */
const LARGEST_ANGLE = 1e-4;

/**
 * What the weights of one network determine although they do not determine its data, sample by sample, from the null
 * space of the Jacobian at a data set that fits.
 *
 * @returns null where no data set fits at the floor, a sample left no trace, the singular values show no clear gap, or the
 * problem is too large
 * Source: proofs/partial-answers.md.
 */
export function partialAnswerForNetwork(
  { reduced, gauge, gaugeDimension }: NetworkEvidence,
  data: FittedData | null,
): PartialAnswer | null {
  if (data === null || !data.reachedFloor || !data.errors.clear) return null;
  const { unknowns } = data.point;
  if (unknowns.length > MOST_UNKNOWNS) return null;
  const { system } = reduced;
  const space = floatKernel(system, unknowns, data.errors.rankTolerance);
  if (space.angle > LARGEST_ANGLE) return null;
  const scaleIsGauge = gauge.directionsPerSample > 0;
  const sorted = sortQuantities(space, quantitiesOfData(space.frame), {
    scaleIsGauge,
    basis: "numerical",
  });
  // The reduction itself found the span of the samples: the row space of the known side.
  const span: QuantityAnswer = {
    kind: "span",
    samples: range(space.frame.samples),
    degree: null,
    basis: "numerical",
    movedByGauge: false,
  };
  const { multipliers } = unpackUnknowns(system.shape, unknowns);
  return {
    ...sorted,
    directions: nameDirections(space, scaleIsGauge),
    determined: reduced.basis === null ? sorted.determined : [...sorted.determined, span],
    scope: "instance",
    assumesGeneralNodes: false,
    samples: space.frame.samples,
    degree: space.frame.degree,
    nullity: space.basis.length,
    gaugeDimension,
    multiplierSigns: system.shape.outputs === 1 ? countSigns(multipliers) : null,
    basis: "numerical",
    errorProbability: 0,
  };
}

function countSigns(multipliers: Float64Array): { positive: number; negative: number } {
  const positive = multipliers.filter((g) => g > 0).length;
  return { positive, negative: multipliers.length - positive };
}
