import { MATH_SIGNS, TEXT_SIGNS } from "./latex-signs.ts";

/** ASCII characters that TeX would obey, or join with their neighbour into another sign. */
export const SPECIAL_ASCII: ReadonlyMap<string, string> = new Map([
  ["\\", "\\textbackslash{}"],
  ["{", "\\{"],
  ["}", "\\}"],
  ["$", "\\$"],
  ["&", "\\&"],
  ["#", "\\#"],
  ["%", "\\%"],
  ["_", "\\_"],
  ["^", "\\textasciicircum{}"],
  ["~", "\\textasciitilde{}"],
  ["<", "\\textless{}"],
  [">", "\\textgreater{}"],
  ["|", "\\textbar{}"],
  ['"', "\\textquotedbl{}"],
  ["`", "\\textasciigrave{}"],
]);

/** Combining marks on a Latin letter. */
const ACCENT_MARKS: ReadonlyMap<string, string> = new Map([
  ["\u0300", "`"],
  ["\u0301", "'"],
  ["\u0302", "^"],
  ["\u0303", "~"],
  ["\u0304", "="],
  ["\u0306", "u"],
  ["\u0307", "."],
  ["\u0308", '"'],
  ["\u030A", "r"],
  ["\u030B", "H"],
  ["\u030C", "v"],
  ["\u0323", "d"],
  ["\u0327", "c"],
  ["\u0328", "k"],
  ["\u0331", "b"],
]);

function tableOf(lines: string): ReadonlyMap<string, string> {
  return new Map(
    lines
      .trim()
      .split("\n")
      .map((line) => {
        const [sign, ...command] = line.split(" ");
        return [sign!, command.join(" ")];
      }),
  );
}

const textSigns = tableOf(TEXT_SIGNS);
const mathSigns = tableOf(MATH_SIGNS);

/** TeX of a sign in running text, or null for one that the fonts do not have. */
export function textSign(character: string): string | null {
  const text = textSigns.get(character);
  if (text !== undefined) return text;
  const math = mathSigns.get(character);
  if (math !== undefined) return `\\ensuremath{${math}}`;
  return accentedLetter(character);
}

/** TeX of a sign within a formula, or null for one that the fonts do not have. */
export function mathSign(character: string): string | null {
  const math = mathSigns.get(character);
  if (math !== undefined) return `${math}${/[A-Za-z]$/.test(math) ? " " : ""}`;
  const text = textSigns.get(character) ?? accentedLetter(character);
  return text === null ? null : `\\text{${text}}`;
}

/** Such as `{\'e}`, the form in which BibTeX sorts é as an e. */
function accentedLetter(character: string): string | null {
  const [letter, mark, ...more] = character.normalize("NFD");
  const accent = mark === undefined ? undefined : ACCENT_MARKS.get(mark);
  if (accent === undefined || more.length > 0 || !/^[A-Za-z]$/.test(letter!)) return null;
  const base = /[ij]/.test(letter!) && !"ckdb".includes(accent) ? `\\${letter} ` : letter!;
  return /[a-zA-Z]/.test(accent) ? `{\\${accent}{${base.trim()}}}` : `{\\${accent}${base.trim()}}`;
}
