const NAME = "[A-Za-z_][\\w.-]*(?::[A-Za-z_][\\w.-]*)?";
const ENTITY = "&(?:amp|lt|gt|quot|apos|#\\d+|#x[0-9a-fA-F]+);";
const TEXT = new RegExp(`^(?:[^<&]|${ENTITY})*$`, "u");
const START = new RegExp(`^<(${NAME})((?:\\s+${NAME}="(?:[^<&"]|${ENTITY})*")*)\\s*(/?)>$`, "u");
const END = new RegExp(`^</(${NAME})\\s*>$`, "u");

/**
 * The first fault that makes a document without a prologue and comments ill-formed XML 1.0, or null: tags that do not
 * nest, attributes without quotes or given twice, characters and entities that XML does not know, a second root.
 */
export function xmlFault(xml: string): string | null {
  const forbidden = /[^\P{Cc}\t\n\r\x7f-\x9f]|[\ufffe\uffff]|\p{Cs}/u.exec(xml);
  if (forbidden !== null) return `a forbidden character at ${forbidden.index}`;
  const open: string[] = [];
  let roots = 0;
  for (const [token] of xml.matchAll(/<(?:"[^"]*"|[^">])*>?|[^<]+/gu)) {
    const isRoot = open.length === 0 && token.startsWith("<");
    const fault = faultOf(token, open);
    if (fault !== null) return fault;
    if (isRoot) roots++;
  }
  if (open.length > 0) return `<${open.at(-1)}> is not closed`;
  return roots === 1 ? null : `${roots} roots`;
}

/** Takes one tag or run of text in; `open` are the elements around it. */
function faultOf(token: string, open: string[]): string | null {
  const excerpt = token.slice(0, 60);
  if (!token.startsWith("<")) {
    return TEXT.test(token) && (open.length > 0 || token.trim() === "") ? null : `text: ${excerpt}`;
  }
  const ended = END.exec(token);
  if (ended !== null) return open.pop() === ended[1] ? null : `${excerpt} ends nothing`;
  const [, name, attributes, selfClosing] = START.exec(token) ?? [];
  if (name === undefined) return `not a tag: ${excerpt}`;
  const names = [...attributes!.matchAll(new RegExp(`(${NAME})="`, "gu"))].map((match) => match[1]);
  if (selfClosing === "") open.push(name);
  return new Set(names).size < names.length ? `an attribute twice: ${excerpt}` : null;
}
