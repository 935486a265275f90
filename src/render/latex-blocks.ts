import type { Block, Code, DisplayedMath, FigureBlock, ImageGrid, List, Section, Statement } from "../document/tree.ts";
import { type LatexNames, latexHeading, latexInline } from "./latex-inline.ts";
import { latexTable } from "./latex-table.ts";
import { escapeCode, latexText, safeMath } from "./latex-text.ts";
import { codeWidth, FRAGMENT_WIDTH, LINE_WIDTH, textWidth } from "./latex-width.ts";

/** What the blocks of a document need beside themselves. */
export interface BlockOptions {
  readonly names: LatexNames;
  /** Files of the pictures, as the document names them, by the id of their block. */
  readonly graphics: ReadonlyMap<string, string>;
  /** A fragment is laid out for the narrower lines of a paper, perhaps in two columns. */
  readonly isFragment: boolean;
}

/** A section with its blocks. */
export function latexSection({ id, title, blocks }: Section, options: BlockOptions): string {
  const { names } = options;
  return [
    `\\kktidsection{${latexHeading(title, { names })}}${labelOf(id, names)}`,
    ...blocks.map((block, index) => latexBlock(block, { ...options, isFirst: index === 0 })),
  ].join("\n\n");
}

/** A block and whether its section begins with it. */
interface PlacedOptions extends BlockOptions {
  readonly isFirst: boolean;
}

function latexBlock(block: Block, options: PlacedOptions): string {
  const { names } = options;
  switch (block.kind) {
    case "paragraph":
      return protectStart(latexInline(block.content, { names }));
    case "displayed-math":
      return displayedMath(block, options.isFragment);
    case "list":
      return list(block, names);
    case "table":
      return latexTable(block, names, options);
    case "figure":
    case "images":
      return picture(block, options);
    case "statement":
      return statement(block, names);
    case "code":
      return code(block, options.isFragment);
  }
}

/** Lines up to this width, in points, are set as they are; wider ones are measured by TeX and made to fit. */
const SAFE_WIDTH = 0.85 * LINE_WIDTH;

/** The same in a column of a paper in two columns, 200 points wide. */
const SAFE_COLUMN = 150;

/** What stands between two signs of an equation must fit a column if the equation is to be broken there. */
const WIDEST_PIECE = 180;

/** Lines that are kept on one page where they have to be measured. */
const LINES_OF_A_BOX = 12;

function displayedMath({ lines, plain }: DisplayedMath, isFragment: boolean): string {
  const safe = lines.map((line) => safeMath(line, "aligned"));
  if (safe.includes(null)) {
    return code({ kind: "code", language: "text", text: plain.join("\n") }, isFragment);
  }
  const widest = Math.max(0, ...plain.map((line) => 10.95 * textWidth(line)));
  if (widest <= (isFragment ? SAFE_COLUMN : SAFE_WIDTH))
    return ["\\begin{align*}", rowsOf(safe), "\\end{align*}"].join("\n");
  const boxes: string[] = [];
  for (let from = 0; from < safe.length; from += LINES_OF_A_BOX) {
    const to = from + LINES_OF_A_BOX;
    const part = rowsOf(safe.slice(from, to));
    if (isFragment) boxes.push(fragmentMath(part, safe.slice(from, to), plain.slice(from, to)));
    else boxes.push(`\\[\\kktidfit{$\\displaystyle\\begin{aligned}\n${part}\n\\end{aligned}$}\\]`);
  }
  return boxes.join("\n");
}

