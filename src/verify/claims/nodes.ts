import { macaulayBound } from "../../counting/macaulay-bound.ts";
import { equationCount, unknownCount } from "../../equations/shape.ts";
import { gaugeDimension } from "../../identifiability/gauge.ts";
import { jacobianRankBound } from "../../identifiability/ranks/rank-bounds.ts";
import { findUnitBlock } from "../../identifiability/ranks/unit-points.ts";
import { kktRanks } from "../../identifiability/stationary/kkt-nodes.ts";
import type { Claim, Draw, Experiment } from "../experiment.ts";
import { dataSideRank, hermiteRank, jacobianRank } from "../modular.ts";
import { exactPair, exactRow, integerRow } from "../rows.ts";
import { type ShapeText, shapeOf } from "../shapes.ts";

/** More general nodes than the dimension of the candidates determine P. */
export const generalNodesGlobal: Claim = {
  id: "general-nodes-global",
  statement:
    "With m ≥ r + 1 general nodes, r the dimension of the set of all P of n samples, only one P fits; first-order ranks are the smaller of both steps.",
  ofSourcePaper: false,
  page: "proofs/general-nodes-global.md",
  experiments: [
    ...fibrePair({ activation: "z + z^2 + z^3", inputDim: 1, trained: ["output"] }, 1, 2),
    ...fibrePair({ activation: "z + z^2 + z^3 + z^4", inputDim: 1, trained: ["output"] }, 1, 2),
    ...fibrePair({ activation: "z + z^2 + z^3", inputDim: 2, trained: ["output"] }, 1, 3),
    ...(
      [
        [{ activation: "z + z^2 + z^3", inputDim: 4, trained: ["hidden", "output"] }, 4],
        [{ activation: "z + z^2 + z^3", inputDim: 3 }, 4],
        [{ activation: "z^3", inputDim: 4 }, 3],
        [{ activation: "z^2 + z^3", inputDim: 3, trained: ["hidden", "bias", "output"] }, 5],
      ] as const
    ).map(([text, n]) => minimumRow(text, n)),
    ...localPair({ activation: "z + z^2 + z^3", inputDim: 4, trained: ["hidden", "output"] }, 4, 4),
    ...localPair({ activation: "z + z^2 + z^3", inputDim: 4 }, 4, 5),
  ],
};

/** Data sets over the closure of a prime field that share the equations of r + 1 neurons, or of r. */
function fibrePair(text: ShapeText, n: number, r: number): Experiment[] {
  const name = String(text.activation);
  return exactPair(
    {
      satisfied: `${name}, d = ${text.inputDim}, n = ${n}, m = r + 1 = ${r + 1}: one data set`,
      violated: `${name}, d = ${text.inputDim}, n = ${n}, m = r = ${r}: several`,
    },
    ({ seed }, satisfied) => {
      const shape = shapeOf({ ...text, width: satisfied ? r + 1 : r });
      const bound = macaulayBound({
        shape,
        samples: n,
        level: "equations",
        rootOrder: 1,
        seed,
        maxEntries: 4e6,
        shouldStop: () => false,
      });
      // Where nothing was counted, nothing is shown: the trial disagrees.
      return bound === null ? !satisfied : bound.count === 1;
    },
  );
}

/** Jacobian rank = min(rank of the moments at n, rank of the nodes at m) for every width up to saturation. */
function minimumRow(text: ShapeText, n: number): Experiment {
  const layers = (text.trained ?? ["hidden"]).join(", ");
  return exactRow(
    { label: `${text.activation}, d = ${text.inputDim}, n = ${n}, ${layers}, m = 1 … 12: least of both`, trials: 2 },
    (draw) =>
      Array.from({ length: 12 }, (_, k) => k + 1).every((width) => {
        const shape = shapeOf({ ...text, width });
        const least = Math.min(dataSideRank(draw, shape, n), hermiteRank(draw, shape));
        return jacobianRank(draw, shape, n) === least + (draw.sabotaged ? 1 : 0);
      }),
  );
}

