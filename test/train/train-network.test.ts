import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseActivation } from "../../src/algebra/activation.ts";
import { type Recovery, recoverNetwork } from "../../src/audit/recover-network.ts";
import { buildEquations } from "../../src/equations/build.ts";
import type { Setting, TrainedLayer } from "../../src/equations/shape.ts";
import { UsageError } from "../../src/errors.ts";
import { maxAbs } from "../../src/linalg/dense.ts";
import { readDataSet } from "../../src/network/data-set.ts";
import { createRandom } from "../../src/random.ts";
import type { TrainingLoss } from "../../src/train/losses.ts";
import { trainNetwork } from "../../src/train/train-network.ts";
import type { Training, TrainingProblem } from "../../src/train/training-problem.ts";
import { exactResidual, pointErrors } from "../support/exact-residual.ts";
import { EXAMPLES } from "../support/example-networks.ts";
import { layerSets } from "../support/systems.ts";

const cubic = parseActivation("z + z^2 + z^3");

function dataOf(name: string) {
  return readDataSet(new Uint8Array(readFileSync(`${EXAMPLES}${name}/training-data.npz`)), "training-data.npz");
}
const iris = dataOf("iris-hidden-layer");
const classes = dataOf("iris-multiclass");

/** Four samples of iris, hidden layer of 40 neurons, logistic loss. */
const base: TrainingProblem = {
  activation: cubic,
  inputDim: 4,
  X: iris.X,
  labels: iris.y!,
  width: 40,
  loss: "logistic",
  weightDecay: 1e-3,
  seed: 1,
};
const softmax: TrainingProblem = { ...base, X: classes.X, labels: classes.y!, width: 48, loss: "softmax" };

function questionAbout(problem: TrainingProblem, { network, init, gradient, trained }: Training) {
  const { setting = "kkt", activation, unpenalised } = problem;
  return { setting, activation, network, init, gradient: gradient ?? undefined, trained, unpenalised };
}

/** The equations that `check` and `recover` solve, evaluated exactly at the true data. */
function residualOf(problem: TrainingProblem, training: Training) {
  const { system } = buildEquations(questionAbout(problem, training));
  return exactResidual(system, { points: problem.X, multipliers: training.multipliers });
}

function recover(problem: TrainingProblem, training: Training, samples: number, seconds = 20): Recovery {
  const deadline = performance.now() + 1000 * seconds;
  return recoverNetwork(
    {
      ...questionAbout(problem, training),
      samples,
      seed: 1,
      shouldStop: () => performance.now() > deadline,
      onProgress: () => undefined,
    },
    { maxStarts: 200, acceptError: 1e-2, truth: null },
  );
}

/** Largest distance of a true point to the recovered one that belongs to it. */
function errorOf({ samples }: Recovery, { X, inputDim }: TrainingProblem): number {
  return Math.max(
    ...pointErrors(
      samples.flatMap(({ x }) => Array.from(x)),
      X,
      inputDim,
    ),
  );
}

