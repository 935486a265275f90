import type { Column, Inline, Table } from "../document/tree.ts";
import { type InlineOptions, type LatexNames, latexInline } from "./latex-inline.ts";
import { type Layout, layoutOf, panelsOf } from "./latex-table-layout.ts";
import { codeWidth, FRAGMENT_WIDTH, LINE_WIDTH, textWidth } from "./latex-width.ts";
import { plainText } from "./plain-text.ts";

/** Longer tables may be broken over pages. */
const MOST_LINES_IN_PLACE = 12;

/** Directly below a heading, which must not be left alone at the foot of a page. */
const MOST_LINES_BELOW_HEADING = 26;

/** Lines of one part of a table in a fragment: a longtable is not allowed in two columns. */
const MOST_LINES_OF_PART = 26;

/** Rows at the start and at the end of a broken table that stay together. */
const ROWS_TOGETHER = 3;

/** Characters of a word in a narrow column that may not be broken. */
const LONGEST_WORD = 12;

/** Where a table stands. */
export interface TablePlace {
  /** Directly below a heading. */
  readonly isFirst: boolean;
  /** In a fragment, whose paper may have two columns. */
  readonly isFragment: boolean;
}

/**
 * A table without vertical rules. What does not fit the line is set smaller, its running text is broken, and at last its
 * columns go into several panels that all begin with the first one.
 */
export function latexTable(table: Table, names: LatexNames, place: TablePlace): string {
  const { columns, rows } = table;
  if (columns.length === 0) return "";
  const natural = naturalWidths(table, names);
  const line = place.isFragment ? FRAGMENT_WIDTH : LINE_WIDTH;
  const panels = panelsOf(columns, natural, line);
  const parts = panels.map((indices) => ({
    columns: indices.map((index) => columns[index]!),
    rows: rows.map((row) => indices.map((index) => row[index] ?? [])),
    layout: layoutOf(
      indices.map((index) => columns[index]!),
      indices.map((index) => natural[index]!),
      line,
    ),
  }));
  const lines = parts.reduce((sum, part) => sum + linesOf(part, names), 0);
  if (place.isFragment) return fragmentTable(table, parts, names);
  const most = place.isFirst ? MOST_LINES_BELOW_HEADING : MOST_LINES_IN_PLACE;
  return lines > most ? longTable(table, parts, names) : placedTable(captionOf(table, names), parts, names);
}

interface Panel {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (readonly Inline[])[])[];
  readonly layout: Layout;
}

/** Lines of type that the rows of a panel take, roughly. */
function linesOf({ rows, layout }: Panel, names: LatexNames): number {
  const linesOfCell = (cell: readonly Inline[], width: number | null | undefined): number =>
    width == null ? 1 : Math.ceil((1.1 * layout.size.points * widthOf(cell, names)) / width);
  return rows.reduce((sum, row) => sum + Math.max(1, ...row.map((cell, k) => linesOfCell(cell, layout.widths[k]))), 0);
}

/** Width of text set on one line, per point of the type's size. */
function widthOf(content: readonly Inline[], names: LatexNames): number {
  return content.reduce((sum, inline) => {
    const text = plainText([inline], names.numbering);
    return sum + (inline.kind === "code" ? codeWidth(text) : textWidth(text));
  }, 0);
}

function naturalWidths({ columns, rows }: Table, names: LatexNames): number[] {
  return columns.map(({ title }, index) =>
    Math.max(widthOf(title, names), ...rows.map((row) => widthOf(row[index] ?? [], names))),
  );
}

/** Parts that each fit a page and span the columns of the paper. */
function fragmentTable(table: Table, panels: readonly Panel[], names: LatexNames): string {
  const lines = panels.map((panel) => linesOf(panel, names));
  const caption = captionOf(table, names);
  if (lines.reduce((sum, count) => sum + count, 0) <= MOST_LINES_OF_PART) return placedTable(caption, panels, names);
  const parts = panels.flatMap((panel, index) => {
    const count = Math.max(1, Math.ceil(lines[index]! / MOST_LINES_OF_PART));
    const share = Math.max(1, Math.ceil(panel.rows.length / count));
    const starts = panel.rows.map((_, row) => row).filter((row) => row % share === 0);
    return starts.map((start) => ({ ...panel, rows: panel.rows.slice(start, start + share) }));
  });
  return parts
    .map((part, index) =>
      index === 0
        ? placedTable(caption, [part], names)
        : placedTable("\\addtocounter{table}{-1}\\caption[]{(continued)}", [part], names),
    )
    .join("\n\n");
}

