import { binomial, symmetricDimension } from "../../equations/shape.ts";
import { doublePointRank, provedNodeRank } from "../../identifiability/ranks/interpolation.ts";
import { nodeRankBound } from "../../identifiability/ranks/rank-bounds.ts";
import type { Claim, Experiment } from "../experiment.ts";
import { hermiteRank } from "../modular.ts";
import { exactRow, integerRow, type RowText } from "../rows.ts";
import { degreesUpTo, type ShapeText, setText, shapeOf } from "../shapes.ts";

/** Shapes that no theorem covers at every width: the rank lies between what is proved and what rows and columns allow. */
const SHAPES_OF_BOUNDS: readonly ShapeText[] = [
  { activation: [2, 3], inputDim: 3 },
  { activation: [1, 3, 4], inputDim: 2 },
  { activation: [1, 2, 3], inputDim: 3, trained: ["hidden", "output"] },
  { activation: [3], inputDim: 3, trained: ["hidden", "output"] },
  { activation: [2, 3], inputDim: 2, outputs: 2, trained: ["hidden", "bias", "output"] },
  { activation: [3], inputDim: 3, frozenBias: true },
];

/** Ranks of double points with all exceptions of Alexander and Hirschowitz, and their neighbours. */
export const interpolation: Claim = {
  id: "interpolation",
  statement:
    "Values and gradients at m general nodes have the expected rank on polynomials of degree p, but for the exceptions of Alexander and Hirschowitz.",
  ofSourcePaper: false,
  page: "proofs/interpolation.md",
  experiments: [
    ...[1, 5].map((m) => allDegrees(4, 2, m, 0)),
    ...[2, 3, 4].map((m) => allDegrees(4, 2, m, (m * (m - 1)) / 2)),
    ...around(2, 4, 5),
    ...around(4, 3, 7),
    ...around(3, 4, 9),
    ...around(4, 4, 14),
    ...[
      [2, 5, 7],
      [3, 5, 14],
      [5, 3, 9],
    ].map(([d, p, m]) => allDegrees(d!, p!, m!, 0)),
    ...aroundMonomial(3, 4, 5),
    ...aroundMonomial(5, 3, 7),
    ...aroundMonomial(4, 4, 9),
    ...aroundMonomial(5, 4, 14),
    withoutConstant(2, 4, 5),
    withoutConstant(4, 3, 7),
    ...[2, 3, 4].flatMap((d) => [2, 3, 4, 5].map((p) => everyWidth(d, p, false))),
    ...SHAPES_OF_BOUNDS.map((text) => boundedRow(text)),
    ...[
      [2, 9],
      [3, 7],
      [4, 6],
      [5, 4],
      [6, 4],
      [7, 3],
    ].map(([d, p]) => everyWidth(d!, p!, true)),
    coincident(3, 3, 4),
    coincident(2, 4, 4),
  ],
};

/** Lower and upper bounds of the tool against the rank, which meets the upper one where they are wide enough apart. */
function boundedRow(text: ShapeText): Experiment {
  const layers = (text.trained ?? ["hidden"]).join(", ");
  const kind = `${text.frozenBias === true ? ", frozen bias" : ""}${text.outputs === undefined ? "" : `, C = ${text.outputs}`}`;
  return exactRow(
    {
      label: `${setText(text.activation as readonly number[])}, d = ${text.inputDim}, ${layers}${kind}, m = 1 … 12: within the bounds`,
      trials: 1,
      longTrials: 2,
    },
    (draw) =>
      Array.from({ length: 12 }, (_, k) => k + 1).every((width) => {
        const shape = shapeOf({ ...text, width });
        const rank = hermiteRank(draw, shape) + (draw.sabotaged ? 1 : 0);
        return provedNodeRank(shape, width) <= rank && rank <= nodeRankBound(shape, width).rank;
      }),
  );
}

/** Values and gradients on all polynomials of degree ≤ p: min(m(d + 1), N) less a defect. */
function allDegrees(d: number, p: number, m: number, defect: number): Experiment {
  const columns = binomial(d + p, p);
  // With p = 2 the defect is one of m(d + 1), which may exceed the columns.
  const is = p === 2 ? Math.min(m * (d + 1) - defect, columns) : Math.min(m * (d + 1), columns) - defect;
  const shape = shapeOf({ activation: degreesUpTo(p), inputDim: d, width: m, trained: ["hidden", "output"] });
  return integerRow({
    ...verdictOf(defect, `d = ${d}, p = ${p}, m = ${m}`),
    is,
    measure: (draw) => hermiteRank(draw, shape),
  });
}

/** The exception and one node fewer and more. */
function around(d: number, p: number, m: number): Experiment[] {
  return [allDegrees(d, p, m - 1, 0), allDegrees(d, p, m, 1), allDegrees(d, p, m + 1, 0)];
}

/** Gradients on the forms of degree p alone. */
function monomial(d: number, p: number, m: number, defect: number): Experiment {
  return integerRow({
    ...verdictOf(defect, `one monomial z^${p}, d = ${d}, m = ${m}`),
    is: Math.min(m * d, symmetricDimension(d, p)) - defect,
    measure: (draw) => hermiteRank(draw, shapeOf({ activation: [p], inputDim: d, width: m })),
  });
}

function aroundMonomial(d: number, p: number, m: number): Experiment[] {
  return [monomial(d, p, m - 1, 0), monomial(d, p, m, 1), monomial(d, p, m + 1, 0)];
}

function verdictOf(defect: number, label: string): RowText {
  return defect === 0
    ? { label: `${label}: as expected` }
    : { label: `${label}: exception, ${defect} less`, hypothesis: "violated" };
}

/** The table of the theorem at every width up to one more than are needed. */
function everyWidth(d: number, p: number, onlyLong: boolean): Experiment {
  const most = Math.ceil(binomial(d + p, p) / (d + 1)) + 1;
  return exactRow(
    { label: `d = ${d}, p = ${p}, m = 1 … ${most}: as in the table`, trials: 1, longTrials: 2, onlyLong },
    (draw) =>
      Array.from({ length: most }, (_, k) => k + 1).every((m) => {
        const shape = shapeOf({ activation: degreesUpTo(p), inputDim: d, width: m, trained: ["hidden", "output"] });
        const rank = doublePointRank(d + 1, p, m) + (draw.sabotaged && m === most - 1 ? 1 : 0);
        return hermiteRank(draw, shape) === rank;
      }),
  );
}

/** c_0 = 0: the exceptions of p ≥ 3 disappear. */
function withoutConstant(d: number, p: number, m: number): Experiment {
  return integerRow({
    label: `d = ${d}, p = ${p}, m = ${m} without a constant: no exception`,
    is: Math.min(m * (d + 1), binomial(d + p, p) - 1),
    measure: (draw) =>
      hermiteRank(
        draw,
        shapeOf({ activation: degreesUpTo(p, 1), inputDim: d, width: m, trained: ["hidden", "output"] }),
      ),
  });
}

/** Two of m + 1 neurons coincide: no more rank than m have. */
function coincident(d: number, p: number, m: number): Experiment {
  const shape = shapeOf({ activation: degreesUpTo(p), inputDim: d, width: m + 1, trained: ["hidden", "output"] });
  return integerRow({
    label: `d = ${d}, p = ${p}, m = ${m + 1}, two neurons coincide: rank of ${m}`,
    hypothesis: "violated",
    is: Math.min(m * (d + 1), binomial(d + p, p)),
    measure: (draw) => hermiteRank(draw, shape, [m, 0]),
  });
}