describe("a trained network", () => {
  test.each([
    ["logistic", base],
    ["mse", { ...base, loss: "mse" }],
    ["softmax", softmax],
  ] as const)("satisfies its equations to a few units in the last place, and gives its data back: %s", (_, problem) => {
    const training = trainNetwork(problem);
    expect(training.status).toBe("stationary");
    const { rows } = residualOf(problem, training);
    expect(maxAbs(rows)).toBeLessThanOrEqual(1e-15);
    expect(training.equationResidual).toBeLessThanOrEqual(1e-15);
    const n = problem.X.length / 4;
    const recovery = recover(problem, training, n);
    expect(recovery.status).toBe("recovered");
    expect(errorOf(recovery, problem)).toBeLessThanOrEqual(1e-11);
    expect(recovery.evidence.neurons.distinct).toBe(problem.width);
  });

  test("is not recovered with one sample too many, nor with one too few", () => {
    const training = trainNetwork(base);
    expect(recover(base, training, 5, 2).status).not.toBe("recovered");
    expect(recover(base, training, 3, 2).status).not.toBe("recovered");
  });

  test("of both layers keeps few distinct neurons, which do not determine the data", () => {
    const problem: TrainingProblem = { ...base, loss: "mse", trained: new Set(["hidden", "output"]) };
    const training = trainNetwork(problem);
    expect(training.status).toBe("stationary");
    const recovery = recover(problem, training, 4);
    expect(recovery.evidence.neurons.distinct).toBeLessThanOrEqual(4);
    expect(recovery.status).toBe("nonidentifiable");
    expect(recovery.witness).not.toBeNull();
  });

  test("of both layers is the one that PyTorch found from other initial weights", () => {
    const example = dataOf("iris-both-layers");
    const problem: TrainingProblem = { ...base, loss: "mse", trained: new Set(["hidden", "output"]) };
    const { multipliers } = trainNetwork(problem);
    expect(problem.X).toEqual(example.X);
    const difference = multipliers.map((g, i) => g - example.multipliers![i]!);
    expect(maxAbs(difference)).toBeLessThan(1e-9);
  });

  test("in float32 is the float64 one rounded, and is recovered to that precision", () => {
    const problem: TrainingProblem = { ...base, loss: "mse", precision: "float32" };
    const training = trainNetwork(problem);
    expect(training.network.hiddenWeight).toEqual(training.network.hiddenWeight.map(Math.fround));
    expect(training.network.outputWeight).toEqual(training.network.outputWeight.map(Math.fround));
    expect(training.network.unitRoundoff).toBe(2 ** -24);
    // Half an ulp of the largest weight, and that amplified by the small blocks of the equations.
    expect(maxAbs(residualOf(problem, training).rows)).toBeLessThanOrEqual(4 * 2 ** -24);
    const recovery = recover(problem, training, 4);
    expect(recovery.status).toBe("recovered");
    const error = errorOf(recovery, problem);
    expect(error).toBeLessThanOrEqual(Math.max(...recovery.samples.map(({ errorBound }) => errorBound!)));
    expect(error).toBeLessThan(1e-3);
  });

  test("depends on its seed alone", () => {
    const [one, same, other] = [trainNetwork(base), trainNetwork(base), trainNetwork({ ...base, seed: 2 })];
    expect(same).toEqual(one);
    expect(other.network.hiddenWeight).not.toEqual(one.network.hiddenWeight);
  });
});

describe("lazy training", () => {
  const ntk: TrainingProblem = { ...base, setting: "ntk" };

  test.each([
    ["logistic", ntk],
    ["softmax", { ...softmax, setting: "ntk" }],
    ["interpolation of mse, the limit without weight decay", { ...ntk, loss: "mse", weightDecay: 0 }],
  ] as const)(
    "moves the weights by Σ g ∇f at the initial ones, so that the data can be recovered: %s",
    (_, problem) => {
      const training = trainNetwork(problem);
      expect(training.status).toBe("stationary");
      const { system, unitRoundoff } = buildEquations(questionAbout(problem, training));
      // The displacement is known to the rounding of the two weights that it is the difference of.
      const rounding = system.targetSize.map((size, r) => size * system.rowScale[r]! * unitRoundoff);
      const { rows, termSize } = residualOf(problem, training);
      expect(maxAbs(rows)).toBeLessThanOrEqual(2 * maxAbs(rounding) + 8 * Number.EPSILON * termSize);
      const recovery = recover(problem, training, problem.X.length / 4);
      expect(recovery.status).toBe("recovered");
      expect(errorOf(recovery, problem)).toBeLessThanOrEqual(1e-11);
    },
  );

  test("with less weight decay tends to interpolation, and the multipliers to those of the limit", () => {
    const limit = trainNetwork({ ...ntk, loss: "mse", weightDecay: 0 });
    const distances = [1e-4, 1e-6, 1e-8].map((weightDecay) => {
      const { multipliers } = trainNetwork({ ...ntk, loss: "mse", weightDecay });
      return maxAbs(multipliers.map((g, i) => g - limit.multipliers[i]!)) / maxAbs(limit.multipliers);
    });
    expect(limit.loss).toBeLessThan(1e-25);
    expect(distances[1]! / distances[0]!).toBeLessThan(0.02);
    expect(distances[2]! / distances[1]!).toBeLessThan(0.02);
  });
});

