import katex from "katex";
import { escapeHtml } from "./escape.ts";
import { scrollRegion } from "./scroll-region.ts";

/** Glyphs in a row that a phone shows at once; a longer row scrolls inside its own region. */
const NARROW = 28;

/** Glyphs of a formula that is not broken over lines. */
const UNBROKEN = 18;

interface FormulaOptions {
  /** Whether it stands on a line of its own. */
  readonly display?: boolean;
  /** Text right before and after it, from which no line end may part it: a bracket, a comma. Markup. */
  readonly before?: string;
  readonly after?: string;
}

/**
 * A formula as HTML and MathML.
 *
 * A formula that KaTeX refuses (`strict: "error"`, a command that reaches outside) is shown as its text instead, in
 * an element of class `formula-text`.
 *
 * @param tex - LaTeX without dollars
 * @param plain - the same for those who read text
 */
export function renderFormula(tex: string, plain: string, options: FormulaOptions = {}): string {
  const { display = false, before = "", after = "" } = options;
  let formula: string;
  try {
    formula = formulaOrError(tex, display);
  } catch {
    return `${before}<code class="formula-text">${escapeHtml(plain)}</code>${after}`;
  }
  const rows = display ? [formula] : formula.split('<span class="base">');
  const label = `Formula: ${plain}`;
  if (rows.some((row) => glyphCount(row) > NARROW)) {
    return before + scrollRegion(formula, { label, inline: true, display }) + after;
  }
  const whole = before + formula + after;
  const breaks = rows.length > 2 || whole !== formula;
  return breaks && glyphCount(formula) <= UNBROKEN ? `<span class="together">${whole}</span>` : whole;
}

function formulaOrError(tex: string, display: boolean): string {
  return katex.renderToString(tex, {
    displayMode: display,
    output: "htmlAndMathml",
    strict: "error",
    // Without a trusted command: KaTeX would print its name in red instead.
    trust: ({ command }) => {
      throw new katex.ParseError(`${command} is not for reports`);
    },
    throwOnError: true,
    maxSize: 20,
    maxExpand: 1000,
  });
}

/** Visible characters; MathML, which is hidden, does not count. */
function glyphCount(html: string): number {
  return html
    .replace(/<math.*?<\/math>/gs, "")
    .replace(/<[^>]*>/g, "")
    .replace(/&[#\w]+;/g, "x").length;
}