/** Lines that are far too wide for the column are broken after a sign, as in running text. */
function fragmentMath(rows: string, lines: readonly (string | null)[], plain: readonly string[]): string {
  const aligned = `$\\displaystyle\\begin{aligned}\n${rows}\n\\end{aligned}$`;
  const pieces = plain.flatMap((line) => line.split(/(?<= [-+=<>≤≥≈−] )/));
  const canBreak =
    lines.every((line) => !/\\begin\{|\\left(?![A-Za-z])/.test(line!)) &&
    pieces.every((piece) => 10 * textWidth(piece) <= WIDEST_PIECE);
  const broken = lines.map((line) => `\\kktidline{$${line!.replace(/(?<!\\)&/g, "")}$}`);
  return `\\kktidmath{${aligned}}{${canBreak ? broken.join("") : `\\[\\kktidfit{${aligned}}\\]`}}`;
}

/** A line that begins with a bracket or a star would be taken for an argument of the line end before it. */
function rowsOf(lines: readonly (string | null)[]): string {
  return lines.map((line) => (/^\s*[[*]/.test(line!) ? `{}${line}` : line)).join(" \\\\\n");
}

function list({ ordered, items }: List, names: LatexNames): string {
  if (items.length === 0) return "";
  const environment = ordered ? "enumerate" : "itemize";
  return [
    `\\begin{${environment}}`,
    ...items.map((item) => `  \\item ${protectStart(latexInline(item, { names }))}`),
    `\\end{${environment}}`,
  ].join("\n");
}

function statement({ id, title, content }: Statement, names: LatexNames): string {
  const name = title.length === 0 ? "" : `[{${latexInline(title, { names })}}]`;
  return [
    `\\begin{kktidstatement}${name}${labelOf(id, names)}`,
    latexInline(content, { names }),
    "\\end{kktidstatement}",
  ].join("\n");
}

/** A figure may move, but not away from a heading that has nothing else below it. */
function picture(block: FigureBlock | ImageGrid, { names, graphics, isFirst }: PlacedOptions): string {
  const graphic = graphics.get(block.id);
  const shown = graphic === undefined ? `\\emph{${latexText(block.description)}}` : `\\includegraphics{${graphic}}`;
  return [
    isFirst ? "\\kktidplaced{figure}{%" : "\\kktidfloat{%",
    `\\kktidfit{${shown}}`,
    `\\caption{${latexInline(block.caption, { names })}}${labelOf(block.id, names)}`,
    "}",
  ].join("\n");
}

/** Points of the type in which code is set. */
const CODE_POINTS = 9;

/** Code whose columns count keeps them where it fits; commands, and what is too wide, are broken at spaces. */
function code({ language, text }: Code, isFragment: boolean): string {
  const lines = text.replace(/\n$/, "").split(/\r\n?|\n/);
  const widest = Math.max(0, ...lines.map((line) => CODE_POINTS * codeWidth(line)));
  const line = isFragment ? FRAGMENT_WIDTH : LINE_WIDTH;
  const keepsColumns = widest <= line - 40 || (language !== "console" && widest <= line);
  const rows = lines.map((line) => {
    const [, indent = "", rest = ""] = /^( *)(.*)$/s.exec(line) ?? [];
    const shift = indent === "" ? "" : `\\hspace*{${(0.525 * indent.length).toFixed(2)}em}`;
    const shown = keepsColumns
      ? escapeCode(rest.replaceAll(" ", "\u00A0"), Number.POSITIVE_INFINITY)
      : escapeCode(rest);
    return `\\noindent\\hangindent=2em {}${shift}${shown === "" ? "\\strut" : shown}\\par`;
  });
  // Where the column of the paper is narrower, lines are broken at their spaces.
  const narrowed = `\\ifdim\\linewidth<${Math.ceil(widest)}pt\\let~\\space\\fi`;
  const inset = !isFragment && widest <= line - 40 ? "\\leftskip=1em " : "";
  return [
    `\\begingroup\\footnotesize\\ttfamily\\raggedright\\parskip=0pt ${inset}${isFragment ? narrowed : ""}\\medskip`,
    ...rows,
    "\\medskip",
    "\\endgroup",
  ].join("\n");
}

function labelOf(id: string, names: LatexNames): string {
  const label = names.label(id);
  return label === null ? "" : `\\label{${label}}`;
}

/** An item that begins with a bracket would be taken for its name. */
function protectStart(text: string): string {
  return /^\s*\[/.test(text) ? `{}${text}` : text;
}
