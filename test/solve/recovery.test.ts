import { describe, expect, test } from "vitest";
import { add, fromNumber, type Rational, multiply as times, toNumber } from "../../src/algebra/rational.ts";
import { evaluatePolynomial, rationalRing } from "../../src/algebra/ring.ts";
import { recoverNetwork } from "../../src/audit/recover-network.ts";
import { createResidual, packUnknowns, unpackUnknowns } from "../../src/equations/system.ts";
import { norm2 } from "../../src/linalg/dense.ts";
import { createRandom } from "../../src/random.ts";
import { walkNullSpace } from "../../src/solve/null-space-walk.ts";
import { preciseResidual } from "../../src/solve/precise-residual.ts";
import { equationsOf, type InstanceShape, makeInstance } from "../support/instances.ts";

const families: InstanceShape[] = [
  { activation: "z + z^2 + z^3", inputDim: 4, samples: 4, width: 30, layers: ["hidden", "output"] },
  {
    activation: "z + z^2/2 + z^3/4",
    inputDim: 4,
    samples: 3,
    width: 20,
    layers: ["hidden"],
    scale: 0.05,
    norms: "raw",
  },
  { activation: "z + z^2 + z^3", inputDim: 8, samples: 4, width: 20, layers: ["hidden", "output"], scale: 20 },
  { activation: "z^2 + z^3", inputDim: 5, samples: 3, width: 30, layers: ["hidden"], norms: "mixed" },
  { activation: "z + z^3", inputDim: 4, samples: 4, width: 30, layers: ["hidden"] },
  { activation: "z^3", inputDim: 4, samples: 3, width: 20, layers: ["hidden"] },
  { activation: "z + z^2 + z^3", inputDim: 5, samples: 4, width: 30, layers: ["hidden", "bias", "output"] },
  { activation: "z + z^2 + z^3", inputDim: 4, samples: 3, width: 30, layers: ["hidden"], outputs: 2 },
];

const ask = (shape: InstanceShape, seed: number, samples = shape.samples) => {
  const instance = makeInstance(shape, createRandom(seed, 11));
  const deadline = performance.now() + 15_000;
  const question = {
    setting: "gradient" as const,
    ...instance,
    trained: new Set(shape.layers),
    samples,
    seed,
    shouldStop: () => performance.now() > deadline,
    onProgress: () => undefined,
  };
  return { instance, question };
};

describe("recoverNetwork on instances whose truth is known", () => {
  test.each(families)("$activation, d $inputDim, n $samples, $layers: within its bound, which is small", (shape) => {
    for (let seed = 1; seed <= 3; seed++) {
      const { instance, question } = ask(shape, seed);
      const recovery = recoverNetwork(question, { maxStarts: 100, acceptError: 1e-2, truth: instance.truth });
      expect(recovery.status).toBe("recovered");
      recovery.truth!.assignment.forEach((j, i) => {
        expect(recovery.truth!.perSample[i]!).toBeLessThanOrEqual(recovery.samples[j]!.errorBound!);
      });
      const largest = Math.max(...recovery.samples.map(({ x }) => norm2(x)));
      // Condition times half an ulp per equation, with the factor ten of the bound and √(equations) of slack.
      const slack = 10 * Math.sqrt(question.network.width * (shape.inputDim + 2));
      const allowed = slack * recovery.conditionNumber! * 2 ** -53 * largest * 10;
      expect(recovery.truth!.maxError).toBeLessThanOrEqual(allowed);
    }
  });

  test.each([families[0]!, families[3]!])("$activation: one sample fewer does not fit", (shape) => {
    const { question } = ask(shape, 1, shape.samples - 1);
    const { status } = recoverNetwork(question, { maxStarts: 12, acceptError: 1e-2, truth: null });
    expect(status).toBe("not-found");
  });

  test.each([families[0]!, families[3]!])("$activation: one sample more is never called recovered", (shape) => {
    const { question } = ask(shape, 1, shape.samples + 1);
    const { status, samples } = recoverNetwork(question, { maxStarts: 12, acceptError: 1e-2, truth: null });
    expect(status).not.toBe("recovered");
    if (status === "nonidentifiable") expect(samples.every(({ errorBound }) => errorBound === null)).toBe(true);
  });

  test("gives the same samples for the same seed", () => {
    const run = () => {
      const { question } = ask(families[0]!, 2);
      return recoverNetwork(question, { maxStarts: 50, acceptError: 1e-2, truth: null }).samples;
    };
    expect(run()).toEqual(run());
  });
});

