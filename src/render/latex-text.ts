import { mathSign, SPECIAL_ASCII, textSign } from "./latex-characters.ts";
import { printable } from "./printable.ts";

/** Longer runs without a space or a sign, such as a hash, get places where a line may end. */
const LONGEST_WORD = 24;

/** Letters between two such places. */
const STEP = 4;

/** Where a line may end. */
const BREAK = "\\allowbreak{}";

/** Characters that form another sign with their twin in the T1 fonts. */
const JOINING = /[-',]/;

/**
 * Any text as TeX for running text: every character that TeX would obey is escaped, signs of mathematics become
 * formulas, letters that the fonts lack are shown by their number, as [U+1F600], and long words may be broken.
 *
 * @param longestWord - characters of a word that may not be broken; fewer for a narrow column
 */
export function latexText(text: string, longestWord: number = LONGEST_WORD): string {
  return printable(text)
    .normalize("NFC")
    .split(" ")
    .map((word) => escapeWord(word, "text", longestWord))
    .join(" ");
}

/** Any text as typewriter type that may be broken after punctuation and within long runs. */
export function latexCode(text: string, longestWord: number = LONGEST_WORD): string {
  return `\\texttt{${escapeCode(text, longestWord)}}`;
}

/** The inside of typewriter type; several spaces keep their width, a single one is where a line may end. */
export function escapeCode(text: string, longestWord: number = LONGEST_WORD): string {
  return printable(text)
    .normalize("NFC")
    .replace(/ {2,}/g, (spaces) => "\u00A0".repeat(spaces.length))
    .split(" ")
    .map((word) => escapeWord(word, "code", longestWord))
    .join(" ");
}

/** Text for the bookmarks and the properties of a PDF: ASCII, without what TeX would obey. */
export function latexBookmark(text: string): string {
  return printable(text)
    .normalize("NFKD")
    .replace(/[–—−‐‑]/g, "-")
    .replace(/[‘’]/g, "'")
    .replace(/\p{Mn}/gu, "")
    .replace(/[^\x20-\x7E]/g, "?")
    .replace(/[\\{}$&#%_^~]/g, " ");
}

/** A line may end between the parts of a word; a part that is too long is broken anywhere. */
function escapeWord(word: string, style: "text" | "code", longestWord: number): string {
  let previous = "";
  return partsOf(word, style, longestWord)
    .map((part) => {
      const characters = [...part];
      const isLong = characters.length > longestWord;
      return characters
        .map((character, index) => {
          const joined = character === previous && JOINING.test(character) ? "{}" : "";
          const mayBreak = isLong && index > 0 && index % STEP === 0 ? BREAK : "";
          previous = character;
          return `${joined}${mayBreak}${escapeCharacter(character, style)}`;
        })
        .join("");
    })
    .join(BREAK);
}

/** A path or an option ends a part after its signs, but not within a leading "--"; running text only where it is long. */
function partsOf(word: string, style: "text" | "code", longestWord: number): string[] {
  if (style === "code") return word.split(/(?<=[/_:=,])(?!$)|(?<=[A-Za-z0-9]-)(?!$)/);
  return [...word].length > longestWord ? word.split(/(?<=[/_])(?!$)|(?<=[A-Za-z0-9]-)(?!$)/) : [word];
}

function escapeCharacter(character: string, style: "text" | "code"): string {
  const special = SPECIAL_ASCII.get(character);
  if (special !== undefined) return special;
  if (style === "code" && character === "'") return "\\textquotesingle{}";
  if (character >= " " && character <= "~") return character;
  if (character === "\u00A0") return "~";
  if (/\s/u.test(character)) return " ";
  return textSign(character) ?? missingSign(character);
}

/** A letter without a glyph, by its number. */
function missingSign(character: string): string {
  const number = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
  return `\\allowbreak{}{\\footnotesize\\mbox{[U+${number}]}}`;
}

/** Commands that reach outside a formula: files, definitions, the input of TeX itself. */
const UNSAFE =
  /\\(?:input|include|openin|openout|read|write|immediate|special|csname|expandafter|catcode|def|edef|gdef|xdef|let|futurelet|newcommand|renewcommand|usepackage|loop|repeat|end(?:input|csname)?(?![a-z{])|par|verb|label|ref|cite|tag|footnote|every\w*|output|shipout|pdf\w*|hypersetup|href|url)(?![A-Za-z])/;

/**
 * A formula as it may stand between dollars, or null for one that would break the document: unbalanced braces or
 * environments, an end of the formula within it, or a command that reaches outside.
 */
export function safeMath(tex: string, place: "inline" | "aligned" = "inline"): string | null {
  if (place === "inline" && /(?<!\\)&/.test(tex) && !tex.includes("\\begin{")) return null;
  if (UNSAFE.test(tex) || /\^\^|%|(?<!\\)[$#]|\\[()[\]]/.test(tex) || !isBalanced(tex)) return null;
  return printable(tex)
    .normalize("NFC")
    .replace(/[^\x20-\x7E]/gu, (character) => mathSign(character) ?? `\\text{${missingSign(character)}}`);
}

/** Whether every brace, environment and \left is closed. */
function isBalanced(tex: string): boolean {
  const open: string[] = [];
  const token = /\\begin\{([A-Za-z*]+)\}|\\end\{([A-Za-z*]+)\}|\\left(?![A-Za-z])|\\right(?![A-Za-z])|\\.|[{}]/gs;
  for (const [text, begun, ended] of tex.matchAll(token)) {
    const [opens, closes] = bracketOf(text, begun, ended);
    if (opens !== null) open.push(opens);
    if (closes !== null && open.pop() !== closes) return false;
  }
  return open.length === 0 && !/\\$/.test(tex);
}

function bracketOf(
  text: string,
  begun: string | undefined,
  ended: string | undefined,
): readonly [opens: string | null, closes: string | null] {
  if (begun !== undefined) return [`env ${begun}`, null];
  if (ended !== undefined) return [null, `env ${ended}`];
  if (text === "\\left") return ["left", null];
  if (text === "\\right") return [null, "left"];
  if (text === "{") return ["{", null];
  return [null, text === "}" ? "{" : null];
}
