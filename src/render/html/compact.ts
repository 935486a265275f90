/** A page whose formulas name their styles by classes, and the rules of these classes. */
export interface Compacted {
  readonly html: string;
  readonly css: string;
}

/**
 * KaTeX repeats a few hundred inline styles thousands of times: each becomes a class. The rules are `!important`, since
 * an inline style beats every rule. Namespaces, which HTML knows by itself, go.
 *
 * All text of the page is escaped, so that a tag seen here is one of a renderer.
 */
export function compactFormulas(html: string): Compacted {
  const names = new Map<string, string>();
  const nameOf = (style: string): string => {
    const known = names.get(style);
    if (known !== undefined) return known;
    const name = `k${names.size.toString(36)}`;
    names.set(style, name);
    return name;
  };
  const compacted = html
    .replaceAll(' xmlns="http://www.w3.org/1998/Math/MathML"', "")
    .replace(/<(span|svg)((?: (?!style=)[\w-]+="[^"]*")*) style="([^"]*)"/g, (_, tag, attributes: string, style) => {
      const name = nameOf(style);
      return attributes.includes(' class="')
        ? `<${tag}${attributes.replace(' class="', ` class="${name} `)}`
        : `<${tag}${attributes} class="${name}"`;
    });
  const rules = [...names].map(([style, name]) => `.${name}{${important(style)}}`);
  return { html: compacted, css: rules.join("") };
}

function important(style: string): string {
  return style
    .split(";")
    .filter((declaration) => declaration !== "")
    .map((declaration) => `${declaration}!important`)
    .join(";");
}