describe("the gradient of one batch", () => {
  const problem: TrainingProblem = { ...base, setting: "gradient", weightDecay: 0 };

  test("is exact to rounding, belongs to the layers asked for, and gives the data back", () => {
    const training = trainNetwork(problem);
    expect(training.network).toBe(training.init);
    expect(training.gradient!.hiddenBias).toBeNull();
    expect(maxAbs(residualOf(problem, training).rows)).toBeLessThanOrEqual(2 * Number.EPSILON);
    const recovery = recover(problem, training, 4);
    expect(recovery.status).toBe("recovered");
    expect(errorOf(recovery, problem)).toBeLessThanOrEqual(1e-12);
  });

  test("in float32 is the gradient at weights that float32 holds", () => {
    const training = trainNetwork({ ...problem, precision: "float32" });
    expect(training.network.hiddenWeight).toEqual(training.network.hiddenWeight.map(Math.fround));
    expect(maxAbs(residualOf(problem, training).rows)).toBeLessThanOrEqual(2 ** -23);
  });
});

/** Points of any norm, centred or not. */
function pointsOf(kind: string, n: number, d: number, seed: number): Float64Array {
  const random = createRandom(seed);
  const factors: Readonly<Record<string, readonly number[]>> = { small: [0.05], large: [20], mixed: [0.3, 1, 3] };
  const sizes = factors[kind] ?? [1];
  return Float64Array.from({ length: n * d }, (_, k) => {
    const size = sizes[Math.floor(k / d) % sizes.length]!;
    return size * (random.normal() / Math.sqrt(d) + (kind === "uncentred" ? 2 : 0));
  });
}

test("data of any norm, layers, losses and settings end where the equations hold to rounding", () => {
  const cases = fc.record({
    seed: fc.nat(1e6),
    kind: fc.constantFrom("small", "unit", "large", "mixed", "uncentred"),
    d: fc.integer({ min: 2, max: 6 }),
    n: fc.integer({ min: 2, max: 4 }),
    width: fc.integer({ min: 5, max: 25 }),
    loss: fc.constantFrom<TrainingLoss>("mse", "logistic", "softmax"),
    layers: fc.constantFrom(...layerSets.filter((layers) => layers.some((layer) => layer !== "output-bias"))),
    setting: fc.constantFrom<Setting>("kkt", "ntk", "gradient"),
    text: fc.constantFrom("z + z^2 + z^3", "z + z^2/2 + z^3/4", "z - z^3/6"),
  });
  const statuses: string[] = [];
  fc.assert(
    fc.property(cases, ({ seed, kind, d, n, width, loss, layers, setting, text }) => {
      const X = pointsOf(kind, n, d, seed);
      const labels = Float64Array.from({ length: n }, (_, i) => (loss === "softmax" ? i % 2 : 1 - 2 * (i % 2)));
      const meanSquare = X.reduce((sum, x) => sum + x * x, 0) / n;
      const problem: TrainingProblem = {
        activation: parseActivation(text),
        inputDim: d,
        X,
        labels,
        width,
        loss,
        setting,
        seed,
        trained: new Set<TrainedLayer>(layers),
        // The penalty is on w, whose size goes with one over that of x.
        weightDecay: 1e-2 * (layers.includes("hidden") ? meanSquare : 1),
      };
      const training = trainNetwork(problem);
      // A network may collapse to zero, and a hard problem may run out of steps: both are said.
      statuses.push(training.status);
      if (training.status !== "stationary") {
        expect(["collapsed", "iteration-limit"]).toContain(training.status);
        return;
      }
      const { system } = buildEquations(questionAbout(problem, training));
      const rounding = maxAbs(system.targetSize.map((size, r) => size * system.rowScale[r]!));
      const { rows, termSize } = residualOf(problem, training);
      // w is rounded, which its own block of the equations amplifies by the size of its terms.
      expect(maxAbs(rows)).toBeLessThanOrEqual(100 * Number.EPSILON * Math.max(rounding, termSize, 1));
    }),
    { numRuns: 60 },
  );
  expect(statuses.filter((status) => status === "stationary").length).toBeGreaterThanOrEqual(54);
}, 120_000);

