import { describe, expect, test } from "vitest";
import { COLOURS, paletteOf, seriesStyle, VERDICT_FILLS } from "../../src/figures/palette.ts";

type Triple = readonly [number, number, number];

/** Full dichromacies on linear RGB (Machado, Oliveira & Fernandes 2009, severity 1.0). */
const DEFICIENCIES: Readonly<Record<string, readonly Triple[]>> = {
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
};

function linear(hex: string): Triple {
  const part = (k: number): number => {
    const value = Number.parseInt(hex.slice(1 + 2 * k, 3 + 2 * k), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [part(0), part(1), part(2)];
}

const dot = (a: Triple, b: Triple): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const luminance = (rgb: Triple): number => dot([0.2126, 0.7152, 0.0722], rgb);

/** CIE L*a*b*, white point D65. */
function lab(rgb: Triple): Triple {
  const f = (t: number): number => (t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29);
  const x = f(dot([0.4124, 0.3576, 0.1805], rgb) / 0.9505);
  const y = f(luminance(rgb));
  const z = f(dot([0.0193, 0.1192, 0.9505], rgb) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const pairs = <T>(values: readonly T[]): [T, T][] =>
  values.flatMap((a, i) => values.slice(i + 1).map((b): [T, T] => [a, b]));
const contrast = (a: string, b: string): number => {
  const [low, high] = [luminance(linear(a)), luminance(linear(b))].sort((p, q) => p - q) as [number, number];
  return (high + 0.05) / (low + 0.05);
};

describe.each(Object.entries(DEFICIENCIES))("%s", (_, matrix) => {
  test("the colours that carry a meaning, and the fills of verdicts, stay apart", () => {
    const seen = (hex: string): Triple => lab(matrix.map((row) => dot(row, linear(hex))) as unknown as Triple);
    // A difference of 10 is seen at a glance; 2.3 is the least that is seen at all (Mahy et al. 1994).
    const meanings = [COLOURS.blue, COLOURS.vermillion, COLOURS.green].map((c) => c.light);
    for (const group of [meanings, Object.values(VERDICT_FILLS).map((v) => v.fill as string)]) {
      for (const [a, b] of pairs(group)) {
        const [p, q] = [seen(a), seen(b)];
        expect([a, b, Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]) > 10]).toEqual([a, b, true]);
      }
    }
  });
});

/** A difference that is seen beside each other, where symbol and dash differ as well. */
const SEEN = 5;

describe.each(["light", "dark"] as const)("series on a %s page", (appearance) => {
  const palette = {
    ...paletteOf("print"),
    ...Object.fromEntries(Object.entries(COLOURS).map(([k, v]) => [k, v[appearance]])),
  };
  const series = Array.from({ length: 24 }, (_, k) => seriesStyle(k, palette));

  test.each(Object.entries(DEFICIENCIES))("neighbours stay apart with %s", (_, matrix) => {
    const seen = (hex: string): Triple => lab(matrix.map((row) => dot(row, linear(hex))) as unknown as Triple);
    const ink = appearance === "light" ? "#000000" : "#ffffff";
    const colours = series.slice(0, 6).map(({ colour }) => (colour === palette.ink ? ink : colour));
    for (const [a, b] of pairs(colours)) {
      const [p, q] = [seen(a), seen(b)];
      expect([a, b, Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]) > SEEN]).toEqual([a, b, true]);
    }
  });

  test("two series never have the same colour and the same symbol or dash", () => {
    for (const [a, b] of pairs(series)) {
      expect(a.colour === b.colour && (a.symbol === b.symbol || a.dash === b.dash)).toBe(false);
    }
  });
});

test("a grey print keeps the fills of verdicts apart", () => {
  const lightness = Object.values(VERDICT_FILLS).map(({ fill }) => lab(linear(fill))[0]);
  for (const [a, b] of pairs(lightness)) expect(Math.abs(a - b)).toBeGreaterThan(8);
});

test("marks stand out from the paper, glyphs from their cells (WCAG 2.2, 1.4.11 and 1.4.3)", () => {
  for (const name of ["blue", "vermillion", "green", "purple", "orange", "muted"] as const) {
    for (const appearance of ["light", "dark"] as const) {
      expect([name, contrast(COLOURS[name][appearance], COLOURS.paper[appearance]) >= 3]).toEqual([name, true]);
    }
  }
  for (const { fill, glyph } of Object.values(VERDICT_FILLS)) expect(contrast(fill, glyph)).toBeGreaterThanOrEqual(4.5);
});
