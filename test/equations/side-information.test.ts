import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseActivation } from "../../src/algebra/activation.ts";
import { parseRational, rational, toNumber } from "../../src/algebra/rational.ts";
import { evaluatePolynomial, realRing } from "../../src/algebra/ring.ts";
import type { EquationShape } from "../../src/equations/shape.ts";
import {
  type Knowledge,
  NO_KNOWLEDGE,
  type SideInformation,
  sideInformationOf,
  sideMatrix,
} from "../../src/equations/side-information.ts";
import { UsageError } from "../../src/errors.ts";
import { createRandom, type Random } from "../../src/random.ts";

const activation = parseActivation("z/2 + z^2 - z^3/3");

interface Instance {
  readonly shape: EquationShape;
  readonly weights: number[];
  readonly bias: number[];
  readonly output: number[];
  readonly points: number[];
  readonly labels: number[];
}

const gaussians = (count: number, random: Random): number[] =>
  Array.from({ length: count }, () => 0.7 * random.normal());

function drawInstance(outputs: number, seed: number): Instance {
  const [inputDim, width, samples] = [3, 5, 2 + outputs];
  const random = createRandom(seed, 5);
  const trained = new Set(["hidden"] as const);
  return {
    shape: { setting: "kkt", activation, inputDim, width, outputs, trained, bias: "frozen" },
    weights: gaussians(width * inputDim, random),
    bias: gaussians(width, random),
    output: gaussians(outputs * width, random),
    points: gaussians(samples * inputDim, random),
    labels: Array.from({ length: samples }, (_, i) => i % (outputs + 1)),
  };
}

/** The outputs F_c(x) by their definition. */
function outputsAt({ shape, weights, bias, output }: Instance, x: readonly number[]): number[] {
  const { inputDim: d, width: m, outputs } = shape;
  return Array.from({ length: outputs }, (_, c) => {
    let f = 0;
    for (let j = 0; j < m; j++) {
      const z = x.reduce((sum, value, e) => sum + weights[j * d + e]! * value, bias[j]!);
      f += output[c * m + j]! * evaluatePolynomial(realRing, activation.coefficients, z);
    }
    return f;
  });
}

/** The softmax with one eliminated class of output 0. */
function softmax(F: readonly number[]): number[] {
  const total = 1 + F.reduce((sum, f) => sum + Math.exp(f), 0);
  return F.map((f) => Math.exp(f) / total);
}

/** g_ic − ([y_i = c] − s_c(F(x_i)))/κ for every sample and class. */
function multiplierResidual(
  instance: Instance,
  kappa: number,
  g: readonly number[],
  points: readonly number[],
): number[] {
  const { inputDim: d, outputs: C } = instance.shape;
  return instance.labels.flatMap((label, i) => {
    const s = softmax(outputsAt(instance, points.slice(i * d, (i + 1) * d)));
    return s.map((value, c) => g[i * C + c]! - ((c === label ? 1 : 0) - value) / kappa);
  });
}

describe.each([1, 2, 3])("multiplier rows with %i free outputs", (outputs) => {
  test("are the derivative of the multiplier equations where these hold", () => {
    const scale = rational(3n, 4n);
    const kappa = toNumber(scale);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), (seed) => {
        const instance = drawInstance(outputs, seed);
        const { points, shape, labels } = instance;
        const zeros = new Array<number>(labels.length * outputs).fill(0);
        const g = multiplierResidual(instance, kappa, zeros, points).map((value) => -value);
        const side: SideInformation = { sphere: false, multiplierScale: scale, margins: false };
        const data = { points, multipliers: g };
        const { rows, cols, entries } = sideMatrix(realRing, shape, side, { nodes: instance, data, labels });
        const per = outputs + 3;
        const step = 1e-5;
        for (let column = 0; column < cols; column++) {
          const [i, at] = [Math.floor(column / per), column % per];
          const moved = (h: number): number[] => {
            const [gh, xh] = [[...g], [...points]];
            if (at < outputs) gh[i * outputs + at]! += h;
            else xh[i * 3 + at - outputs]! += h;
            return multiplierResidual(instance, kappa, gh, xh);
          };
          const [up, down] = [moved(step), moved(-step)];
          for (let row = 0; row < rows; row++) {
            const slope = (up[row]! - down[row]!) / (2 * step);
            // Central differences: a third derivative times h²/6, and rounding over h.
            expect(Math.abs(entries[row * cols + column]! - slope)).toBeLessThan(1e-6);
          }
        }
      }),
      { numRuns: 10 },
    );
  });
});

test("margin and sphere rows are ∇f(x_i) and x_i", () => {
  const instance = drawInstance(1, 7);
  const { shape, points, labels } = instance;
  const multipliers = labels.map((_, i) => i + 1);
  const side: SideInformation = { sphere: true, multiplierScale: null, margins: true };
  const { rows, cols, entries } = sideMatrix(realRing, shape, side, {
    nodes: instance,
    data: { points, multipliers },
    labels,
  });
  expect([rows, cols]).toEqual([6, 12]);
  for (let i = 0; i < 3; i++) {
    const sphere = entries.slice((3 + i) * cols, (4 + i) * cols);
    expect(sphere.slice(i * 4 + 1, i * 4 + 4)).toEqual(points.slice(i * 3, i * 3 + 3));
    expect(sphere.filter((value) => value !== 0)).toHaveLength(3);
    const margin = entries.slice(i * cols, (i + 1) * cols);
    for (let e = 0; e < 3; e++) {
      const at = (h: number): number => {
        const x = points.slice(i * 3, i * 3 + 3);
        x[e]! += h;
        return outputsAt(instance, x)[0]!;
      };
      expect(Math.abs(margin[i * 4 + 1 + e]! - (at(1e-5) - at(-1e-5)) / 2e-5)).toBeLessThan(1e-6);
    }
  }
});

describe("what a loss tells", () => {
  const known = (change: Partial<Knowledge>): Knowledge => ({ ...NO_KNOWLEDGE, ...change });
  const kkt = { setting: "kkt", outputs: 1 } as const;
  const half = parseRational("1/2");

  test("κ is nμ at a kkt point and n for one gradient", () => {
    const atKkt = sideInformationOf(known({ loss: "logistic", weightDecay: half }), kkt, 6);
    expect(atKkt?.multiplierScale).toEqual(rational(3n));
    const ofGradient = sideInformationOf(known({ loss: "logistic" }), { setting: "gradient", outputs: 1 }, 6);
    expect(ofGradient?.multiplierScale).toEqual(rational(6n));
  });

  test("nothing without the weight decay, with mse, or in lazy training", () => {
    expect(sideInformationOf(known({ loss: "logistic" }), kkt, 6)).toBeNull();
    expect(sideInformationOf(known({ loss: "mse", weightDecay: half }), kkt, 6)).toBeNull();
    expect(sideInformationOf(known({ loss: "logistic", weightDecay: half }), { ...kkt, setting: "ntk" }, 6)).toBeNull();
  });

  test.each([
    ["softmax", 1, "kkt"],
    ["logistic", 2, "kkt"],
    ["hard-margin", 2, "kkt"],
    ["hard-margin", 1, "gradient"],
  ] as const)("%s with %i outputs in %s is refused", (loss, outputs, setting) => {
    expect(() => sideInformationOf(known({ loss }), { setting, outputs }, 3)).toThrow(UsageError);
  });
});