/** The least width with full Jacobian rank, and one neuron fewer. */
function localPair(text: ShapeText, n: number, width: number): Experiment[] {
  const what = `${text.activation}, d = ${text.inputDim}, n = ${n}, ${(text.trained ?? ["hidden"]).join(" and ")}`;
  return exactPair(
    { satisfied: `${what}, m = ${width}: isolated`, violated: `${what}, m = ${width - 1}: a continuum` },
    (draw, satisfied) => {
      const shape = shapeOf({ ...text, width: satisfied ? width : width - 1 });
      return jacobianRank(draw, shape, n) === unknownCount(shape, n) - gaugeDimension(shape, n);
    },
  );
}

/** Full rank isolates, a constant deficient rank leaves a continuum. */
export const localRank: Claim = {
  id: "local-rank",
  statement: "A Jacobian of full rank up to the gauge isolates the data set; a generic rank below leaves a continuum.",
  ofSourcePaper: false,
  page: "proofs/local-rank.md",
  experiments: [
    ...localPair({ activation: "z + z^2 + z^3", inputDim: 3 }, 4, 6),
    ...localPair({ activation: "z^2 + z^3", inputDim: 3, trained: ["hidden", "bias"] }, 4, 4),
    ...localPair({ activation: "z^3", inputDim: 3 }, 3, 3),
    ...localPair({ activation: "z + z^2 + z^3", inputDim: 2, outputs: 2, trained: ["hidden", "output"] }, 4, 4),
    integerRow({
      label: "z^3, d = 3, n = 3, m = 20: never above the unknowns less the gauge",
      is: 9,
      measure: (draw) => jacobianRank(draw, shapeOf({ activation: "z^3", inputDim: 3, width: 20 }), 3),
    }),
  ],
};

/** Shapes whose Jacobian reaches the bound of counting at every width. */
const BOUNDED: readonly { readonly text: ShapeText; readonly n: number }[] = [
  { text: { activation: "z + z^2 + z^3", inputDim: 5, outputs: 3 }, n: 3 },
  { text: { activation: "z^2 + z^3", inputDim: 4, outputs: 2, trained: ["hidden", "output"] }, n: 3 },
  { text: { activation: "z^3", inputDim: 3, trained: ["hidden", "output"] }, n: 3 },
];

/** Equations that count: nullity is at least the unknowns less the independent equations. */
export const counting: Claim = {
  id: "counting",
  statement: "Fewer independent equations than unknowns beyond the gauge leave a continuum of data sets.",
  ofSourcePaper: false,
  page: "proofs/counting.md",
  experiments: [
    ...[
      { text: { activation: "z + z^2 + z^3", inputDim: 3 }, n: 3, width: 4 },
      { text: { activation: "z^2 + z^3", inputDim: 4, trained: ["hidden", "bias"] as const }, n: 4, width: 4 },
      { text: { activation: "z + z^2 + z^3 + z^4", inputDim: 2, trained: ["output"] as const }, n: 3, width: 9 },
    ].flatMap(({ text, n, width }) => shortagePair(text, n, width)),
    ...[
      { width: 6, is: 32 },
      { width: 7, is: 36 },
    ].map(({ width, is }) =>
      integerRow({
        label: `three outputs, d = 6, n = 4, m = ${width}: ${is} of 36 independent, of ${6 * width}`,
        hypothesis: width === 6 ? "satisfied" : "violated",
        is,
        measure: (draw) =>
          jacobianRank(draw, shapeOf({ activation: "z + z^2 + z^3", inputDim: 6, outputs: 3, width }), 4),
      }),
    ),
    ...BOUNDED.map(({ text, n }) => boundRow(text, n)),
    integerRow({
      label: "z + z^2 + z^3, d = 3, n = 3, m = 4 of which two coincide: a continuum of 3",
      is: 3,
      measure: (draw) =>
        12 - hermiteRank(draw, shapeOf({ activation: "z + z^2 + z^3", inputDim: 3, width: 4 }), [3, 0]),
    }),
  ],
};

/** The bound of counting is the Jacobian rank at every width: equations, moments and the rank of the known side. */
function boundRow(text: ShapeText, n: number): Experiment {
  const outputs = text.outputs === undefined ? "" : `, C = ${text.outputs}`;
  return exactRow(
    {
      label: `${text.activation}, d = ${text.inputDim}${outputs}, n = ${n}, m = 1 … 8: the rank is as counted`,
      trials: 1,
    },
    (draw) =>
      Array.from({ length: 8 }, (_, k) => k + 1).every((width) => {
        const shape = shapeOf({ ...text, width });
        return jacobianRank(draw, shape, n) === jacobianRankBound(shape, width, n) - (draw.sabotaged ? 1 : 0);
      }),
  );
}

