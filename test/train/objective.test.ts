import fc from "fast-check";
import { expect, test } from "vitest";
import { dot } from "../../src/linalg/dense.ts";
import { createObjective } from "../../src/train/objective.ts";
import { preciseCombination, preciseEquations } from "../../src/train/precise-gradient.ts";
import { createSpanCoordinates } from "../../src/train/span-coordinates.ts";
import { modelCases } from "./problems.ts";

const move = (theta: Float64Array, t: number, v: Float64Array): Float64Array => theta.map((x, k) => x + t * v[k]!);
const exactly = (value: Float64Array) => ({ value, correction: new Float64Array(value.length) });

/**
 * Richardson's extrapolation of central differences: error of order h⁴ times fifth derivatives, which the sizes of the
 * cases keep below the tolerance.
 */
function derivative(f: (t: number) => number): number {
  const central = (h: number): number => (f(h) - f(-h)) / (2 * h);
  return (4 * central(5e-5) - central(1e-4)) / 3;
}

test("the gradient is the derivative of the value, and the product that of the gradient", () => {
  fc.assert(
    fc.property(modelCases, ({ model, theta, direction }) => {
      const objective = createObjective(model);
      const at = (t: number) => {
        const gradient = new Float64Array(theta.length);
        return { value: objective.evaluate(move(theta, t, direction), gradient), gradient };
      };
      const { gradient, value } = at(0);
      const size = 1 + Math.abs(value) + Math.hypot(...gradient) * Math.hypot(...direction);
      const slope = derivative((t) => at(t).value);
      expect(Math.abs(slope - dot(gradient, direction))).toBeLessThanOrEqual(1e-6 * size);
      objective.linearise(theta);
      const product = objective.product(direction, new Float64Array(theta.length)).slice();
      const scale = 1 + Math.hypot(...gradient) + Math.hypot(...product);
      for (const k of theta.keys()) {
        expect(Math.abs(derivative((t) => at(t).gradient[k]!) - product[k]!)).toBeLessThanOrEqual(1e-6 * scale);
      }
    }),
  );
});

test("the Hessian as a matrix is the one of the products, and symmetric", () => {
  fc.assert(
    fc.property(modelCases, ({ model, theta, direction }) => {
      const objective = createObjective(model);
      objective.linearise(theta);
      const p = theta.length;
      const H = objective.hessian(new Float64Array(p * p));
      const product = objective.product(direction, new Float64Array(p));
      const size = Math.hypot(...H) * Math.hypot(...direction);
      for (let a = 0; a < p; a++) {
        expect(Math.abs(dot(H.subarray(a * p, (a + 1) * p), direction) - product[a]!)).toBeLessThanOrEqual(
          1e-13 * size,
        );
        for (let b = 0; b < p; b++) expect(H[a * p + b]).toBe(H[b * p + a]);
      }
    }),
  );
});

test("the gradient in double-double agrees with the one in doubles to the rounding of the terms", () => {
  fc.assert(
    fc.property(modelCases, ({ model, theta }) => {
      const gradient = new Float64Array(theta.length);
      createObjective(model).evaluate(theta, gradient);
      const { residual, slopes } = preciseEquations(model, exactly(theta));
      const terms = slopes.map(Math.abs);
      const size =
        1 + preciseCombination(model, exactly(theta), terms).value.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
      residual.forEach((value, k) => {
        expect(Math.abs(value / model.samples - gradient[k]!)).toBeLessThanOrEqual(1e-12 * size);
      });
    }),
  );
});

test("a correction below the last digit of θ moves the precise gradient by the Hessian times it", () => {
  fc.assert(
    fc.property(modelCases, ({ model, theta, direction }) => {
      const objective = createObjective(model);
      objective.linearise(theta);
      const product = objective.product(direction, new Float64Array(theta.length)).slice();
      const tiny = 2 ** -60;
      const low = { value: theta, correction: direction.map((v) => v * tiny) };
      const [here, there] = [preciseEquations(model, exactly(theta)), preciseEquations(model, low)];
      const scale = Math.hypot(...product) + Math.hypot(...direction);
      for (const k of theta.keys()) {
        const change = (there.residual[k]! - here.residual[k]!) / model.samples;
        // The residuals are rounded once: their own last digits hide the change where they are large.
        const rounding = 2 * Number.EPSILON * Math.abs(here.residual[k]!);
        expect(Math.abs(change - tiny * product[k]!)).toBeLessThanOrEqual(1e-6 * tiny * scale + rounding);
      }
    }),
  );
});

test("in coordinates of the span the objective is the same, up to the penalty of what lies outside", () => {
  fc.assert(
    fc.property(modelCases, ({ model, theta }) => {
      const span = createSpanCoordinates(model);
      const reduced = span.reduce(theta);
      const inside = span.restore(reduced, theta);
      const value = (of: typeof model, at: Float64Array) =>
        createObjective(of).evaluate(at, new Float64Array(at.length));
      const [full, small] = [value(model, inside), value(span.model, reduced)];
      expect(Math.abs(full - small)).toBeLessThanOrEqual(1e-11 * (1 + Math.abs(full)));
      const outside = span.outsideSpan(theta);
      const trainsHidden = model.layout.segments[0]?.layer === "hidden";
      expect(inside.every((x, k) => Math.abs(x + (trainsHidden ? outside[k]! : 0) - theta[k]!) <= 1e-12)).toBe(true);
    }),
  );
});
