import { derivativeCoefficients } from "../../algebra/activation.ts";
import { toNumber } from "../../algebra/rational.ts";
import { evaluatePolynomial } from "../../algebra/ring.ts";
import { monomialsOfDegree } from "../../equations/monomials.ts";
import type { DataPoints, Nodes } from "../../equations/ring-tools.ts";
import type { EquationShape } from "../../equations/shape.ts";
import { primeRing, randomData, randomNodes } from "../../identifiability/ranks/prime-ring.ts";
import { nullspace } from "../../modular/rank.ts";
import type { Claim, Draw, Experiment } from "../experiment.ts";
import { leftSides, powersOf, randomVectors, rankOf, units } from "../modular.ts";
import { exactPair, integerRow } from "../rows.ts";
import { type ShapeText, shapeOf } from "../shapes.ts";

/** A random exact instance: the known side of the hidden layer at random nodes. */
interface Instance {
  readonly shape: EquationShape;
  readonly nodes: Nodes<number>;
  readonly points: readonly (readonly number[])[];
  readonly multipliers: readonly number[];
  /** G, m rows; (G, β) with a trained bias. */
  readonly side: readonly (readonly number[])[];
}

function drawInstance(draw: Draw, text: ShapeText, n: number, data?: DataPoints<number>): Instance {
  const shape = shapeOf(text);
  const nodes = randomNodes(draw.field, shape, draw.random);
  const { points, multipliers } = data ?? randomData(draw.field, shape, n, draw.random);
  const d = shape.inputDim;
  const perNeuron = d + (shape.trained.has("bias") ? 1 : 0);
  const left = leftSides(primeRing(draw.field), shape, nodes, { points, multipliers });
  return {
    shape,
    nodes,
    points: Array.from({ length: n }, (_, i) => points.slice(i * d, (i + 1) * d)),
    multipliers,
    side: Array.from({ length: shape.width }, (_, j) => left.slice(j * perNeuron, (j + 1) * perNeuron)),
  };
}

/** The row space of the known side is the span of the samples. */
export const reduction: Claim = {
  id: "reduction",
  statement:
    "If the known side of the hidden layer has rank n, its row space is the span of the n samples of every data set that fits.",
  ofSourcePaper: false,
  page: "proofs/reduction.md",
  experiments: [
    ...spanPair("z + z^2 + z^3, d = 6, n = 4", { activation: "z + z^2 + z^3", inputDim: 6, width: 4 }, 4),
    ...spanPair("z^3, d = 5, n = 3", { activation: "z^3", inputDim: 5, width: 3 }, 3),
    ...spanPair(
      "z^2 + z^3 with bias, d = 6, n = 4, affine span",
      { activation: "z^2 + z^3", inputDim: 6, width: 4, trained: ["hidden", "bias"] },
      4,
    ),
    ...exactPair(
      { satisfied: "d = 6, n = 4: no multiplier vanishes", violated: "d = 6, n = 4: one multiplier is 0" },
      (draw, satisfied) => {
        const text = { activation: "z + z^2 + z^3", inputDim: 6, width: 9 };
        const data = randomData(draw.field, shapeOf(text), 4, draw.random);
        const multipliers = satisfied ? data.multipliers : data.multipliers.map((g, i) => (i === 0 ? 0 : g));
        return showsSpan(draw, drawInstance(draw, text, 4, { ...data, multipliers }));
      },
    ),
    integerRow({
      label: "d = 6, five samples: the rank refutes four",
      is: 5,
      measure: (draw) =>
        rankOf(draw.field, drawInstance(draw, { activation: "z + z^2 + z^3", inputDim: 6, width: 9 }, 5).side),
    }),
  ],
};

/** As many neurons as samples show the span; one fewer does not. */
function spanPair(what: string, text: ShapeText, n: number): Experiment[] {
  return exactPair(
    { satisfied: `${what}, m = ${n}`, violated: `${what}, m = ${n - 1}: a direction is unknown` },
    (draw, satisfied) => showsSpan(draw, drawInstance(draw, { ...text, width: satisfied ? n : n - 1 }, n)),
  );
}

