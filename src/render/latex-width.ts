/** Width of the text of an A4 page with margins of 25 mm, in points of TeX. */
export const LINE_WIDTH = 455;

/** Width of the text of the standard classes, for which a fragment is laid out, in points of TeX. */
export const FRAGMENT_WIDTH = 345;

/** Sizes in which a table may be set, with their size in points; the document is set in 11 points. */
export const SIZES = [
  { command: "\\normalsize", points: 10.95 },
  { command: "\\small", points: 10 },
  { command: "\\footnotesize", points: 9 },
  { command: "\\scriptsize", points: 8 },
] as const;

const NARROW = /[ilj.,:;'|!()[\]ftI ]/;
const WIDE = /[mwMW—…@%]/;
const SMALL = /[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₖₙₘᵀ^_{}]/;
const CAPITAL = /[A-Z&+=<>~≤≥≈→⇒σρ−]/;

/** Width of text in Latin Modern per point of its size; from the metrics of lmr10, rounded up. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (NARROW.test(character)) width += 0.39;
    else if (SMALL.test(character)) width += 0.44;
    else if (WIDE.test(character)) width += 1.03;
    else if (CAPITAL.test(character)) width += 0.78;
    else width += character <= "~" ? 0.556 : 0.8;
  }
  return width;
}

/** Width of typewriter text per point of its size. */
export function codeWidth(text: string): number {
  return 0.525 * [...text].length;
}
