import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { parseActivation } from "../../src/algebra/activation.ts";
import type { InstanceQuestion } from "../../src/audit/network-evidence.ts";
import { recoverNetwork } from "../../src/audit/recover-network.ts";
import { buildEquations } from "../../src/equations/build.ts";
import type { TrainedLayer } from "../../src/equations/shape.ts";
import type { KktSystem } from "../../src/equations/system.ts";
import type { LayerTensors, TwoLayerNetwork } from "../../src/network/network.ts";
import { createRandom } from "../../src/random.ts";
import { fitMultipliersAt } from "../../src/solve/multipliers.ts";
import { leftSideJacobian } from "../support/definition.ts";
import { dyadic, dyadicRing, nearest } from "../support/dyadic.ts";
import { definitionSide, exactResidual, pointErrors } from "../support/exact-residual.ts";

/** A gradient computed exactly and rounded once: the data solve the equations to half an ulp per entry, no more. */
interface Family {
  readonly activation: string;
  readonly inputDim: number;
  readonly samples: number;
  readonly width: number;
  readonly trained: readonly TrainedLayer[];
  readonly outputs?: number;
  /** Norm of the points. */
  readonly norm: number;
  /** Distance of the second point from the first over the norm; their multipliers then cancel to a tenth. */
  readonly close?: number;
}

const base: Family = {
  activation: "z + z^2 + z^3",
  inputDim: 4,
  samples: 4,
  width: 24,
  trained: ["hidden", "output"],
  norm: 1,
};

const families: readonly Family[] = [
  base,
  { ...base, norm: 0.05, activation: "z + z^2/2 + z^3/4" },
  { ...base, norm: 20, trained: ["hidden"], width: 30 },
  { ...base, norm: 20, inputDim: 9, samples: 3 },
  { ...base, activation: "1 + z - z^2 + z^3/2", samples: 3 },
  { ...base, activation: "z^2 + z^3", inputDim: 3, samples: 3, norm: 0.05 },
  { ...base, trained: ["hidden", "bias", "output"], samples: 3 },
  { ...base, trained: ["hidden", "output-bias"], samples: 3, width: 30 },
  { ...base, outputs: 2, samples: 3, trained: ["hidden"], norm: 20 },
  // Terms far larger than their sums: only a residual of more than double precision finds what the gradient holds.
  { ...base, samples: 3, close: 1e-3, width: 40 },
];

const FILE = "random instance";

interface ExactInstance {
  readonly question: InstanceQuestion;
  readonly X: Float64Array;
  readonly multipliers: Float64Array;
  readonly system: KktSystem;
}

function exactInstance(family: Family, seed: number): ExactInstance {
  const { inputDim: d, samples: n, width: m, outputs: C = 1, norm, trained } = family;
  const random = createRandom(seed, 41);
  const normals = (length: number, size: number) => Float64Array.from({ length }, () => random.normal() * size);
  const directions = normals(n * d, 1);
  const X = directions.map((value, k) => {
    const from = k - (k % d);
    return (norm * value) / Math.hypot(...directions.subarray(from, from + d));
  });
  const multipliers = normals(n * C, 1 / n);
  if (family.close !== undefined) {
    for (let e = 0; e < d; e++) X[d + e] = X[e]! + family.close * X[d + e]!;
    multipliers.set(
      multipliers.subarray(0, C).map((g) => -0.9 * g),
      C,
    );
  }
  const network: TwoLayerNetwork = {
    file: FILE,
    inputDim: d,
    width: m,
    outputs: C,
    hiddenWeight: normals(m * d, 1 / norm),
    hiddenBias: trained.includes("bias") ? normals(m, 0.5) : null,
    outputWeight: normals(C * m, 1 / Math.sqrt(m)),
    outputBias: trained.includes("output-bias") ? new Float64Array(C) : null,
    unitRoundoff: 2 ** -53,
    names: { hiddenWeight: "W", hiddenBias: null, outputWeight: "A", outputBias: null },
  };
  const question = {
    setting: "gradient" as const,
    activation: parseActivation(family.activation),
    network,
    gradient: gradientOf(family, network, X, multipliers),
    trained: new Set(trained),
    samples: n,
    seed,
    shouldStop: () => false,
    onProgress: () => undefined,
  };
  return { question, X, multipliers, system: buildEquations(question).system };
}

/** Minus the left side, exact and rounded once, taken apart into tensors by the documented order of the rows. */
function gradientOf(
  { inputDim: d, width: m, outputs: C = 1, activation, trained }: Family,
  network: TwoLayerNetwork,
  X: Float64Array,
  multipliers: Float64Array,
): LayerTensors {
  const shapeless: KktSystem = {
    shape: {
      setting: "gradient",
      activation: parseActivation(activation),
      inputDim: d,
      width: m,
      outputs: C,
      trained: new Set(trained),
      bias: trained.includes("bias") ? "trained" : "none",
    },
    weights: network.hiddenWeight,
    bias: network.hiddenBias ?? new Float64Array(m),
    output: network.outputWeight,
    targets: new Float64Array(0),
    rowScale: new Float64Array(0),
    targetSize: new Float64Array(0),
  };
  const rows = definitionSide(shapeless, { points: X, multipliers }, (value) => value).map((value) => -nearest(value));
  const hidden: number[] = [];
  const bias: number[] = [];
  const output = new Float64Array(C * m);
  const left = rows.values();
  const take = (count: number): number[] => Array.from({ length: count }, () => left.next().value!);
  for (let j = 0; j < m; j++) {
    if (trained.includes("hidden")) hidden.push(...take(d));
    if (trained.includes("bias")) bias.push(...take(1));
    if (trained.includes("output")) for (const [c, value] of take(C).entries()) output[c * m + j] = value;
  }
  const given = (layer: TrainedLayer, values: ArrayLike<number>) =>
    trained.includes(layer) ? Float64Array.from(values) : null;
  return {
    file: FILE,
    hiddenWeight: given("hidden", hidden),
    hiddenBias: given("bias", bias),
    outputWeight: given("output", output),
    outputBias: given("output-bias", [...left]),
    unitRoundoff: 2 ** -53,
  };
}