describe("what ends early or nowhere is said", () => {
  test("steps that run out leave weights that are not stationary", () => {
    const training = trainNetwork(base, { maxIterations: 5 });
    expect(training.status).toBe("iteration-limit");
    expect(training.relativeGradient!).toBeGreaterThan(1e-6);
    expect(training.iterations.gradient + training.iterations.newton).toBe(5);
    expect(recover(base, training, 4, 2).status).not.toBe("recovered");
  });

  test("a stop is obeyed in both searches", () => {
    expect(trainNetwork(base, { shouldStop: () => true }).status).toBe("stopped");
    expect(trainNetwork({ ...base, setting: "ntk" }, { shouldStop: () => true }).status).toBe("stopped");
  });

  test("weight decay that leaves nothing", () => {
    const problem: TrainingProblem = {
      ...base,
      activation: parseActivation("z^3"),
      weightDecay: 100,
      trained: new Set(["hidden", "output"]),
    };
    expect(trainNetwork(problem).status).toBe("collapsed");
    expect(trainNetwork({ ...problem, weightDecay: 1e-3 }).status).toBe("stationary");
  });

  test("lazy training whose full Newton steps would run in circles", () => {
    // Undamped, these three samples repeat the objectives 2.7, 34 and 24 for ever.
    const X = pointsOf("unit", 3, 5, 2933);
    const problem: TrainingProblem = {
      ...base,
      setting: "ntk",
      X,
      inputDim: 5,
      labels: Float64Array.of(1, -1, 1),
      width: 11,
      trained: new Set(["hidden", "bias"]),
      seed: 2933,
      weightDecay: (1e-2 * X.reduce((sum, x) => sum + x * x, 0)) / 3,
    };
    expect(trainNetwork(problem).status).toBe("stationary");
  });

  test("initial weights whose powers overflow", () => {
    expect(trainNetwork({ ...base, initScale: 1e120 }).status).toBe("diverged");
  });

  test("progress names the search", () => {
    const messages: string[] = [];
    trainNetwork(base, { onProgress: (message) => messages.push(message) });
    expect(messages.some((message) => message.startsWith("L-BFGS"))).toBe(true);
    expect(messages.some((message) => message.startsWith("Newton"))).toBe(true);
  });
});

test.each<readonly [string, Partial<TrainingProblem>]>([
  ["the weight decay is 0", { weightDecay: 0 }],
  ["the weight decay: expected a positive number", { weightDecay: Number.NaN }],
  ["the weight decay is 0", { weightDecay: 0, setting: "ntk" }],
  ["all samples have the same label", { labels: Float64Array.of(1, 1, 1, 1) }],
  ["expected the labels −1 and 1", { labels: Float64Array.of(0, 1, 0, 1) }],
  ["expected the classes 0 to 1", { loss: "softmax", labels: Float64Array.of(0, 0.5, 1, 1), outputs: 2 }],
  ["expected 4 labels, got 3", { labels: Float64Array.of(1, -1, 1) }],
  ["X: every entry must be a finite number", { X: iris.X.map((x, k) => (k === 3 ? Number.NaN : x)) }],
  ["the number of rows of X", { inputDim: 3 }],
  ["the width", { width: 0 }],
  ["logistic: expected one output", { outputs: 2 }],
  ["no layer is trained", { trained: new Set() }],
  ["which is not trained", { unpenalised: new Set(["bias"]) }],
  ["every trained layer is unpenalised", { unpenalised: new Set(["hidden"]) }],
  ["trained and frozen at once", { trained: new Set(["bias"]), frozenBias: true }],
  ["the scale of the initial weights", { initScale: 0 }],
] as const)("misuse is refused: %s", (message, change) => {
  expect(() => trainNetwork({ ...base, ...change })).toThrow(UsageError);
  expect(() => trainNetwork({ ...base, ...change })).toThrow(message);
});

test("a frozen bias keeps its value and shifts the arguments; an unpenalised output bias makes Σ g = 0", () => {
  const frozen = trainNetwork({ ...base, frozenBias: true });
  expect(frozen.network.hiddenBias).toEqual(frozen.init.hiddenBias);
  expect(maxAbs(frozen.network.hiddenBias!)).toBeGreaterThan(0.1);
  expect(maxAbs(residualOf({ ...base, frozenBias: true }, frozen).rows)).toBeLessThanOrEqual(1e-15);
  const free = trainNetwork({
    ...base,
    trained: new Set(["hidden", "output-bias"]),
    unpenalised: new Set(["output-bias"]),
  });
  expect(free.status).toBe("stationary");
  expect(Math.abs(free.multipliers.reduce((sum, g) => sum + g, 0))).toBeLessThan(1e-15);
});
