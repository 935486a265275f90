import { evaluatePolynomial } from "../../algebra/ring.ts";
import { hermiteMatrix } from "../../equations/hermite.ts";
import type { DataPoints, Nodes } from "../../equations/ring-tools.ts";
import { type EquationShape, momentDegrees, symmetricDimension, type TrainedLayer } from "../../equations/shape.ts";
import { primeRing, randomData, randomNodes } from "../../identifiability/ranks/prime-ring.ts";
import { drawKktPoint } from "../../identifiability/stationary/kkt-nodes.ts";
import type { Claim, Draw } from "../experiment.ts";
import { leftSides, momentsOf, productOf } from "../modular.ts";
import { exactPair } from "../rows.ts";
import { type ShapeText, shapeOf } from "../shapes.ts";

/** The equations of all three settings are Hermite matrix times moments. */
export const momentExpansion: Claim = {
  id: "moment-expansion",
  statement:
    "The KKT equations of a two-layer polynomial network are linear equations in the moment tensors of its training data.",
  ofSourcePaper: true,
  page: "proofs/moment-expansion.md",
  experiments: [
    ...gradientRows("hidden layer", { activation: "z + z^2/2 - z^3", inputDim: 3, width: 3 }),
    ...gradientRows("all layers, two outputs", {
      activation: "1/3 + z - 2*z^3",
      inputDim: 2,
      width: 2,
      outputs: 2,
      trained: ["hidden", "bias", "output", "output-bias"],
    }),
    ...gradientRows("frozen bias, output layer", {
      activation: "z^2 + z^4/5",
      inputDim: 2,
      width: 3,
      trained: ["hidden", "output"],
      frozenBias: true,
    }),
    ...exactPair(
      { satisfied: "ntk: displacement of the tangent model", violated: "the same, one step further than first order" },
      (draw, satisfied) => displacementIsLinear(draw, satisfied),
    ),
    ...kktRows("hidden layer", { activation: "z + z^2/2 - z^3", inputDim: 3, width: 3 }),
    ...kktRows("hidden layer and bias", {
      activation: "z + z^3/3",
      inputDim: 2,
      width: 3,
      trained: ["hidden", "bias"],
    }),
  ],
};

const SAMPLES = 3;

/** −∂L/∂θ of the mean square loss against Hermite matrix times moments; the neighbour leaves one degree seen out. */
function gradientRows(what: string, text: ShapeText): Claim["experiments"] {
  const shape = shapeOf({ ...text, setting: "gradient" });
  return exactPair(
    { satisfied: `gradient: ${what}`, violated: `gradient: ${what}, one moment left out` },
    (draw, satisfied) => {
      const { field, random } = draw;
      const ring = primeRing(field);
      const nodes = randomNodes(field, shape, random);
      const { points } = randomData(field, shape, SAMPLES, random);
      const labels = randomData(field, shape, SAMPLES, random).multipliers;
      const f = outputsAt(draw, shape, nodes, points);
      const inverse = field.inverse(SAMPLES);
      const multipliers = labels.map((y, k) => field.mul(inverse, field.sub(y, f[k]!)));
      const loss = (moved: Nodes<number>, shift: readonly number[]): number => {
        const half = field.mul(inverse, field.inverse(2));
        const values = outputsAt(draw, shape, moved, points);
        const errors = values.map((value, k) => field.sub(field.add(value, shift[k % shape.outputs]!), labels[k]!));
        return field.mul(
          half,
          errors.reduce((sum, error) => field.add(sum, field.mul(error, error)), 0),
        );
      };
      const gradient = derivativesByParameters(draw, shape, nodes, loss);
      const moments = momentsOf(ring, shape, { points, multipliers });
      const seen = satisfied ? moments : withoutLowestDegree(shape, moments);
      const expanded = productOf(ring, hermiteMatrix(ring, shape, nodes), seen);
      return expanded.every((value, r) => field.add(value, gradient[r]!) === 0);
    },
  );
}

/** f(x_i) without an output bias, n×C. */
export function outputsAt(
  { field }: Draw,
  shape: EquationShape,
  nodes: Nodes<number>,
  points: readonly number[],
): number[] {
  const { inputDim: d, width: m, outputs, activation } = shape;
  const ring = primeRing(field);
  const samples = points.length / d;
  return Array.from({ length: samples * outputs }, (_, at) => {
    const [i, c] = [Math.floor(at / outputs), at % outputs];
    let value = 0;
    for (let j = 0; j < m; j++) {
      let z = nodes.bias[j]!;
      for (let e = 0; e < d; e++) z = field.add(z, field.mul(nodes.weights[j * d + e]!, points[i * d + e]!));
      const sigma = evaluatePolynomial(ring, activation.coefficients, z);
      value = field.add(value, field.mul(nodes.output[c * m + j]!, sigma));
    }
    return value;
  });
}

/**
 * The derivatives of a polynomial function of the parameters by the trained ones, by exact interpolation along each: no
 * chain rule enters. In the order of the rows of a system.
 */
