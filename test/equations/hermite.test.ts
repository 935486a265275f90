import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseActivation } from "../../src/algebra/activation.ts";
import { add, equals, formatRational, multiply, type Rational, zero } from "../../src/algebra/rational.ts";
import { rationalRing } from "../../src/algebra/ring.ts";
import { hermiteMatrix } from "../../src/equations/hermite.ts";
import {
  type EquationShape,
  equationCount,
  equationsPerNeuron,
  momentColumnCount,
  momentDegrees,
  symmetricDimension,
  type TrainedLayer,
} from "../../src/equations/shape.ts";
import { leftSide } from "../support/definition.ts";
import { type ExactSystem, exactSystems, layerSets } from "../support/systems.ts";

const small = { inputDim: 3, width: 2, samples: 3, outputs: 3, degree: 4 };
const exactly = fc.constantFrom(1n, 2n, 3n, 5n);

/** Exponent vectors of one degree, graded lexicographic: the first variable's exponent falls. */
function exponentVectors(variables: number, degree: number): number[][] {
  if (variables === 1) return [[degree]];
  return Array.from({ length: degree + 1 }, (_, k) => degree - k).flatMap((first) =>
    exponentVectors(variables - 1, degree - first).map((rest) => [first, ...rest]),
  );
}

/** Σ_i g_ic x_i^α for every output c, degree and monomial, in the documented order. */
function momentCoordinates({ shape, data, samples }: ExactSystem): Rational[] {
  const { inputDim: d, outputs } = shape;
  const exponents = momentDegrees(shape).flatMap((degree) => exponentVectors(d, degree));
  return Array.from({ length: outputs }, (_, c) => c).flatMap((c) =>
    exponents.map((alpha) => {
      let sum = zero;
      for (let i = 0; i < samples; i++) {
        let term = data.multipliers[i * outputs + c]!;
        alpha.forEach((exponent, e) => {
          for (let k = 0; k < exponent; k++) term = multiply(term, data.points[i * d + e]!);
        });
        sum = add(sum, term);
      }
      return sum;
    }),
  );
}

/** The left side through the moments: Hermite matrix times moment coordinates. */
function throughMoments(system: ExactSystem): Rational[] {
  const { rows, cols, entries } = hermiteMatrix(rationalRing, system.shape, system.nodes);
  const moments = momentCoordinates(system);
  expect(moments.length).toBe(cols);
  return Array.from({ length: rows }, (_, r) =>
    moments.reduce((sum, moment, c) => add(sum, multiply(entries[r * cols + c]!, moment)), zero),
  );
}

const written = (values: readonly Rational[]) => values.map(formatRational);

describe("the Hermite matrix times the exact moments is the left side of the equations", () => {
  test.each(layerSets.map((layers) => [layers.join(" + "), layers] as const))("with %s trained", (_, layers) => {
    const systems = exactSystems(small, [1n, 2n, 3n, 5n], fc.constant(layers));
    fc.assert(
      fc.property(systems, (system) => {
        const expected = leftSide(rationalRing, system.shape, system.nodes, system.data);
        expect(written(throughMoments(system))).toEqual(written(expected));
      }),
      { numRuns: 25 },
    );
  });

  test("for degree 6 in one variable and degree 3 in four", () => {
    const cases = fc.oneof(
      exactSystems({ ...small, inputDim: 1, degree: 6 }, [1n, 2n, 3n]),
      exactSystems({ ...small, inputDim: 4, degree: 3, width: 1 }, [1n, 2n, 3n]),
    );
    fc.assert(
      fc.property(cases, (system) => {
        const expected = leftSide(rationalRing, system.shape, system.nodes, system.data);
        expect(written(throughMoments(system))).toEqual(written(expected));
      }),
      { numRuns: 25 },
    );
  });

  test("and a single changed moment changes it wherever its column is not zero", () => {
    fc.assert(
      fc.property(exactSystems(small, [1n, 2n, 3n]), fc.nat(), exactly, (system, pick, denominator) => {
        const { rows, cols, entries } = hermiteMatrix(rationalRing, system.shape, system.nodes);
        const moments = momentCoordinates(system);
        const at = pick % cols;
        const moved = moments.with(at, add(moments[at]!, { numerator: 1n, denominator }));
        for (let r = 0; r < rows; r++) {
          const image = (T: readonly Rational[]) =>
            T.reduce((sum, moment, c) => add(sum, multiply(entries[r * cols + c]!, moment)), zero);
          expect(equals(image(moved), image(moments))).toBe(entries[r * cols + at]!.numerator === 0n);
        }
      }),
      { numRuns: 50 },
    );
  });
});

const shapeOf = (
  activation: string,
  trained: readonly TrainedLayer[],
  bias: EquationShape["bias"] = "none",
  { inputDim = 3, width = 4, outputs = 1 } = {},
): EquationShape => ({
  setting: "gradient",
  activation: parseActivation(activation),
  inputDim,
  width,
  outputs,
  trained: new Set(trained),
  bias,
});

describe("moment degrees follow theory.md section 3", () => {
  test.each<readonly [string, string, readonly TrainedLayer[], EquationShape["bias"], readonly number[]]>([
    ["the hidden equations never see degree 0", "1 + z + z^3", ["hidden"], "none", [1, 3]],
    ["the output equations see the constant", "1 + z + z^3", ["output"], "none", [0, 1, 3]],
    ["without a constant they see the support only", "z + z^3", ["hidden", "output"], "none", [1, 3]],
    ["an output bias adds degree 0", "z + z^3", ["hidden", "output-bias"], "none", [0, 1, 3]],
    ["an output bias alone sees degree 0 alone", "z + z^3", ["output-bias"], "none", [0]],
    ["a frozen bias brings the lower degrees", "z^3", ["hidden"], "frozen", [1, 2, 3]],
    ["and degree 0 where an output equation sees it", "z^3", ["hidden", "output"], "frozen", [0, 1, 2, 3]],
    ["a trained bias brings all degrees once", "z^3", ["hidden", "bias"], "trained", [0, 1, 2, 3]],
    ["a trained bias alone stops below the top degree", "z^3", ["bias"], "trained", [0, 1, 2]],
  ])("%s", (_, activation, trained, bias, degrees) => {
    expect(momentDegrees(shapeOf(activation, trained, bias))).toEqual(degrees);
  });
});

test("with a trained bias the columns are C(d + p, p) for every activation, with a frozen one one fewer", () => {
  for (const activation of ["z^3", "z + z^3", "1 + z + z^2 + z^3"]) {
    for (const inputDim of [1, 2, 3, 5]) {
      const all = symmetricDimension(inputDim + 1, 3);
      const count = (trained: readonly TrainedLayer[], bias: EquationShape["bias"]) =>
        momentColumnCount(shapeOf(activation, trained, bias, { inputDim }));
      expect(count(["hidden", "bias"], "trained")).toBe(all);
      expect(count(["hidden"], "frozen")).toBe(all - 1);
      expect(count(["hidden", "output"], "frozen")).toBe(all);
    }
  }
});

test("rows and columns of the matrix are equationCount and momentColumnCount", () => {
  fc.assert(
    fc.property(exactSystems(small, [1n, 2n]), ({ shape, nodes }) => {
      const { rows, cols, entries } = hermiteMatrix(rationalRing, shape, nodes);
      expect(rows).toBe(
        shape.width * equationsPerNeuron(shape) + (shape.trained.has("output-bias") ? shape.outputs : 0),
      );
      expect(rows).toBe(equationCount(shape));
      expect(cols).toBe(momentColumnCount(shape));
      expect(entries.length).toBe(rows * cols);
    }),
  );
});
