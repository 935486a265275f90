import type { Ring } from "../../src/algebra/ring.ts";

/** a + b·ε with ε² = 0: `slope` is the derivative along the seeded direction. */
export interface Dual<T> {
  readonly value: T;
  readonly slope: T;
}

/** Dual numbers over a ring: exact differentiation that knows no formula of ours. */
export function dualRing<T>(ring: Ring<T>): Ring<Dual<T>> {
  const constant = (value: T): Dual<T> => ({ value, slope: ring.zero });
  return {
    zero: constant(ring.zero),
    one: constant(ring.one),
    add: (a, b) => ({ value: ring.add(a.value, b.value), slope: ring.add(a.slope, b.slope) }),
    multiply: (a, b) => ({
      value: ring.multiply(a.value, b.value),
      slope: ring.add(ring.multiply(a.value, b.slope), ring.multiply(a.slope, b.value)),
    }),
    fromRational: (r) => constant(ring.fromRational(r)),
  };
}

/** Constants, except that entry `at` carries the unit slope. */
export function seed<T>(ring: Ring<T>, values: readonly T[], at: number): Dual<T>[] {
  return values.map((value, k) => ({ value, slope: k === at ? ring.one : ring.zero }));
}
