import { DoubleDouble } from "../linalg/double-double.ts";
import type { TrainingLoss } from "./losses.ts";

/** Numbers with twice the digits: value + correction, entrywise. */
export interface Precise {
  readonly value: Float64Array;
  readonly correction: Float64Array;
}

export function split(sums: readonly DoubleDouble[]): Precise {
  return { value: Float64Array.from(sums, ({ hi }) => hi), correction: Float64Array.from(sums, ({ lo }) => lo) };
}

/** ∂ℓ/∂f at every sample with about 30 digits, so that multipliers of well fitted samples lose none to cancellation. */
export function preciseSlopes(loss: TrainingLoss, labels: Float64Array, f: Precise): Precise {
  const outputs = Array.from(f.value, (hi, k) => new DoubleDouble().set(hi, f.correction[k]!));
  if (loss === "mse") return split(outputs.map((value, k) => value.add(-labels[k]!)));
  if (loss === "logistic") return split(outputs.map((value, i) => logisticSlope(value, labels[i]!)));
  const C = outputs.length / labels.length;
  return split(Array.from(labels, (y, i) => softmaxSlopes(outputs.slice(i * C, (i + 1) * C), y)).flat());
}

/** −y / (1 + e^{yf}) */
function logisticSlope(f: DoubleDouble, y: number): DoubleDouble {
  const denominator = exponential(new DoubleDouble().set(y * f.hi, y * f.lo)).add(1);
  return quotient(new DoubleDouble().set(-y), denominator);
}

/** e^{f_c} / Σ e^f, and for the class itself minus the sum of the others. */
function softmaxSlopes(f: readonly DoubleDouble[], y: number): DoubleDouble[] {
  const largest = f.reduce((best, value) => (value.hi > best.hi ? value : best));
  const powers = f.map((value) => exponential(new DoubleDouble().copy(value).add(-largest.hi, -largest.lo)));
  const sum = (terms: readonly DoubleDouble[]): DoubleDouble =>
    terms.reduce((total, { hi, lo }) => total.add(hi, lo), new DoubleDouble());
  const total = sum(powers);
  return powers.map((power, c) => {
    if (c !== y) return quotient(power, total);
    const others = sum(powers.filter((_, other) => other !== y));
    return quotient(new DoubleDouble().set(-others.hi, -others.lo), total);
  });
}

/** a / b by three steps of long division. */
function quotient(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const rest = new DoubleDouble().copy(a);
  const result = new DoubleDouble();
  for (let digit = 0; digit < 3; digit++) {
    const q = rest.hi / b.hi;
    if (q === 0 || !Number.isFinite(q)) return digit === 0 ? result.set(q) : result;
    result.add(q);
    rest.addProduct(-q, b.hi).addProduct(-q, b.lo);
  }
  return result;
}

const LN2 = { hi: Math.LN2, lo: 2.3190468138462996e-17 } as const;
const HALVINGS = 8;
const TAYLOR_TERMS = 11;
/** 1/k for the Taylor series, in double-double. */
const RECIPROCALS: readonly DoubleDouble[] = Array.from({ length: TAYLOR_TERMS + 1 }, (_, k) =>
  quotient(new DoubleDouble().set(1), new DoubleDouble().set(Math.max(1, k))),
);

/**
 * e^x with about 30 digits: x = k ln 2 + r, a Taylor series of e^{r/256} − 1, then eight squarings. Infinity and 0 where
 * doubles overflow or vanish.
 */
export function exponential(x: DoubleDouble): DoubleDouble {
  if (!(Math.abs(x.hi) < 700)) return new DoubleDouble().set(Math.exp(x.hi));
  const k = Math.round(x.hi / LN2.hi);
  const r = new DoubleDouble().copy(x).addProduct(-k, LN2.hi).addProduct(-k, LN2.lo);
  r.set(r.hi / 2 ** HALVINGS, r.lo / 2 ** HALVINGS);
  const t = new DoubleDouble();
  for (let term = TAYLOR_TERMS; term >= 1; term--) {
    const { hi, lo } = RECIPROCALS[term]!;
    t.add(1).multiply(r.hi, r.lo).multiply(hi, lo);
  }
  // t = e^{r/256} − 1; doubling the exponent turns t into 2t + t², which loses no digits of a small t.
  for (let halving = 0; halving < HALVINGS; halving++) {
    const { hi, lo } = t;
    t.multiply(hi, lo).add(2 * hi, 2 * lo);
  }
  t.add(1);
  return t.set(t.hi * 2 ** k, t.lo * 2 ** k);
}
