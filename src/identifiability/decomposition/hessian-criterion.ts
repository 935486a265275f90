import { monomialsOfDegree } from "../../equations/monomials.ts";
import { type EquationShape, momentColumnCount, momentDegrees, unknownCount } from "../../equations/shape.ts";
import { choosePrimes, PrimeField } from "../../modular/prime-field.ts";
import { nullspace, rankProfile } from "../../modular/rank.ts";
import { createRandom } from "../../random.ts";
import { gaugeOf } from "../gauge.ts";
import { momentJacobian } from "../ranks/moment-jacobian.ts";
import { randomData } from "../ranks/prime-ring.ts";

/** Outcome of the Hessian criterion at one random point modulo a prime. */
export interface HessianCriterion {
  /** Whether it proves that P determines n general samples. */
  readonly holds: boolean;
  /** Rank of the stacked Hessians at the first sample, and the rank that an isolated point of contact needs. */
  readonly rank: number;
  readonly needed: number;
  readonly prime: number;
}

/** Moment coordinates beyond which the criterion is not computed. */
const LARGEST_COLUMN_COUNT = 700;

const HESSIAN_STREAM = 0x68657373;

/**
 * Hessian criterion: the set of moments of n general samples is not weakly defective, so n general samples are the only
 * ones with their moments.
 *
 * L runs through the linear forms that vanish on the tangent space at n samples; the point where L touches the variety
 * of single samples is isolated if the Hessians of all L at a sample have no common kernel beyond the cone and the gauge.
 *
 * @returns null where it does not apply: no room below the space of moments, a defective tangent space, or too large
 * Source: Chiantini, Ottaviani & Vannieuwenhoven 2014, SIMAX 35; proofs/decomposition.md, section Hessian criterion.
 */
export function hessianCriterion(shape: EquationShape, samples: number, seed: number): HessianCriterion | null {
  const columns = momentColumnCount(shape);
  const { inputDim: d, outputs } = shape;
  const scale = gaugeOf(shape).directionsPerSample;
  const dimension = samples * (d + outputs - scale);
  if (columns > LARGEST_COLUMN_COUNT || dimension >= columns) return null;
  const prime = choosePrimes(seed, 1)[0]!;
  const field = new PrimeField(prime);
  const data = randomData(field, shape, samples, createRandom(seed, HESSIAN_STREAM));
  const tangents = momentJacobian(field, shape, data);
  const forms = nullspace(tangents, unknownCount(shape, samples), columns, prime);
  // Every tangent direction is independent exactly if the forms leave no more room than the count.
  if (forms.length !== columns - dimension) return null;
  const g = data.multipliers.slice(0, outputs);
  const derivatives = derivativesOfMoments(field, shape, data.points.slice(0, d));
  const stacked = new Float64Array(forms.length * (outputs + d) ** 2);
  forms.forEach((form, k) => {
    stacked.set(hessianOf(field, form, g, derivatives), k * (outputs + d) ** 2);
  });
  const { rank } = rankProfile(stacked, forms.length * (outputs + d), outputs + d, prime);
  // The cone over the variety of single samples is one direction; with the gauge, scaling x is another.
  const needed = outputs + d - 1 - scale;
  return { holds: rank === needed, rank, needed, prime };
}

/** First and second derivatives of the moment coordinates of one output at a point. */
interface MomentDerivatives {
  readonly count: number;
  /** d×count. */
  readonly first: Float64Array;
  /** d×d×count. */
  readonly second: Float64Array;
}

/** The Hessian of L(g ⊗ moments(x)) in (g, x), row-major; its gg-block vanishes. */
function hessianOf(
  field: PrimeField,
  form: Float64Array,
  g: readonly number[],
  { count, first, second }: MomentDerivatives,
): Float64Array {
  const outputs = g.length;
  const d = first.length / count;
  const size = outputs + d;
  const H = new Float64Array(size * size);
  const pair = (c: number, vector: Float64Array, offset: number): number => {
    let sum = 0;
    for (let k = 0; k < count; k++) sum = field.add(sum, field.mul(form[c * count + k]!, vector[offset + k]!));
    return sum;
  };
  for (let c = 0; c < outputs; c++) {
    for (let e = 0; e < d; e++) {
      const mixed = pair(c, first, e * count);
      H[c * size + outputs + e] = mixed;
      H[(outputs + e) * size + c] = mixed;
      for (let f = 0; f < d; f++) {
        const at = (outputs + e) * size + outputs + f;
        H[at] = field.add(H[at]!, field.mul(g[c]!, pair(c, second, (e * d + f) * count)));
      }
    }
  }
  return H;
}

function derivativesOfMoments(field: PrimeField, shape: EquationShape, x: readonly number[]): MomentDerivatives {
  const d = shape.inputDim;
  const exponents = momentDegrees(shape).flatMap((degree) => exponentsOfDegree(d, degree));
  const count = exponents.length;
  const first = new Float64Array(d * count);
  const second = new Float64Array(d * d * count);
  exponents.forEach((alpha, k) => {
    for (let e = 0; e < d; e++) {
      const [factor, lowered] = lower(alpha, e);
      first[e * count + k] = field.mul(factor, power(field, x, lowered));
      for (let f = 0; f < d; f++) {
        const [next, twice] = lower(lowered, f);
        second[(e * d + f) * count + k] = field.mul(factor * next, power(field, x, twice));
      }
    }
  });
  return { count, first, second };
}

function exponentsOfDegree(d: number, degree: number): number[][] {
  const table = monomialsOfDegree(d, degree);
  return Array.from({ length: table.count }, (_, i) => {
    const alpha = new Array<number>(d).fill(0);
    for (let s = table.starts[i]!; s < table.starts[i + 1]!; s++) alpha[table.variables[s]!] = table.exponents[s]!;
    return alpha;
  });
}

/** The derivative of x^α by x_e: its factor and exponents. */
function lower(alpha: readonly number[], e: number): [number, number[]] {
  return [alpha[e]!, alpha.map((value, k) => (k === e ? Math.max(0, value - 1) : value))];
}

function power(field: PrimeField, x: readonly number[], alpha: readonly number[]): number {
  return alpha.reduce((product, exponent, e) => {
    let value = product;
    for (let k = 0; k < exponent; k++) value = field.mul(value, x[e]!);
    return value;
  }, 1);
}