/** Whether the rows of the known side span what the samples, or the (x, 1), span. */
function showsSpan({ field }: Draw, { side, points, shape }: Instance): boolean {
  const lifted = shape.trained.has("bias") ? points.map((x) => [...x, 1]) : points;
  const rank = rankOf(field, side);
  return rank === rankOf(field, lifted) && rank === rankOf(field, [...side, ...lifted]);
}

/** (a_j σ′(w_j·x + b_j))_j */
function slopesAt({ field }: Draw, { shape, nodes }: Instance, x: readonly number[]): number[] {
  const ring = primeRing(field);
  const slope = derivativeCoefficients(shape.activation);
  return Array.from({ length: shape.width }, (_, j) => {
    const z = x.reduce(
      (sum, value, e) => field.add(sum, field.mul(value, nodes.weights[j * shape.inputDim + e]!)),
      nodes.bias[j]!,
    );
    return field.mul(nodes.output[j]!, evaluatePolynomial(ring, slope, z));
  });
}

/** Each sample alone solves m equations. */
export const dualEquation: Claim = {
  id: "dual-equation",
  statement: "Each of n independent samples solves G q = u(x) alone, and with enough neurons no other point does.",
  ofSourcePaper: false,
  page: "proofs/dual-equation.md",
  experiments: [
    ...exactPair(
      {
        satisfied: "z + z^2 + z^3, d = n = 4, m = 20: samples solve it",
        violated: "the same at points that are no samples",
      },
      (draw, satisfied) => {
        const instance = drawInstance(draw, { activation: "z + z^2 + z^3", inputDim: 4, width: 20 }, 4);
        const points = satisfied ? instance.points : randomVectors(draw, 4, 4);
        return points.every((x) => solvesDual(draw, instance, x));
      },
    ),
    ...exactPair(
      { satisfied: "d = n = 4, m = 5: a random point does not", violated: "d = n = m = 4: every point does" },
      (draw, satisfied) => {
        const instance = drawInstance(draw, { activation: "z + z^2 + z^3", inputDim: 4, width: satisfied ? 5 : 4 }, 4);
        return !solvesDual(draw, instance, randomVectors(draw, 1, 4)[0]!);
      },
    ),
    ...exactPair(
      { satisfied: "d = 6, n = 4: independent samples", violated: "d = 6, n = 4: one of them dependent on the others" },
      (draw, satisfied) => {
        const text = { activation: "z^2 + z^3", inputDim: 6, width: 20 };
        const rows = randomVectors(draw, 4, 6);
        const { field } = draw;
        if (!satisfied) rows[3] = rows[0]!.map((value, e) => field.add(value, field.mul(3, rows[1]![e]!)));
        const instance = drawInstance(draw, text, 4, { points: rows.flat(), multipliers: units(draw, 4) });
        return instance.points.every((x) => solvesDual(draw, instance, x));
      },
    ),
    ...exactPair(
      { satisfied: "z^3: the whole line through a sample", violated: "z + z^3: the sample alone" },
      (draw, satisfied) => {
        const activation = satisfied ? "z^3" : "z + z^3";
        const instance = drawInstance(draw, { activation, inputDim: 3, width: 20 }, 3);
        const multiple = instance.points[0]!.map((value) => draw.field.mul(5, value));
        return solvesDual(draw, instance, multiple);
      },
    ),
  ],
};

/** Whether u(x) lies in the column space of G. */
function solvesDual(draw: Draw, instance: Instance, x: readonly number[]): boolean {
  const u = slopesAt(draw, instance, x);
  const extended = instance.side.map((row, j) => [...row, u[j]!]);
  return rankOf(draw.field, extended) === rankOf(draw.field, instance.side);
}