/** The exact Jacobian at the truth with the row factors, which weigh the least squares, rounded to doubles. */
function jacobianAtTruth({ system, X, multipliers }: ExactInstance): Matrix {
  const { shape, weights, bias, output, rowScale } = system;
  const exact = (values: Float64Array) => Array.from(values, dyadic);
  const nodes = { weights: exact(weights), bias: exact(bias), output: exact(output) };
  const data = { points: exact(X), multipliers: exact(multipliers) };
  const { rows, cols, entries } = leftSideJacobian(dyadicRing, shape, nodes, data);
  const scaled = entries.map((value, k) => nearest(value) * rowScale[Math.floor(k / cols)]!);
  return Matrix.from1DArray(rows, cols, scaled);
}

/** First-order bound on the error of each point from half an ulp in every equation: |J⁺| u|G| at the truth. */
function firstOrderBounds(instance: ExactInstance): number[] {
  const { targets, rowScale, shape } = instance.system;
  const J = jacobianAtTruth(instance);
  const scale = Array.from({ length: J.columns }, (_, c) => Math.hypot(...J.getColumn(c)));
  for (const [c, length] of scale.entries()) J.mulColumn(c, 1 / length);
  const inverse = new SingularValueDecomposition(J).inverse();
  const bounds = scale.map((length, k) => {
    const terms = Array.from(targets, (target, r) => Math.abs(inverse.get(k, r) * target * rowScale[r]!));
    return (2 ** -53 * terms.reduce((sum, term) => sum + term, 0)) / length;
  });
  const block = shape.inputDim + shape.outputs;
  return Array.from({ length: J.columns / block }, (_, i) =>
    Math.hypot(...bounds.slice(i * block + shape.outputs, (i + 1) * block)),
  );
}

const title = ({ activation, inputDim, samples, trained, norm, outputs = 1, close }: Family): string =>
  `${close === undefined ? "" : "two close samples, "}${activation}, d ${inputDim}, n ${samples}, C ${outputs}, ${trained.join("+")}, ‖x‖ = ${norm}`;

describe.each(families.map((family) => [title(family), family] as const))("a gradient of %s", (_, family) => {
  test("is solved by its data to half an ulp of each entry, by the definition", () => {
    const { system, X, multipliers } = exactInstance(family, 1);
    const { rows } = exactResidual(system, { points: X, multipliers });
    rows.forEach((value, r) => {
      const halfUlp = 2 ** -53 * Math.abs(system.targets[r]!) * system.rowScale[r]!;
      expect(Math.abs(value)).toBeLessThanOrEqual(halfUlp * (1 + 4 * Number.EPSILON));
    });
  });

  test.each([1, 2])("is recovered to what half an ulp per equation allows, within the bounds, seed %i", (seed) => {
    const instance = exactInstance(family, seed);
    const recovery = recoverNetwork(instance.question, { maxStarts: 200, acceptError: 1e-2, truth: null });
    expect(recovery.status).toBe("recovered");
    const d = family.inputDim;
    const found = recovery.samples.flatMap(({ x }) => Array.from(x));
    const errors = pointErrors(found, instance.X, d);
    const points = firstOrderBounds(instance);
    errors.forEach((error, i) => {
      // Twice for the second order; the answer itself is rounded to doubles, once reduced and once lifted.
      const rounding = 4 * d * Number.EPSILON * family.norm;
      expect(error).toBeLessThanOrEqual(2 * points[i]! + rounding);
      expect(points[i]!).toBeLessThan(1e-6 * family.norm);
    });
    for (const { x, errorBound } of recovery.samples) {
      const nearestDistance = Math.min(...errorsOf(x, instance.X));
      expect(nearestDistance).toBeLessThanOrEqual(errorBound!);
    }
  });

  test("gives its multipliers at the true points, by linear least squares", () => {
    const instance = exactInstance(family, 3);
    const { system, multipliers, X, question } = instance;
    const { inputDim: d, outputs } = system.shape;
    const all = jacobianAtTruth(instance);
    const own = Array.from({ length: all.columns }, (_, k) => k).filter((k) => k % (d + outputs) < outputs);
    const J = all.subMatrixColumn(own);
    const smallest = new SingularValueDecomposition(J).diagonal.at(-1)!;
    // Rounding of the known side and of the evaluation, then the backward error of Householder QR (Higham 2002, 19.4).
    const evaluations = 2 * (d + outputs + 3 * question.activation.degree + family.samples + 6);
    const { termSize } = exactResidual(system, { points: X, multipliers });
    const inRows = Math.sqrt(J.rows) * termSize * (1 + evaluations) * Number.EPSILON;
    const inFactors = 16 * J.rows * J.columns * Number.EPSILON * J.norm("frobenius") * Math.hypot(...multipliers);
    const error = Math.hypot(...fitMultipliersAt(system, X).map((value, k) => value - multipliers[k]!));
    expect(error).toBeLessThanOrEqual((2 * (inRows + inFactors)) / smallest);
  });
});

const errorsOf = (x: Float64Array, X: Float64Array): number[] =>
  Array.from({ length: X.length / x.length }, (_, i) =>
    Math.hypot(...x.map((value, e) => value - X[i * x.length + e]!)),
  );
