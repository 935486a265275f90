import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { add, fromNumber, multiply, type Rational, rational, subtract, toNumber } from "../../src/algebra/rational.ts";
import { rationalRing } from "../../src/algebra/ring.ts";
import { createMomentMap, scaledHermiteMatrix } from "../../src/equations/moments.ts";
import type { MonomialTable } from "../../src/equations/monomials.ts";
import { equationCount, equationsPerNeuron } from "../../src/equations/shape.ts";
import {
  activationDerivatives,
  packUnknowns,
  rowCount,
  rowsPerNeuron,
  unpackUnknowns,
} from "../../src/equations/system.ts";
import { equationProblem } from "../../src/objective/equation-objective.ts";
import { leftSide, leftSideJacobian } from "../support/definition.ts";
import { type Dual, dualRing, seed } from "../support/dual.ts";
import { absoluteSystem, type ExactSystem, exactSystems, floatData, floatSystem } from "../support/systems.ts";

// Powers of two: the doubles of the system are the rationals, so that only the evaluation rounds.
const dyadicSystems = exactSystems({ inputDim: 3, width: 3, samples: 3, outputs: 3, degree: 4 }, [1n, 2n, 8n, 64n]);

/** Targets and row factors of a system, derived from its numbers so that they need no further generator. */
function knownSide({ shape }: ExactSystem): { targets: Float64Array; rowScale: Float64Array } {
  const rows = equationCount(shape);
  return {
    targets: Float64Array.from({ length: rows }, (_, r) => ((r * 7) % 11) / 4 - 1),
    rowScale: Float64Array.from({ length: rows }, (_, r) => 2 ** ((r % 5) - 2)),
  };
}

/** Roundings on the longest path of a term through z, σ, g·a and the sum over samples, twice for the second order. */
const roundings = ({ shape, samples }: ExactSystem): number =>
  2 * (shape.inputDim + shape.outputs + 3 * shape.activation.degree + samples + 6);

function floatProblem(system: ExactSystem) {
  const { targets, rowScale } = knownSide(system);
  const kkt = floatSystem(system, targets, rowScale);
  const { points, multipliers } = floatData(system);
  return { kkt, targets, rowScale, unknowns: packUnknowns(system.shape, points, multipliers) };
}

test("the residual in doubles is the exact one to rounding", () => {
  fc.assert(
    fc.property(dyadicSystems, (system) => {
      const { kkt, targets, rowScale, unknowns } = floatProblem(system);
      const exact = leftSide(rationalRing, system.shape, system.nodes, system.data);
      const absolute = absoluteSystem(system);
      const sizes = leftSide(rationalRing, absolute.shape, absolute.nodes, absolute.data);
      const problem = equationProblem(kkt, system.samples);
      const residual = problem.residual(unknowns, new Float64Array(problem.rows));
      expect(residual.length).toBe(exact.length);
      exact.forEach((value, r) => {
        const expected = toNumber(subtract(value, fromNumber(targets[r]!))) * rowScale[r]!;
        const scale = (toNumber(sizes[r]!) + Math.abs(targets[r]!)) * rowScale[r]!;
        expect(Math.abs(residual[r]! - expected)).toBeLessThanOrEqual(roundings(system) * Number.EPSILON * scale);
      });
    }),
  );
});

test("the Jacobian in doubles is the exact one to rounding", () => {
  fc.assert(
    fc.property(dyadicSystems, (system) => {
      const { kkt, rowScale, unknowns } = floatProblem(system);
      const { rows, cols, entries } = leftSideJacobian(rationalRing, system.shape, system.nodes, system.data);
      const absolute = absoluteSystem(system);
      const sizes = leftSideJacobian(rationalRing, absolute.shape, absolute.nodes, absolute.data);
      const problem = equationProblem(kkt, system.samples);
      const jacobian = problem.jacobian(unknowns, new Float64Array(rows * cols).fill(Number.NaN));
      expect([problem.rows, problem.unknowns]).toEqual([rows, cols]);
      entries.forEach((value, at) => {
        const factor = rowScale[Math.floor(at / cols)]!;
        const tolerance = roundings(system) * Number.EPSILON * toNumber(sizes.entries[at]!) * factor;
        expect(Math.abs(jacobian[at]! - toNumber(value) * factor)).toBeLessThanOrEqual(tolerance);
      });
    }),
    { numRuns: 60 },
  );
});