/** The kernel of K shows the samples. */
export const kernelCriterion: Claim = {
  id: "kernel-criterion",
  statement:
    "If the kernel of K has dimension n = rank G and a degree is 3 or more, at most one set of n samples fits, and the kernel is spanned by theirs.",
  ofSourcePaper: false,
  page: "proofs/kernel-criterion.md",
  experiments: [
    ...kernelPair([1, 2, 3], 3, 10),
    ...kernelPair([2, 3], 4, 14),
    ...kernelPair([3], 4, 10),
    ...kernelPair([1, 2, 3, 4], 2, 10),
    ...exactPair(
      { satisfied: "{1, 2, 3}, n = 3: distinct neurons", violated: "{1, 2, 3}, n = 3: two of ten coincide" },
      (draw, satisfied) => {
        const { kernel } = kernelOf(draw, [1, 2, 3], 3, 10, !satisfied);
        return kernel.length === 3;
      },
    ),
  ],
};

/** At least Σ_k C(n + k − 2, k − 1) neurons leave a kernel of dimension n, which the samples span; one fewer leaves more. */
function kernelPair(degrees: readonly number[], n: number, width: number): Experiment[] {
  const what = `{${degrees.join(", ")}}, n = ${n}`;
  return exactPair(
    {
      satisfied: `${what}, m = ${width}: nullity n, spanned by the samples`,
      violated: `${what}, m = ${width - 1}: nullity n + 1`,
    },
    (draw, satisfied) => {
      const { kernel, samples } = kernelOf(draw, degrees, n, satisfied ? width : width - 1, false);
      // One neuron fewer leaves one vector more, and no other number.
      if (!satisfied) return kernel.length !== n + 1;
      return (
        kernel.length === n && rankOf(draw.field, samples) === n && rankOf(draw.field, [...kernel, ...samples]) === n
      );
    },
  );
}

/** The kernel of K at a random instance with d = n, and the vectors (q_i, x_i^{⊗(k−1)}) of its samples. */
function kernelOf(
  draw: Draw,
  degrees: readonly number[],
  n: number,
  width: number,
  coincide: boolean,
): { readonly kernel: number[][]; readonly samples: number[][] } {
  const { field } = draw;
  const ring = primeRing(field);
  const instance = drawInstance(draw, { activation: degrees, inputDim: n, width }, n);
  const { nodes, side, shape } = instance;
  const row = (j: number): number[] => {
    const w = nodes.weights.slice(j * n, (j + 1) * n);
    const monomials = degrees.flatMap((k) => {
      const factor = field.mul(nodes.output[j]!, field.mul(k, toNumber(shape.activation.coefficients[k]!)));
      return powersOf(ring, w, k - 1).map((value) => field.mul(factor, value));
    });
    return [...side[j]!.map((value) => field.sub(0, value)), ...monomials];
  };
  const rows = Array.from({ length: width }, (_, j) => row(coincide && j === width - 1 ? 0 : j));
  const kernel = nullspace(Float64Array.from(rows.flat()), width, rows[0]!.length, field.p).map((v) => Array.from(v));
  const dual = dualBasis(draw, instance);
  const samples = instance.points.map((x, i) => [
    ...dual[i]!,
    ...degrees.flatMap((k) => {
      const { multinomials } = monomialsOfDegree(n, k - 1);
      return powersOf(ring, x, k - 1).map((value, at) => field.mul(multinomials[at]!, value));
    }),
  ]);
  return { kernel, samples };
}

/** q_i with g_k q_i·x_k = δ_ik. */
function dualBasis({ field }: Draw, { points, multipliers }: Instance): number[][] {
  const n = points.length;
  return points.map((_, i) => {
    // The kernel of (X, −e_i/g_i) has one vector, scaled to end in 1.
    const rows = points.map((x, k) => [...x, k === i ? field.sub(0, field.inverse(multipliers[i]!)) : 0]);
    const [vector] = nullspace(Float64Array.from(rows.flat()), n, n + 1, field.p);
    return Array.from(vector!.subarray(0, n), (value) => field.mul(value, field.inverse(vector![n]!)));
  });
}
