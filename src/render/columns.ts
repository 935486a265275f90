/** Columns of a terminal that every line fits. */
export const LINE_WIDTH = 80;

/** Ranges of characters that take two columns: East Asian scripts and pictographs (Unicode, UAX 11). */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x23e9, 0x23f3],
  [0x2614, 0x2615],
  [0x2648, 0x2653],
  [0x26a1, 0x26ff],
  [0x2705, 0x27bf],
  [0x2b1b, 0x2b55],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe1f],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18cff],
  [0x1b000, 0x1b2ff],
  [0x1f000, 0x1faff],
  [0x20000, 0x3fffd],
];

/** Columns that a text takes on a terminal. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOfCharacter(character);
  return columns;
}

/** Text in lines of at most `width` columns, broken at spaces, and inside a word only where it fits no line. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/ +/).filter((part) => part !== "")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (columnsOf(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    const pieces = breakWord(word, width);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1)!;
  }
  return line === "" ? lines : [...lines, line];
}

/** The same under a leading mark: its lines begin in the column after it. */
export function wrapAfter(mark: string, text: string, width: number): string[] {
  const indent = columnsOf(mark);
  const lines = wrap(text, width - indent);
  if (lines.length === 0) return [mark.trimEnd()];
  return lines.map((line, index) => (index === 0 ? mark : " ".repeat(indent)) + line);
}

/** Pieces of at most `width` columns; a mark that combines stays with its letter. */
export function breakWord(word: string, width: number): string[] {
  const pieces: string[] = [];
  let piece = "";
  let columns = 0;
  for (const character of word) {
    const more = columnsOfCharacter(character);
    if (columns + more > width && piece !== "") {
      pieces.push(piece);
      piece = "";
      columns = 0;
    }
    piece += character;
    columns += more;
  }
  return [...pieces, piece];
}

/** Text filled up with spaces to `width` columns. */
export function pad(text: string, width: number, align: "left" | "right"): string {
  const fill = " ".repeat(Math.max(0, width - columnsOf(text)));
  return align === "left" ? text + fill : fill + text;
}

function columnsOfCharacter(character: string): number {
  const code = character.codePointAt(0)!;
  if (code < 0x300) return code === 0xad ? 0 : 1;
  if (/[\p{Mn}\p{Me}\p{Cf}]/u.test(character)) return 0;
  return WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}