/** [F(u + h) − F(u − h)]/(2h) in column k, exactly. */
function centralDifference(system: ExactSystem, k: number, h: Rational): Rational[] {
  const { shape, nodes, data } = system;
  const block = shape.inputDim + shape.outputs;
  const moved = (step: Rational) => {
    const i = Math.floor(k / block);
    const within = k % block;
    const at = within < shape.outputs ? i * shape.outputs + within : i * shape.inputDim + within - shape.outputs;
    const shift = (values: readonly Rational[]) => values.with(at, add(values[at]!, step));
    return within < shape.outputs
      ? { ...data, multipliers: shift(data.multipliers) }
      : { ...data, points: shift(data.points) };
  };
  const ahead = leftSide(rationalRing, shape, nodes, moved(h));
  const behind = leftSide(rationalRing, shape, nodes, moved(subtract(rational(0n), h)));
  const inverse = rational(h.denominator, 2n * h.numerator);
  return ahead.map((value, r) => multiply(subtract(value, behind[r]!), inverse));
}

test("the Jacobian in doubles agrees with central differences of the residual in doubles", () => {
  const h = 2 ** -17; // about the cube root of the rounding unit
  fc.assert(
    fc.property(dyadicSystems, fc.nat(), (system, pick) => {
      const { kkt, unknowns, rowScale, targets } = floatProblem(system);
      const problem = equationProblem(kkt, system.samples);
      const { rows, unknowns: n } = problem;
      const k = pick % n;
      const at = (step: number) => problem.residual(unknowns.with(k, unknowns[k]! + step), new Float64Array(rows));
      const ahead = at(h);
      const behind = at(-h);
      const jacobian = problem.jacobian(unknowns, new Float64Array(rows * n));
      // Truncation: the odd derivatives of order 3 and more, bounded by those of the polynomial of absolute values.
      const absolute = absoluteSystem(system);
      const difference = centralDifference(absolute, k, fromNumber(h));
      const slope = leftSideJacobian(rationalRing, absolute.shape, absolute.nodes, absolute.data);
      const sizes = leftSide(rationalRing, absolute.shape, absolute.nodes, absolute.data);
      for (let r = 0; r < rows; r++) {
        const first = toNumber(slope.entries[r * n + k]!);
        const truncation = toNumber(subtract(difference[r]!, slope.entries[r * n + k]!));
        const size = toNumber(sizes[r]!) + h * first + Math.abs(targets[r]!);
        const rounding = 2 * roundings(system) * Number.EPSILON * (size / h + first);
        const quotient = (ahead[r]! - behind[r]!) / (2 * h);
        expect(Math.abs(quotient - jacobian[r * n + k]!)).toBeLessThanOrEqual((truncation + rounding) * rowScale[r]!);
      }
    }),
    { numRuns: 60 },
  );
});

test("the scaled Hermite matrix times the scaled moments is the residual to rounding", () => {
  fc.assert(
    fc.property(dyadicSystems, (system) => {
      const { kkt, targets, rowScale, unknowns } = floatProblem(system);
      const { outputs, inputDim: d } = system.shape;
      const map = createMomentMap(system.shape);
      const H = scaledHermiteMatrix(kkt, map);
      const T = new Float64Array(map.columns);
      for (let i = 0; i < system.samples; i++) {
        const at = i * (d + outputs);
        const monomials = map.monomials(unknowns, at + outputs, new Float64Array(map.perOutput));
        for (let c = 0; c < outputs; c++) {
          for (let k = 0; k < map.perOutput; k++) T[c * map.perOutput + k]! += unknowns[at + c]! * monomials[k]!;
        }
      }
      const problem = equationProblem(kkt, system.samples);
      const residual = problem.residual(unknowns, new Float64Array(problem.rows));
      const absolute = absoluteSystem(system);
      const sizes = leftSide(rationalRing, absolute.shape, absolute.nodes, absolute.data);
      for (let r = 0; r < problem.rows; r++) {
        let sum = -targets[r]! * rowScale[r]!;
        for (let c = 0; c < map.columns; c++) sum += H[r * map.columns + c]! * T[c]!;
        const scale = (toNumber(sizes[r]!) + Math.abs(targets[r]!)) * rowScale[r]!;
        const tolerance = (roundings(system) + 2 * map.columns) * Number.EPSILON * scale;
        expect(Math.abs(sum - residual[r]!)).toBeLessThanOrEqual(tolerance);
      }
    }),
  );
});

