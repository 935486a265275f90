import fc from "fast-check";
import { expect, test } from "vitest";
import { activationFromCoefficients } from "../../src/algebra/activation.ts";
import { multiply, type Rational, rational } from "../../src/algebra/rational.ts";
import { checkShape, type ShapeDecision } from "../../src/identifiability/check-shape.ts";
import { questions, shapeOf } from "./shapes.ts";

/** What must not depend on units: everything but the text of the activation. */
const essence = ({ verdict, upTo, counts, thresholds, conditions }: ShapeDecision) => ({
  verdict,
  upTo,
  counts,
  thresholds,
  conditions: conditions.map(({ id, status }) => `${id}: ${status}`),
});

const factors = fc.constantFrom(rational(3n), rational(-2n, 5n), rational(7n, 3n), rational(-1n));

test("scaling the activation, its argument, or drawing other primes changes nothing but the text", () => {
  fc.assert(
    fc.property(questions, factors, factors, fc.integer({ min: 1, max: 1e6 }), (question, outer, inner, seed) => {
      const shape = shapeOf(question);
      const { samples } = question;
      const before = essence(checkShape({ shape, samples, seed: 1 }));
      // c_k becomes outer · inner^k · c_k.
      let power: Rational = outer;
      const coefficients = shape.activation.coefficients.map((c) => {
        const scaled = multiply(c, power);
        power = multiply(power, inner);
        return scaled;
      });
      const scaled = { ...shape, activation: activationFromCoefficients(coefficients) };
      expect(essence(checkShape({ shape: scaled, samples, seed }))).toEqual(before);
    }),
    { numRuns: 30 },
  );
});
