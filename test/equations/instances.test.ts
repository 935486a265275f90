import { describe, expect, test } from "vitest";
import { parseActivation } from "../../src/algebra/activation.ts";
import { buildEquations } from "../../src/equations/build.ts";
import { groupNeurons } from "../../src/equations/neurons.ts";
import { liftPoints, projectPoints, reduceToSpan, rescale, sideSpectrum } from "../../src/equations/reduction.ts";
import { createResidual, type KktSystem, packUnknowns } from "../../src/equations/system.ts";
import { TensorError, UsageError } from "../../src/errors.ts";
import { norm2 } from "../../src/linalg/dense.ts";
import type { LayerTensors, TwoLayerNetwork } from "../../src/network/network.ts";
import { createRandom } from "../../src/random.ts";
import { equationsOf, makeInstance } from "../support/instances.ts";

const network = (weights: number[][], output: number[], bias: number[] | null = null): TwoLayerNetwork => ({
  file: "network.json",
  inputDim: weights[0]!.length,
  width: weights.length,
  outputs: 1,
  hiddenWeight: Float64Array.from(weights.flat()),
  hiddenBias: bias === null ? null : Float64Array.from(bias),
  outputWeight: Float64Array.from(output),
  outputBias: null,
  unitRoundoff: 2 ** -53,
  names: { hiddenWeight: "w", hiddenBias: null, outputWeight: "a", outputBias: null },
});

const layers = (parts: Partial<LayerTensors>): LayerTensors => ({
  file: "other.json",
  hiddenWeight: null,
  hiddenBias: null,
  outputWeight: null,
  outputBias: null,
  unitRoundoff: 2 ** -53,
  ...parts,
});

const cubic = parseActivation("z + z^2 + z^3");
const small = network(
  [
    [1, 2],
    [3, 4],
  ],
  [5, 6],
);

