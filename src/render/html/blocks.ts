import type {
  Block,
  Code,
  DisplayedMath,
  FigureBlock,
  ImageGrid,
  Inline,
  Statement,
  Table,
} from "../../document/tree.ts";
import { plainText } from "../plain-text.ts";
import { anchor, escapeHtml, escapeLines } from "./escape.ts";
import { renderFormula } from "./formula.ts";
import { formulaHead } from "./formula-head.ts";
import { type PageContext, renderInlines } from "./inline.ts";
import { drawPicture } from "./picture.ts";
import { scrollRegion } from "./scroll-region.ts";

const LANGUAGES: Readonly<Record<Code["language"], string>> = {
  console: "Commands",
  json: "JSON",
  text: "Text",
};

/** A block of a section as HTML. */
export function renderBlock(block: Block, context: PageContext): string {
  switch (block.kind) {
    case "paragraph":
      return `<p>${renderInlines(block.content, context)}</p>`;
    case "displayed-math":
      return renderDisplayedMath(block);
    case "list": {
      const items = block.items.map((item) => `<li>${renderInlines(item, context)}</li>`).join("\n");
      return block.ordered ? `<ol>\n${items}\n</ol>` : `<ul>\n${items}\n</ul>`;
    }
    case "table":
      return renderTable(block, context);
    case "figure":
    case "images":
      return renderFigure(block, context);
    case "statement":
      return renderStatement(block, context);
    case "code":
      return renderCode(block);
  }
}

function renderDisplayedMath({ lines, plain }: DisplayedMath): string {
  const aligned = lines.length > 1 || lines.some((line) => line.includes("&"));
  const tex = aligned ? `\\begin{aligned}${lines.join(" \\\\ ")}\\end{aligned}` : lines.join(" ");
  return `<div class="displayed">${renderFormula(tex, plain.join("; "), { display: true })}</div>`;
}

function renderTable(table: Table, context: PageContext): string {
  const captionId = `${anchor(table.id)}-caption`;
  const classes = table.columns.map(({ align, wraps }) => `${align}${wraps ? " wraps" : ""}`);
  const head = table.columns.map(({ title }, index) => {
    const content = headContent(title, context);
    // An empty cell heads nothing.
    return content === ""
      ? `<td class="${classes[index]}"></td>`
      : `<th scope="col" class="${classes[index]}">${content}</th>`;
  });
  const namesRows = table.columns[0]?.align === "left";
  const rows = table.rows.map((row) => {
    const cells = row.map((cell, index) => {
      const mayHead = index === 0 && namesRows;
      const content = mayHead ? headContent(cell, context) : renderInlines(cell, context);
      const heads = mayHead && content !== "";
      return heads
        ? `<th scope="row" class="${classes[index]}">${content}</th>`
        : `<td class="${classes[index] ?? "left"}">${content}</td>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  const caption = `<caption id="${captionId}"><span>${numbered(table, context)}</span></caption>`;
  const html = `<table>\n${caption}\n<thead><tr>${head.join("")}</tr></thead>\n<tbody>\n${rows.join("\n")}\n</tbody>\n</table>`;
  return `<div class="table" id="${anchor(table.id)}">${scrollRegion(html, { labelledBy: captionId })}</div>`;
}

/** A head that is nothing but formulas has their text for its name. */
function headContent(content: readonly Inline[], context: PageContext): string {
  const html = renderInlines(content, context);
  const isFormula = content.some(({ kind }) => kind === "math");
  const hasWords = content.some((inline) => inline.kind !== "math" && /\w/.test("text" in inline ? inline.text : "x"));
  return isFormula && !hasWords ? formulaHead(html, escapeHtml(plainText(content, context.numbering))) : html;
}

function renderFigure(block: FigureBlock | ImageGrid, context: PageContext): string {
  const label = `${context.numbering.label(block.id)}: ${plainText(block.caption, context.numbering)}`;
  const picture = scrollRegion(drawPicture(block, label), { label });
  const caption = `<figcaption>${numbered(block, context)}</figcaption>`;
  return `<figure id="${anchor(block.id)}">${picture}\n${caption}</figure>`;
}

/** "Table 2." in bold and the caption. */
function numbered({ id, caption }: { id: string; caption: readonly Inline[] }, context: PageContext): string {
  return `<strong>${escapeHtml(context.numbering.label(id))}.</strong> ${renderInlines(caption, context)}`;
}

function renderStatement({ id, title, content }: Statement, context: PageContext): string {
  const label = escapeHtml(context.numbering.label(id));
  const heading = `<strong>${label} (${renderInlines(title, context)}).</strong>`;
  return `<div class="statement" id="${anchor(id)}"><p>${heading} ${renderInlines(content, context)}</p></div>`;
}

function renderCode({ language, text }: Code): string {
  return scrollRegion(`<pre><code>${escapeLines(text)}</code></pre>`, { label: LANGUAGES[language] });
}
