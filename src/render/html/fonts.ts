/** What the page takes from the installed KaTeX. */
export interface HtmlAssets {
  readonly katexCss: string;
  /** Bytes of the WOFF2 files by name, such as "KaTeX_Main-Regular.woff2". */
  readonly fonts: ReadonlyMap<string, Uint8Array>;
}

/** A font as CSS tells fonts apart. */
interface Face {
  readonly family: string;
  readonly weight: string;
  readonly style: string;
}

/** A rule that changes the font: elements that it fits have all of `own`, under elements that have all of `above`. */
interface FontRule {
  readonly above: readonly string[];
  readonly own: readonly string[];
  readonly change: Partial<Face>;
}

/** KaTeX's style sheet with the fonts of the glyphs in `html` inside it, and no others. */
export function katexStyle({ katexCss, fonts }: HtmlAssets, html: string): string {
  const css = katexCss.replace(/\/\*.*?\*\//gs, "");
  const declaration = /@font-face\s*\{([^}]*)\}/g;
  const rest = css.replace(declaration, "").trim();
  const used = facesIn(html, fontRules(rest));
  const embedded = [...css.matchAll(declaration)].flatMap(([, body]) => {
    const face = faceOf(body!);
    const file = body!.match(/fonts\/([\w-]+\.woff2)/)?.[1];
    const bytes = file === undefined ? undefined : fonts.get(file);
    if (!used.has(nameOf(face)) || bytes === undefined) return [];
    const { family, weight, style } = face;
    const source = `url(data:font/woff2;base64,${Buffer.from(bytes).toString("base64")}) format("woff2")`;
    return [`@font-face{font-family:"${family}";font-weight:${weight};font-style:${style};src:${source}}`];
  });
  return [...embedded, rest].join("\n");
}

function faceOf(declarations: string): Face {
  const value = (property: string): string | undefined =>
    declarations.match(new RegExp(`${property}\\s*:\\s*"?([^;"]+)`))?.[1]?.trim();
  return {
    family: value("font-family") ?? "",
    weight: weightOf(value("font-weight") ?? "normal"),
    style: value("font-style") ?? "normal",
  };
}

function fontRules(css: string): FontRule[] {
  const rules: FontRule[] = [];
  for (const [, selectors, declarations] of css.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    const change = changeOf(declarations!);
    if (Object.keys(change).length === 0) continue;
    for (const selector of selectors!.split(",")) {
      const compounds = selector.trim().split(/\s*>\s*|\s+/);
      rules.push({
        above: compounds.slice(0, -1).flatMap(classesOfSelector),
        own: classesOfSelector(compounds.at(-1)!),
        change,
      });
    }
  }
  return rules;
}

function changeOf(declarations: string): Partial<Face> {
  // The one shorthand is that of .katex itself: normal style and weight.
  const shorthand = declarations.match(/font\s*:[^;]*(KaTeX_\w+)/)?.[1];
  if (shorthand !== undefined) return { family: shorthand, weight: "normal", style: "normal" };
  const family = declarations.match(/font-family\s*:\s*"?(KaTeX_\w+)/)?.[1];
  const weight = declarations.match(/font-weight\s*:\s*(\w+)/)?.[1];
  const style = declarations.match(/font-style\s*:\s*(\w+)/)?.[1];
  return {
    ...(family === undefined ? {} : { family }),
    ...(weight === undefined ? {} : { weight: weightOf(weight) }),
    ...(style === undefined ? {} : { style }),
  };
}

/** The faces of all text inside `.katex-html`, by name. */
function facesIn(html: string, rules: readonly FontRule[]): Set<string> {
  const used = new Set<string>();
  const start = { above: new Set<string>(), face: { family: "", weight: "normal", style: "normal" } };
  const open: (typeof start)[] = [start];
  for (const [, closing, attributes, text] of html.matchAll(/<(\/?)span\b([^>]*)>|([^<]+)/g)) {
    const { above, face } = open.at(-1)!;
    if (text !== undefined) {
      if (above.has("katex-html") && text.trim() !== "") used.add(nameOf(face));
    } else if (closing === "/") {
      if (open.length > 1) open.pop();
    } else {
      const own = classesOfAttribute(attributes!);
      const fitting = rules.filter((rule) => rule.own.every((name) => own.has(name)) && fits(rule, above));
      const changed = Object.assign({ ...face }, ...fitting.map(({ change }) => change)) as Face;
      open.push({ above: new Set([...above, ...own]), face: changed });
    }
  }
  return used;
}

/** Every rule starts at .katex; without classes of its own it is one for children. */
function fits({ above }: FontRule, classes: ReadonlySet<string>): boolean {
  return above.every((name) => classes.has(name));
}

function classesOfSelector(compound: string): string[] {
  return [...compound.matchAll(/\.([\w-]+)/g)].map(([, name]) => name!);
}

function classesOfAttribute(attributes: string): Set<string> {
  return new Set((attributes.match(/class="([^"]*)"/)?.[1] ?? "").split(/\s+/).filter((name) => name !== ""));
}

const nameOf = ({ family, weight, style }: Face): string => `${family} ${weight} ${style}`;

const weightOf = (weight: string): string => ({ "400": "normal", "700": "bold" })[weight] ?? weight;