describe("preciseResidual", () => {
  test("is the exact residual rounded, where the plain one has lost every digit", () => {
    const shape = families[0]!;
    const instance = makeInstance(shape, createRandom(7));
    const { system } = equationsOf(instance, ["hidden"]);
    const { X, multipliers } = instance.truth;
    const u = packUnknowns(system.shape, X, multipliers!);
    const precise = preciseResidual(system, u, new Float64Array(u.length));
    const { rows, residual } = createResidual(system, 4);
    const plain = residual(u, new Float64Array(rows));
    let plainError = 0;
    const activation = instance.activation.coefficients;
    const slope = activation.slice(1).map((c, k) => times(c, fromNumber(k + 1)));
    for (const row of [0, 5, 17, 40]) {
      const [j, e] = [Math.floor(row / 4), row % 4];
      let exact: Rational = fromNumber(-system.targets[row]!);
      for (let i = 0; i < 4; i++) {
        let z = fromNumber(0);
        for (let f = 0; f < 4; f++)
          z = add(z, times(fromNumber(system.weights[j * 4 + f]!), fromNumber(X[i * 4 + f]!)));
        const factor = times(fromNumber(multipliers![i]!), fromNumber(system.output[j]!));
        exact = add(exact, times(times(factor, evaluatePolynomial(rationalRing, slope, z)), fromNumber(X[i * 4 + e]!)));
      }
      const expected = toNumber(exact) * system.rowScale[row]!;
      expect(Math.abs(precise[row]! - expected)).toBeLessThanOrEqual(4 * Number.EPSILON * Math.abs(expected) + 1e-30);
      plainError = Math.max(plainError, Math.abs(plain[row]! - expected) / Math.abs(expected));
    }
    expect(plainError).toBeGreaterThan(1e-3);
  });
});

describe("walkNullSpace", () => {
  const options = {
    residualFloor: 16 * 2 ** -53,
    rankTolerance: 1e-14,
    scaleGauge: false,
    signGauge: false,
    shouldStop: () => false,
  };
  const start = (activation: string) => {
    const shape: InstanceShape = { activation, inputDim: 4, samples: 4, width: 30, layers: ["hidden"] };
    const instance = makeInstance(shape, createRandom(3));
    const { system } = equationsOf(instance, shape.layers);
    return { system, u: packUnknowns(system.shape, instance.truth.X, instance.truth.multipliers!) };
  };

  test("mixes the samples of a quadratic network and keeps their two moments", () => {
    const { system, u } = start("z + z^2");
    const pair = walkNullSpace(system, u, { ...options, random: createRandom(1) })!;
    expect(pair.continuumDimension).toBe(6);
    expect(pair.distance).toBeGreaterThanOrEqual(0.1);
    expect(pair.leastMove).toBeGreaterThanOrEqual(0.1);
    expect(Math.max(...pair.relativeResiduals)).toBeLessThanOrEqual(options.residualFloor);
    const moments = (v: Float64Array): number[] => {
      const { points, multipliers } = unpackUnknowns(system.shape, v);
      const values: number[] = [];
      for (let a = 0; a < 4; a++) {
        for (let b = -1; b < 4; b++) {
          let sum = 0;
          for (let i = 0; i < 4; i++) sum += multipliers[i]! * points[i * 4 + a]! * (b < 0 ? 1 : points[i * 4 + b]!);
          values.push(sum);
        }
      }
      return values;
    };
    const [before, after] = [moments(pair.first), moments(pair.second)];
    const size = Math.max(...before.map(Math.abs));
    before.forEach((value, k) => {
      expect(Math.abs(value - after[k]!)).toBeLessThanOrEqual(1e-11 * size);
    });
  });

  test("finds nothing where a cubic term isolates the samples", () => {
    const { system, u } = start("z + z^2 + z^3");
    expect(walkNullSpace(system, u, { ...options, random: createRandom(1) })).toBeNull();
  });
});
