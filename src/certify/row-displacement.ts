import { addIntervals, type Interval } from "../interval/interval.ts";
import { type Cut, cutsOf, gamma, product, type RowProblem, read, roundedUp } from "./row-reading.ts";

/**
 * Bounds of |A F_S(û)| for every system S of the box, row by row: the value at the file's numbers, and mean values of its
 * derivatives by the nodes, summed over the samples before they are made positive.
 *
 * Source: proofs/certified-samples.md.
 */
export function boundDisplacement(problem: RowProblem): Float64Array {
  const { inverse, places, residuals } = problem;
  const size = places.length;
  const cuts = cutsOf(problem);
  return Float64Array.from({ length: inverse.length / size }, (_, n) => {
    const row = inverse.subarray(n * size, (n + 1) * size);
    let total = ofFile(row, residuals);
    for (const cut of cuts) total += byNodes(problem, row, cut);
    return roundedUp(total);
  });
}

function ofFile(row: Float64Array, residuals: readonly Interval[]): number {
  let [value, size, spread] = [0, 0, 0];
  residuals.forEach(({ mid, rad }, k) => {
    value += row[k]! * mid;
    size += Math.abs(row[k]! * mid);
    spread += Math.abs(row[k]!) * rad;
  });
  return Math.abs(value) + gamma(row.length + 1) * size + spread;
}

/** How far the row's value may move when the weights, bias and output weights of a neuron move within the box. */
function byNodes(problem: RowProblem, row: Float64Array, cut: Cut): number {
  const { box, data, meetings } = problem;
  const { inputDim: d, width, outputs } = box.shape;
  const { neuron } = cut;
  const samples = data.points.length / d;
  const rounding = gamma(samples + 1);
  const [weight, bias, output] = [box.weights[neuron * d]!.rad, box.bias[neuron]!.rad, box.output[neuron]!.rad];
  const byWeight = new Float64Array(d);
  const byOutput = new Float64Array(outputs);
  let [byBias, spread] = [0, 0];
  for (let i = 0; i < samples; i++) {
    const { sigma, pairing } = meetings[i * width + neuron]!;
    const { inner, outer } = read(problem, { row, cut, i }, null);
    // The derivative by z, which w·x and b move, and that by a·g.
    const slope = addIntervals(product(pairing, sigma[2]!, inner), product(outer, sigma[1]!));
    const own = product(sigma[1]!, inner);
    byBias += slope.mid;
    let length = 0;
    for (let f = 0; f < d; f++) {
      byWeight[f]! += slope.mid * data.points[i * d + f]!;
      length += Math.abs(data.points[i * d + f]!);
    }
    spread += (slope.rad + rounding * Math.abs(slope.mid)) * (weight * length + bias);
    for (let c = 0; c < outputs; c++) {
      const g = data.multipliers[i * outputs + c]!;
      byOutput[c]! += own.mid * g;
      spread += output * Math.abs(g) * (own.rad + rounding * Math.abs(own.mid));
    }
  }
  return spread + bias * Math.abs(byBias) + weight * sumOfSizes(byWeight) + output * sumOfSizes(byOutput);
}

const sumOfSizes = (values: Float64Array): number => values.reduce((sum, value) => sum + Math.abs(value), 0);
