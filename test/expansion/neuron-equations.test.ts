import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  add,
  equals,
  formatRational,
  fromNumber,
  type Rational,
  subtract,
  toNumber,
  zero,
} from "../../src/algebra/rational.ts";
import { rationalRing } from "../../src/algebra/ring.ts";
import { hermiteMatrix } from "../../src/equations/hermite.ts";
import { type EquationShape, equationCount, equationsPerNeuron } from "../../src/equations/shape.ts";
import { packUnknowns } from "../../src/equations/system.ts";
import { expandEquations, termCount } from "../../src/expansion/expansion.ts";
import { neuronEquations } from "../../src/expansion/neuron-equations.ts";
import { equationProblem } from "../../src/objective/equation-objective.ts";
import { definedValues, factorAt, multinomial, neuronAt, valuesAt, withoutMultinomial } from "../support/expansions.ts";
import {
  absoluteSystem,
  type ExactSystem,
  exactSystems,
  floatData,
  floatSystem,
  layerSets,
} from "../support/systems.ts";

const sizes = { inputDim: 3, width: 2, samples: 3, outputs: 3, degree: 4 };
const written = (values: readonly Rational[]): string[] => values.map(formatRational);

describe("the expanded equations at rational points are the derivatives of their definition", () => {
  test.each(layerSets.map((layers) => [layers.join(" + "), layers] as const))("with %s trained", (_, layers) => {
    fc.assert(
      fc.property(exactSystems(sizes, [1n, 2n, 3n, 5n], fc.constant(layers)), (system) => {
        expect(written(valuesAt(neuronEquations(system.shape), system))).toEqual(written(definedValues(system)));
      }),
      { numRuns: 20 },
    );
  });

  test("in one variable up to degree 7, and in five up to degree 3", () => {
    const cases = fc.oneof(
      exactSystems({ ...sizes, inputDim: 1, degree: 7 }, [1n, 2n, 3n]),
      exactSystems({ ...sizes, inputDim: 5, degree: 3, width: 1 }, [1n, 2n, 3n]),
    );
    fc.assert(
      fc.property(cases, (system) => {
        expect(written(valuesAt(neuronEquations(system.shape), system))).toEqual(written(definedValues(system)));
      }),
      { numRuns: 30 },
    );
  });

  test("and no longer once one coefficient lacks its multinomial factor", () => {
    let dropped = 0;
    fc.assert(
      fc.property(exactSystems({ ...sizes, inputDim: 3, degree: 3 }, [1n, 2n, 3n]), (system) => {
        const equations = neuronEquations(system.shape);
        const expected = definedValues(system);
        for (const term of equations.flatMap(({ terms }) => terms)) {
          if (multinomial(term.moment) === 1n) continue;
          const values = valuesAt(withoutMultinomial(equations, term), system);
          // The change is seen unless the term itself is zero at this point.
          const contributes = values.some((value, r) => !equals(value, expected[r]!));
          expect(contributes).toBe(!isZeroEverywhere(term, system));
          dropped += 1;
        }
      }),
      { numRuns: 30 },
    );
    expect(dropped).toBeGreaterThan(0);
  });
});

type Term = ReturnType<typeof neuronEquations>[number]["terms"][number];

/** Whether a term is zero at every neuron of the system. */
function isZeroEverywhere(term: Term, system: ExactSystem): boolean {
  const alone = [{ layer: "hidden", index: 0, terms: [term] }] as const;
  return valuesAt(alone, system).every((value) => equals(value, zero));
}

test("each moment's factor at a node is its entry of the Hermite matrix over the rationals", () => {
  fc.assert(
    fc.property(exactSystems(sizes, [1n, 2n, 3n]), (system) => {
      const { shape, nodes } = system;
      const { rows, cols, entries } = hermiteMatrix(rationalRing, shape, nodes);
      const { moments, equations } = expandEquations(shape).coordinates!;
      expect(moments.length).toBe(cols);
      const columnOf = new Map(moments.map(({ output, exponents }, k) => [`${output};${exponents.join(",")}`, k]));
      const perNeuron = equationsPerNeuron(shape);
      for (let row = 0; row < rows; row++) {
        const j = Math.min(Math.floor(row / Math.max(1, perNeuron)), shape.width - 1);
        const equation =
          row < perNeuron * shape.width
            ? equations[row % perNeuron]!
            : equations[perNeuron + row - perNeuron * shape.width]!;
        const built = new Array<Rational>(cols).fill(zero);
        for (const term of equation.terms) {
          const column = columnOf.get(`${term.moment.output};${term.moment.exponents.join(",")}`)!;
          built[column] = add(built[column]!, factorAt(term, neuronAt(system, j)));
        }
        expect(written(built)).toEqual(written(entries.slice(row * cols, (row + 1) * cols)));
      }
    }),
    { numRuns: 60 },
  );
});

test("the residual of the system in doubles is the expansion to rounding", () => {
  fc.assert(
    fc.property(exactSystems(sizes, [1n, 2n, 8n]), (system) => {
      const { shape, samples } = system;
      const targets = new Float64Array(equationCount(shape));
      const problem = equationProblem(floatSystem(system, targets), samples);
      const { points, multipliers } = floatData(system);
      const residual = problem.residual(packUnknowns(shape, points, multipliers), new Float64Array(targets.length));
      const absolute = absoluteSystem(system);
      const scales = valuesAt(neuronEquations(absolute.shape), absolute);
      // Roundings on the longest path of a term through z, σ, g·a and the sum over the samples, twice for second order.
      const roundings = 2 * (shape.inputDim + shape.outputs + 3 * shape.activation.degree + samples + 6);
      valuesAt(neuronEquations(shape), system).forEach((value, r) => {
        const error = Math.abs(toNumber(subtract(fromNumber(residual[r]!), value)));
        expect(error).toBeLessThanOrEqual(roundings * Number.EPSILON * toNumber(scales[r]!));
      });
    }),
    { numRuns: 60 },
  );
});

describe("the shape of an expansion", () => {
  const shapes = exactSystems({ ...sizes, inputDim: 4, degree: 5 }, [1n, 2n]).map(({ shape }) => shape);

  test("termCount counts the terms without expanding them", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        expect(neuronEquations(shape).reduce((count, { terms }) => count + terms.length, 0)).toBe(termCount(shape));
      }),
    );
  });

  test("the equations come in the order of the rows, the moments in the order of the columns", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const { equations, moments } = expandEquations(shape).coordinates!;
        expect(equations.length).toBe(equationCount({ ...shape, width: 1 }));
        const keys = moments.map(({ output, exponents }) => `${output};${exponents.join(",")}`);
        for (const { terms } of equations) {
          const places = terms.map(({ moment }) => keys.indexOf(`${moment.output};${moment.exponents.join(",")}`));
          expect(places).toEqual(places.toSorted((a, b) => a - b));
          expect(places).not.toContain(-1);
        }
        const seen = new Set(
          equations.flatMap(({ terms }) => terms.map(({ moment }) => `${moment.output};${moment.exponents.join(",")}`)),
        );
        expect([...keys].sort()).toEqual([...seen].sort());
      }),
    );
  });

  test("no term is written twice", () => {
    fc.assert(
      fc.property(shapes, (shape: EquationShape) => {
        for (const { terms } of neuronEquations(shape)) {
          const keys = terms.map(({ monomial, moment }) => JSON.stringify([monomial, moment]));
          expect(new Set(keys).size).toBe(keys.length);
        }
      }),
    );
  });
});
