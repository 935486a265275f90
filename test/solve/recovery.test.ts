import { describe, expect, test } from "vitest";
import { recoverNetwork } from "../../src/audit/recover-network.ts";
import { norm2 } from "../../src/linalg/dense.ts";
import { createRandom } from "../../src/random.ts";
import { type InstanceShape, makeInstance } from "../support/instances.ts";

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
