import type { Inline } from "../document/tree.ts";
import { anchor } from "./html/escape.ts";
import type { Numbering } from "./numbering.ts";
import { citationText, isAddress, linkText } from "./plain-text.ts";
import { printable } from "./printable.ts";

interface Place {
  readonly numbering: Numbering;
  /** In a cell of a table, where a bar ends the cell. */
  readonly inTable?: boolean;
}

/** Inline content as GitHub-flavoured Markdown on one line. */
export function markdownInlines(content: readonly Inline[], place: Place): string {
  let line = "";
  for (const inline of content) line += markdownInline(inline, place, line);
  return line;
}

/** The same as a block of its own: what would begin a list, a heading or a rule there is escaped. */
export function markdownLine(content: readonly Inline[], place: Place): string {
  const line = markdownInlines(content, place).trim();
  return line.replace(/^([-+=])/, "\\$1").replace(/^(\d+)([.)])/, "$1\\$2");
}

/** Text with every character escaped that Markdown, or GitHub's mathematics, gives a meaning. */
export function escapeMarkdown(text: string): string {
  return printable(text).replace(/[\\`*_[\]<>|$~&#]/g, "\\$&");
}

function markdownInline(inline: Inline, place: Place, before: string): string {
  switch (inline.kind) {
    case "text":
      return escapeMarkdown(inline.text);
    case "emphasis":
      return emphasised(inline.text, { mark: "*", tag: "em" }, before);
    case "strong":
      return emphasised(inline.text, { mark: "**", tag: "strong" }, before);
    case "code":
      return codeSpan(inline.text, place);
    case "math":
      return formula(inline.tex, inline.plain, place);
    case "citation":
      return escapeMarkdown(citationText(inline, place.numbering));
    case "reference": {
      const label = escapeMarkdown(place.numbering.label(inline.to));
      return place.numbering.has(inline.to) ? `[${label}](#${anchor(inline.to)})` : label;
    }
    case "link": {
      if (!isAddress(inline.href)) return escapeMarkdown(linkText(inline.text, inline.href));
      return `[${escapeMarkdown(inline.text)}](<${inline.href.replaceAll("|", "%7C")}>)`;
    }
  }
}

/** Asterisks work between letters or digits and the rest; elsewhere the tag does. */
function emphasised(text: string, { mark, tag }: { mark: string; tag: string }, before: string): string {
  const content = escapeMarkdown(text);
  if (content.trim() === "") return content;
  const plain = /^[\p{L}\p{N}](?:.*[\p{L}\p{N}])?$/u.test(text) && !before.endsWith("*");
  return plain ? `${mark}${content}${mark}` : `<${tag}>${content}</${tag}>`;
}

function codeSpan(text: string, { inTable }: Place): string {
  const content = printable(text);
  if (content.trim() === "") return content;
  // A bar after a backslash can be written in no other way.
  if (inTable && content.includes("|")) return `<code>${escapeMarkdown(content)}</code>`;
  const longest = Math.max(0, ...[...content.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const padding = /^[` ]|[` ]$/.test(content) ? " " : "";
  return `${fence}${padding}${content}${padding}${fence}`;
}

/** Backslashes before punctuation are those of Markdown to some readers, a bar ends a cell: words stand for them. */
const WORDS: Readonly<Record<string, string>> = {
  "\\{": "\\lbrace ",
  "\\}": "\\rbrace ",
  "\\|": "\\Vert ",
  "\\,": "\\thinspace ",
  "\\:": "\\medspace ",
  "\\;": "\\thickspace ",
  "\\!": "\\negthinspace ",
  "|": "\\vert ",
  "<": "\\lt ",
  ">": "\\gt ",
};

function formula(tex: string, plain: string, place: Place): string {
  const safe = tex.trim().replace(/\\[{}|,:;!]|\\.|[|<>]/gs, (token) => WORDS[token] ?? token);
  // A dollar or a line end inside would end the formula.
  if (safe === "" || /[$`\p{Cc}\p{Cs}]/u.test(safe) || safe.endsWith("\\")) return codeSpan(plain, place);
  return `$${safe}$`;
}