/** The monomials of a moment map without its weights, as dual numbers at a point seeded in coordinate e. */
function dualMonomials(tables: readonly MonomialTable[], point: readonly Rational[], e: number): Dual<Rational>[] {
  const dual = dualRing(rationalRing);
  const x = seed(rationalRing, point, e);
  return tables.flatMap(({ count, starts, variables, exponents }) =>
    Array.from({ length: count }, (_, i) => {
      let monomial = dual.one;
      for (let s = starts[i]!; s < starts[i + 1]!; s++) {
        for (let k = 0; k < exponents[s]!; k++) monomial = dual.multiply(monomial, x[variables[s]!]!);
      }
      return monomial;
    }),
  );
}

test("the derivatives of the moment map are those of its monomials", () => {
  fc.assert(
    fc.property(dyadicSystems, (system) => {
      const { inputDim: d, activation } = system.shape;
      const map = createMomentMap(system.shape);
      const { points } = floatData(system);
      const slopes = map.derivatives(points, 0, new Float64Array(d * map.perOutput).fill(Number.NaN));
      const values = map.monomials(points, 0, new Float64Array(map.perOutput));
      const relative = 2 * (activation.degree + 4) * Number.EPSILON;
      for (let e = 0; e < d; e++) {
        const monomials = dualMonomials(map.tables, system.data.points.slice(0, d), e);
        expect(monomials.length).toBe(map.perOutput);
        monomials.forEach((monomial, at) => {
          const slope = toNumber(monomial.slope) * map.weights[at]!;
          const value = toNumber(monomial.value) * map.weights[at]!;
          expect(Math.abs(slopes[e * map.perOutput + at]! - slope)).toBeLessThanOrEqual(relative * Math.abs(slope));
          expect(Math.abs(values[at]! - value)).toBeLessThanOrEqual(relative * Math.abs(value));
        });
      }
    }),
    { numRuns: 50 },
  );
});

test("activationDerivatives gives σ, σ′ and σ″ to rounding", () => {
  const dual = dualRing(dualRing(rationalRing));
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: -40, max: 40 }),
      (coefficients, eighths) => {
        const at = (z: Rational, sizes: readonly number[]): Rational[] => {
          const inner = seed(rationalRing, [z], 0)[0]!;
          let sum = dual.zero;
          let power = dual.one;
          const point = { value: inner, slope: dualRing(rationalRing).one };
          for (const c of sizes) {
            sum = dual.add(sum, dual.multiply(dual.fromRational(rational(BigInt(c))), power));
            power = dual.multiply(power, point);
          }
          return [sum.value.value, sum.slope.value, sum.slope.slope];
        };
        const z = rational(BigInt(eighths), 8n);
        const exact = at(z, coefficients);
        const sizes = at(rational(BigInt(Math.abs(eighths)), 8n), coefficients.map(Math.abs));
        const taylor = activationDerivatives(Float64Array.from(coefficients), toNumber(z), new Float64Array(3));
        exact.forEach((value, k) => {
          const tolerance = 4 * coefficients.length * Number.EPSILON * toNumber(sizes[k]!);
          expect(Math.abs(taylor[k]! - toNumber(value))).toBeLessThanOrEqual(tolerance);
        });
      },
    ),
  );
});

describe("packUnknowns", () => {
  test("puts the multipliers of a sample before its coordinates, and unpackUnknowns takes them apart again", () => {
    fc.assert(
      fc.property(dyadicSystems, (system) => {
        const { inputDim: d, outputs } = system.shape;
        const { points, multipliers } = floatData(system);
        const u = packUnknowns(system.shape, points, multipliers);
        expect(u.length).toBe(system.samples * (d + outputs));
        expect(u[(system.samples - 1) * (d + outputs)]).toBe(multipliers[(system.samples - 1) * outputs]);
        expect(u[(system.samples - 1) * (d + outputs) + outputs]).toBe(points[(system.samples - 1) * d]);
        expect(unpackUnknowns(system.shape, u)).toEqual({ points, multipliers });
        const again = unpackUnknowns(system.shape, u);
        expect(packUnknowns(system.shape, again.points, again.multipliers)).toEqual(u);
      }),
    );
  });
});

test("rowsPerNeuron adds up to equationsPerNeuron and rowCount to equationCount", () => {
  fc.assert(
    fc.property(dyadicSystems, (system) => {
      const { hidden, bias, output } = rowsPerNeuron(system.shape);
      expect(hidden + bias + output).toBe(equationsPerNeuron(system.shape));
      expect(rowCount(floatProblem(system).kkt)).toBe(equationCount(system.shape));
    }),
  );
});
