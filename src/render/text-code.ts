import { breakWord, columnsOf } from "./columns.ts";
import { printableLines } from "./printable.ts";

/** Commands in lines of at most `width` columns; a long one goes on after a backslash, so that it can be pasted. */
export function commandLines(text: string, width: number): string[] {
  return printableLines(text).flatMap((line) => (columnsOf(line) <= width ? [line] : brokenCommand(line, width)));
}

/** Other code; a long line is broken where it ends. */
export function codeLines(text: string, width: number): string[] {
  return printableLines(text).flatMap((line) => breakWord(line, width));
}

function brokenCommand(line: string, width: number): string[] {
  const lines: string[] = [];
  let current = "";
  for (const word of shellWords(line)) {
    const longer = current === "" ? word : `${current} ${word}`;
    // Room for the space and the backslash.
    if (columnsOf(longer) <= width - 2 || current === "") {
      current = longer;
      continue;
    }
    lines.push(`${current} \\`);
    current = `  ${word}`;
  }
  return [...lines, current].flatMap((part) => breakWord(part, width));
}

/** Words with their quotes, a value with its option; a space in quotes does not separate. */
function shellWords(line: string): string[] {
  const words = line.match(/(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s])+/g) ?? [];
  const joined: string[] = [];
  for (const word of words) {
    const before = joined.at(-1);
    if (before !== undefined && /^-[\w-]+$/.test(before) && !word.startsWith("-"))
      joined.push(`${joined.pop()} ${word}`);
    else joined.push(word);
  }
  return joined;
}
