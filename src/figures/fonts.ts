/** Which font sets a character, and what it is replaced by where none does. */
export interface GlyphFonts {
  /** Runs of a text that one font sets; the family is null for the first font. */
  runs(text: string): readonly { readonly text: string; readonly family: string | null }[];
  /** The name under which the PDF document knows the font of a family. */
  registeredName(family: string, bold: boolean): string;
}

/** Characters of the standard fonts beyond Latin-1 (Windows code page 1252). */
const STANDARD = "–—‘’‚“”„†‡•…‰‹›€™ŒœŠšŸŽžƒˆ˜";
/** What a character looks like in a font that lacks it. */
const STAND_INS: Readonly<Record<string, string>> = {
  "−": "–",
  "≤": "<=",
  "≥": ">=",
  "≠": "/=",
  "‖": "||",
  "∥": "||",
  "·": "·",
  "∞": "inf",
  "→": "->",
  "…": "...",
};
const PDF_FAMILY = "Figure";

/** Registers the fonts with the document. */
export function loadFonts(document: PDFKit.PDFDocument, fonts: readonly Uint8Array[]): GlyphFonts {
  const names = fonts.map((bytes, k) => {
    const name = `${PDF_FAMILY}${k}`;
    document.registerFont(name, bytes as unknown as PDFKit.Mixins.PDFFontSource);
    return name;
  });
  const covers = names.map((name) => coverage(document, name));
  const isStandard = (character: string): boolean =>
    /[\u0020-\u007e\u00a0-\u00ff]/.test(character) || STANDARD.includes(character);
  const fontOf = (character: string): number => {
    if (names.length === 0) return isStandard(character) ? 0 : -1;
    return covers.findIndex((has) => has(character));
  };
  return {
    runs: (text) => joinRuns([...text].flatMap((character) => placeCharacter(character, fontOf))),
    registeredName: (family, bold) => {
      if (names.length === 0) return bold ? "Times-Bold" : "Times-Roman";
      return names.includes(family) ? family : names[0]!;
    },
  };
}

type Run = { readonly text: string; readonly family: string | null };

function placeCharacter(character: string, fontOf: (character: string) => number): Run[] {
  const font = fontOf(character);
  if (font >= 0) return [{ text: character, family: font === 0 ? null : `${PDF_FAMILY}${font}` }];
  const plain = STAND_INS[character] ?? character.normalize("NFKD").replace(/\p{M}/gu, "");
  const possible = plain !== "" && [...plain].every((part) => fontOf(part) >= 0);
  if (!possible) return [{ text: "?", family: null }];
  return [...plain].map((part) => ({ text: part, family: fontOf(part) === 0 ? null : `${PDF_FAMILY}${fontOf(part)}` }));
}

function joinRuns(runs: readonly Run[]): Run[] {
  const joined: Run[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (last && last.family === run.family)
      joined[joined.length - 1] = { text: last.text + run.text, family: run.family };
    else joined.push(run);
  }
  return joined;
}

/** fontkit's font inside pdfkit's; pdfkit's types do not say so. */
interface EmbeddedFont {
  readonly font: { hasGlyphForCodePoint(codePoint: number): boolean };
}

function coverage(document: PDFKit.PDFDocument, name: string): (character: string) => boolean {
  document.font(name);
  const { font } = (document as unknown as { readonly _font: EmbeddedFont })._font;
  return (character) => font.hasGlyphForCodePoint(character.codePointAt(0)!);
}
