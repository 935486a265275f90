import { addIntervals } from "../interval/interval.ts";
import { type Region, type Surroundings, surroundingsOf } from "./meeting.ts";
import {
  type Cut,
  cutsOf,
  entryAt,
  gamma,
  product,
  type RowPlace,
  type RowProblem,
  read,
  roundedUp,
} from "./row-reading.ts";

/**
 * Bounds of ½|A F_S″(û)|[t, t] for every system S of the box, row by row, t the half-widths of a region. The second
 * derivatives of each sample are summed over the neurons before they are made positive, so that what cancels does; or where
 * `isSummed` is false, which is faster and coarser, they are not. Homogeneous of degree 2 in t.
 *
 * Source: proofs/certified-samples.md.
 */
export function boundCurvature(problem: RowProblem, region: Region, isSummed: boolean): Float64Array {
  const { box, data, inverse, places } = problem;
  const { inputDim: d, outputs } = box.shape;
  const size = places.length;
  const cuts = cutsOf(problem);
  const surroundings = surroundingsOf(box, problem.meetings, region);
  const sums = { square: new Float64Array(d * d), mixed: new Float64Array(outputs * d), vector: new Float64Array(d) };
  const work: Curvature = { problem, region, cuts, surroundings, sums: isSummed ? sums : null };
  return Float64Array.from({ length: inverse.length / size }, (_, n) => {
    const row = inverse.subarray(n * size, (n + 1) * size);
    let total = 0;
    for (let i = 0; i < data.points.length / d; i++) total += ofSample(work, row, i);
    return roundedUp(total);
  });
}

interface Curvature {
  readonly problem: RowProblem;
  readonly region: Region;
  readonly cuts: readonly Cut[];
  readonly surroundings: readonly Surroundings[];
  /** null where nothing is summed before it is made positive. */
  readonly sums: Sums | null;
}

/** Second derivatives of one sample: by two coordinates, d×d, not symmetrised; by a multiplier and a coordinate, C×d. */
interface Sums {
  readonly square: Float64Array;
  readonly mixed: Float64Array;
  /** Work space of length d. */
  readonly vector: Float64Array;
}

function ofSample(work: Curvature, row: Float64Array, i: number): number {
  const { problem, region, cuts, sums } = work;
  if (sums !== null) for (const values of [sums.square, sums.mixed]) values.fill(0);
  let total = 0;
  for (const cut of cuts) {
    const place = { row, cut, i };
    total += addSquare(work, place) + addMixed(work, place);
  }
  return total + (sums === null ? 0 : sumOf(sums, region, { d: problem.box.shape.inputDim, i }));
}

/** The sums of one sample, made positive and applied to the half-widths. */
function sumOf({ square, mixed }: Sums, region: Region, { d, i }: { readonly d: number; readonly i: number }): number {
  const outputs = mixed.length / d;
  const t = region.points.subarray(i * d, (i + 1) * d);
  let total = 0;
  for (let e = 0; e < d; e++) {
    total += (Math.abs(square[e * d + e]!) * t[e]! * t[e]!) / 2;
    for (let f = 0; f < e; f++) total += (Math.abs(square[e * d + f]! + square[f * d + e]!) * t[e]! * t[f]!) / 2;
    for (let c = 0; c < outputs; c++) {
      total += Math.abs(mixed[c * d + e]!) * region.multipliers[i * outputs + c]! * t[e]!;
    }
  }
  return total;
}

/** What rounding may lose of a sum over the neurons, or the share that is not summed at all: everything. */
const lossOf = ({ sums, cuts }: Curvature): number => (sums === null ? 1 : 0) + gamma(cuts.length + 8);

/** Adds ∂²/∂x² of a neuron's part, and returns a bound of what was rounded off or varies in the box, times ½[t, t]. */
function addSquare(work: Curvature, place: RowPlace): number {
  const { problem, surroundings, sums, region } = work;
  const { box, meetings } = problem;
  const { inputDim: d, width } = box.shape;
  const { row, cut, i } = place;
  const at = i * width + cut.neuron;
  const { sigma, pairing } = meetings[at]!;
  const { reach, excess } = surroundings[at]!;
  const { inner, outer, innerReach } = read(problem, place, region);
  // ∂² = bend·w wᵀ + slope·(h wᵀ + w hᵀ), of which w (bend·w + 2·slope·h)ᵀ is the same half.
  const bend = addIntervals(product(pairing, sigma[3]!, inner), product(outer, sigma[2]!));
  const slope = product(pairing, sigma[2]!);
  if (sums !== null) {
    const { square, vector } = sums;
    const start = cut.neuron * d;
    for (let e = 0; e < d; e++) vector[e] = bend.mid * box.weights[start + e]!.mid;
    for (const { at: column, coordinate } of cut.hidden) vector[coordinate]! += 2 * slope.mid * row[column]!;
    for (let e = 0; e < d; e++) {
      const w = box.weights[start + e]!.mid;
      for (let f = 0, k = e * d; f < d; f++, k++) square[k]! += w * vector[f]!;
    }
  }
  const loss = lossOf(work);
  const far = reach + excess;
  return (
    (bend.rad * far * far + Math.abs(bend.mid) * (excess * (reach + far) + loss * reach * reach)) / 2 +
    innerReach * (slope.rad * far + Math.abs(slope.mid) * (excess + loss * reach))
  );
}

/** Adds ∂²/∂g∂x of a neuron's part, and returns a bound of what was rounded off or varies in the box, times [t, t]. */
function addMixed(work: Curvature, place: RowPlace): number {
  const { problem, region, surroundings, sums } = work;
  const { box, meetings } = problem;
  const { inputDim: d, width, outputs } = box.shape;
  const { row, cut, i } = place;
  const at = i * width + cut.neuron;
  const { sigma } = meetings[at]!;
  const { reach, excess } = surroundings[at]!;
  const { inner, innerReach } = read(problem, place, region);
  const loss = lossOf(work);
  let error = 0;
  for (let c = 0; c < outputs; c++) {
    const t = region.multipliers[i * outputs + c]!;
    if (t === 0) continue;
    const a = box.output[c * width + cut.neuron]!;
    const byWeight = addIntervals(product(a, sigma[2]!, inner), product(entryAt(row, cut.output[c]!), sigma[1]!));
    const byRow = product(a, sigma[1]!);
    if (sums !== null) {
      const { mixed } = sums;
      for (let f = 0; f < d; f++) mixed[c * d + f]! += byWeight.mid * box.weights[cut.neuron * d + f]!.mid;
      for (const { at: column, coordinate } of cut.hidden) mixed[c * d + coordinate]! += byRow.mid * row[column]!;
    }
    error +=
      t * (byWeight.rad * (reach + excess) + Math.abs(byWeight.mid) * (excess + loss * reach)) +
      t * innerReach * (byRow.rad + loss * Math.abs(byRow.mid));
  }
  return error;
}
