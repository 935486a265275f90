import { ToolError } from "../errors.ts";
import { type Fraction, parseDouble, parseFraction } from "./numbers.ts";

/** The text is no JSON at all. */
export class NotJsonError extends ToolError {
  readonly code = "not-json";
}

/** The certificate proves less than it claims, or is not in the format of docs/certificates.md. */
export class Rejection extends ToolError {
  readonly code = "rejected";
}

/** @throws {@link Rejection} with the reason, always */
export function reject(reason: string): never {
  throw new Rejection(reason);
}

/** @throws {@link Rejection} with the reason unless the condition holds */
export function require(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new Rejection(reason);
}

export type JsonObject = ReadonlyMap<string, JsonValue>;
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

const DEEPEST_NESTING = 32;

/**
 * Reads JSON strictly: no repeated keys, no nesting deeper than 32, and as numbers only the safe integers in plain
 * decimal digits. All others, such as `-0`, `1.0` and `1e3`, become NaN: the answers around certificates may contain them.
 *
 * @throws {@link NotJsonError} if the text is not JSON
 * @throws {@link Rejection} if a key is repeated or the nesting too deep
 */
export function parseStrictJson(text: string): JsonValue {
  try {
    JSON.parse(text);
  } catch {
    throw new NotJsonError("not JSON");
  }
  // The text is JSON, so its tokens without commas and colons leave no doubt: strings, brackets, numbers and words.
  const tokens = text.matchAll(/"(?:[^"\\]+|\\.)*"|[[\]{}]|[^\s,:[\]{}"]+/g);
  return readValue(tokens.next().value![0], tokens, 0);
}

function readValue(token: string, tokens: Iterator<RegExpExecArray>, depth: number): JsonValue {
  require(depth <= DEEPEST_NESTING, `nested deeper than ${DEEPEST_NESTING}`);
  const next = (): string => (tokens.next().value as RegExpExecArray)[0];
  if (token === "[") {
    const items: JsonValue[] = [];
    for (let item = next(); item !== "]"; item = next()) items.push(readValue(item, tokens, depth + 1));
    return items;
  }
  if (token === "{") {
    const fields = new Map<string, JsonValue>();
    for (let name = next(); name !== "}"; name = next()) {
      const key = JSON.parse(name) as string;
      require(!fields.has(key), `the key ${name} is repeated`);
      fields.set(key, readValue(next(), tokens, depth + 1));
    }
    return fields;
  }
  const value = JSON.parse(token) as null | boolean | number | string;
  if (typeof value !== "number") return value;
  return Number.isSafeInteger(value) && String(value) === token ? value : Number.NaN;
}

/** The compact JSON of a value, keys in their order. */
export function compactJson(value: JsonValue): string {
  if (value instanceof Map) {
    return `{${[...value].map(([key, entry]) => `${JSON.stringify(key)}:${compactJson(entry)}`).join(",")}}`;
  }
  return Array.isArray(value) ? `[${value.map(compactJson).join(",")}]` : JSON.stringify(value);
}

/** Makes something of a value, or rejects it; `where` names it in the reason. */
export type Read<T> = (value: JsonValue, where: string) => T;

/** An object with exactly the keys asked for. */
export class Fields {
  private readonly object: JsonObject;
  private readonly where: string;

  /** @throws {@link Rejection} if a key is missing or unknown */
  constructor(value: JsonValue | undefined, keys: readonly string[], where = "") {
    require(value instanceof Map, `${where}: expected an object`);
    this.object = value;
    this.where = where;
    for (const key of keys) require(value.has(key), `${where}: the key "${key}" is missing`);
    for (const key of value.keys()) require(keys.includes(key), `${where}: unknown key "${key}"`);
  }

  get(key: string): JsonValue {
    return this.object.get(key)!;
  }

  read<T>(key: string, read: Read<T>): T {
    return read(this.get(key), this.where === "" ? key : `${this.where}.${key}`);
  }
}

export function object(keys: readonly string[]): Read<Fields> {
  return (value, where) => new Fields(value, keys, where);
}

/** Null, or what the other reader makes of the value. */
export function orNull<T>(read: Read<T>): Read<T | null> {
  return (value, where) => (value === null ? null : read(value, where));
}

export const text: Read<string> = (value, where) => {
  require(typeof value === "string", `${where}: expected a string`);
  return value;
};

export const boolean: Read<boolean> = (value, where) => {
  require(typeof value === "boolean", `${where}: expected true or false`);
  return value;
};

export const fraction: Read<Fraction> = (value, where) =>
  parseFraction(text(value, where)) ?? reject(`${where}: expected a rational in lowest terms`);

export const double: Read<number> = (value, where) =>
  parseDouble(text(value, where)) ?? reject(`${where}: expected a double m*2^e in lowest terms`);

export function word<T extends string>(words: readonly T[]): Read<T> {
  return (value, where) =>
    words.find((known) => known === value) ?? reject(`${where}: expected one of ${words.join(", ")}`);
}

/** An integer with lowest ≤ value ≤ highest. */
export function integer(lowest: number, highest: number = Number.MAX_SAFE_INTEGER): Read<number> {
  return (value, where) => {
    require(typeof value === "number", `${where}: expected an integer`);
    require(value >= lowest && value <= highest, `${where}: ${value} is not between ${lowest} and ${highest}`);
    return value;
  };
}

/** A list of any length, or of this one. */
export function listOf<T>(read: Read<T>, length?: number): Read<T[]> {
  return (value, where) => {
    require(Array.isArray(value), `${where}: expected a list`);
    const values = value as readonly JsonValue[];
    const fits = length === undefined || values.length === length;
    require(fits, `${where}: expected ${length} entries, got ${values.length}`);
    return values.map((entry, k) => read(entry, `${where}[${k}]`));
  };
}

/** Strictly increasing integers with 0 ≤ value < bound: distinct rows or columns. */
export function indices(length: number, bound: number): Read<number[]> {
  return (value, where) => increasing(listOf(integer(0, bound - 1), length)(value, where), where);
}

/** Some of the words, each at most once and in their order. */
export function subsetOf<T extends string>(words: readonly T[]): Read<Set<T>> {
  return (value, where) => {
    const positions = listOf(word(words))(value, where).map((found) => words.indexOf(found));
    return new Set(increasing(positions, where).map((position) => words[position]!));
  };
}

function increasing(list: number[], where: string): number[] {
  for (let k = 1; k < list.length; k++) {
    require(list[k - 1]! < list[k]!, `${where}: not strictly increasing at entry ${k}`);
  }
  return list;
}
