import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { activationFromCoefficients, parseActivation } from "../../src/algebra/activation.ts";
import { rational, toNumber } from "../../src/algebra/rational.ts";
import { rationalRing } from "../../src/algebra/ring.ts";
import { buildEquations, type NetworkQuestion } from "../../src/equations/build.ts";
import { equationCount, type TrainedLayer } from "../../src/equations/shape.ts";
import { packUnknowns } from "../../src/equations/system.ts";
import { TensorError, UsageError } from "../../src/errors.ts";
import type { LayerTensors, TwoLayerNetwork } from "../../src/network/network.ts";
import { equationProblem } from "../../src/objective/equation-objective.ts";
import { createRandom } from "../../src/random.ts";
import { leftSide } from "../support/definition.ts";
import { layerSets } from "../support/systems.ts";

const cubic = parseActivation("z + z^2 + z^3");

type Tensors = Pick<TwoLayerNetwork, "hiddenWeight" | "hiddenBias" | "outputWeight" | "outputBias">;

const networkOf = (inputDim: number, tensors: Tensors, unitRoundoff = 2 ** -53): TwoLayerNetwork => ({
  file: "network.json",
  inputDim,
  width: tensors.hiddenWeight.length / inputDim,
  outputs: (tensors.outputWeight.length * inputDim) / tensors.hiddenWeight.length,
  unitRoundoff,
  names: { hiddenWeight: "w", hiddenBias: null, outputWeight: "a", outputBias: null },
  ...tensors,
});

const layersOf = (file: string, tensors: Partial<LayerTensors>): LayerTensors => ({
  file,
  hiddenWeight: null,
  hiddenBias: null,
  outputWeight: null,
  outputBias: null,
  unitRoundoff: 2 ** -53,
  ...tensors,
});

const of = (...values: number[]): Float64Array => Float64Array.from(values);

/** d = 2, m = 2, C = 1, with both biases. */
const full = networkOf(2, {
  hiddenWeight: of(1, 2, 3, 4),
  hiddenBias: of(0.5, -0.25),
  outputWeight: of(5, 6),
  outputBias: of(7),
});
const unbiased: TwoLayerNetwork = { ...full, hiddenBias: null, outputBias: null };

const trainedAs = (...layers: TrainedLayer[]): ReadonlySet<TrainedLayer> => new Set(layers);

const build = (question: Omit<NetworkQuestion, "activation">) => buildEquations({ activation: cubic, ...question });

