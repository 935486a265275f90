import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseActivation } from "../../src/algebra/activation.ts";
import { add, formatRational, multiply, type Rational, zero } from "../../src/algebra/rational.ts";
import { evaluatePolynomial, rationalRing } from "../../src/algebra/ring.ts";
import type { TrainedLayer } from "../../src/equations/shape.ts";
import { type TensorEquation, taylorCoefficients, tensorEquations } from "../../src/expansion/tensor-equations.ts";
import { definedValues, type ExactNeuron, neuronAt, power } from "../support/expansions.ts";
import { type ExactSystem, exactSystems, layerSets } from "../support/systems.ts";

const sum = (values: readonly Rational[]): Rational => values.reduce(add, zero);

/** T_l[w, …, w] of one output with the given number of arguments: Σ_i g_ic (w·x_i)^slots, times x_i where an index is free. */
function contracted(
  { shape, data, samples }: ExactSystem,
  w: readonly Rational[],
  term: TensorEquation["terms"][number],
  output: number,
): Rational[] {
  const { inputDim: d, outputs } = shape;
  const free = term.degree - term.slots;
  expect([0, 1]).toContain(free);
  return Array.from({ length: free === 0 ? 1 : d }, (_, e) =>
    sum(
      Array.from({ length: samples }, (_, i) => {
        const x = data.points.slice(i * d, (i + 1) * d);
        const inner = sum(x.map((value, f) => multiply(value, w[f]!)));
        const scalar = multiply(data.multipliers[i * outputs + output]!, power(inner, term.slots));
        return free === 0 ? scalar : multiply(scalar, x[e]!);
      }),
    ),
  );
}

function valueAt(equation: TensorEquation, system: ExactSystem, { w, b, a }: ExactNeuron): Rational[] {
  const { outputs } = system.shape;
  const ofOutput = (c: number): Rational[] => {
    const parts = equation.terms.map((term) => {
      const factor = evaluatePolynomial(rationalRing, term.factor, b);
      return contracted(system, w, term, c).map((value) => multiply(factor, value));
    });
    return parts.reduce((left, right) => left.map((value, e) => add(value, right[e]!)));
  };
  const each = Array.from({ length: outputs }, (_, c) => ofOutput(c));
  if (equation.outputs === "each") return each.flat();
  return each[0]!.map((_, e) => sum(each.map((values, c) => multiply(a[c]!, values[e]!))));
}

function valuesOf(equations: readonly TensorEquation[], system: ExactSystem): Rational[] {
  const neurons = Array.from({ length: system.shape.width }, (_, j) => neuronAt(system, j));
  const ofNeuron = equations.filter(({ layer }) => layer !== "output-bias");
  const ofBias = equations.filter(({ layer }) => layer === "output-bias");
  return [
    ...neurons.flatMap((neuron) => ofNeuron.flatMap((equation) => valueAt(equation, system, neuron))),
    ...ofBias.flatMap((equation) => valueAt(equation, system, neurons[0]!)),
  ];
}

test("the tensor equations, contracted, are the derivatives of the definition", () => {
  const systems = exactSystems(
    { inputDim: 3, width: 2, samples: 3, outputs: 2, degree: 5 },
    [1n, 2n, 3n],
    fc.constantFrom(...layerSets),
  );
  fc.assert(
    fc.property(systems, (system) => {
      const values = valuesOf(tensorEquations(system.shape), system);
      expect(values.map(formatRational)).toEqual(definedValues(system).map(formatRational));
    }),
    { numRuns: 150 },
  );
});

const layers = (...trained: TrainedLayer[]): ReadonlySet<TrainedLayer> => new Set(trained);

describe("what the equations consist of", () => {
  const activation = parseActivation("z + z^2/2 - z^3/4");
  const written = (equation: TensorEquation) =>
    equation.terms.map(({ degree, slots, factor }) => [degree, slots, factor.map(formatRational).join(" ")]);

  test("without a bias: k c_k T_k with k − 1 arguments, and c_k T_k with k", () => {
    const [hidden, output] = tensorEquations({ activation, trained: layers("hidden", "output"), bias: "none" });
    expect(written(hidden!)).toEqual([
      [1, 0, "1"],
      [2, 1, "1"],
      [3, 2, "-3/4"],
    ]);
    expect(written(output!)).toEqual([
      [1, 1, "1"],
      [2, 2, "1/2"],
      [3, 3, "-1/4"],
    ]);
    expect([hidden!.outputs, output!.outputs]).toEqual(["weighted", "each"]);
  });

  test("with a bias: Taylor coefficients, and the bias equation one degree lower than the hidden one", () => {
    const [hidden, bias] = tensorEquations({ activation, trained: layers("hidden", "bias"), bias: "trained" });
    expect(written(hidden!)).toEqual([
      [1, 0, "1 1 -3/4"],
      [2, 1, "1 -3/2"],
      [3, 2, "-3/4"],
    ]);
    expect(written(bias!)).toEqual([
      [0, 0, "1 1 -3/4"],
      [1, 1, "1 -3/2"],
      [2, 2, "-3/4"],
    ]);
  });

  test("the layers come in one order, whatever the order of the set", () => {
    const trained = layers("output-bias", "output", "hidden");
    const order = tensorEquations({ activation, trained, bias: "none" }).map(({ layer }) => layer);
    expect(order).toEqual(["hidden", "output", "output-bias"]);
  });

  test("s_l is the l-th Taylor coefficient: Σ s_l(b) t^l = σ(b + t)", () => {
    const taylor = taylorCoefficients({ activation, bias: "trained" });
    const number = fc.integer({ min: -9, max: 9 }).map((k): Rational => ({ numerator: BigInt(k), denominator: 1n }));
    fc.assert(
      fc.property(number, number, (b, t) => {
        const series = taylor.map((s) => evaluatePolynomial(rationalRing, s, b));
        expect(formatRational(evaluatePolynomial(rationalRing, series, t))).toBe(
          formatRational(evaluatePolynomial(rationalRing, activation.coefficients, add(b, t))),
        );
      }),
    );
  });
});
