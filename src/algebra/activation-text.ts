import { ActivationError } from "../errors.ts";

/** Longer texts are refused before they are read. */
const LONGEST_TEXT = 500;

const POLYNOMIALS_ONLY =
  "An activation is a polynomial in one letter, such as z + z^2/2 + z^3; relu, exp, sin and the like are not polynomials.";

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Constants by custom: reading them as the variable would more likely be wrong than right. */
const RESERVED_LETTERS: ReadonlySet<string> = new Set(["e", "E", "i"]);

/** A piece of an activation text; `position` counts characters from 1. */
export interface Token {
  readonly kind: "number" | "variable" | "symbol" | "end";
  /** The digits, the letter, or one of `+ - * / ^ ( )`. */
  readonly text: string;
  readonly position: number;
}

/** An {@link ActivationError} that quotes the text and, where it is known, names the position of the problem. */
export function activationError(text: string, problem: string, position?: number, hint?: string): ActivationError {
  const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
  const place = position === undefined ? "" : ` at position ${position}`;
  return new ActivationError(`activation ${shown}: ${problem}${place}`, hint ?? POLYNOMIALS_ONLY);
}

/**
 * The tokens of an activation text, `end` last. `**` and superscripts become `^`; space separates.
 *
 * @throws {@link ActivationError} if the text is empty or too long, or has a name, a reserved letter, a second variable
 * or a character that no polynomial has
 */
export function tokenize(text: string): readonly Token[] {
  if (text.trim() === "") throw activationError("", "the text is empty");
  if (text.length > LONGEST_TEXT) {
    const hint = `At most ${LONGEST_TEXT} characters are read; collect equal powers to shorten the polynomial.`;
    throw activationError(text, `the text has ${text.length} characters`, undefined, hint);
  }
  // An exponent of ten needs digits behind its e, so that "2e" is a number and a reserved letter.
  const pattern =
    /\s+|(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<word>[\p{L}_$][\p{L}\p{Nd}_$]*)|(?<superscript>[⁰¹²³⁴⁵⁶⁷⁸⁹]+)|(?<symbol>\*\*|[-+*/^()−·×])/uy;
  const tokens: Token[] = [];
  while (pattern.lastIndex < text.length) {
    const start = pattern.lastIndex;
    const groups = pattern.exec(text)?.groups;
    if (groups === undefined) {
      const character = String.fromCodePoint(text.codePointAt(start)!);
      throw activationError(text, `unexpected character ${JSON.stringify(character)}`, start + 1);
    }
    tokens.push(...tokensOf(groups, start + 1, text));
  }
  requireOneVariable(tokens, text);
  return [...tokens, { kind: "end", text: "", position: text.length + 1 }];
}

function tokensOf(groups: Record<string, string | undefined>, position: number, text: string): Token[] {
  if (groups.number !== undefined) return [{ kind: "number", text: groups.number, position }];
  if (groups.word !== undefined)
    return [{ kind: "variable", text: variableName(groups.word, position, text), position }];
  if (groups.superscript !== undefined) {
    const digits = [...groups.superscript].map((digit) => SUPERSCRIPTS.indexOf(digit)).join("");
    return [
      { kind: "symbol", text: "^", position },
      { kind: "number", text: digits, position },
    ];
  }
  if (groups.symbol === undefined) return [];
  const plain: Record<string, string> = { "**": "^", "−": "-", "·": "*", "×": "*" };
  return [{ kind: "symbol", text: plain[groups.symbol] ?? groups.symbol, position }];
}

function variableName(word: string, position: number, text: string): string {
  if (RESERVED_LETTERS.has(word)) {
    throw activationError(text, `the letter ${word} usually is a constant`, position, "Name the variable z.");
  }
  if (/^[A-Za-z]$/.test(word)) return word;
  if (/^[A-Za-z]\d+$/.test(word)) {
    const [letter, digits] = [word.slice(0, 1), word.slice(1)];
    const hint = `Write ${letter}^${digits} for a power, ${digits}*${letter} for a multiple.`;
    throw activationError(text, `${JSON.stringify(word)} is ambiguous`, position, hint);
  }
  throw activationError(text, `${JSON.stringify(word)} is not a variable of one letter`, position);
}

function requireOneVariable(tokens: readonly Token[], text: string): void {
  const variables = tokens.filter((token) => token.kind === "variable");
  const other = variables.find((token) => token.text !== variables[0]!.text);
  if (other === undefined) return;
  throw activationError(text, `a second variable ${other.text} beside ${variables[0]!.text}`, other.position);
}