describe("a network made from known data", () => {
  /** Integers small enough that every sum is exact, so that a right equation has the residual 0. */
  const question = fc
    .record({
      seed: fc.nat(),
      d: fc.integer({ min: 1, max: 3 }),
      m: fc.integer({ min: 1, max: 3 }),
      n: fc.integer({ min: 1, max: 3 }),
      outputs: fc.integer({ min: 1, max: 3 }),
      layers: fc.constantFrom(...layerSets),
      frozen: fc.boolean(),
    })
    .map(({ seed, d, m, n, outputs, layers, frozen }) => {
      const random = createRandom(seed);
      const digits = (length: number) =>
        Float64Array.from({ length }, () => (random.integer(2) === 0 ? -1 : 1) * (1 + random.integer(3)));
      const exact = (values: ArrayLike<number>) => Array.from(values, (value) => rational(BigInt(value)));
      const activation = activationFromCoefficients(exact(digits(4)));
      const biased = frozen || layers.includes("bias");
      const nodes = networkOf(d, {
        hiddenWeight: digits(m * d),
        hiddenBias: biased ? digits(m) : null,
        outputWeight: digits(outputs * m),
        outputBias: layers.includes("output-bias") ? digits(outputs) : null,
      });
      const points = digits(n * d);
      const multipliers = digits(n * outputs);
      const side = (trained: readonly TrainedLayer[]) =>
        leftSide(
          rationalRing,
          {
            setting: "gradient",
            activation,
            inputDim: d,
            width: m,
            outputs,
            trained: new Set(trained),
            bias: "none",
          },
          {
            weights: exact(nodes.hiddenWeight),
            bias: exact(nodes.hiddenBias ?? new Float64Array(m)),
            output: exact(nodes.outputWeight),
          },
          { points: exact(points), multipliers: exact(multipliers) },
        ).map(toNumber);
      /** The left side of one layer, as a tensor of the network's layout. */
      const hidden = Float64Array.from(side(["hidden"]));
      const bias = Float64Array.from(side(["bias"]));
      const byNeuron = side(["output"]);
      const output = Float64Array.from(byNeuron, (_, k) => byNeuron[(k % m) * outputs + Math.floor(k / m)]!);
      const outputBias = Float64Array.from(side(["output-bias"]));
      return { activation, nodes, layers, points, multipliers, tensors: { hidden, bias, output, outputBias }, n };
    });

  const residualAt = (asked: NetworkQuestion, points: Float64Array, multipliers: Float64Array): number[] => {
    const { system } = buildEquations(asked);
    expect(system.targets.length).toBe(equationCount(system.shape));
    expect(system.rowScale.length).toBe(system.targets.length);
    expect(system.targetSize.length).toBe(system.targets.length);
    const problem = equationProblem(system, points.length / system.shape.inputDim);
    const unknowns = packUnknowns(system.shape, points, multipliers);
    return Array.from(problem.residual(unknowns, new Float64Array(problem.rows)), Math.abs);
  };

  const has = (layers: readonly TrainedLayer[], layer: TrainedLayer, tensor: Float64Array) =>
    layers.includes(layer) ? tensor : null;
  const isSilent = (layers: readonly TrainedLayer[], tensors: Record<string, Float64Array>): boolean =>
    layers.every((layer) => tensors[layer === "output-bias" ? "outputBias" : layer]!.every((value) => value === 0));

  test("as the gradient of its batch has the data as a solution, for every set of layers", () => {
    fc.assert(
      fc.property(question, ({ activation, nodes, layers, points, multipliers, tensors }) => {
        fc.pre(!isSilent(layers, tensors));
        const negative = (values: Float64Array | null) => values?.map((value) => -value) ?? null;
        const gradient = layersOf("gradient.json", {
          hiddenWeight: negative(has(layers, "hidden", tensors.hidden)),
          hiddenBias: negative(has(layers, "bias", tensors.bias)),
          outputWeight: negative(has(layers, "output", tensors.output)),
          outputBias: negative(has(layers, "output-bias", tensors.outputBias)),
        });
        const asked: NetworkQuestion = { setting: "gradient", activation, network: nodes, gradient };
        expect([...buildEquations(asked).system.shape.trained]).toEqual(layers);
        const residual = residualAt(asked, points, multipliers);
        expect(residual).toEqual(residual.map(() => 0));
        // The other sign of the multipliers is no solution.
        const opposite = residualAt(
          asked,
          points,
          multipliers.map((value) => -value),
        );
        expect(Math.max(...opposite)).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  test("as the displacement from its initial weights has the data as a solution, for every set of layers", () => {
    fc.assert(
      fc.property(question, ({ activation, nodes, layers, points, multipliers, tensors }) => {
        fc.pre(!isSilent(layers, tensors));
        const moved = (before: Float64Array, layer: TrainedLayer, by: Float64Array) =>
          layers.includes(layer) ? before.map((value, k) => value + by[k]!) : before;
        const after: TwoLayerNetwork = {
          ...nodes,
          hiddenWeight: moved(nodes.hiddenWeight, "hidden", tensors.hidden),
          hiddenBias: nodes.hiddenBias === null ? null : moved(nodes.hiddenBias, "bias", tensors.bias),
          outputWeight: moved(nodes.outputWeight, "output", tensors.output),
          outputBias: nodes.outputBias === null ? null : moved(nodes.outputBias, "output-bias", tensors.outputBias),
        };
        const trained = new Set(layers);
        const asked: NetworkQuestion = { setting: "ntk", activation, network: after, init: nodes, trained };
        const residual = residualAt(asked, points, multipliers);
        expect(residual).toEqual(residual.map(() => 0));
      }),
    );
  });
});

test("a stationary point of both layers has its data as a solution", () => {
  // σ = z², x = (1, 1), g = ¼: w = a·g·2(w·x)x and a = g(w·x)² at w = (1, 1), a = 1.
  const network = networkOf(2, { hiddenWeight: of(1, 1), hiddenBias: null, outputWeight: of(1), outputBias: null });
  const { system } = buildEquations({
    setting: "kkt",
    activation: parseActivation("z^2"),
    network,
    trained: trainedAs("hidden", "output"),
  });
  const residual = equationProblem(system, 1);
  expect(Array.from(residual.residual(of(0.25, 1, 1), new Float64Array(3)))).toEqual([0, 0, 0]);
  expect(Array.from(residual.residual(of(-0.25, 1, 1), new Float64Array(3)))).toEqual([-2, -2, -2]);
});

describe("the known side", () => {
  test("is the weights in the setting kkt, neuron by neuron, with the output bias last", () => {
    const { system } = build({
      setting: "kkt",
      network: full,
      trained: trainedAs("output-bias", "output", "bias", "hidden"),
    });
    expect(Array.from(system.targets)).toEqual([1, 2, 0.5, 5, 3, 4, -0.25, 6, 7]);
    expect(Array.from(system.rowScale)).toEqual([1 / 4, 1 / 4, 2, 1 / 6, 1 / 4, 1 / 4, 2, 1 / 6, 1 / 7]);
    expect(Array.from(system.targetSize)).toEqual([1, 2, 0.5, 5, 3, 4, 0.25, 6, 7]);
  });

  test("takes the output rows of a neuron from the columns of the output weight", () => {
    const network: TwoLayerNetwork = { ...unbiased, outputs: 3, outputWeight: of(5, 6, 7, 8, 9, 10) };
    const { system } = build({ setting: "kkt", network, trained: trainedAs("output") });
    expect(Array.from(system.targets)).toEqual([5, 7, 9, 6, 8, 10]);
  });

  test("is final minus initial weights in the setting ntk, at the initial nodes", () => {
    const init = layersOf("init.json", {
      hiddenWeight: of(1, 1, 1, 1),
      hiddenBias: of(0.25, 0.25),
      outputWeight: of(2, 2),
    });
    const { system } = build({ setting: "ntk", network: full, init, trained: trainedAs("hidden", "bias", "output") });
    expect(Array.from(system.targets)).toEqual([0, 1, 0.25, 3, 2, 3, -0.5, 4]);
    expect(Array.from(system.weights)).toEqual([1, 1, 1, 1]);
    expect(Array.from(system.bias)).toEqual([0.25, 0.25]);
    expect(Array.from(system.output)).toEqual([2, 2]);
    // The rounding of both weights enters a difference.
    expect(system.targetSize[3]).toBe(Math.hypot(5, 2));
  });

  test("keeps the nodes of a layer that the initial file does not have", () => {
    const init = layersOf("init.json", { hiddenWeight: of(1, 1, 1, 1) });
    const { system } = build({ setting: "ntk", network: full, init });
    expect(Array.from(system.output)).toEqual([5, 6]);
    expect(Array.from(system.bias)).toEqual([0.5, -0.25]);
  });

  test("is minus the gradient in the setting gradient, at the weights", () => {
    const gradient = layersOf("gradient.json", { hiddenWeight: of(1, -2, 3, -4), outputWeight: of(7, 8) });
    const { system } = build({ setting: "gradient", network: full, gradient });
    expect(Array.from(system.targets)).toEqual([-1, 2, -7, -3, 4, -8]);
    expect(Array.from(system.weights)).toEqual([1, 2, 3, 4]);
  });

  test("is zero for a layer trained without penalty, at the largest scale of the others", () => {
    const { system } = build({
      setting: "kkt",
      network: full,
      trained: trainedAs("hidden", "output", "output-bias"),
      unpenalised: trainedAs("output-bias"),
    });
    expect(Array.from(system.targets)).toEqual([1, 2, 5, 3, 4, 6, 0]);
    expect(system.rowScale[6]).toBe(1 / 6);
    expect(system.targetSize[6]).toBe(0);
  });

  test("adds no equation for an unpenalised layer that is not among the trained ones", () => {
    const { system } = build({ setting: "kkt", network: full, unpenalised: trainedAs("output") });
    expect(Array.from(system.targets)).toEqual([1, 2, 3, 4]);
  });
});

describe("the layers that give equations by default", () => {
  const trainedOf = (question: Omit<NetworkQuestion, "activation">) => [...build(question).system.shape.trained];

  test("are the hidden weights at a stationary point", () => {
    expect(trainedOf({ setting: "kkt", network: full })).toEqual(["hidden"]);
  });

  test("are those that moved in lazy training", () => {
    const same = layersOf("init.json", { ...full, unitRoundoff: 2 ** -53 });
    expect(trainedOf({ setting: "ntk", network: full, init: { ...same, hiddenBias: of(0.5, 0) } })).toEqual(["bias"]);
    const init = { ...same, hiddenWeight: of(1, 2, 3, 5), outputBias: of(6) };
    expect(trainedOf({ setting: "ntk", network: full, init })).toEqual(["hidden", "output-bias"]);
  });

  test("are those that have a gradient", () => {
    const gradient = layersOf("gradient.json", { hiddenBias: of(1, 1), outputWeight: of(1, 1), outputBias: of(1) });
    expect(trainedOf({ setting: "gradient", network: full, gradient })).toEqual(["bias", "output", "output-bias"]);
  });
});

describe("the bias of the shape", () => {
  const biasOf = (network: TwoLayerNetwork, ...layers: TrainedLayer[]) =>
    build({ setting: "kkt", network, trained: trainedAs(...layers) }).system.shape.bias;

  test("is trained where its layer gives equations, else frozen", () => {
    expect(biasOf(full, "hidden", "bias")).toBe("trained");
    expect(biasOf(full, "hidden")).toBe("frozen");
  });

  test("is none where there is no bias or only zeros", () => {
    expect(biasOf(unbiased, "hidden")).toBe("none");
    expect(biasOf({ ...full, hiddenBias: of(0, 0) }, "hidden")).toBe("none");
    expect(biasOf({ ...full, hiddenBias: of(0, 1e-300) }, "hidden")).toBe("frozen");
  });
});

describe("the relative precision", () => {
  test("is that of the coarsest file that the setting reads", () => {
    const coarse = (file: string) => layersOf(file, { hiddenWeight: of(1, 1, 1, 1), unitRoundoff: 2 ** -24 });
    const precision = (question: Omit<NetworkQuestion, "activation">) => build(question).unitRoundoff;
    expect(precision({ setting: "kkt", network: full })).toBe(2 ** -53);
    expect(precision({ setting: "kkt", network: { ...full, unitRoundoff: 2 ** -9 } })).toBe(2 ** -9);
    expect(precision({ setting: "ntk", network: full, init: coarse("init.json") })).toBe(2 ** -24);
    expect(precision({ setting: "gradient", network: full, gradient: coarse("gradient.json") })).toBe(2 ** -24);
    expect(precision({ setting: "kkt", network: full, gradient: coarse("gradient.json") })).toBe(2 ** -53);
  });
});

describe("buildEquations refuses", () => {
  const thrown = (question: Omit<NetworkQuestion, "activation">): unknown => {
    try {
      build(question);
    } catch (error) {
      return error;
    }
    return undefined;
  };
  const gradientOfHidden = layersOf("gradient.json", { hiddenWeight: of(1, 1, 1, 1) });
  const initOfHidden = layersOf("init.json", { hiddenWeight: of(1, 1, 1, 1) });

  test("the setting gradient without a gradient and ntk without initial weights", () => {
    const gradient = thrown({ setting: "gradient", network: full });
    expect(gradient).toBeInstanceOf(UsageError);
    expect(gradient).toMatchObject({ code: "usage", hint: expect.stringContaining("--gradient FILE") });
    const ntk = thrown({ setting: "ntk", network: full });
    expect(ntk).toBeInstanceOf(UsageError);
    expect(ntk).toMatchObject({ code: "usage", hint: expect.stringContaining("--init FILE") });
  });

  test.each<readonly [string, string, TrainedLayer, Omit<NetworkQuestion, "activation">]>([
    ["the network, in kkt", "network.json", "bias", { setting: "kkt", network: unbiased }],
    ["the network, in kkt", "network.json", "output-bias", { setting: "kkt", network: unbiased }],
    ["the network, in ntk", "network.json", "bias", { setting: "ntk", network: unbiased, init: initOfHidden }],
    ["the initial file", "init.json", "bias", { setting: "ntk", network: full, init: initOfHidden }],
    ["the initial file", "init.json", "output", { setting: "ntk", network: full, init: initOfHidden }],
    ["the gradient", "gradient.json", "output", { setting: "gradient", network: full, gradient: gradientOfHidden }],
  ])("a trained layer that is missing from %s (%s, %s)", (_, file, layer, question) => {
    const error = thrown({ ...question, trained: trainedAs("hidden", layer) });
    expect(error).toBeInstanceOf(TensorError);
    expect(error).toMatchObject({ code: "tensor", file, tensor: layer });
    expect(thrown({ ...question, trained: trainedAs("hidden") })).toBeUndefined();
  });

  test("a question in which no layer gives equations", () => {
    const same = layersOf("init.json", { hiddenWeight: full.hiddenWeight, outputWeight: full.outputWeight });
    const questions: Omit<NetworkQuestion, "activation">[] = [
      { setting: "ntk", network: full, init: same },
      { setting: "gradient", network: full, gradient: layersOf("gradient.json", {}) },
      { setting: "kkt", network: full, trained: trainedAs() },
    ];
    for (const question of questions) {
      const error = thrown(question);
      expect(error).toBeInstanceOf(UsageError);
      expect(error).toMatchObject({ message: expect.stringContaining("no layer gives equations") });
    }
  });

  test("a known side that is zero throughout, but not one with a single other number", () => {
    const zeros = layersOf("gradient.json", { hiddenWeight: new Float64Array(4), outputWeight: new Float64Array(2) });
    const error = thrown({ setting: "gradient", network: full, gradient: zeros });
    expect(error).toBeInstanceOf(TensorError);
    expect(error).toMatchObject({ file: "gradient.json", tensor: "hidden, output" });
    const one = { ...zeros, outputWeight: of(0, 1e-300) };
    expect(thrown({ setting: "gradient", network: full, gradient: one })).toBeUndefined();
    const collapsed: TwoLayerNetwork = { ...full, hiddenWeight: new Float64Array(4) };
    expect(thrown({ setting: "kkt", network: collapsed })).toMatchObject({ file: "network.json", tensor: "hidden" });
    const free = trainedAs("hidden");
    expect(thrown({ setting: "kkt", network: full, unpenalised: free })).toBeInstanceOf(TensorError);
  });
});
