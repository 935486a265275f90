import type { PrimeField } from "../modular/prime-field.ts";
import type { Draw } from "./experiment.ts";

/** A point of y² = x³ + ax + b over a prime field; null is the neutral element at infinity. */
export type CurvePoint = { readonly x: number; readonly y: number } | null;

/** A random elliptic curve with its group law. */
export interface EllipticCurve {
  add(P: CurvePoint, Q: CurvePoint): CurvePoint;
  negate(P: CurvePoint): CurvePoint;
  random(): NonNullable<CurvePoint>;
}

/** A random curve over the field of the draw. */
export function randomCurve({ field, random }: Draw): EllipticCurve {
  const [a, b] = [field.random(random), field.random(random)];
  const add = (P: CurvePoint, Q: CurvePoint): CurvePoint => {
    if (P === null) return Q;
    if (Q === null) return P;
    if (P.x === Q.x && field.add(P.y, Q.y) === 0) return null;
    const slope =
      P.x === Q.x
        ? field.mul(field.add(field.mul(3, field.mul(P.x, P.x)), a), field.inverse(field.add(P.y, P.y)))
        : field.mul(field.sub(Q.y, P.y), field.inverse(field.sub(Q.x, P.x)));
    const x = field.sub(field.sub(field.mul(slope, slope), P.x), Q.x);
    return { x, y: field.sub(field.mul(slope, field.sub(P.x, x)), P.y) };
  };
  return {
    add,
    negate: (P) => (P === null ? null : { x: P.x, y: field.sub(0, P.y) }),
    random() {
      for (;;) {
        const x = field.random(random);
        const right = field.add(field.mul(x, field.add(field.mul(x, x), a)), b);
        const y = squareRoot(field, right);
        if (y !== null && y !== 0) return { x, y: random.integer(2) === 0 ? y : field.sub(0, y) };
      }
    },
  };
}

/**
 * `count` points whose sum is `sum`, or by one point too much: then no form of the degree that the sum belongs to cuts the
 * curve in them.
 */
export function pointsWithSum(
  curve: EllipticCurve,
  count: number,
  sum: CurvePoint,
  exactly: boolean,
): NonNullable<CurvePoint>[] {
  for (;;) {
    const points = Array.from({ length: count - 1 }, () => curve.random());
    const total = points.reduce<CurvePoint>((left, P) => curve.add(left, P), null);
    const off = exactly ? null : curve.random();
    const last = curve.add(curve.add(sum, curve.negate(total)), off);
    if (last !== null) return [...points, last];
  }
}

/**
 * The embedding by functions with a pole of order at most k at infinity: a plane cubic (3), an elliptic quartic in space
 * (4) or an elliptic normal sextic (6); homogeneous coordinates.
 */
export function embedded(field: PrimeField, k: 3 | 4 | 6, { x, y }: NonNullable<CurvePoint>): number[] {
  const square = field.mul(x, x);
  const all = [1, x, y, square, field.mul(x, y), field.mul(x, square)];
  return all.slice(0, k);
}

/** A square root modulo the prime, or null (Cipolla's algorithm). */
function squareRoot(field: PrimeField, value: number): number | null {
  if (value === 0) return 0;
  if (power(field, value, (field.p - 1) / 2) !== 1) return null;
  let t = 0;
  let nonResidue = 0;
  do {
    t++;
    nonResidue = field.sub(field.mul(t, t), value);
  } while (nonResidue === 0 || power(field, nonResidue, (field.p - 1) / 2) === 1);
  // (t + √r)^{(p+1)/2} in the quadratic extension.
  let [a, b] = [1, 0];
  let [c, e] = [t, 1];
  const times = (u: number, v: number, w: number, z: number): [number, number] => [
    field.add(field.mul(u, w), field.mul(nonResidue, field.mul(v, z))),
    field.add(field.mul(u, z), field.mul(v, w)),
  ];
  for (let rest = (field.p + 1) / 2; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) [a, b] = times(a, b, c, e);
    [c, e] = times(c, e, c, e);
  }
  return b === 0 ? a : null;
}

function power(field: PrimeField, base: number, exponent: number): number {
  let result = 1;
  let square = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = field.mul(result, square);
    square = field.mul(square, square);
  }
  return result;
}
