/**
 * Text without characters that a reader cannot see but a terminal, a browser or a bidirectional layout obeys: control
 * characters (an escape sequence in a file name), lone surrogates and overrides of the writing direction become U+FFFD,
 * line ends and tabs a space.
 */
export function printable(text: string): string {
  return text
    .replace(/\r\n?|[\n\t\u2028\u2029]/g, " ")
    .replace(/[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF]/gu, "\uFFFD");
}

/** The same line by line, for text whose line ends count. */
export function printableLines(text: string): string[] {
  return text
    .replace(/\t/g, "  ")
    .split(/\r\n?|\n/)
    .map(printable);
}