function derivativesByParameters(
  { field }: Draw,
  shape: EquationShape,
  nodes: Nodes<number>,
  value: (nodes: Nodes<number>, outputBias: readonly number[]) => number,
): number[] {
  const { inputDim: d, width: m, outputs, trained, activation } = shape;
  const steps = 2 * activation.degree + 2;
  const zeros = new Array<number>(outputs).fill(0);
  const along = (at: (t: number) => number): number =>
    slopeAtZero(
      field,
      Array.from({ length: steps + 1 }, (_, t) => at(t)),
    );
  const moved = (name: keyof Nodes<number>, index: number): number =>
    along((t) => value({ ...nodes, [name]: nodes[name].with(index, field.add(nodes[name][index]!, t)) }, zeros));
  const count = (layer: TrainedLayer, size: number): number[] =>
    Array.from({ length: trained.has(layer) ? size : 0 }, (_, k) => k);
  const neurons = Array.from({ length: m }, (_, j) => [
    ...count("hidden", d).map((e) => moved("weights", j * d + e)),
    ...count("bias", 1).map(() => moved("bias", j)),
    ...count("output", outputs).map((c) => moved("output", c * m + j)),
  ]);
  const shifts = count("output-bias", outputs).map((c) => along((t) => value(nodes, zeros.with(c, t))));
  return [...neurons.flat(), ...shifts];
}

/** q′(0) of the polynomial q of degree below the number of values q(0), q(1), …, by Lagrange interpolation. */
export function slopeAtZero(field: Draw["field"], values: readonly number[]): number {
  let slope = 0;
  for (let k = 1; k < values.length; k++) {
    // The Lagrange polynomial of node k has at 0 the slope −Π_{l ≠ 0, k} (−l) / Π_{l ≠ k} (k − l) · (−1).
    let factor = field.inverse(k);
    for (let l = 1; l < values.length; l++) {
      if (l !== k) factor = field.mul(factor, field.mul(field.sub(0, l), field.inverse(field.sub(k, l))));
    }
    slope = field.add(slope, field.mul(factor, field.sub(values[k]!, values[0]!)));
  }
  return slope;
}

function withoutLowestDegree(shape: EquationShape, moments: readonly number[]): number[] {
  const lowest = momentDegrees(shape)[0]!;
  const perOutput = moments.length / shape.outputs;
  return moments.map((value, k) => (k % perOutput < symmetricDimension(shape.inputDim, lowest) ? 0 : value));
}

/** θ(1) − θ(0) = Σ g_i ∇f(x_i) at θ(0); the neighbour takes a second step of the same size from where the first ended. */
function displacementIsLinear(draw: Draw, satisfied: boolean): boolean {
  const { field, random } = draw;
  const ring = primeRing(field);
  const shape = shapeOf({
    activation: "z + 2*z^2 + z^3",
    inputDim: 2,
    width: 3,
    trained: ["hidden", "output"],
    setting: "ntk",
  });
  const start = randomNodes(field, shape, random);
  const data = randomData(field, shape, SAMPLES, random);
  const stepFrom = (nodes: Nodes<number>): number[] =>
    derivativesByParameters(draw, shape, nodes, (moved) =>
      outputsAt(draw, shape, moved, data.points).reduce(
        (sum, f, i) => field.add(sum, field.mul(data.multipliers[i]!, f)),
        0,
      ),
    );
  const first = stepFrom(start);
  const second = satisfied ? first.map(() => 0) : stepFrom(movedBy(draw, shape, start, first));
  const factor = satisfied ? 1 : 2;
  const expanded = productOf(ring, hermiteMatrix(ring, shape, start), momentsOf(ring, shape, data));
  return expanded.every((value, r) => field.mul(factor, value) === field.add(first[r]!, second[r]!));
}

/** Nodes after a step of hidden and output layer. */
function movedBy(
  { field }: Draw,
  { inputDim: d, width: m }: EquationShape,
  nodes: Nodes<number>,
  step: readonly number[],
): Nodes<number> {
  const row = d + 1;
  return {
    ...nodes,
    weights: nodes.weights.map((w, k) => field.add(w, step[Math.floor(k / d) * row + (k % d)]!)),
    output: Array.from({ length: m }, (_, j) => field.add(nodes.output[j]!, step[j * row + d]!)),
  };
}

/** An exact stationary point over the p-adic integers is its own known side; the neighbour is off it in one weight. */
function kktRows(what: string, text: ShapeText): Claim["experiments"] {
  const shape = shapeOf({ ...text, setting: "kkt" });
  return exactPair(
    { satisfied: `kkt: stationary point, ${what}`, violated: `kkt: ${what}, one weight off` },
    ({ seed }, satisfied) => {
      const point = drawKktPoint(shape, SAMPLES, seed);
      // No point, nothing shown: the trial disagrees.
      if (point === null) return !satisfied;
      const { ring, nodes, data } = point;
      const own = ownSide(shape, nodes);
      const known = satisfied ? own : own.with(0, ring.add(own[0]!, 1n));
      const expanded = productOf(ring, hermiteMatrix(ring, shape, nodes), momentsOf(ring, shape, data));
      const direct = leftSides(ring, shape, nodes, data as DataPoints<bigint>);
      return expanded.every((value, r) => value === known[r]! && value === direct[r]!);
    },
  );
}

/** The trained weights as a known side: hidden weights, and the bias where it is trained. */
function ownSide<T>({ inputDim: d, width, trained }: EquationShape, { weights, bias }: Nodes<T>): T[] {
  return Array.from({ length: width }, (_, j) => [
    ...weights.slice(j * d, (j + 1) * d),
    ...(trained.has("bias") ? [bias[j]!] : []),
  ]).flat();
}
