import type { Block, Code, Inline, ReportDocument, Stamp, Table } from "../document/tree.ts";
import { bibliographyEntry } from "./bibliography-entry.ts";
import { columnsOf, LINE_WIDTH, wrap, wrapAfter } from "./columns.ts";
import { type Numbering, numberDocument } from "./numbering.ts";
import { OUTCOME_LOOKS } from "./outcome.ts";
import { plainText } from "./plain-text.ts";
import { printable } from "./printable.ts";
import type { Rendered } from "./rendered.ts";
import { codeLines, commandLines } from "./text-code.ts";
import { textTable } from "./text-table.ts";

const NO_BREAK = "\u00A0";

/**
 * The report as plain text in lines of at most 80 columns; a picture is what its caption and description say, and of
 * pages of proofs/ there are the names.
 */
export function renderText(document: ReportDocument): Rendered {
  const numbering = numberDocument(document);
  const text = (content: readonly Inline[]): string => lineText(content, numbering);
  const parts = [
    underlined(text([{ kind: "text", text: document.title }]), "="),
    [OUTCOME_LOOKS[document.outcome].name.toUpperCase(), ...wrap(text(document.summary), LINE_WIDTH)],
    ...document.sections.flatMap(({ title, blocks }, index) => [
      underlined(`${index + 1} ${text(title)}`, "-"),
      ...blocks.map((block) => renderBlock(block, numbering)),
    ]),
    ...bibliography(document, numbering),
    stampLines(document.stamp),
  ];
  const main = `${parts.map((lines) => lines.join("\n")).join("\n\n")}\n`;
  return { main: main.replaceAll(NO_BREAK, " "), files: [] };
}

function renderBlock(block: Block, numbering: Numbering): string[] {
  const text = (content: readonly Inline[]): string => lineText(content, numbering);
  switch (block.kind) {
    case "paragraph":
      return wrap(text(block.content), LINE_WIDTH);
    case "displayed-math":
      return block.plain.flatMap(mathLines);
    case "list":
      return block.items.flatMap((item, index) =>
        wrapAfter(block.ordered ? `${index + 1}. ` : "- ", text(item), LINE_WIDTH),
      );
    case "table":
      return renderTable(block, numbering);
    case "figure":
    case "images": {
      const caption = `${numbering.label(block.id)}. ${text(block.caption)}`;
      const description = text([{ kind: "text", text: block.description }]);
      return [...wrap(caption, LINE_WIDTH), ...wrapAfter("    ", description, LINE_WIDTH)];
    }
    case "statement":
      return wrap(`${numbering.label(block.id)} (${text(block.title)}). ${text(block.content)}`, LINE_WIDTH);
    case "code":
      return renderCode(block);
  }
}

/** Inline content as text; a formula that can stand in one line does. */
function lineText(content: readonly Inline[], numbering: Numbering): string {
  return content
    .map((inline) => {
      const text = plainText([inline], numbering);
      return inline.kind === "math" && columnsOf(text) <= LINE_WIDTH / 3 ? text.replaceAll(" ", NO_BREAK) : text;
    })
    .join("");
}

/** A line that is too long goes on below its own beginning. */
function mathLines(line: string): string[] {
  const whole = printable(`    ${line}`).trimEnd();
  if (columnsOf(whole) <= LINE_WIDTH) return [whole];
  const indent = whole.match(/^ */)![0].slice(0, LINE_WIDTH / 2);
  return wrapAfter(indent, whole, LINE_WIDTH);
}

function renderTable({ id, caption, columns, rows }: Table, numbering: Numbering): string[] {
  const text = (content: readonly Inline[]): string => lineText(content, numbering).trim();
  const table = textTable(
    columns.map(({ title, align, wraps }) => ({ title: text(title), align, wraps: wraps ?? false })),
    rows.map((row) => row.map(text)),
    LINE_WIDTH,
  );
  return [...wrap(`${numbering.label(id)}. ${text(caption)}`, LINE_WIDTH), "", ...table];
}

function renderCode({ language, text }: Code): string[] {
  const lines = language === "console" ? commandLines(text, LINE_WIDTH - 4) : codeLines(text, LINE_WIDTH - 4);
  return lines.map((line) => `    ${line}`.trimEnd());
}

function bibliography({ references }: ReportDocument, numbering: Numbering): string[][] {
  if (references.length === 0) return [];
  const entries = references.flatMap((reference, index) =>
    wrapAfter(`[${index + 1}] `, plainText(bibliographyEntry(reference), numbering), LINE_WIDTH),
  );
  return [underlined("References", "-"), entries];
}

function stampLines({ tool, version, seed, inputHash, commands }: Stamp): string[] {
  const facts = [
    `${tool} ${version}`,
    ...(seed === null ? [] : [`seed ${seed}`]),
    ...(inputHash === null ? [] : [`input ${inputHash}`]),
  ];
  const text = plainText([{ kind: "text", text: `Made by ${facts.join(", ")}.` }], noNumbers);
  const lines = commands.flatMap((command) => commandLines(command, LINE_WIDTH - 4));
  return [...wrap(text, LINE_WIDTH), ...lines.map((line) => `    ${line}`.trimEnd())];
}

const noNumbers: Numbering = { label: (id) => id, has: () => false, citation: () => null };

function underlined(title: string, mark: string): string[] {
  const lines = wrap(title, LINE_WIDTH);
  return [...lines, mark.repeat(Math.max(1, ...lines.map(columnsOf)))];
}
