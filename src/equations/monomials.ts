/**
 * The monomials of one degree in d variables, in graded lexicographic order.
 *
 * Monomial i is the product of `variables[s]^exponents[s]` over s in [starts[i], starts[i+1]).
 */
export interface MonomialTable {
  readonly inputDim: number;
  readonly degree: number;
  readonly count: number;
  readonly starts: Int32Array;
  readonly variables: Int32Array;
  readonly exponents: Int32Array;
  /** k!/α!, the number of positions of monomial α in the symmetric tensor. */
  readonly multinomials: Float64Array;
}

/** All monomials of degree `degree` in `inputDim` variables. */
export function monomialsOfDegree(inputDim: number, degree: number): MonomialTable {
  const starts: number[] = [0];
  const variables: number[] = [];
  const exponents: number[] = [];
  const multinomials: number[] = [];
  const current: [number, number][] = [];
  const visit = (variable: number, left: number, multinomial: number): void => {
    if (left === 0) {
      for (const [v, e] of current) {
        variables.push(v);
        exponents.push(e);
      }
      starts.push(variables.length);
      multinomials.push(multinomial);
      return;
    }
    if (variable === inputDim) return;
    let choose = 1; // C(left, e), built up so that every intermediate value is an integer
    const factors: number[] = [1];
    for (let e = 1; e <= left; e++) {
      choose = Math.round((choose * (left - e + 1)) / e);
      factors.push(choose);
    }
    for (let e = left; e >= 1; e--) {
      current.push([variable, e]);
      visit(variable + 1, left - e, multinomial * factors[e]!);
      current.pop();
    }
    visit(variable + 1, left, multinomial);
  };
  visit(0, degree, 1);
  return {
    inputDim,
    degree,
    count: multinomials.length,
    starts: Int32Array.from(starts),
    variables: Int32Array.from(variables),
    exponents: Int32Array.from(exponents),
    multinomials: Float64Array.from(multinomials),
  };
}
