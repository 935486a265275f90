import type { Random } from "../random.ts";
import { type Complex, complexZeros } from "./complex-linear.ts";
import type { MomentFibre } from "./moment-fibre.ts";
import { randomVector } from "./slice-matrix.ts";

/** Unknowns of random complex samples. */
export function randomUnknowns(fibre: MomentFibre, random: Random): Complex {
  return drawUnknowns(fibre, (length) => randomVector(length, random));
}

/**
 * Unknowns of random real samples, multipliers of either sign.
 *
 * @remarks Where the scale gauge has made all multipliers 1 and the degree p is even, a negative sign is carried by the
 * point, e^{iπ/p} times a real one.
 */
export function realUnknowns(fibre: MomentFibre, degree: number, random: Random): Complex {
  const y = drawUnknowns(fibre, (length) => {
    const { re } = randomVector(length, random);
    return { re, im: new Float64Array(length) };
  });
  if (fibre.perSample > fibre.inputDim || degree % 2 === 1) return y;
  for (let i = 0; i < fibre.samples; i++) {
    if (random.uniform() < 0.5) continue;
    for (let e = i * fibre.perSample; e < (i + 1) * fibre.perSample; e++) {
      const value = y.re[e]!;
      y.re[e] = value * Math.cos(Math.PI / degree);
      y.im[e] = value * Math.sin(Math.PI / degree);
    }
  }
  return y;
}

function drawUnknowns(
  { samples, perSample, inputDim, unknowns }: MomentFibre,
  unit: (length: number) => Complex,
): Complex {
  const y = complexZeros(unknowns);
  for (let i = 0; i < samples; i++) {
    for (const [from, length] of [
      [i * perSample, perSample - inputDim],
      [(i + 1) * perSample - inputDim, inputDim],
    ] as const) {
      if (length === 0) continue;
      const { re, im } = unit(length);
      y.re.set(re, from);
      y.im.set(im, from);
    }
  }
  return y;
}

/** Relative size of an imaginary part that counts as rounding. */
const REAL = 1e-6;

/**
 * Whether a data set is real up to the gauge: for every sample some s with s·x and s^{−a}·g real, s any number of
 * absolute value 1 where one degree a is seen, else a root of unity of the gauge.
 */
export function isRealDataSet(fibre: MomentFibre, degrees: readonly number[], y: Complex): boolean {
  const { samples, inputDim: d, outputs: C, rootOrder } = fibre;
  const { points, multipliers } = fibre.read(y);
  const slice = ({ re, im }: Complex, from: number, length: number): Complex => ({
    re: re.subarray(from, from + length),
    im: im.subarray(from, from + length),
  });
  for (let i = 0; i < samples; i++) {
    const x = slice(points, i * d, d);
    const g = slice(multipliers, i * C, C);
    const angles =
      degrees.length === 1
        ? [-angleOfLargest(x)]
        : Array.from({ length: rootOrder }, (_, k) => (2 * Math.PI * k) / rootOrder);
    if (!angles.some((angle) => isReal(x, angle) && isReal(g, -degrees[0]! * angle))) return false;
  }
  return true;
}

function angleOfLargest({ re, im }: Complex): number {
  let best = 0;
  for (let k = 1; k < re.length; k++) {
    if (Math.hypot(re[k]!, im[k]!) > Math.hypot(re[best]!, im[best]!)) best = k;
  }
  return Math.atan2(im[best]!, re[best]!);
}

/** Whether e^{i·angle} v is real to rounding. */
function isReal({ re, im }: Complex, angle: number): boolean {
  let imaginary = 0;
  let size = 0;
  for (let k = 0; k < re.length; k++) {
    imaginary = Math.max(imaginary, Math.abs(re[k]! * Math.sin(angle) + im[k]! * Math.cos(angle)));
    size = Math.max(size, Math.hypot(re[k]!, im[k]!));
  }
  return imaginary <= REAL * size;
}
