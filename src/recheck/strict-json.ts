import { NotJsonError, reject } from "./rejection.ts";

/** A number that is no safe integer; certificates may not contain any, the answers around them may. */
class InexactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type JsonObject = ReadonlyMap<string, JsonValue>;
export type JsonValue = null | boolean | number | string | InexactNumber | readonly JsonValue[] | JsonObject;

const DEEPEST_NESTING = 32;

/**
 * Reads JSON strictly: no repeated keys, no nesting deeper than 32, and as numbers only the safe integers in plain
 * decimal digits (`-0`, `1.0` and `1e3` become an {@link InexactNumber}).
 *
 * @throws {@link NotJsonError} if the text is not JSON
 * @throws {@link Rejection} if a key is repeated or the nesting too deep
 */
export function parseStrictJson(text: string): JsonValue {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  private readonly text: string;
  private position = 0;

  constructor(text: string) {
    this.text = text;
  }

  value(depth: number): JsonValue {
    if (depth > DEEPEST_NESTING) reject(`nested deeper than ${DEEPEST_NESTING}`);
    this.skipSpace();
    const next = this.text[this.position];
    if (next === "{") return this.object(depth);
    if (next === "[") return this.array(depth);
    if (next === '"') return this.string();
    if (this.take("null")) return null;
    if (this.take("true")) return true;
    if (this.take("false")) return false;
    return this.number();
  }

  end(): void {
    this.skipSpace();
    if (this.position !== this.text.length) this.fail();
  }

  private object(depth: number): JsonObject {
    const fields = new Map<string, JsonValue>();
    this.position++;
    this.skipSpace();
    if (this.take("}")) return fields;
    for (;;) {
      this.skipSpace();
      const key = this.string();
      if (fields.has(key)) reject(`the key ${JSON.stringify(key)} is repeated`);
      this.skipSpace();
      if (!this.take(":")) this.fail();
      fields.set(key, this.value(depth + 1));
      this.skipSpace();
      if (this.take("}")) return fields;
      if (!this.take(",")) this.fail();
    }
  }

  private array(depth: number): JsonValue[] {
    const items: JsonValue[] = [];
    this.position++;
    this.skipSpace();
    if (this.take("]")) return items;
    for (;;) {
      items.push(this.value(depth + 1));
      this.skipSpace();
      if (this.take("]")) return items;
      if (!this.take(",")) this.fail();
    }
  }

  private string(): string {
    if (this.text[this.position] !== '"') this.fail();
    let end = this.position + 1;
    while (end < this.text.length && this.text[end] !== '"') end += this.text[end] === "\\" ? 2 : 1;
    // The built-in parser reads the one string found: its escapes, and no raw control characters.
    try {
      const value = JSON.parse(this.text.slice(this.position, end + 1)) as string;
      this.position = end + 1;
      return value;
    } catch {
      return this.fail();
    }
  }

  private number(): number | InexactNumber {
    const match = this.match(/-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y);
    if (match === null) return this.fail();
    const value = Number(match);
    return Number.isSafeInteger(value) && String(value) === match ? value : new InexactNumber(match);
  }

  private skipSpace(): void {
    this.match(/[ \t\n\r]*/y);
  }

  private take(token: string): boolean {
    if (!this.text.startsWith(token, this.position)) return false;
    this.position += token.length;
    return true;
  }

  private match(pattern: RegExp): string | null {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text);
    if (found === null) return null;
    this.position = pattern.lastIndex;
    return found[0];
  }

  private fail(): never {
    throw new NotJsonError(`not JSON at character ${this.position}`);
  }
}
