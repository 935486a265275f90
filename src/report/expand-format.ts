/** What `expand` writes: a report, a LaTeX fragment, a document, or a program for a computer algebra system. */
export type ExpandFormat = "text" | "latex" | "json" | "macaulay2" | "sage";

export const EXPAND_FORMATS: readonly ExpandFormat[] = ["text", "latex", "json", "macaulay2", "sage"];
