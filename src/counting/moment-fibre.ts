import type { EquationShape } from "../equations/shape.ts";
import type { Random } from "../random.ts";
import { type Complex, complexZeros } from "./complex-linear.ts";
import { createMonomialTower } from "./monomial-tower.ts";

/**
 * The map from n complex samples to their moments √(l!/α!)·Σ_i g_i x_i^α, with the scale gauge removed.
 *
 * Unknowns sample by sample: the coordinates u of the multiplier g = origin + Σ_k u_k directions_k, then the point. Without
 * the scale gauge g = u; with it (one degree p seen) the multipliers are kept on a random real hyperplane, C − 1
 * coordinates, so that only p-th roots of unity are left of the gauge. For C = 1 that is g = 1.
 */
export interface MomentFibre {
  readonly samples: number;
  readonly inputDim: number;
  readonly outputs: number;
  /** Unknowns per sample. */
  readonly perSample: number;
  /** All unknowns. */
  readonly unknowns: number;
  /** Number of moments, output by output, degree by degree. */
  readonly moments: number;
  /** √(l!/α!) per moment. */
  readonly weights: Float64Array;
  /** Order of the group of roots of unity ω for which x ↦ ωx, with a change of g, is a symmetry of one sample. */
  readonly rootOrder: number;
  /** The moments at `y`. */
  evaluate(y: Complex, out: Complex): Complex;
  /** The moments and their derivatives, moments × unknowns, row-major. */
  differentiate(y: Complex, out: Complex, jacobian: Complex): void;
  /** The moments of one sample. */
  monomialsAt(sample: { readonly point: Complex; readonly multiplier: Complex }): Complex;
  /** The points, n×d, and the multipliers, n×C. */
  read(y: Complex): { readonly points: Complex; readonly multipliers: Complex };
}

/** @param degrees - the degrees whose moments are seen, ascending; usually `momentDegrees(shape)` */
export function createMomentFibre(
  { inputDim: d, outputs: C }: Pick<EquationShape, "inputDim" | "outputs">,
  degrees: readonly number[],
  samples: number,
  random: Random,
): MomentFibre {
  const scaleGauge = degrees.length === 1 && degrees[0]! > 0;
  const tower = createMonomialTower(d, degrees);
  const single = tower.weights;
  const chart = scaleGauge ? hyperplane(C, random) : wholeSpace(C);
  const layout: Layout = { d, C, chart, perOutput: single.length, unknowns: samples * (chart.count + d) };
  const weights = new Float64Array(C * single.length);
  for (let c = 0; c < C; c++) weights.set(single, c * single.length);
  const values = complexZeros(single.length);
  const slopes = complexZeros(d * single.length);
  const multiplier = complexZeros(C);
  const perSample = chart.count + d;
  return {
    samples,
    inputDim: d,
    outputs: C,
    perSample,
    unknowns: layout.unknowns,
    moments: weights.length,
    weights,
    rootOrder: scaleGauge ? degrees[0]! : gcdOfDifferences(degrees),
    evaluate(y, out) {
      clear(out);
      for (let i = 0; i < samples; i++) {
        tower.values(y, i * perSample + chart.count, values);
        addMoments(readMultiplier(chart, y, i * perSample, multiplier), values, out);
      }
      return out;
    },
    differentiate(y, out, jacobian) {
      clear(out);
      clear(jacobian);
      for (let i = 0; i < samples; i++) {
        tower.values(y, i * perSample + chart.count, values);
        tower.slopes(slopes);
        readMultiplier(chart, y, i * perSample, multiplier);
        addMoments(multiplier, values, out);
        putByMultiplier(layout, i * perSample, values, jacobian);
        putByPoint(layout, i * perSample + chart.count, { multiplier, slopes }, jacobian);
      }
    },
    monomialsAt(sample) {
      const out = complexZeros(weights.length);
      tower.values(sample.point, 0, values);
      addMoments(sample.multiplier, values, out);
      return out;
    },
    read: (y) => readDataSet(layout, y),
  };
}

