import type { Block, Column, Inline, InlineMath, Section, Statement, Table } from "../document/tree.ts";
import { formatNumber } from "../report/numbers.ts";

/** Short constructors of the document tree. */

export const text = (content: string): Inline => ({ kind: "text", text: content });
export const strong = (content: string): Inline => ({ kind: "strong", text: content });
export const emphasis = (content: string): Inline => ({ kind: "emphasis", text: content });
export const code = (content: string): Inline => ({ kind: "code", text: content });
export const math = (tex: string, plain: string): InlineMath => ({ kind: "math", tex, plain });
export const reference = (to: string): Inline => ({ kind: "reference", to });
export const link = (href: string, content: string): Inline => ({ kind: "link", href, text: content });

export const cite = (key: string, place?: string): Inline => ({
  kind: "citation",
  key,
  ...(place === undefined ? {} : { place }),
});

/** A formula that reads the same in LaTeX and in a terminal, such as `n = 4`. */
export const plainMath = (formula: string): InlineMath => math(formula, formula);

/** Strings are text; inlines stay. */
export type Words = string | Inline | readonly (string | Inline)[];

/** Inlines from words; neighbouring texts are joined. */
export function inlines(...words: readonly Words[]): Inline[] {
  const joined: Inline[] = [];
  for (const word of words.flat()) {
    const item: Inline = typeof word === "string" ? text(word) : (word as Inline);
    const last = joined.at(-1);
    if (item.kind === "text" && last?.kind === "text") joined[joined.length - 1] = text(last.text + item.text);
    else if (item.kind !== "text" || item.text !== "") joined.push(item);
  }
  return joined;
}

export const paragraph = (...words: readonly Words[]): Block => ({ kind: "paragraph", content: inlines(...words) });

export const bullets = (items: readonly Words[]): Block => ({
  kind: "list",
  ordered: false,
  items: items.map((item) => inlines(item)),
});

export const steps = (items: readonly Words[]): Block => ({
  kind: "list",
  ordered: true,
  items: items.map((item) => inlines(item)),
});

export const left = (title: Words, wraps = false): Column => ({
  title: inlines(title),
  align: "left",
  ...(wraps ? { wraps } : {}),
});

export const right = (title: Words): Column => ({ title: inlines(title), align: "right" });

interface TableParts {
  readonly id: string;
  readonly caption: Words;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Words[])[];
}

export const table = ({ id, caption, columns, rows }: TableParts): Table => ({
  kind: "table",
  id,
  caption: inlines(caption),
  columns,
  rows: rows.map((row) => row.map((cell) => inlines(cell))),
});

export const statement = (id: string, title: Words, content: Words): Statement => ({
  kind: "statement",
  id,
  title: inlines(title),
  content: inlines(content),
});

/** A section, or null where it would say nothing. */
export function section(id: string, title: string, blocks: readonly (Block | null)[]): Section | null {
  const kept = blocks.filter((block) => block !== null);
  return kept.length === 0 ? null : { id, title: inlines(title), blocks: kept };
}

/** A number with two or three digits, as `1.0·10^{-13}` in LaTeX and `1.0e-13` in a terminal; a dash without one. */
export function numberOf(value: number | null | undefined, digits = 1): Inline {
  if (value === null || value === undefined || !Number.isFinite(value)) return text("–");
  const plain = formatNumber(value, digits);
  return math(texOfNumber(plain), plain);
}

/** `±` a number. */
export function plusMinus(value: number): Inline {
  const plain = formatNumber(value);
  return math(`\\pm ${texOfNumber(plain)}`, `±${plain}`);
}

/** A decimal text such as "-1.2e-5" in LaTeX. */
export function texOfNumber(plain: string): string {
  const [mantissa, exponent] = plain.split("e");
  return exponent === undefined ? plain : `${mantissa}\\times 10^{${Number(exponent)}}`;
}

/** `symbol = number`. */
export function equals(symbolTex: string, symbolPlain: string, value: number): Inline {
  const plain = formatNumber(value);
  return math(`${symbolTex} = ${texOfNumber(plain)}`, `${symbolPlain} = ${plain}`);
}

/** `1 sample`, `2 samples`. */
export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** A share as a percentage with one or two digits, "14 %". */
export function percent(share: number): string {
  const value = 100 * share;
  return `${value >= 10 ? value.toFixed(0) : value.toPrecision(2)} %`;
}
