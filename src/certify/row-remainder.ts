import { type Region, type Surroundings, sizeOf, surroundingsOf } from "./meeting.ts";
import { cutsOf, entryAt, isModerate, type RowPlace, type RowProblem, read, roundedUp } from "./row-reading.ts";

/**
 * Bounds of |A F_S‴(u)|[t, t, t]/6 for every system S of the box and every u of the region, row by row; neuron by neuron.
 * Infinite where a number is too large for the bounds of rounding.
 *
 * Source: proofs/certified-samples.md.
 */
export function boundRemainder(problem: RowProblem, region: Region): Float64Array {
  const { box, data, inverse, places } = problem;
  const { inputDim: d, width } = box.shape;
  const size = places.length;
  const cuts = cutsOf(problem);
  const surroundings = surroundingsOf(box, problem.meetings, region);
  const met = surroundings.flatMap(({ sigma, pairing }) => [...sigma, pairing]);
  const isTrusted = [region.points, region.multipliers, met].every(isModerate);
  return Float64Array.from({ length: inverse.length / size }, (_, n) => {
    const row = inverse.subarray(n * size, (n + 1) * size);
    let total = 0;
    for (let i = 0; i < data.points.length / d; i++) {
      for (const cut of cuts) {
        total += thirdDerivative(problem, { row, cut, i }, { region, ...surroundings[i * width + cut.neuron]! });
      }
    }
    return isTrusted ? roundedUp(total / 6) : Number.POSITIVE_INFINITY;
  });
}

function thirdDerivative(
  problem: RowProblem,
  place: RowPlace,
  { region, reach, excess, sigma, pairing }: Surroundings & { readonly region: Region },
): number {
  const { width, outputs } = problem.box.shape;
  const { row, cut, i } = place;
  const { inner, outer, innerReach, outerReach } = read(problem, place, region);
  const [, , second, third, fourth] = sigma as [number, number, number, number, number];
  const far = reach + excess;
  const farInner = sizeOf(inner) + innerReach;
  const farOuter = sizeOf(outer) + outerReach;
  let total = pairing * far * far * (fourth * farInner * far + 3 * third * innerReach) + farOuter * third * far ** 3;
  for (let c = 0; c < outputs; c++) {
    const a = sizeOf(problem.box.output[c * width + cut.neuron]!);
    const o = Math.abs(entryAt(row, cut.output[c]!).mid);
    const t = region.multipliers[i * outputs + c]!;
    total += 3 * t * far * ((a * third * farInner + o * second) * far + 2 * a * second * innerReach);
  }
  return total;
}
