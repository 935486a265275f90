import { jacobianMatrix } from "../../equations/jacobian.ts";
import { type EquationShape, unknownCount } from "../../equations/shape.ts";
import { primeRing, randomData, randomNodes } from "../../identifiability/ranks/prime-ring.ts";
import type { Claim, Draw, Experiment } from "../experiment.ts";
import { momentsOf, rankOf } from "../modular.ts";
import { exactPair } from "../rows.ts";
import { type ShapeText, shapeOf } from "../shapes.ts";

/** Rows of ∇q in (g_1, x_1, …) at data of one output. */
type Gradients = (
  draw: Draw,
  shape: EquationShape,
  points: readonly number[],
  multipliers: readonly number[],
) => number[][];

/** Derivatives of all coordinates of T_k, exactly: the moments are polynomials of degree at most k in a single unknown. */
function momentGradients(k: number): Gradients {
  return ({ field }, { inputDim: d }, points, multipliers) => {
    const ring = primeRing(field);
    const seen = shapeOf({ activation: [k], inputDim: d });
    const n = multipliers.length;
    const columns: number[][] = [];
    for (let i = 0; i < n; i++) {
      const x = points.slice(i * d, (i + 1) * d);
      const g = multipliers[i]!;
      const at = (point: readonly number[], multiplier: number): number[] =>
        momentsOf(ring, seen, { points: point, multipliers: [multiplier] });
      columns.push(at(x, 1));
      // Σ_t c_t q(x_e + t) with the weights of q′(0) for degree k ≤ 3: (−11, 18, −9, 2)/6.
      const sixth = field.inverse(6);
      for (let e = 0; e < d; e++) {
        const values = [0, 1, 2, 3].map((t) => at(x.with(e, field.add(x[e]!, t)), g));
        columns.push(
          values[0]!.map((_, c) => {
            const parts = [field.mul(field.sub(0, 11), values[0]![c]!), field.mul(18, values[1]![c]!)];
            parts.push(field.mul(field.sub(0, 9), values[2]![c]!), field.mul(2, values[3]![c]!));
            return field.mul(
              sixth,
              parts.reduce((sum, value) => field.add(sum, value), 0),
            );
          }),
        );
      }
    }
    return columns[0]!.map((_, r) => columns.map((column) => column[r]!));
  };
}

const weightedNorms: Gradients = ({ field }, { inputDim: d }, points, multipliers) => [
  multipliers.flatMap((g, i) => {
    const x = points.slice(i * d, (i + 1) * d);
    const square = x.reduce((sum, value) => field.add(sum, field.mul(value, value)), 0);
    return [square, ...x.map((value) => field.mul(field.add(g, g), value))];
  }),
];

const firstNorm: Gradients = (_, shape, points, multipliers) => {
  const row = new Array<number>(unknownCount(shape, multipliers.length)).fill(0);
  for (let e = 0; e < shape.inputDim; e++) row[1 + e] = points[e]!;
  return [row];
};

/** x_e δx_f = x_f δx_e */
const firstDirection: Gradients = ({ field }, shape, points, multipliers) => {
  const rows: number[][] = [];
  for (let e = 0; e < shape.inputDim; e++) {
    for (let f = e + 1; f < shape.inputDim; f++) {
      const row = new Array<number>(unknownCount(shape, multipliers.length)).fill(0);
      row[1 + f] = points[e]!;
      row[1 + e] = field.sub(0, points[f]!);
      rows.push(row);
    }
  }
  return rows;
};

/** What stays determined on a continuum. */
export const partialAnswers: Claim = {
  id: "partial-answers",
  statement:
    "On a continuum of data sets a quantity is constant exactly if its derivative vanishes on the null space of the Jacobian.",
  ofSourcePaper: false,
  page: "proofs/partial-answers.md",
  experiments: [
    ...quantityPair(
      "z + z^2, d = 3, n = 3, m = 20",
      { activation: "z + z^2", inputDim: 3, width: 20 },
      3,
      ["T_2", momentGradients(2)],
      ["T_3", momentGradients(3)],
    ),
    ...quantityPair(
      "z + z^2, d = 3, n = 3, m = 20",
      { activation: "z + z^2", inputDim: 3, width: 20 },
      3,
      ["Σ g ‖x‖²", weightedNorms],
      ["‖x_1‖²", firstNorm],
    ),
    ...quantityPair(
      "1 + z^3, output layer, d = 3, n = 2, m = 20",
      { activation: "1 + z^3", inputDim: 3, width: 20, trained: ["hidden", "output"] },
      2,
      ["direction of x_1", firstDirection],
      ["‖x_1‖²", firstNorm],
    ),
    ...quantityPair(
      "z, d = 4, n = 2, m = 20",
      { activation: "z", inputDim: 4, width: 20 },
      2,
      ["T_1", momentGradients(1)],
      ["direction of x_1", firstDirection],
    ),
  ],
};

/** Whether ∇q vanishes on ker J for the quantity that is determined, and does not for the one that is free. */
function quantityPair(
  what: string,
  text: ShapeText,
  n: number,
  [fixed, fixedGradients]: readonly [string, Gradients],
  [free, freeGradients]: readonly [string, Gradients],
): Experiment[] {
  return exactPair(
    { satisfied: `${what}: ${fixed} stays`, violated: `${what}: ${free} changes` },
    (draw, satisfied) => {
      const shape = shapeOf(text);
      const { field, random } = draw;
      const data = randomData(field, shape, n, random);
      const { entries, rows, cols } = jacobianMatrix(primeRing(field), shape, randomNodes(field, shape, random), data);
      const J = Array.from({ length: rows }, (_, r) => entries.slice(r * cols, (r + 1) * cols));
      const gradients = (satisfied ? fixedGradients : freeGradients)(draw, shape, data.points, data.multipliers);
      return rankOf(field, [...J, ...gradients]) === rankOf(field, J);
    },
  );
}
