import { addIntervals, exactly, type Interval, multiplyIntervals, upperBound } from "../interval/interval.ts";
import type { SystemBox } from "./box.ts";
import type { PlainData } from "./fit.ts";
import { encloseRational } from "./interval-ring.ts";

/** Half-widths of a region around a data set: of each coordinate n×d, of each multiplier n×C. */
export interface Region {
  readonly points: Float64Array;
  readonly multipliers: Float64Array;
}

/** A neuron at a sample, for every system of a box. */
export interface Meeting {
  /** z = w·x + b. */
  readonly argument: Interval;
  /** σ, σ′, …, σ⁗ at z. */
  readonly sigma: readonly Interval[];
  /** a·g. */
  readonly pairing: Interval;
}

/** How far a region leads from a meeting. */
export interface Surroundings {
  /** Σ_e |w_e| t_e at the file's w. */
  readonly reach: number;
  /** How much larger it is at most elsewhere in the box. */
  readonly excess: number;
  /** Bounds of |σ|, …, |σ⁗| in the region. */
  readonly sigma: readonly number[];
  /** Bound of |a·g| in the region. */
  readonly pairing: number;
}

/** Derivatives of σ up to the fourth, which a third-order remainder needs. */
const DERIVATIVES = 5;

type Polynomial = readonly Interval[];

/** σ and its derivatives by their coefficients. */
function derivativesOf({ shape }: SystemBox): readonly Polynomial[] {
  const list: Polynomial[] = [shape.activation.coefficients.map(encloseRational)];
  for (let k = 1; k < DERIVATIVES; k++) {
    list.push(list[k - 1]!.slice(1).map((c, power) => multiplyIntervals(c, exactly(power + 1))));
  }
  return list;
}

/** Horner's rule. */
function evaluate(polynomial: Polynomial, z: Interval): Interval {
  return polynomial.reduceRight((value, c) => addIntervals(multiplyIntervals(value, z), c), exactly(0));
}

/** The meetings of all samples with all neurons, sample by sample. */
export function meetingsOf(box: SystemBox, { points, multipliers }: PlainData): readonly Meeting[] {
  const { weights, bias, output, shape } = box;
  const { inputDim: d, width: m, outputs } = shape;
  const derivatives = derivativesOf(box);
  return Array.from({ length: (points.length / d) * m }, (_, at) => {
    const [i, j] = [Math.floor(at / m), at % m];
    let argument = bias[j]!;
    for (let e = 0; e < d; e++) {
      argument = addIntervals(argument, multiplyIntervals(weights[j * d + e]!, exactly(points[i * d + e]!)));
    }
    let pairing = exactly(0);
    for (let c = 0; c < outputs; c++) {
      pairing = addIntervals(pairing, multiplyIntervals(output[c * m + j]!, exactly(multipliers[i * outputs + c]!)));
    }
    return { argument, sigma: derivatives.map((polynomial) => evaluate(polynomial, argument)), pairing };
  });
}

/** The surroundings of all meetings in a region. */
export function surroundingsOf(
  box: SystemBox,
  meetings: readonly Meeting[],
  { points, multipliers }: Region,
): readonly Surroundings[] {
  const { weights, output, shape } = box;
  const { inputDim: d, width: m, outputs } = shape;
  const derivatives = derivativesOf(box);
  return meetings.map(({ argument, pairing }, at) => {
    const [i, j] = [Math.floor(at / m), at % m];
    let [reach, excess, change] = [0, 0, 0];
    for (let e = 0; e < d; e++) {
      const { mid, rad } = weights[j * d + e]!;
      reach = upperBound(reach + Math.abs(mid) * points[i * d + e]!);
      excess = upperBound(excess + rad * points[i * d + e]!);
    }
    for (let c = 0; c < outputs; c++) {
      change = upperBound(change + sizeOf(output[c * m + j]!) * multipliers[i * outputs + c]!);
    }
    const far = { mid: argument.mid, rad: upperBound(argument.rad + reach + excess) };
    const sigma = derivatives.map((polynomial) => sizeOf(evaluate(polynomial, far)));
    return { reach, excess, sigma, pairing: upperBound(change + sizeOf(pairing)) };
  });
}

/** The largest absolute value. */
export function sizeOf({ mid, rad }: Interval): number {
  return upperBound(Math.abs(mid) + rad);
}
