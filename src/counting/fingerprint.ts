import type { Random } from "../random.ts";
import type { Complex } from "./complex-linear.ts";
import type { MomentFibre } from "./moment-fibre.ts";

/** Functions of a data set that permutation and gauge leave alone and that tell different data sets apart. */
export interface Fingerprints {
  /** Length {@link FINGERPRINT_LENGTH}: real and imaginary parts of two values, each divided by its scale at the base. */
  of(y: Complex): Float64Array;
}

const FINGERPRINT_LENGTH = 4;

/**
 * Two moments that no equation sees, each along a random complex vector: Σ_i (h·g_i)(t·x_i)^q, q = p + e and p + 2e with e
 * the order of the group of roots of unity in the gauge, so that the gauge leaves them alone.
 *
 * @remarks Different values prove different data sets; equal ones could be an accident of probability 0.
 */
export function createFingerprints(fibre: MomentFibre, degree: number, random: Random): Fingerprints {
  const { samples, inputDim: d, outputs: C, rootOrder } = fibre;
  const draw = (length: number): Complex => ({
    re: Float64Array.from({ length }, () => random.normal()),
    im: Float64Array.from({ length }, () => random.normal()),
  });
  const kinds = [1, 2].map((k) => ({ power: degree + k * rootOrder, along: draw(d), through: draw(C) }));
  const inner = (v: Complex, offset: number, w: Complex): [number, number] => {
    let re = 0;
    let im = 0;
    for (let k = 0; k < w.re.length; k++) {
      re += v.re[offset + k]! * w.re[k]! - v.im[offset + k]! * w.im[k]!;
      im += v.re[offset + k]! * w.im[k]! + v.im[offset + k]! * w.re[k]!;
    }
    return [re, im];
  };
  return {
    of(y) {
      const { points, multipliers } = fibre.read(y);
      const values = new Float64Array(FINGERPRINT_LENGTH);
      kinds.forEach(({ power, along, through }, k) => {
        for (let i = 0; i < samples; i++) {
          let [re, im] = inner(multipliers, i * C, through);
          const [tr, ti] = inner(points, i * d, along);
          for (let e = 0; e < power; e++) [re, im] = [re * tr - im * ti, re * ti + im * tr];
          values[2 * k]! += re;
          values[2 * k + 1]! += im;
        }
      });
      return values;
    },
  };
}

/** Relative difference up to which two fingerprints belong to one data set: far above rounding, far below chance. */
const SAME = 1e-6;

/** Whether two fingerprints belong to the same data set. */
export function sameFingerprint(a: Float64Array, b: Float64Array): boolean {
  for (let k = 0; k < FINGERPRINT_LENGTH; k += 2) {
    const size = Math.hypot(a[k]!, a[k + 1]!) + Math.hypot(b[k]!, b[k + 1]!);
    if (Math.hypot(a[k]! - b[k]!, a[k + 1]! - b[k + 1]!) > SAME * size) return false;
  }
  return true;
}
