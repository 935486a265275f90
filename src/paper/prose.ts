import type { Inline } from "../document/tree.ts";
import { code, inlines, link, math, texOfNumber } from "./inline.ts";
import { type Lexeme, lexemesOf } from "./prose-lexemes.ts";

/**
 * Turns a plain sentence with Unicode mathematics, such as the statement of a condition, into text, formulas, options and
 * links. A formula keeps its own text as its plain form; what is not certainly a formula stays text.
 */
export function prose(sentence: string): Inline[] {
  const parts: Inline[] = [];
  let run: Lexeme[] = [];
  const flush = (): void => {
    parts.push(...ofRun(run));
    run = [];
  };
  for (const lexeme of lexemesOf(sentence)) {
    if (isMathematical(lexeme)) {
      run.push(lexeme);
      continue;
    }
    flush();
    parts.push(ofWord(lexeme));
  }
  flush();
  return inlines(parts);
}

function isMathematical({ kind }: Lexeme): boolean {
  return kind !== "word" && kind !== "option" && kind !== "page" && kind !== "other";
}

function ofWord({ kind, text }: Lexeme): Inline {
  if (kind === "option") return code(text);
  if (kind === "page") return link(text, pageName(text));
  return { kind: "text", text: readable(text) };
}

/** The name of a page of proofs/ as a reader sees it. */
export function pageName(path: string): string {
  return path
    .replace(/^proofs\//, "")
    .replace(/\.md$/, "")
    .replaceAll("-", " ");
}

/** A run of lexemes, which may be several formulas: commas outside parentheses stand between them. */
function ofRun(run: readonly Lexeme[]): Inline[] {
  let depth = 0;
  const parts: Lexeme[][] = [[]];
  for (const lexeme of run) {
    depth += lexeme.kind === "open" ? 1 : lexeme.kind === "close" ? -1 : 0;
    if (lexeme.kind === "comma" && depth <= 0) parts.push([lexeme], []);
    else parts.at(-1)!.push(lexeme);
  }
  return parts.flatMap(ofPart);
}

/** What hangs over at the ends of a run is text, the rest a formula if it has a symbol. */
function ofPart(run: readonly Lexeme[]): Inline[] {
  const { from, to } = core(run);
  const inner = run.slice(from, to);
  const before = textOf(run.slice(0, from));
  const after = textOf(run.slice(to));
  if (!isFormula(inner)) return inlines(readable(textOf(run)));
  return inlines(readable(before), math(texOf(inner), textOf(inner)), readable(after));
}

const textOf = (lexemes: readonly Lexeme[]): string => lexemes.map(({ text }) => text).join("");

/** Characters that a font for text may lack. */
function readable(text: string): string {
  return text.replaceAll("⇒", "implies").replaceAll("→", "to").replaceAll("−", "-");
}

/** The part of a run without blanks, separators and open relations at its ends, and with its parentheses balanced. */
function core(run: readonly Lexeme[]): Span {
  let span: Span = { from: 0, to: run.length };
  for (;;) {
    const next = narrowed(run, span);
    if (next.from >= next.to || (next.from === span.from && next.to === span.to)) return next;
    span = next;
  }
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** One round of taking away what is no part of a formula at the ends. */
function narrowed(run: readonly Lexeme[], span: Span): Span {
  let { from, to } = span;
  while (from < to && hangsBefore(run[from]!)) from++;
  while (to > from && hangsAfter(run[to - 1]!)) to--;
  const inner = run.slice(from, to);
  if (inner.length > 1 && isEnclosed(inner)) return { from: from + 1, to: to - 1 };
  const loose = unbalanced(inner);
  if (loose === null) return { from, to };
  // The longer side of a parenthesis that stands alone is the formula.
  return loose >= to - from - loose - 1 ? { from, to: from + loose } : { from: from + loose + 1, to };
}

const hangsBefore = ({ kind, text }: Lexeme): boolean =>
  kind === "blank" ||
  kind === "relation" ||
  kind === "comma" ||
  kind === "close" ||
  (kind === "operator" && text !== "-" && text !== "−" && text !== "±");

const hangsAfter = ({ kind }: Lexeme): boolean =>
  kind === "blank" ||
  kind === "relation" ||
  kind === "comma" ||
  kind === "open" ||
  kind === "operator" ||
  kind === "prefix";

/** Whether one pair of parentheses holds everything, which is then punctuation. */
function isEnclosed(lexemes: readonly Lexeme[]): boolean {
  if (lexemes[0]!.kind !== "open" || lexemes.at(-1)!.kind !== "close") return false;
  let depth = 0;
  for (const [k, { kind }] of lexemes.entries()) {
    depth += kind === "open" ? 1 : kind === "close" ? -1 : 0;
    if (depth === 0) return k === lexemes.length - 1 && !lexemes.some(({ kind: inner }) => inner === "comma");
  }
  return false;
}

/** Index of a parenthesis without its partner, or of a comma outside parentheses; null where there is none. */
function unbalanced(lexemes: readonly Lexeme[]): number | null {
  const open: number[] = [];
  for (const [k, { kind }] of lexemes.entries()) {
    if (kind === "open") open.push(k);
    if (kind === "close" && open.pop() === undefined) return k;
    if (kind === "comma" && open.length === 0) return k;
  }
  const bars = lexemes.flatMap(({ kind }, k) => (kind === "bar" ? [k] : []));
  return open[0] ?? (bars.length % 2 === 1 ? bars.at(-1)! : null);
}

/** Letters that are words when they stand alone: an article, a step, a field. */
const WORDS: ReadonlySet<string> = new Set(["a", "A", "B", "C", "I", "R"]);

function isFormula(lexemes: readonly Lexeme[]): boolean {
  const filled = lexemes.filter(({ kind }) => kind !== "blank");
  if (filled.length === 1) {
    const [{ kind, text }] = filled as [Lexeme];
    return kind === "scientific" || (kind === "symbol" && !WORDS.has(text));
  }
  return filled.some(({ kind, text }) => kind === "symbol" || kind === "scientific" || kind === "bar" || text === "×");
}

const SYMBOLS: Readonly<Record<string, string>> = {
  σ: "\\sigma ",
  ρ: "\\rho ",
  λ: "\\lambda ",
  μ: "\\mu ",
  ε: "\\varepsilon ",
  Δ: "\\Delta ",
  Σ: "\\sum ",
  "∇": "\\nabla ",
  "∂": "\\partial ",
  "∞": "\\infty ",
  "½": "\\tfrac12 ",
  "¼": "\\tfrac14 ",
  "√": "\\sqrt ",
  "≤": "\\le ",
  "≥": "\\ge ",
  "≠": "\\ne ",
  "≈": "\\approx ",
  "∈": "\\in ",
  "~": "\\sim ",
  "·": "\\cdot ",
  "×": "\\times ",
  "±": "\\pm ",
  "−": "-",
  "⊗": "\\otimes ",
  "…": "\\dots ",
  ℓ: "\\ell ",
  min: "\\min ",
  max: "\\max ",
  rank: "\\operatorname{rank} ",
  nullity: "\\operatorname{nullity} ",
};

const POWERS: Readonly<Record<string, string>> = { "²": "^{2}", "³": "^{3}", ᵀ: "^{\\mathsf T}", "′": "'" };

function texOf(lexemes: readonly Lexeme[]): string {
  const bars = { norm: false, absolute: false };
  const parts = lexemes.map((lexeme, k) => {
    if (lexeme.kind === "bar") return barTex(lexeme.text, bars);
    if (lexeme.text === "√") return lexemes[k + 1]?.kind === "bar" ? "\\sqrt" : "\\surd ";
    return lexemeTex(lexeme);
  });
  return parts
    .join("")
    .replace(/\\sqrt\\lvert (.*?)\\rvert/g, "\\sqrt{\\lvert $1\\rvert}")
    .replace(/ +/g, " ")
    .trim();
}

function lexemeTex({ kind, text }: Lexeme): string {
  switch (kind) {
    case "scientific":
    case "number":
      return texOfNumber(text);
    case "symbol":
      return POWERS[text] ?? symbolTex(text);
    case "blank":
      return " ";
    default:
      return SYMBOLS[text] ?? text;
  }
}

function barTex(text: string, bars: { norm: boolean; absolute: boolean }): string {
  const which = text === "‖" ? "norm" : "absolute";
  bars[which] = !bars[which];
  const letter = which === "norm" ? "V" : "v";
  return bars[which] ? `\\l${letter}ert ` : `\\r${letter}ert `;
}

/** A letter with index and power, such as `x_i^⊗3` or `s^-3`. */
function symbolTex(text: string): string {
  const match = /^([^_^²³ᵀ′']+)(?:_([A-Za-z0-9]+))?(?:\^(⊗)?(-?[A-Za-z0-9]+))?([²³ᵀ′'])?$/u.exec(text);
  if (match === null) return text;
  const [, letter, index, tensor, power, raised] = match;
  return [
    SYMBOLS[letter!] ?? letter!,
    index === undefined ? "" : `_{${index}}`,
    power === undefined ? "" : `^{${tensor === undefined ? "" : "\\otimes "}${power}}`,
    raised === undefined ? "" : (POWERS[raised] ?? raised),
  ]
    .join("")
    .replace(" _", "_")
    .replace(" ^", "^");
}
