/** Longer texts are refused: no weight needs them, and exact division takes time quadratic in the length. */
const MAX_LENGTH = 4096;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const QUOTIENT = /^([+-]?)(\d+)(?:\.(\d+))?\s*\/\s*(\d+)(?:\.(\d+))?$/;

/**
 * Value of an exact number text, rounded once to the nearest float64 (ties to even).
 *
 * @param text - a decimal such as `0.25` or `-1e-3`, or a quotient of decimals such as `1/3`
 * @returns undefined if the text is no such number or divides by zero; ±Infinity if the value is beyond float64
 */
export function parseExactNumber(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed.length > MAX_LENGTH) return undefined;
  if (DECIMAL.test(trimmed)) return Number(trimmed);
  const match = QUOTIENT.exec(trimmed);
  if (match === null) return undefined;
  const [, sign, numeratorWhole, numeratorPart = "", denominatorWhole, denominatorPart = ""] = match;
  const decimals = Math.max(numeratorPart.length, denominatorPart.length);
  const numerator = BigInt(numeratorWhole + numeratorPart.padEnd(decimals, "0"));
  const denominator = BigInt(denominatorWhole + denominatorPart.padEnd(decimals, "0"));
  if (denominator === 0n) return undefined;
  return (sign === "-" ? -1 : 1) * nearestFloat(numerator, denominator);
}

/** Correctly rounded p/q for p ≥ 0, q > 0. */
function nearestFloat(p: bigint, q: bigint): number {
  if (p === 0n) return 0;
  const difference = bitLength(p) - bitLength(q);
  // 2^exponent ≤ p/q < 2^(exponent + 1)
  const exponent = atLeastPowerOfTwo(p, q, difference) ? difference : difference - 1;
  const ulpExponent = Math.max(exponent - 52, -1074);
  const numerator = ulpExponent < 0 ? p << BigInt(-ulpExponent) : p;
  const denominator = ulpExponent > 0 ? q << BigInt(ulpExponent) : q;
  let quotient = numerator / denominator;
  const twiceRemainder = 2n * (numerator - quotient * denominator);
  const roundUp = twiceRemainder > denominator || (twiceRemainder === denominator && (quotient & 1n) === 1n);
  if (roundUp) quotient += 1n;
  return Number(quotient) * 2 ** ulpExponent;
}

function atLeastPowerOfTwo(p: bigint, q: bigint, exponent: number): boolean {
  return exponent >= 0 ? p >= q << BigInt(exponent) : p << BigInt(-exponent) >= q;
}

function bitLength(value: bigint): number {
  const hex = value.toString(16);
  return 4 * (hex.length - 1) + (32 - Math.clz32(Number.parseInt(hex[0], 16)));
}
