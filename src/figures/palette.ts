/** Where a figure is shown: on a page that may be dark, or printed black on white. */
export type Theme = "page" | "print";

type PageColour = "blue" | "vermillion" | "green" | "purple" | "orange" | "sky" | "muted" | "faint" | "paper";

interface Shades {
  readonly light: string;
  readonly dark: string;
}

type ColourName = PageColour | "ink";

/**
 * Colours of Okabe and Ito, which the common colour-blindnesses keep apart, and greys. `dark` is what a page with a
 * dark background should set the custom property `--kktid-<name>` to.
 *
 * Source: Okabe & Ito, Color Universal Design (2008).
 */
export const COLOURS: Readonly<Record<PageColour, Shades>> = {
  blue: { light: "#0072b2", dark: "#56b4e9" },
  vermillion: { light: "#d55e00", dark: "#f28e4d" },
  green: { light: "#009e73", dark: "#34c79c" },
  purple: { light: "#b8578c", dark: "#e09cc2" },
  orange: { light: "#805a00", dark: "#e69f00" },
  sky: { light: "#3a8fc2", dark: "#9bd3f5" },
  muted: { light: "#6b6b6b", dark: "#a3a3a3" },
  faint: { light: "#d4d4d4", dark: "#4a4a4a" },
  paper: { light: "#ffffff", dark: "#16181c" },
};

/** Colours of a theme, by name. `ink` is the colour of the text. */
export type Palette = Readonly<Record<ColourName, string>>;

/** The colours as constants (print), or as custom properties with constants to fall back on (page). */
export function paletteOf(theme: Theme): Palette {
  const colour = (name: PageColour): string =>
    theme === "print" ? COLOURS[name].light : `var(--kktid-${name}, ${COLOURS[name].light})`;
  return {
    ink: theme === "print" ? "#000000" : "currentColor",
    blue: colour("blue"),
    vermillion: colour("vermillion"),
    green: colour("green"),
    purple: colour("purple"),
    orange: colour("orange"),
    sky: colour("sky"),
    muted: colour("muted"),
    faint: colour("faint"),
    paper: colour("paper"),
  };
}

/** Declarations of the custom properties, for the style sheet of a page that holds figures. */
export function colourProperties(appearance: "light" | "dark"): string {
  return Object.entries(COLOURS)
    .map(([name, value]) => `--kktid-${name}: ${value[appearance]};`)
    .join(" ");
}

/**
 * Fills of the phase diagram. They do not follow the theme: each cell carries its own background and a glyph in a
 * colour that stands out from it. Their lightness differs so much that a grey print keeps them apart.
 */
export const VERDICT_FILLS = {
  "globally-identifiable": { fill: "#0072b2", glyph: "#ffffff" },
  "locally-identifiable": { fill: "#74c0ee", glyph: "#000000" },
  nonidentifiable: { fill: "#f9d68a", glyph: "#000000" },
  inconclusive: { fill: "#fafafa", glyph: "#000000" },
} as const;

/** Colour, symbol and dash of the k-th series: two series that share a colour differ in the other two. */
export interface SeriesStyle {
  readonly colour: string;
  readonly symbol: "circle" | "square2" | "triangle2" | "diamond2" | "plus" | "times" | "asterisk";
  readonly dash: string | undefined;
}

const SERIES_COLOURS = ["blue", "vermillion", "green", "purple", "ink", "orange"] as const;
const SERIES_SYMBOLS = ["circle", "square2", "triangle2", "diamond2", "plus", "times", "asterisk"] as const;
const SERIES_DASHES = [undefined, "5 2", "1.5 1.5", "6 1.5 1.5 1.5", "9 3"] as const;

export function seriesStyle(index: number, palette: Palette): SeriesStyle {
  return {
    colour: palette[SERIES_COLOURS[index % SERIES_COLOURS.length]!],
    symbol: SERIES_SYMBOLS[index % SERIES_SYMBOLS.length]!,
    dash: SERIES_DASHES[index % SERIES_DASHES.length],
  };
}
