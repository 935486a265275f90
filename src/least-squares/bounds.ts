import { DimensionMismatchError, UsageError } from "../errors.ts";
import { norm2 } from "../linalg/dense.ts";
import { type Domain, wholeSpace } from "./domain.ts";

/** lower ≤ x ≤ upper, length `unknowns` each; ±∞ where there is no bound. */
export interface Bounds {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/**
 * A box. Unknowns at a bound whose gradient points outward are held there by a zero column of the Jacobian; a step is
 * projected onto the box, and its gain is that of the projected step. As the damping grows the step becomes one along
 * the scaled projected gradient, so that a descent exists wherever the Karush–Kuhn–Tucker conditions do not hold.
 *
 * The gradient norm of a solution is over the unknowns that are not held: it is 0 exactly at a KKT point.
 * Source: Bertsekas, SIAM J. Control Optim. 20 (1982) 221–246; Kanzow, Yamashita & Fukushima, J. Comput. Appl. Math. 172
 * (2004) 375–397.
 *
 * @throws {@link DimensionMismatchError} if the bounds have different lengths
 * @throws {@link UsageError} where a lower bound exceeds the upper one or is not a number
 */
export function box({ lower, upper }: Bounds): Domain {
  const n = lower.length;
  if (upper.length !== n) throw new DimensionMismatchError("upper bounds", n, upper.length);
  lower.forEach((value, k) => {
    if (!(value <= upper[k]!)) throw new UsageError(`unknown ${k}: the bounds [${value}, ${upper[k]!}] hold no number`);
  });
  const { scaledNorm } = wholeSpace(n);
  const gradient = new Float64Array(n);
  return {
    unknowns: n,
    dimension: n,
    fixedCoordinates: true,
    scaledNorm,
    restrict(x, r, J, out) {
      if (out !== J) out.set(J);
      unitGradient(J, r, gradient);
      for (let k = 0; k < n; k++) {
        const held = (x[k]! <= lower[k]! && gradient[k]! > 0) || (x[k]! >= upper[k]! && gradient[k]! < 0);
        if (held) clearColumn(out, k, n);
      }
    },
    move(x, step, out) {
      for (let k = 0; k < n; k++) {
        const target = x[k]! + step[k]!;
        out[k] = Math.min(Math.max(target, lower[k]!), upper[k]!);
        if (out[k] !== target) step[k] = out[k]! - x[k]!;
      }
    },
    project(x) {
      return x.map((value, k) => Math.min(Math.max(value, lower[k]!), upper[k]!));
    },
  };
}

/** Jᵀr/‖r‖: only signs are needed, and a unit residual keeps the products from overflowing. */
function unitGradient(J: Float64Array, r: Float64Array, out: Float64Array): void {
  const n = out.length;
  const size = norm2(r) || 1;
  out.fill(0);
  for (let i = 0; i < r.length; i++) {
    const value = r[i]! / size;
    for (let k = 0; k < n; k++) out[k]! += J[i * n + k]! * value;
  }
}

function clearColumn(J: Float64Array, k: number, n: number): void {
  for (let at = k; at < J.length; at += n) J[at] = 0;
}

/** How the unknowns of a solution stand to their bounds. */
export function activeBounds(x: Float64Array, { lower, upper }: Bounds): readonly ("lower" | "upper" | "free")[] {
  return Array.from(x, (value, k) => (value <= lower[k]! ? "lower" : value >= upper[k]! ? "upper" : "free"));
}
