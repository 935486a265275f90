import { reject, require } from "./rejection.ts";
import type { JsonObject, JsonValue } from "./strict-json.ts";

/** Readers of one value each; `where` names it in the reason of a {@link Rejection}. */

/** An object with exactly these keys. */
export function readObject(value: JsonValue | undefined, keys: readonly string[], where: string): JsonObject {
  require(value instanceof Map, `${where}: expected an object`);
  for (const key of keys) require(value.has(key), `${where}: the key "${key}" is missing`);
  for (const key of value.keys()) require(keys.includes(key), `${where}: unknown key "${key}"`);
  return value;
}

/** An integer with lowest ≤ value ≤ highest. */
export function readInteger(
  value: JsonValue | undefined,
  where: string,
  lowest: number,
  highest: number = Number.MAX_SAFE_INTEGER,
): number {
  require(typeof value === "number", `${where}: expected an integer`);
  require(value >= lowest && value <= highest, `${where}: ${value} is not between ${lowest} and ${highest}`);
  return value;
}

export function readText(value: JsonValue | undefined, where: string): string {
  require(typeof value === "string", `${where}: expected a string`);
  return value;
}

export function readList(value: JsonValue | undefined, where: string): readonly JsonValue[] {
  require(Array.isArray(value), `${where}: expected a list`);
  return value as readonly JsonValue[];
}

/** One of the given words. */
export function readWord<T extends string>(value: JsonValue | undefined, words: readonly T[], where: string): T {
  const word = words.find((candidate) => candidate === value);
  return word ?? reject(`${where}: expected one of ${words.join(", ")}`);
}

/** Null, or what `read` makes of the value. */
export function readNullable<T>(value: JsonValue | undefined, read: (value: JsonValue) => T, where: string): T | null {
  require(value !== undefined, `${where}: missing`);
  return value === null ? null : read(value);
}

/** Exactly `length` integers with 0 ≤ value < bound. */
export function readIntegers(
  value: JsonValue | undefined,
  where: string,
  { length, bound }: { readonly length: number; readonly bound: number },
): number[] {
  const list = readList(value, where);
  require(list.length === length, `${where}: expected ${length} entries, got ${list.length}`);
  return list.map((entry, k) => readInteger(entry, `${where}[${k}]`, 0, bound - 1));
}

/** Exactly `length` strictly increasing integers with 0 ≤ value < bound: distinct rows or columns. */
export function readIndices(
  value: JsonValue | undefined,
  where: string,
  range: { readonly length: number; readonly bound: number },
): number[] {
  const indices = readIntegers(value, where, range);
  for (let k = 1; k < indices.length; k++) {
    require(indices[k - 1]! < indices[k]!, `${where}: not strictly increasing at entry ${k}`);
  }
  return indices;
}

/** A rational in lowest terms, `n` or `n/d` with d ≥ 2. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const LONGEST_NUMBER = 2000;

/** `n` or `n/d` in lowest terms, as text; no plus signs, no leading zeros. */
export function readFraction(value: JsonValue | undefined, where: string): Fraction {
  const text = readText(value, where);
  const match = /^(0|-?[1-9][0-9]*)(?:\/([1-9][0-9]*))?$/.exec(text);
  require(match !== null && text.length <= LONGEST_NUMBER, `${where}: expected a rational "n" or "n/d"`);
  const numerator = BigInt(match[1]!);
  const denominator = BigInt(match[2] ?? 1);
  const lowest = match[2] === undefined || (denominator > 1n && greatestCommonDivisor(numerator, denominator) === 1n);
  require(lowest, `${where}: ${text} is not in lowest terms`);
  return { numerator, denominator };
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}
