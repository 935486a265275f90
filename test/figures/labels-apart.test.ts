import { DOMParser } from "linkedom";
import { describe, expect, test } from "vitest";
import type { Figure, PhaseBoundary, Spectrum } from "../../src/document/figure.ts";
import { FIGURE_WIDTH } from "../../src/figures/drawing.ts";
import { figureToSvg } from "../../src/figures/figure-svg.ts";
import { coordinatesShown } from "../../src/figures/many-coordinates.ts";
import { textWidth } from "../../src/figures/text.ts";
import { xmlFault } from "../support/xml.ts";

interface Element {
  readonly tagName: string;
  readonly textContent: string;
  readonly children: Iterable<Element>;
  getAttribute(name: string): string | null;
}

interface Box {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The parts of a picture that every element inherits from those around it. */
interface Inherited {
  readonly x: number;
  readonly y: number;
  readonly fontSize: number;
  readonly anchor: string;
}

/** What {@link textWidth} estimates from above. */
const WIDTH_SHARE = 0.8;

const parse = (
  svg: string,
): { readonly documentElement: Element; querySelectorAll(selector: string): { readonly length: number } } =>
  new DOMParser().parseFromString(svg, "image/svg+xml") as never;

/** Rough boxes of all texts that are not turned. */
function textBoxes(svg: string): Box[] {
  const root = parse(svg).documentElement;
  const boxes: Box[] = [];
  const visit = (element: Element, around: Inherited): void => {
    const transform = element.getAttribute("transform") ?? "";
    if (transform.includes("rotate")) return;
    const [, dx = "0", dy = "0"] = /translate\(([-\d.e]+)[, ]*([-\d.e]+)?\)/.exec(transform) ?? [];
    const here: Inherited = {
      x: around.x + Number(dx),
      y: around.y + Number(dy ?? 0),
      fontSize: Number.parseFloat(element.getAttribute("font-size") ?? String(around.fontSize)),
      anchor: element.getAttribute("text-anchor") ?? around.anchor,
    };
    if (element.tagName.toLowerCase() === "text") boxes.push(boxOf(element, here));
    else for (const child of element.children) visit(child, here);
  };
  visit(root, { x: 0, y: 0, fontSize: 8.5, anchor: "middle" });
  return boxes.filter(({ text }) => text.trim() !== "");
}

function boxOf(element: Element, { x, y, fontSize, anchor }: Inherited): Box {
  const width = WIDTH_SHARE * textWidth(element.textContent, fontSize);
  const shift = { start: 0, middle: width / 2, end: width }[anchor] ?? 0;
  const offset = /^(-?[\d.]+)em$/.exec(element.getAttribute("y") ?? "");
  const baseline = y + (offset === null ? 0 : Number(offset[1]) * fontSize);
  const left = x - shift;
  return { text: element.textContent, left, right: left + width, top: baseline - 0.65 * fontSize, bottom: baseline };
}

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** Pairs of texts that cover each other. */
function collisions(svg: string): string[] {
  const boxes = textBoxes(svg);
  return boxes.flatMap((a, i) =>
    boxes
      .slice(i + 1)
      .filter((b) => overlap(a, b))
      .map((b) => `${a.text} | ${b.text}`),
  );
}

const geometric = (count: number, ratio: number): number[] => Array.from({ length: count }, (_, k) => ratio ** k);

const spectrumOf = (name: string, count: number, ratio: number): Spectrum => ({
  name,
  singularValues: geometric(count, ratio),
  tolerance: 1.7e-11,
  rank: count,
});

const border = (name: string, slope: number): PhaseBoundary => ({
  name,
  along: "x",
  thresholds: Array.from({ length: 60 }, (_, k) => 1 + Math.floor(slope * k)),
});

const FIGURES: Readonly<Record<string, Figure>> = {
  spectra: {
    kind: "spectrum",
    spectra: [
      spectrumOf("known side", 4, 0.1),
      spectrumOf("Hermite matrix", 34, 0.3),
      spectrumOf("flattening of the top moment tensor", 13, 0.01),
      spectrumOf("Jacobian at the data set", 120, 0.8),
    ],
  },
  convergence: {
    kind: "convergence",
    runs: ["random start", "splitting", "annealing", "refinement", "double-double"].map((name, k) => ({
      name,
      points: geometric(100, 0.9).map((residual, step) => ({ step: 100 * k + step, residual: residual * 10 ** -k })),
    })),
    floor: 1.8e-15,
    events: [10, 14, 20, 21, 160, 300, 301, 302, 303, 304, 305].map((step) => ({ step, name: "sample added" })),
  },
  "split tree": {
    kind: "split-tree",
    nodes: Array.from({ length: 40 }, (_, k) => ({
      id: String(k),
      parent: k < 2 ? null : String(Math.floor((k - 1) / 3)),
      label: `sample ${(k % 6) + 1}, λ = -1.${k}e-${k}`,
      outcome: (["split", "kept", "merged", "pruned"] as const)[k % 4]!,
    })),
  },
  "phase diagram": {
    kind: "phase-diagram",
    x: { name: "width m", values: Array.from({ length: 60 }, (_, k) => k + 1) },
    y: { name: "samples n", values: Array.from({ length: 60 }, (_, k) => k + 1) },
    cells: Array.from({ length: 3600 }, (_, k) => ({
      x: k % 60,
      y: Math.floor(k / 60),
      verdict: k % 60 > Math.floor(k / 60) ? "globally-identifiable" : "nonidentifiable",
      recovered: null,
    })),
    boundaries: [0.2, 0.3, 0.4, 0.5, 0.6, 0.7].map((slope) => border(`claim ${slope}: m ≥ widthForThisClaim`, slope)),
  },
  "certificate boxes": {
    kind: "certificate-boxes",
    samples: Array.from({ length: 40 }, (_, k) => ({
      name: `sample ${k + 1}`,
      norm: 1,
      trueError: 1e-14,
      expectedError: 2e-14,
      estimatedBound: 2e-13,
      provedBound: 1e-9,
      uniqueWithin: 1e-3,
    })),
  },
};

/** `samples` of `dimension` coordinates, the errors of which grow from one to the next. */
function manyCoordinates(samples: number, dimension: number): Extract<Figure, { kind: "recovered-against-true" }> {
  return {
    kind: "recovered-against-true",
    samples: Array.from({ length: samples }, (_, i) => {
      const truth = Array.from({ length: dimension }, (_, k) => Math.sin(1 + k * (i + 1)));
      const recovered = truth.map((value, k) => value + 1e-12 * (k + 1));
      return { name: `sample ${i + 1}`, truth, recovered, errorBound: 1e-8 };
    }),
  };
}

describe.each(Object.entries({ ...FIGURES, "recovered against true": manyCoordinates(6, 784) }))("%s", (_, figure) => {
  const svg = figureToSvg(figure, { theme: "print" });

  test("no text covers another", () => {
    expect(textBoxes(svg).length).toBeGreaterThan(5);
    expect(collisions(svg)).toEqual([]);
  });

  test("no text leaves the picture, and none is cut", () => {
    const outside = textBoxes(svg).filter(({ left, right }) => left < -1 || right > FIGURE_WIDTH + 1);
    expect(outside).toEqual([]);
    expect(svg).not.toContain("…");
  });
});

test("the check sees two texts at one place", () => {
  const at = (x: number): string => `<text transform="translate(${x},20)">tolerance</text>`;
  expect(collisions(`<svg xmlns="http://www.w3.org/2000/svg">${at(50)}${at(60)}</svg>`)).toHaveLength(1);
  expect(collisions(`<svg xmlns="http://www.w3.org/2000/svg">${at(50)}${at(150)}</svg>`)).toEqual([]);
});

test("of very many coordinates some are shown, among them the worst, and their errors as quartiles", () => {
  const marks = (svg: string, name: string): number => parse(svg).querySelectorAll(`g[data-mark="${name}"] > *`).length;
  const few = figureToSvg(manyCoordinates(1, 400));
  const many = figureToSvg(manyCoordinates(1, 401));
  expect([marks(few, "coordinate"), marks(few, "error")]).toEqual([400, 400]);
  expect([marks(many, "coordinate"), marks(many, "error")]).toEqual([400, 0]);
  expect([few, many].map((svg) => svg.includes("median error"))).toEqual([false, true]);
  expect(figureToSvg(manyCoordinates(40, 784)).length).toBeLessThan(120_000);
  const figure = manyCoordinates(2, 500);
  const far = { ...figure, samples: figure.samples.map((s) => ({ ...s, recovered: s.recovered.with(77, 9) })) };
  expect(coordinatesShown(far.samples).map((shown) => shown.some(({ recovered }) => recovered === 9))).toEqual([
    true,
    true,
  ]);
});

test("the check of XML finds what is ill-formed", () => {
  expect(xmlFault('<svg a="1"><g/>a &amp; b</svg>')).toBeNull();
  for (const broken of [
    "<svg>",
    "<svg><g></svg></g>",
    "<svg a=1/>",
    '<svg a="1" a="2"/>',
    "<svg>&nbsp;</svg>",
    "<a/><b/>",
  ]) {
    expect([broken, xmlFault(broken)]).not.toEqual([broken, null]);
  }
});