describe("buildEquations", () => {
  test("knows the weights at a stationary point", () => {
    const { system } = buildEquations({ setting: "kkt", activation: cubic, network: small });
    expect(Array.from(system.targets)).toEqual([1, 2, 3, 4]);
    expect(Array.from(system.rowScale)).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  test("knows the displacement in lazy training, at the initial nodes, for the layers that moved", () => {
    const init = layers({ hiddenWeight: Float64Array.of(1, 1, 1, 1), outputWeight: Float64Array.of(5, 6) });
    const { system } = buildEquations({ setting: "ntk", activation: cubic, network: small, init });
    expect([...system.shape.trained]).toEqual(["hidden"]);
    expect(Array.from(system.targets)).toEqual([0, 1, 2, 3]);
    expect(Array.from(system.weights)).toEqual([1, 1, 1, 1]);
  });

  test("knows minus the gradient, for the layers that have one", () => {
    const gradient = layers({ hiddenWeight: Float64Array.of(1, -2, 3, -4), outputWeight: Float64Array.of(7, 8) });
    const { system } = buildEquations({ setting: "gradient", activation: cubic, network: small, gradient });
    expect([...system.shape.trained]).toEqual(["hidden", "output"]);
    expect(Array.from(system.targets)).toEqual([-1, 2, -7, -3, 4, -8]);
  });

  test("puts zeros on the known side of a layer without penalty", () => {
    const { system } = buildEquations({
      setting: "kkt",
      activation: cubic,
      network: small,
      trained: new Set(["hidden", "output"]),
      unpenalised: new Set(["output"]),
    });
    expect(Array.from(system.targets)).toEqual([1, 2, 0, 3, 4, 0]);
  });

  test("tells a frozen bias from a trained one and from none", () => {
    const biased = network([[1, 2]], [1], [0.5]);
    const of = (trained: ("hidden" | "bias")[], which = biased) =>
      buildEquations({ setting: "kkt", activation: cubic, network: which, trained: new Set(trained) }).system.shape
        .bias;
    expect(of(["hidden"])).toBe("frozen");
    expect(of(["hidden", "bias"])).toBe("trained");
    expect(of(["hidden"], network([[1, 2]], [1], [0]))).toBe("none");
    expect(of(["hidden"], small)).toBe("none");
  });

  test("names the layer or the file that is missing", () => {
    expect(() => buildEquations({ setting: "ntk", activation: cubic, network: small })).toThrow(/--init FILE|initial/);
    expect(() => buildEquations({ setting: "gradient", activation: cubic, network: small })).toThrow(UsageError);
    const ask = (trained: ("bias" | "output-bias")[]) =>
      buildEquations({ setting: "kkt", activation: cubic, network: small, trained: new Set(trained) });
    expect(() => ask(["bias"])).toThrow(/network.json: bias: --trained names the bias layer/);
    expect(() => ask(["output-bias"])).toThrow(TensorError);
    const zero = network([[0, 0]], [1]);
    expect(() => buildEquations({ setting: "kkt", activation: cubic, network: zero })).toThrow(/all entries are zero/);
    const same = layers({ hiddenWeight: small.hiddenWeight, outputWeight: small.outputWeight });
    expect(() => buildEquations({ setting: "ntk", activation: cubic, network: small, init: same })).toThrow(
      /no layer gives equations/,
    );
  });
});

describe("groupNeurons", () => {
  const groups = (weights: number[][], activation: string, output?: number[], bias: number[] | null = null) => {
    const net = network(weights, output ?? weights.map((_, j) => j + 1), bias);
    const trained = bias === null ? new Set(["hidden"] as const) : new Set(["hidden", "bias"] as const);
    const { system } = buildEquations({
      setting: "kkt",
      activation: parseActivation(activation),
      network: net,
      trained,
    });
    const { distinct, inactive } = groupNeurons(system, 1e-13);
    return [distinct, inactive];
  };

  test("counts a repeated neuron once and a moved one twice", () => {
    expect(
      groups(
        [
          [1, 2],
          [1, 2 + 1e-12],
          [1, 3],
        ],
        "z + z^2 + z^3",
      ),
    ).toEqual([2, 0]);
    expect(
      groups(
        [
          [1, 2],
          [1, 2 + 1e-6],
          [1, 3],
        ],
        "z + z^2 + z^3",
      ),
    ).toEqual([3, 0]);
  });

  test("identifies w with −w only where all degrees have one parity", () => {
    const mirrored = [
      [1, 2],
      [-1, -2],
      [2, 1],
    ];
    expect(groups(mirrored, "z + z^3")[0]).toBe(2);
    expect(groups(mirrored, "z^2 + z^4")[0]).toBe(2);
    expect(groups(mirrored, "z + z^2")[0]).toBe(3);
  });

  test("counts directions for one monomial, and only for one", () => {
    const scaled = [
      [1, 2],
      [2, 4],
      [-3, -6],
      [1, 0],
    ];
    expect(groups(scaled, "z^3")[0]).toBe(2);
    expect(groups(scaled, "z + z^3")[0]).toBe(4);
  });

  test("hears nothing from w = 0 without a linear term, nor from a = 0", () => {
    expect(
      groups(
        [
          [1, 2],
          [0, 0],
        ],
        "z^2 + z^3",
      ),
    ).toEqual([1, 1]);
    expect(
      groups(
        [
          [1, 2],
          [0, 0],
        ],
        "z + z^3",
      ),
    ).toEqual([2, 0]);
    expect(
      groups(
        [
          [1, 2],
          [3, 4],
        ],
        "z + z^3",
        [1, 0],
      ),
    ).toEqual([1, 1]);
  });

  test("tells neurons apart by a trained bias", () => {
    expect(
      groups(
        [
          [1, 2],
          [1, 2],
        ],
        "z^2 + z^3",
        undefined,
        [0.1, 0.2],
      )[0],
    ).toBe(2);
    expect(
      groups(
        [
          [1, 2],
          [1, 2],
        ],
        "z^2 + z^3",
        undefined,
        [0.1, 0.1],
      )[0],
    ).toBe(1);
  });
});

describe("reduction to the span", () => {
  const shape = {
    activation: "z + z^2 + z^3",
    inputDim: 9,
    samples: 4,
    width: 20,
    layers: ["hidden", "bias", "output"] as const,
    norms: "raw" as const,
  };
  const instance = makeInstance(shape, createRandom(4));
  const { system } = equationsOf(instance, shape.layers);

  const residualNorm = (at: KktSystem, points: Float64Array, multipliers: Float64Array): number => {
    const problem = createResidual(at, multipliers.length);
    return norm2(problem.residual(packUnknowns(at.shape, points, multipliers), new Float64Array(problem.rows)));
  };

  test("keeps the true data a solution, in any unit of length, and lifts them back", () => {
    const reduced = rescale(reduceToSpan(system, 4, sideSpectrum(system, 1e-13)), 3);
    expect(reduced.inputDim).toBe(4);
    const { X, multipliers } = instance.truth;
    const points = projectPoints(reduced, X, 9);
    const rounding = 1e3 * Number.EPSILON * Math.sqrt(system.targets.length);
    expect(residualNorm(reduced.system, points, multipliers!)).toBeLessThanOrEqual(rounding);
    const lifted = liftPoints(reduced, points, 9);
    expect(norm2(lifted.map((value, k) => value - X[k]!))).toBeLessThanOrEqual(1e3 * Number.EPSILON * norm2(X));
  });

  test("keeps the residual of other data in the span", () => {
    const reduced = reduceToSpan(system, 4, sideSpectrum(system, 1e-13));
    const points = projectPoints(reduced, instance.truth.X, 9).map((value, k) => value + 0.1 * Math.sin(k));
    const multipliers = instance.truth.multipliers!;
    const full = residualNorm(system, liftPoints(reduced, points, 9), multipliers);
    expect(residualNorm(reduced.system, points, multipliers)).toBeCloseTo(full, 10);
  });

  test("keeps all coordinates where the rank is not min(n, d)", () => {
    const spectrum = sideSpectrum(system, 1e-13)!;
    expect(spectrum.rank).toBe(4);
    expect(reduceToSpan(system, 3, spectrum).basis).toBeNull();
    expect(reduceToSpan(system, 5, spectrum).basis).toBeNull();
    expect(reduceToSpan(system, 4, spectrum).basis).not.toBeNull();
  });
});
