/** Numbers as people read them: integers plainly, small and large ones with one or two digits and an exponent. */
export function formatNumber(value: number, digits = 1): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  const size = Math.abs(value);
  const text = size >= 1e-2 && size < 1e4 ? value.toPrecision(digits + 2) : value.toExponential(digits);
  return text.includes("e") ? text.replace("e+", "e") : trimZeros(text);
}

function trimZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** The first entries of a spectrum around its cut, such as "1.9, 0.4, … 3e-3 | 4e-16". */
export function formatSpectrum(values: ArrayLike<number>, rank: number): string {
  const shown = (from: number, to: number): string[] =>
    Array.from({ length: Math.max(0, to - from) }, (_, i) => formatNumber(values[from + i]!));
  const few = rank === 0 ? "none" : shown(0, rank).join(", ");
  const kept = rank <= 4 ? few : `${shown(0, 2).join(", ")}, …, ${shown(rank - 2, rank).join(", ")}`;
  if (rank >= values.length) return kept;
  const dropped = shown(rank, Math.min(values.length, rank + 2)).join(", ");
  return `${kept} | ${dropped}${values.length > rank + 2 ? ", …" : ""}`;
}

/** `a` or `b`, `c` and `d`. */
export function joinWords(words: readonly string[]): string {
  if (words.length <= 1) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** Breaks text at blanks so that no line exceeds `width`; following lines are indented. */
export function wrap(text: string, indent = "", width = 80): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  lines.push(indent + line);
  return lines.join("\n");
}
