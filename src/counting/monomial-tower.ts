import { type MonomialTable, monomialsOfDegree } from "../equations/monomials.ts";
import { type Complex, complexZeros } from "./complex-linear.ts";

/** Scaled monomials √(l!/α!)·x^α of given degrees l at complex points. */
export interface MonomialTower {
  /** √(l!/α!) per monomial, degree by degree. */
  readonly weights: Float64Array;
  /** Writes the monomials at the point that stands at `offset`. */
  values(y: Complex, offset: number, out: Complex): void;
  /** Writes the derivatives at the point of the last call of `values`: d × count, row-major. */
  slopes(out: Complex): void;
}

/**
 * Every monomial up to the largest degree is one product, x^α = x_v·x^{α−e_v}; derivatives only look these up.
 */
export function createMonomialTower(inputDim: number, degrees: readonly number[]): MonomialTower {
  const { parents, factors, indexOf } = allMonomials(inputDim, Math.max(0, ...degrees));
  const tables = degrees.map((degree) => monomialsOfDegree(inputDim, degree));
  const weights = Float64Array.from(tables.flatMap((table) => Array.from(table.multinomials, Math.sqrt)));
  const exponents = tables.flatMap((table) => exponentsOf(table));
  const wanted = Int32Array.from(exponents, (exponent) => indexOf(exponent));
  const terms = exponents.flatMap((exponent, at) =>
    exponent.flatMap((power, e) => {
      if (power === 0) return [];
      const lowered = exponent.with(e, power - 1);
      return [{ to: e * weights.length + at, from: indexOf(lowered), factor: weights[at]! * power }];
    }),
  );
  const all = complexZeros(parents.length);
  all.re[0] = 1;
  return {
    weights,
    values({ re, im }, offset, out) {
      for (let k = 1; k < parents.length; k++) {
        const parent = parents[k]!;
        const v = offset + factors[k]!;
        all.re[k] = all.re[parent]! * re[v]! - all.im[parent]! * im[v]!;
        all.im[k] = all.re[parent]! * im[v]! + all.im[parent]! * re[v]!;
      }
      for (let at = 0; at < weights.length; at++) {
        out.re[at] = weights[at]! * all.re[wanted[at]!]!;
        out.im[at] = weights[at]! * all.im[wanted[at]!]!;
      }
    },
    slopes(out) {
      out.re.fill(0);
      out.im.fill(0);
      for (const { to, from, factor } of terms) {
        out.re[to] = factor * all.re[from]!;
        out.im[to] = factor * all.im[from]!;
      }
    },
  };
}

function exponentsOf({ inputDim, count, starts, variables, exponents }: MonomialTable): number[][] {
  return Array.from({ length: count }, (_, a) => {
    const exponent = new Array<number>(inputDim).fill(0);
    for (let s = starts[a]!; s < starts[a + 1]!; s++) exponent[variables[s]!] = exponents[s]!;
    return exponent;
  });
}

/** All monomials of degree 0 … p: each but the first is a variable times an earlier one. */
function allMonomials(
  inputDim: number,
  degree: number,
): { parents: Int32Array; factors: Int32Array; indexOf: (exponent: readonly number[]) => number } {
  const exponents = Array.from({ length: degree + 1 }, (_, k) => exponentsOf(monomialsOfDegree(inputDim, k))).flat();
  const index = new Map(exponents.map((exponent, at) => [exponent.join(), at]));
  const parents = new Int32Array(exponents.length);
  const factors = new Int32Array(exponents.length);
  exponents.forEach((exponent, at) => {
    const variable = exponent.findIndex((power) => power > 0);
    if (variable < 0) return;
    factors[at] = variable;
    parents[at] = index.get(exponent.with(variable, exponent[variable]! - 1).join())!;
  });
  return { parents, factors, indexOf: (exponent) => index.get(exponent.join())! };
}