function readDataSet({ d, C, chart, unknowns }: Layout, y: Complex): { points: Complex; multipliers: Complex } {
  const perSample = chart.count + d;
  const samples = unknowns / perSample;
  const points = complexZeros(samples * d);
  const multipliers = complexZeros(samples * C);
  const multiplier = complexZeros(C);
  for (let i = 0; i < samples; i++) {
    const from = i * perSample + chart.count;
    points.re.set(y.re.subarray(from, from + d), i * d);
    points.im.set(y.im.subarray(from, from + d), i * d);
    const { re, im } = readMultiplier(chart, y, i * perSample, multiplier);
    multipliers.re.set(re, i * C);
    multipliers.im.set(im, i * C);
  }
  return { points, multipliers };
}

interface Layout {
  readonly d: number;
  readonly C: number;
  readonly chart: Chart;
  readonly perOutput: number;
  readonly unknowns: number;
}

function clear({ re, im }: Complex): void {
  re.fill(0);
  im.fill(0);
}

/** The multiplier whose chart coordinates stand at `offset`. */
function readMultiplier({ count, origin, directions }: Chart, y: Complex, offset: number, out: Complex): Complex {
  const C = origin.length;
  out.re.set(origin);
  out.im.fill(0);
  for (let k = 0; k < count; k++) {
    for (let c = 0; c < C; c++) {
      out.re[c]! += directions[k * C + c]! * y.re[offset + k]!;
      out.im[c]! += directions[k * C + c]! * y.im[offset + k]!;
    }
  }
  return out;
}

function addMoments(g: Complex, values: Complex, out: Complex): void {
  const count = values.re.length;
  for (let c = 0; c < g.re.length; c++) {
    for (let a = 0, at = c * count; a < count; a++, at++) {
      out.re[at]! += g.re[c]! * values.re[a]! - g.im[c]! * values.im[a]!;
      out.im[at]! += g.re[c]! * values.im[a]! + g.im[c]! * values.re[a]!;
    }
  }
}

function putByMultiplier({ C, chart, perOutput, unknowns }: Layout, column: number, values: Complex, J: Complex): void {
  for (let k = 0; k < chart.count; k++) {
    for (let c = 0; c < C; c++) {
      const factor = chart.directions[k * C + c]!;
      for (let a = 0; a < perOutput; a++) {
        const at = (c * perOutput + a) * unknowns + column + k;
        J.re[at] = factor * values.re[a]!;
        J.im[at] = factor * values.im[a]!;
      }
    }
  }
}

function putByPoint(
  { d, C, perOutput, unknowns }: Layout,
  column: number,
  { multiplier: g, slopes }: { readonly multiplier: Complex; readonly slopes: Complex },
  J: Complex,
): void {
  for (let c = 0; c < C; c++) {
    for (let e = 0; e < d; e++) {
      for (let a = 0, from = e * perOutput; a < perOutput; a++, from++) {
        const at = (c * perOutput + a) * unknowns + column + e;
        J.re[at] = g.re[c]! * slopes.re[from]! - g.im[c]! * slopes.im[from]!;
        J.im[at] = g.re[c]! * slopes.im[from]! + g.im[c]! * slopes.re[from]!;
      }
    }
  }
}

/** gcd of the differences of the degrees: ω^l is the same for all of them iff ω is a root of unity of this order. */
function gcdOfDifferences(degrees: readonly number[]): number {
  const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
  return degrees.reduce((order, degree) => gcd(order, degree - degrees[0]!), 0);
}

/** Affine coordinates of multipliers: g = origin + Σ_k u_k directions_k. */
interface Chart {
  readonly count: number;
  readonly origin: Float64Array;
  /** count × C, row-major. */
  readonly directions: Float64Array;
}

function wholeSpace(C: number): Chart {
  const directions = new Float64Array(C * C);
  for (let c = 0; c < C; c++) directions[c * C + c] = 1;
  return { count: C, origin: new Float64Array(C), directions };
}

/** The hyperplane g_1 + Σ_{c>1} t_c g_c = 1 for random t, with coordinates g_2 … g_C. */
function hyperplane(C: number, random: Random): Chart {
  const count = C - 1;
  const origin = new Float64Array(C);
  origin[0] = 1;
  const directions = new Float64Array(count * C);
  for (let k = 0; k < count; k++) {
    directions[k * C] = random.normal();
    directions[k * C + k + 1] = 1;
  }
  return { count, origin, directions };
}
