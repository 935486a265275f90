import type { Column, Inline, Table } from "../document/tree.ts";
import { type InlineOptions, type LatexNames, latexInline } from "./latex-inline.ts";
import { codeWidth, LINE_WIDTH, SIZES, textWidth } from "./latex-width.ts";
import { plainText } from "./plain-text.ts";

/** Longer tables may be broken over pages. */
const MOST_LINES_IN_PLACE = 12;

/** Directly below a heading, which must not be left alone at the foot of a page. */
const MOST_LINES_BELOW_HEADING = 26;

/** Rows at the start and at the end of a broken table that stay together. */
const ROWS_TOGETHER = 3;

/** Between two columns: twice \tabcolsep; the narrower ones come before columns are broken or set in a second panel. */
const GAPS = [10, 7] as const;

/** The least of them. */
const LEAST_GAP = 7;

/** A column of running text is at least this wide. */
const LEAST_WRAPPED = 80;

/** Characters of a word in a narrow column that may not be broken. */
const LONGEST_WORD = 12;

/** How the columns of one panel are set. */
interface Layout {
  readonly size: (typeof SIZES)[number];
  /** Width of each column in points; null for one as wide as its text. */
  readonly widths: readonly (number | null)[];
  /** Between two columns, in points. */
  readonly gap: number;
}

/**
 * A table without vertical rules. What does not fit the line is set smaller, its running text is broken, and at last its
 * columns go into several panels that all begin with the first one.
 */
export function latexTable(table: Table, names: LatexNames, isBelowHeading = false): string {
  const { columns, rows } = table;
  if (columns.length === 0) return "";
  const natural = naturalWidths(table, names);
  const panels = panelsOf(columns, natural);
  const parts = panels.map((indices) => ({
    columns: indices.map((index) => columns[index]!),
    rows: rows.map((row) => indices.map((index) => row[index] ?? [])),
    layout: layoutOf(
      indices.map((index) => columns[index]!),
      indices.map((index) => natural[index]!),
    ),
  }));
  const lines = parts.reduce((sum, part) => sum + linesOf(part, names), 0);
  const most = isBelowHeading ? MOST_LINES_BELOW_HEADING : MOST_LINES_IN_PLACE;
  return lines > most ? longTable(table, parts, names) : placedTable(table, parts, names);
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

function layoutOf(columns: readonly Column[], natural: readonly number[]): Layout {
  const total = natural.reduce((sum, width) => sum + width, 0);
  const fitting = GAPS.flatMap((gap) => SIZES.slice(0, 3).map((size) => ({ size, gap }))).find(
    ({ size, gap }) => total * size.points + gap * (columns.length - 1) <= LINE_WIDTH,
  );
  const wraps = columns.map((column) => column.wraps === true);
  // Text that is meant to be broken is rather broken than set small.
  if (fitting !== undefined && (fitting.size === SIZES[0] || !wraps.includes(true))) {
    return { ...fitting, widths: columns.map(() => null) };
  }
  const gap = GAPS[0];
  const broken = wraps.includes(true) ? wraps : widestOf(natural);
  for (const size of SIZES) {
    const widths = wrappedWidths(natural, broken, size.points);
    if (widths !== null) return { size, widths, gap };
  }
  const size = SIZES.at(-1)!;
  const width = (LINE_WIDTH - gap * (columns.length - 1)) / columns.length;
  return { size, gap, widths: columns.map(() => width) };
}

/** Breaks the widest column, and every other one that is nearly as wide. */
function widestOf(natural: readonly number[]): boolean[] {
  const widest = Math.max(...natural);
  return natural.map((width) => width > 0.7 * widest);
}

/** What the columns that are not broken leave, shared among the broken ones; null where that is too little. */
function wrappedWidths(
  natural: readonly number[],
  broken: readonly boolean[],
  points: number,
): (number | null)[] | null {
  const fixed = natural.reduce((sum, width, index) => (broken[index] ? sum : sum + width * points), 0);
  const left = LINE_WIDTH - GAPS[0] * (natural.length - 1) - fixed;
  const share = sharesOf(
    natural.map((width, index) => (broken[index] ? width * points : 0)),
    left,
  );
  if (share.some((width, index) => broken[index] && width < Math.min(LEAST_WRAPPED, natural[index]! * points))) {
    return null;
  }
  return share.map((width, index) => (broken[index] ? width : null));
}

/** Shares out a width in proportion to the square roots of what is wanted: long text is broken more often. */
function sharesOf(wanted: readonly number[], width: number): number[] {
  const roots = wanted.map(Math.sqrt);
  const total = roots.reduce((sum, root) => sum + root, 0);
  return roots.map((root, index) => Math.min(wanted[index]!, (width * root) / total));
}

/** Indices of the columns of each panel: as few panels as the line allows, and these about equally wide. */
function panelsOf(columns: readonly Column[], natural: readonly number[]): number[][] {
  const least = columns.map((column, index) => {
    const width = natural[index]! * SIZES[2].points;
    return column.wraps === true ? Math.min(LEAST_WRAPPED, width) : Math.min(width, LINE_WIDTH / 3);
  });
  const widest = panelsWithin(LINE_WIDTH, least);
  let balanced = widest;
  for (let limit = LINE_WIDTH; limit > 0; limit -= 5) {
    const panels = panelsWithin(limit, least);
    if (panels.length > widest.length) break;
    balanced = panels;
  }
  return balanced;
}

/** Fills panels from the left; each begins with the first column and has at least one other. */
function panelsWithin(limit: number, widths: readonly number[]): number[][] {
  const panels: number[][] = [];
  let panel = [0];
  let width = widths[0]!;
  for (let index = 1; index < widths.length; index++) {
    if (width + LEAST_GAP + widths[index]! > limit && panel.length > 1) {
      panels.push(panel);
      panel = [0];
      width = widths[0]!;
    }
    panel.push(index);
    width += LEAST_GAP + widths[index]!;
  }
  return [...panels, panel];
}

function placedTable(table: Table, panels: readonly Panel[], names: LatexNames): string {
  return [
    "\\kktidplaced{table}{%",
    captionOf(table, names),
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
    const length = `\\dimexpr${width.toFixed(1)}pt-(${LINE_WIDTH}pt-\\linewidth)*${share}/1000\\relax`;
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
