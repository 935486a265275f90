import type {
  Block,
  Code,
  DisplayedMath,
  FigureBlock,
  ImageGrid,
  Inline,
  ReportDocument,
  Stamp,
  Table,
} from "../document/tree.ts";
import { bibliographyEntry } from "./bibliography-entry.ts";
import { anchor } from "./html/escape.ts";
import { drawPicture } from "./html/picture.ts";
import { escapeMarkdown, markdownInlines, markdownLine } from "./markdown-inline.ts";
import { inlinesOf, type Numbering, numberDocument } from "./numbering.ts";
import { OUTCOME_LOOKS } from "./outcome.ts";
import { plainText } from "./plain-text.ts";
import { printableLines } from "./printable.ts";
import type { Rendered, RenderedFile } from "./rendered.ts";

export interface MarkdownOptions {
  /** `files`: pictures are SVG files beside the report; `omit`: their descriptions stand for them. */
  readonly figures: "files" | "omit";
  /** What the names of these files begin with, such as "audit". */
  readonly name: string;
}

interface Page {
  readonly numbering: Numbering;
  readonly options: MarkdownOptions;
  /** Ids that some cross-reference leads to: these get an anchor. */
  readonly targets: ReadonlySet<string>;
  readonly files: RenderedFile[];
}

/** The report as GitHub-flavoured Markdown with formulas between dollars. */
export function renderMarkdown(document: ReportDocument, options: MarkdownOptions): Rendered {
  const numbering = numberDocument(document);
  const page: Page = { numbering, options, targets: targetsOf(document), files: [] };
  const { mark, name } = OUTCOME_LOOKS[document.outcome];
  const parts = [
    `# ${escapeMarkdown(document.title)}`,
    `> **${mark} ${name}.** ${markdownInlines(document.summary, { numbering })}`,
    ...document.sections.flatMap(({ id, title, blocks }, index) => [
      `${anchorOf(id, page)}## ${index + 1} ${markdownInlines(title, { numbering })}`,
      ...blocks.map((block) => renderBlock(block, page)),
    ]),
    ...bibliography(document, numbering),
    stamp(document.stamp),
  ];
  return { main: `${parts.join("\n\n")}\n`, files: page.files };
}

function renderBlock(block: Block, page: Page): string {
  const { numbering } = page;
  switch (block.kind) {
    case "paragraph":
      return markdownLine(block.content, { numbering });
    case "displayed-math":
      return displayedMath(block);
    case "list":
      return block.items
        .map((item, index) => `${block.ordered ? `${index + 1}.` : "-"} ${markdownLine(item, { numbering })}`)
        .join("\n");
    case "table":
      return table(block, page);
    case "figure":
    case "images":
      return picture(block, page);
    case "statement": {
      const title = `**${numbering.label(block.id)}** (${markdownInlines(block.title, { numbering })}).`;
      return `${anchorOf(block.id, page)}${title} ${markdownInlines(block.content, { numbering })}`;
    }
    case "code":
      return code(block);
  }
}

function displayedMath({ lines, plain }: DisplayedMath): string {
  const aligned = lines.length > 1 || lines.some((line) => line.includes("&"));
  const rows = lines.map((line) => line.replace(/\s+/g, " "));
  const text = aligned ? ["\\begin{aligned}", rows.join(" \\\\\n"), "\\end{aligned}"].join("\n") : rows.join("\n");
  if (text.includes("```") || /(?!\n)[\p{Cc}\p{Cs}]/u.test(text)) return fenced("text", plain.join("\n"));
  return `\`\`\`math\n${text}\n\`\`\``;
}

function table({ id, caption, columns, rows }: Table, page: Page): string {
  const { numbering } = page;
  const cells = (row: readonly (readonly Inline[])[]): string =>
    `| ${row.map((cell) => markdownInlines(cell, { numbering, inTable: true }).trim()).join(" | ")} |`;
  const lines = [
    cells(columns.map(({ title }) => title)),
    `| ${columns.map(({ align }) => (align === "right" ? "---:" : "---")).join(" | ")} |`,
    ...rows.map((row) => cells(columns.map((_, index) => row[index] ?? []))),
  ];
  return `${anchorOf(id, page)}${captionLine(id, caption, numbering)}\n\n${lines.join("\n")}`;
}

/** The address of a file beside the page; "#" and "?" would end its path. */
const addressOf = (name: string): string => encodeURI(name).replace(/[#?]/g, encodeURIComponent);

function picture(block: FigureBlock | ImageGrid, page: Page): string {
  const { numbering, options, files } = page;
  const caption = `${anchorOf(block.id, page)}${captionLine(block.id, block.caption, numbering)}`;
  const description = escapeMarkdown(block.description);
  if (options.figures === "omit") return `${caption} ${description}`;
  const name = `${options.name}-${anchor(block.id)}.svg`;
  const svg = drawPicture(block, `${numbering.label(block.id)}: ${plainText(block.caption, numbering)}`);
  // A picture of its own does not know whether the page around it is dark.
  const onWhite = svg.replace("<svg ", '<svg style="background:#ffffff;color:#000000" ');
  files.push({ name, bytes: new TextEncoder().encode(onWhite) });
  return `![${description}](<${addressOf(name)}>)\n\n${caption}`;
}

function captionLine(id: string, caption: readonly Inline[], numbering: Numbering): string {
  return `**${escapeMarkdown(numbering.label(id))}.** ${markdownInlines(caption, { numbering })}`;
}

function code({ language, text }: Code): string {
  return fenced(language, text);
}

function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${printableLines(text).join("\n")}\n${fence}`;
}

function anchorOf(id: string, { targets }: Page): string {
  return targets.has(id) ? `<a id="${anchor(id)}"></a>\n` : "";
}

function targetsOf({ summary, sections }: ReportDocument): Set<string> {
  const everywhere = [...summary, ...sections.flatMap(({ title, blocks }) => [...title, ...blocks.flatMap(inlinesOf)])];
  return new Set(everywhere.flatMap((inline) => (inline.kind === "reference" ? [inline.to] : [])));
}

function bibliography({ references }: ReportDocument, numbering: Numbering): string[] {
  if (references.length === 0) return [];
  const entries = references.map(
    (reference, index) => `${index + 1}. ${markdownInlines(bibliographyEntry(reference), { numbering })}`,
  );
  return ["## References", entries.join("\n")];
}

function stamp({ tool, version, seed, inputHash, commands }: Stamp): string {
  const facts = [
    escapeMarkdown(`${tool} ${version}`),
    ...(seed === null ? [] : [`seed ${seed}`]),
    ...(inputHash === null ? [] : [`input \`${inputHash.replace(/[^\w:.-]/g, "")}\``]),
  ];
  const lines = [`Made by ${facts.join(", ")}.`];
  return [...lines, ...(commands.length === 0 ? [] : [fenced("console", commands.join("\n"))])].join("\n\n");
}