function placedTable(caption: string, panels: readonly Panel[], names: LatexNames): string {
  return [
    "\\kktidplaced{table}{%",
    caption,
    ...panels.map((panel, index) => {
      const { size, gap } = panel.layout;
      const lines = [
        `${index === 0 ? "" : "\\par\\medskip "}${size.command}\\setlength{\\tabcolsep}{${gap / 2}pt}%`,
        "\\kktidfit{%",
        `\\begin{tabular}{${columnTypes(panel)}}`,
        "\\toprule",
        `${headOf(panel, names)} \\\\`,
        "\\midrule",
        ...bodyOf(panel, names),
        "\\bottomrule",
        "\\end{tabular}}",
      ];
      return lines.join("\n");
    }),
    "}",
  ].join("\n");
}

function longTable(table: Table, panels: readonly Panel[], names: LatexNames): string {
  return panels
    .map((panel, index) => {
      const head = `${headOf(panel, names)} \\\\`;
      const caption = index === 0 ? `${captionOf(table, names)} \\\\` : `\\caption[]{(continued)} \\\\`;
      return [
        `{${panel.layout.size.command}\\setlength{\\tabcolsep}{${panel.layout.gap / 2}pt}\\setlength{\\LTcapwidth}{\\linewidth}%`,
        ...(index === 0 ? [] : ["\\addtocounter{table}{-1}%"]),
        `\\begin{longtable}{${columnTypes(panel)}}`,
        caption,
        ...["\\toprule", head, "\\midrule", "\\endfirsthead", "\\toprule", head, "\\midrule", "\\endhead"],
        "\\midrule",
        `\\multicolumn{${panel.columns.length}}{@{}r@{}}{\\emph{continued}} \\\\`,
        ...["\\endfoot", "\\bottomrule", "\\endlastfoot"],
        ...keptTogether(bodyOf(panel, names)),
        "\\end{longtable}}",
      ].join("\n");
    })
    .join("\n");
}

function captionOf({ id, caption }: Table, names: LatexNames): string {
  const label = names.label(id);
  return `\\caption{${latexInline(caption, { names })}}${label === null ? "" : `\\label{${label}}`}`;
}

function columnTypes({ columns, layout }: Panel): string {
  const broken = layout.widths.reduce<number>((sum, width) => sum + (width ?? 0), 0);
  const types = columns.map(({ align }, index) => {
    const width = layout.widths[index];
    if (width === null || width === undefined) return align === "right" ? "r" : "l";
    const side = align === "right" ? "\\raggedleft" : "\\raggedright";
    // In a paper with a shorter line the broken columns make up for it.
    const share = Math.round((1000 * width) / broken);
    const length = `\\dimexpr${width.toFixed(1)}pt-(${layout.line}pt-\\linewidth)*${share}/1000\\relax`;
    return `>{${side}\\arraybackslash\\hspace{0pt}}p{${length}}`;
  });
  return `@{}${types.join("")}@{}`;
}

function headOf({ columns, layout }: Panel, names: LatexNames): string {
  return columns.map(({ title }, index) => latexInline(title, cellOptions(layout, index, names))).join(" & ");
}

function bodyOf({ columns, rows, layout }: Panel, names: LatexNames): string[] {
  const isBroken = layout.widths.some((width) => width !== null);
  return rows.map((row, k) => {
    const cells = row.map((cell, index) => {
      const content = columns[index]!.align === "right" ? cell.map(withMinus) : cell;
      return protect(latexInline(content, cellOptions(layout, index, names)));
    });
    const space = isBroken && k < rows.length - 1 ? "\\addlinespace[2pt]" : "";
    return `${cells.join(" & ")} \\\\${space}`;
  });
}

/** No page ends within the first rows, nor within the last. */
function keptTogether(rows: readonly string[]): string[] {
  return rows.map((row, k) => {
    const isInner = k >= ROWS_TOGETHER - 1 && k < rows.length - ROWS_TOGETHER;
    return isInner || k === rows.length - 1 ? row : row.replace(/\\\\(\\addlinespace\[2pt\])?$/, "\\\\*$1");
  });
}

/** A negative number with a minus sign instead of a hyphen. */
function withMinus(inline: Inline): Inline {
  return inline.kind === "text" ? { ...inline, text: inline.text.replace(/(?<![\w])-(?=[\d.])/g, "\u2212") } : inline;
}

function cellOptions({ widths }: Layout, index: number, names: LatexNames): InlineOptions {
  return widths[index] == null ? { names } : { names, longestWord: LONGEST_WORD };
}

/** A cell that begins with a bracket or a star would be taken for an argument of the line end before it. */
function protect(cell: string): string {
  return /^\s*[[*]/.test(cell) ? `{}${cell}` : cell;
}
