import fc from "fast-check";
import { DOMParser } from "linkedom";
import { describe, expect, test } from "vitest";
import type { Figure, PhaseCell } from "../../src/document/figure.ts";
import { figureToPdf } from "../../src/figures/figure-pdf.ts";
import { figureToSvg } from "../../src/figures/figure-svg.ts";
import { xmlFault } from "../support/xml.ts";

interface Element {
  readonly children: { readonly length: number };
  getAttribute(name: string): string | null;
}
interface Parsed {
  querySelectorAll(selector: string): Iterable<Element>;
}

const parse = (svg: string): Parsed => new DOMParser().parseFromString(svg, "image/svg+xml") as unknown as Parsed;
const marks = (svg: string, name: string): number =>
  [...parse(svg).querySelectorAll(`g[data-mark="${name}"]`)].reduce((count, group) => count + group.children.length, 0);

const size = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e300, noNaN: true }), fc.constant(1e-320));
const coordinate = fc.double({ min: -1e100, max: 1e100, noNaN: true });
const name = fc.string({ maxLength: 12 });
const nullable = (arbitrary: fc.Arbitrary<number>): fc.Arbitrary<number | null> => fc.option(arbitrary, { nil: null });

const spectrum: fc.Arbitrary<Figure> = fc.record({
  kind: fc.constant("spectrum" as const),
  spectra: fc.array(
    fc.record({
      name,
      singularValues: fc.array(size, { maxLength: 80 }).map((values) => values.sort((a, b) => b - a)),
      tolerance: nullable(size),
      rank: fc.nat(80),
    }),
    { maxLength: 3 },
  ),
});

const recovered: fc.Arbitrary<Figure> = fc.record({
  kind: fc.constant("recovered-against-true" as const),
  samples: fc
    .array(
      fc.record({
        name,
        pairs: fc.array(fc.tuple(coordinate, coordinate), { maxLength: 6 }),
        errorBound: nullable(size),
      }),
      { maxLength: 9 },
    )
    .map((samples) =>
      samples.map(({ pairs, ...sample }) => ({
        ...sample,
        recovered: pairs.map(([a]) => a),
        truth: pairs.map(([, b]) => b),
      })),
    ),
});

const convergence: fc.Arbitrary<Figure> = fc.record({
  kind: fc.constant("convergence" as const),
  runs: fc.array(
    fc.record({
      name,
      points: fc.array(size, { maxLength: 20 }).map((sizes) => sizes.map((residual, step) => ({ step, residual }))),
    }),
    { maxLength: 4 },
  ),
  floor: nullable(size),
  events: fc.array(fc.record({ step: fc.nat(20), name }), { maxLength: 8 }),
});

const splitTree: fc.Arbitrary<Figure> = fc
  .array(fc.record({ parent: fc.nat(), label: name, outcome: fc.constantFrom("kept", "split", "merged", "pruned") }), {
    maxLength: 30,
  })
  .map((nodes) => ({
    kind: "split-tree" as const,
    nodes: nodes.map((node, k) => ({
      ...node,
      id: String(k),
      parent: node.parent % (k + 1) === k ? null : String(node.parent % (k + 1)),
    })),
  }));

const verdict = fc.constantFrom(
  ...(["globally-identifiable", "locally-identifiable", "nonidentifiable", "inconclusive"] as const),
);
const phase: fc.Arbitrary<Figure> = fc
  .record({
    columns: fc.integer({ min: 1, max: 8 }),
    rows: fc.integer({ min: 1, max: 8 }),
    verdicts: fc.array(verdict, { minLength: 64, maxLength: 64 }),
  })
  .map(({ columns, rows, verdicts }) => ({
    kind: "phase-diagram" as const,
    x: { name: "m", values: Array.from({ length: columns }, (_, k) => k + 1) },
    y: { name: "n", values: Array.from({ length: rows }, (_, k) => `{${k}}`) },
    cells: Array.from(
      { length: columns * rows },
      (_, k): PhaseCell => ({
        x: k % columns,
        y: Math.floor(k / columns),
        verdict: verdicts[k]!,
        recovered: k % 2 ? { successes: k % 4, trials: 4 } : null,
      }),
    ),
    boundaries: [
      { name: "b", along: "y" as const, thresholds: Array.from({ length: rows }, (_, k) => (k % 3 ? k : null)) },
    ],
  }));

const boxes: fc.Arbitrary<Figure> = fc.record({
  kind: fc.constant("certificate-boxes" as const),
  samples: fc.array(
    fc.record({
      name,
      norm: size,
      trueError: nullable(size),
      expectedError: nullable(size),
      estimatedBound: nullable(size),
      provedBound: nullable(size),
      uniqueWithin: nullable(size),
    }),
    { maxLength: 8 },
  ),
});