/** Whether the Jacobian leaves a direction open: with a neuron too few it must, with enough equations it need not. */
function shortagePair(text: ShapeText, n: number, enough: number): Experiment[] {
  const equations = (width: number): number => equationCount(shapeOf({ ...text, width }));
  const unknowns = unknownCount(shapeOf(text), n);
  const what = `${text.activation}, d = ${text.inputDim}, n = ${n}`;
  return exactPair(
    {
      satisfied: `${what}: ${equations(enough - 1)} equations, ${unknowns} unknowns, a continuum`,
      violated: `${what}: ${equations(enough)} equations, ${unknowns} unknowns, none`,
    },
    (draw, satisfied) => jacobianRank(draw, shapeOf({ ...text, width: satisfied ? enough - 1 : enough }), n) < unknowns,
  );
}

/** A small matrix at unit points stands for the Jacobian. */
export const unitPoints: Claim = {
  id: "unit-points",
  statement: "Full column rank of one block at unit points gives the Jacobian full rank at general nodes and data.",
  ofSourcePaper: false,
  page: "proofs/unit-points.md",
  experiments: (
    [
      [{ activation: "z + z^2 + z^3", inputDim: 6 }, 4, 8],
      [{ activation: "z^3", inputDim: 5 }, 5, 9],
      [{ activation: "z + z^2 + z^3", inputDim: 5, outputs: 2 }, 3, 7],
      [{ activation: "z^2 + z^3", inputDim: 4, trained: ["hidden", "bias"] }, 5, 10],
    ] as const
  ).flatMap(([text, n, width]) =>
    exactPair(
      {
        satisfied: `${text.activation}, d = ${text.inputDim}, n = ${n}, m = ${width}: block and Jacobian full`,
        violated: `${text.activation}, d = ${text.inputDim}, n = ${n}, m = ${width - 1}: the block lacks a row`,
      },
      (draw, satisfied) => {
        const shape = shapeOf({ ...text, width: satisfied ? width : width - 1 });
        const free = unknownCount(shape, n) - gaugeDimension(shape, n);
        return findUnitBlock(shape, n, draw.seed) !== null && jacobianRank(draw, shape, n) === free;
      },
    ),
  ),
};

const CUBIC = { activation: "z + z^2 + z^3" } as const;

/** Exact stationary points have the ranks of general nodes, unless their neurons are parallel. */
export const kktNodes: Claim = {
  id: "kkt-nodes",
  statement:
    "With the hidden layer trained and two degrees, stationary neurons lie on a curve, and distinct ones reach the ranks of general nodes.",
  ofSourcePaper: false,
  page: "proofs/kkt-nodes.md",
  experiments: [
    ...(
      [
        [CUBIC, 3, 3, 4, "jacobian", 12, "full"],
        [CUBIC, 3, 3, 3, "jacobian", 9, "three short"],
        [CUBIC, 2, 2, 5, "hermite", 9, "full"],
        [CUBIC, 2, 2, 4, "hermite", 8, "one short"],
        [{ activation: "z^2 + z^3", trained: ["hidden", "bias"] }, 2, 3, 4, "jacobian", 9, "full"],
        [{ activation: "z^3" }, 3, 3, 6, "hermite", 3, "parallel neurons, rank of one"],
      ] as const
    ).map(([text, inputDim, n, width, matrix, is, what]) =>
      integerRow({
        label: `${text.activation}${"trained" in text ? " with bias" : ""}, d = ${inputDim}, n = ${n}, m = ${width}, ${matrix}: ${what}`,
        hypothesis: what === "full" ? "satisfied" : "violated",
        trials: 2,
        is,
        measure: ({ seed }: Draw) =>
          kktRanks(shapeOf({ ...text, inputDim, width, setting: "kkt" }), n, seed)?.[matrix] ?? Number.NaN,
      }),
    ),
  ],
};
