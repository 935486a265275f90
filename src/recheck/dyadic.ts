import { readText } from "./fields.ts";
import { require } from "./rejection.ts";
import type { JsonValue } from "./strict-json.ts";

/** The exact number mantissa·2^exponent; every finite double is one, and sums and products of them are. */
export interface Dyadic {
  readonly mantissa: bigint;
  readonly exponent: number;
}

export const ZERO: Dyadic = { mantissa: 0n, exponent: 0 };

/** The exact value of a finite double, with an odd mantissa or 0·2⁰. */
export function toDyadic(value: number): Dyadic {
  if (value === 0) return ZERO;
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const word = bits.getBigUint64(0);
  const biased = Number((word >> 52n) & 0x7ffn);
  const fraction = word & 0xfffffffffffffn;
  let mantissa = biased === 0 ? fraction : fraction | 0x10000000000000n;
  let exponent = Math.max(biased, 1) - 1075;
  while (mantissa % 2n === 0n) {
    mantissa /= 2n;
    exponent++;
  }
  return { mantissa: value < 0 ? -mantissa : mantissa, exponent };
}

/** A double written as `m*2^e` with m odd, or `0*2^0`. */
export function readDyadic(value: JsonValue | undefined, where: string): number {
  const text = readText(value, where);
  const match = /^(0|-?[1-9][0-9]{0,15})\*2\^(0|-?[1-9][0-9]{0,3})$/.exec(text);
  require(match !== null, `${where}: expected a double m*2^e`);
  const double = scale(Number(match[1]), Number(match[2]));
  require(Number.isFinite(double), `${where}: ${text} is no double`);
  const { mantissa, exponent } = toDyadic(double);
  require(`${mantissa}*2^${exponent}` === text, `${where}: ${text} is no double in lowest terms`);
  return double;
}

/** mantissa·2^exponent in two steps, as 2^exponent alone may overflow or vanish where the product does not. */
function scale(mantissa: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return mantissa * 2 ** half * 2 ** (exponent - half);
}

export function add(a: Dyadic, b: Dyadic): Dyadic {
  const exponent = Math.min(a.exponent, b.exponent);
  const lift = ({ mantissa, exponent: own }: Dyadic): bigint => mantissa << BigInt(own - exponent);
  if (a.mantissa === 0n) return b;
  if (b.mantissa === 0n) return a;
  return { mantissa: lift(a) + lift(b), exponent };
}

export function multiply(a: Dyadic, b: Dyadic): Dyadic {
  return { mantissa: a.mantissa * b.mantissa, exponent: a.exponent + b.exponent };
}

export function negate({ mantissa, exponent }: Dyadic): Dyadic {
  return { mantissa: -mantissa, exponent };
}

export function subtract(a: Dyadic, b: Dyadic): Dyadic {
  return add(a, negate(b));
}

export function absolute({ mantissa, exponent }: Dyadic): Dyadic {
  return { mantissa: mantissa < 0n ? -mantissa : mantissa, exponent };
}

export function isAtMost(a: Dyadic, b: Dyadic): boolean {
  return subtract(a, b).mantissa <= 0n;
}

export function largest(values: readonly Dyadic[]): Dyadic {
  return values.map(absolute).reduce((most, value) => (isAtMost(value, most) ? most : value), ZERO);
}

export function dot(a: readonly Dyadic[], b: readonly Dyadic[]): Dyadic {
  return a.reduce((sum, value, k) => add(sum, multiply(value, b[k]!)), ZERO);
}