/** How many marks of which name stand for the data. */
function expectedMarks(figure: Figure): Record<string, number> {
  switch (figure.kind) {
    case "spectrum":
      return {};
    case "recovered-against-true": {
      const count = figure.samples.reduce((sum, sample) => sum + sample.truth.length, 0);
      return { coordinate: count, error: count, bound: figure.samples.filter((s) => s.errorBound !== null).length };
    }
    case "convergence":
      return { residual: figure.runs.reduce((sum, run) => sum + run.points.length, 0), event: figure.events.length };
    case "split-tree":
      return { link: figure.nodes.filter((node) => node.parent !== null).length };
    case "phase-diagram":
      return { recovered: figure.cells.filter((cell) => cell.recovered !== null).length };
    case "certificate-boxes":
      return {
        "true error": figure.samples.filter((s) => s.trueError !== null).length,
        "proved bound": figure.samples.filter((s) => s.provedBound !== null).length,
        "unique within": figure.samples.filter((s) => s.uniqueWithin !== null).length,
      };
  }
}

describe.each([
  ["spectrum", spectrum],
  ["recovered against true", recovered],
  ["convergence", convergence],
  ["split tree", splitTree],
  ["phase diagram", phase],
  ["certificate boxes", boxes],
])("%s", (_, figures) => {
  test("any data give one svg with a mark for each datum, unique ids and the same bytes again", () => {
    fc.assert(
      fc.property(figures, fc.constantFrom("page" as const, "print" as const), (figure, theme) => {
        const svg = figureToSvg(figure, { theme, idPrefix: "p", title: "t", description: "d" });
        const drawing = svg.slice(svg.indexOf("</desc>")).replace(/<text.*?<\/text>/gs, "");
        expect(xmlFault(svg)).toBeNull();
        expect(drawing).not.toMatch(/NaN|undefined|Infinity|null|<style|<script|class=/);
        const ids = [...parse(svg).querySelectorAll("[id]")].map((element) => element.getAttribute("id"));
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.every((id) => id?.startsWith("p-"))).toBe(true);
        for (const [mark, count] of Object.entries(expectedMarks(figure)))
          expect([mark, marks(svg, mark)]).toEqual([mark, count]);
        expect(figureToSvg(figure, { theme, idPrefix: "p", title: "t", description: "d" })).toBe(svg);
      }),
      { numRuns: 25 },
    );
  });
});

const spectrumOf = (value: number): string =>
  figureToSvg({ kind: "spectrum", spectra: [{ name: "J", singularValues: [1, value, 0], tolerance: 1e-12, rank: 1 }] });

test("a value just below the tolerance is dropped, just above it is kept", () => {
  expect([marks(spectrumOf(1.001e-12), "kept"), marks(spectrumOf(1.001e-12), "dropped")]).toEqual([2, 1]);
  expect([marks(spectrumOf(0.999e-12), "kept"), marks(spectrumOf(0.999e-12), "dropped")]).toEqual([1, 2]);
});

test("a number that has no place in a picture is an error that names it", () => {
  expect(() => spectrumOf(Number.NaN)).toThrow(/singular value 2 of J/);
  expect(() => spectrumOf(Number.POSITIVE_INFINITY)).toThrow(/finite/);
});

test("another verdict of one cell changes the mark of that cell alone", () => {
  const diagram = (last: PhaseCell["verdict"]): string =>
    figureToSvg({
      kind: "phase-diagram",
      x: { name: "m", values: [1, 2, 3] },
      y: { name: "n", values: [1] },
      boundaries: [],
      cells: ["inconclusive", "nonidentifiable", last].map((v, x) => ({
        x,
        y: 0,
        verdict: v as PhaseCell["verdict"],
        recovered: null,
      })),
    });
  expect(marks(diagram("nonidentifiable"), "nonidentifiable")).toBe(2);
  expect(marks(diagram("inconclusive"), "nonidentifiable")).toBe(1);
  expect(marks(diagram("inconclusive"), "inconclusive")).toBe(2);
});

test("a PDF has the same bytes again", async () => {
  const figure: Figure = {
    kind: "spectrum",
    spectra: [{ name: "J ≤ ∞", singularValues: [1, 1e-20], tolerance: 1e-12, rank: 1 }],
  };
  const [first, second] = [await figureToPdf(figure), await figureToPdf(figure)];
  expect(new TextDecoder("latin1").decode(first.subarray(0, 5))).toBe("%PDF-");
  expect(second).toEqual(first);
});
