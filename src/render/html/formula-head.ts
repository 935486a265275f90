/**
 * A head of a table that is nothing but a formula, with a text for its name: not every reader names a cell by MathML.
 *
 * @param html - the formula; one that scrolls stays as it is, since what the keyboard reaches must not be hidden
 * @param name - the same as escaped text
 */
export function formulaHead(html: string, name: string): string {
  if (html.includes("tabindex")) return html;
  return `<span class="unseen">${name}</span><span aria-hidden="true">${html}</span>`;
}
