import { describe, expect, test } from "vitest";
import { type NetworkKnowledge, NOTHING_KNOWN } from "../../src/audit/knowledge.ts";
import type { InstanceQuestion } from "../../src/audit/network-evidence.ts";
import { type Recovery, recoverNetwork } from "../../src/audit/recover-network.ts";
import { UsageError } from "../../src/errors.ts";
import { matchPoints } from "../../src/solve/match.ts";
import { loadExample } from "../support/example-networks.ts";

const options = { maxStarts: 200, acceptError: 1e-2, truth: null };

function recover(name: string, knowledge: Partial<NetworkKnowledge>, change: Partial<InstanceQuestion> = {}): Recovery {
  const question = { ...loadExample(name).question(1), knowledge: { ...NOTHING_KNOWN, ...knowledge }, ...change };
  return recoverNetwork(question, options);
}

/** Largest distance to the truth after the best assignment, and whether every sample keeps its own bound. */
function compare(recovery: Recovery, name: string): { readonly error: number; readonly kept: boolean } {
  const { truth } = loadExample(name);
  const found = Float64Array.from(recovery.samples.flatMap(({ x }) => Array.from(x)));
  const { errors, assignment } = matchPoints(found, truth.X, truth.inputDim, { sign: false });
  return {
    error: Math.max(...errors),
    kept: Array.from(assignment).every((j, i) => errors[i]! <= recovery.samples[j]!.errorBound!),
  };
}

const bound = ({ samples }: Recovery): number => Math.max(...samples.map(({ errorBound }) => errorBound!));
const logistic = { loss: "logistic", weightDecay: 1e-3 } as const;
const squares = { loss: "mse", weightDecay: 1e-3, labels: [-1, 1] } as const;

describe("norms and multipliers lower the error of wine-hidden-layer", () => {
  const alone = recover("wine-hidden-layer", {});

  test.each([
    ["norms", { unitNorms: true }, 30],
    ["multipliers", logistic, 15],
    ["both", { unitNorms: true, ...logistic }, 200],
  ] as const)("%s", (_, knowledge, gain) => {
    const recovery = recover("wine-hidden-layer", knowledge);
    expect(recovery.status).toBe("recovered");
    expect(recovery.knowledge).toMatchObject({ agrees: true, objection: null });
    expect(bound(recovery)).toBeLessThan(bound(alone) / gain);
    expect(recovery.conditionNumber!).toBeLessThan(alone.conditionNumber! / 100);
    const { error, kept } = compare(recovery, "wine-hidden-layer");
    expect(kept).toBe(true);
    expect(error).toBeLessThan(1e-8);
  });
});

test("softmax: classes are read off the multipliers, and their sum is zero by the equations", () => {
  const recovery = recover("iris-multiclass", { loss: "softmax", weightDecay: 1e-3 });
  expect(recovery.status).toBe("recovered");
  expect(recovery.knowledge!.rows).toBe(6 * 3);
  expect(recovery.conditionNumber!).toBeLessThan(1e4);
  expect(compare(recovery, "iris-multiclass").kept).toBe(true);
  for (const { multiplier } of recovery.samples) {
    expect(Math.abs(multiplier.reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-10);
  }
});

describe("what contradicts the weights", () => {
  test.each([
    ["iris-hidden-layer", "a wrong weight decay", { ...squares, weightDecay: 2e-3 }],
    ["iris-hidden-layer", "labels that were not used", { ...squares, labels: [0, 1] }],
    ["iris-hidden-layer", "another loss", logistic],
    ["wine-hidden-layer", "a weight decay off by a millionth", { ...logistic, weightDecay: 1.000001e-3 }],
    ["wine-gradient", "a mean that is a sum", { loss: "logistic", gradientOf: "sum" }],
  ] as const)("%s: %s", (name, _, knowledge) => {
    const recovery = recover(name, knowledge);
    expect(recovery.status).toBe("not-found");
    expect(recovery.explanation).toMatch(/contradicts the weights/);
    expect(recovery.knowledge).toMatchObject({ agrees: false, objection: "residual" });
    expect(recovery.samples.every(({ errorBound }) => errorBound === null)).toBe(true);
  });

  test("a box that leaves samples outside, and not one around all of them", () => {
    const tight = recover("iris-hidden-layer", { box: { low: 0, high: 1 } });
    expect([tight.status, tight.knowledge!.objection]).toEqual(["not-found", "box"]);
    expect(tight.explanation).toMatch(/contradicts the weights/);
    expect(recover("iris-hidden-layer", { box: { low: -1, high: 1 } }).status).toBe("recovered");
  });

  test("not a box around the true data, where the weights leave others outside it", () => {
    const { status, explanation } = recover("iris-quadratic", { box: { low: -1, high: 1 } });
    expect(status).not.toBe("recovered");
    expect(explanation).not.toMatch(/contradicts/);
    if (status === "not-found") expect(explanation).toMatch(/6 directions free.*nothing is excluded/);
  });
});

describe("a gradient", () => {
  test("that is a mean agrees with its loss", () => {
    const recovery = recover("wine-gradient", { loss: "logistic" });
    expect(recovery.status).toBe("recovered");
    expect(recovery.knowledge!.kinds).toEqual(["multipliers"]);
    expect(compare(recovery, "wine-gradient").kept).toBe(true);
  });

  test("that is a sum does so when that is said", () => {
    const question = loadExample("wine-gradient").question(1);
    const times = (values: Float64Array | null): Float64Array | null => values?.map((value) => 6 * value) ?? null;
    const { hiddenWeight, hiddenBias, outputWeight, outputBias } = question.gradient!;
    const summed = {
      ...question.gradient!,
      hiddenWeight: times(hiddenWeight),
      hiddenBias: times(hiddenBias),
      outputWeight: times(outputWeight),
      outputBias: times(outputBias),
    };
    const run = (gradientOf: "mean" | "sum") =>
      recover("wine-gradient", { loss: "logistic", gradientOf }, { gradient: summed });
    expect(run("sum").status).toBe("recovered");
    expect(run("mean").status).toBe("not-found");
  });

  test("that was clipped by its norm still determines the data: one factor of all multipliers", () => {
    const question = loadExample("wine-gradient").question(1);
    const clip = (values: Float64Array | null): Float64Array | null => values?.map((value) => 0.37 * value) ?? null;
    const { gradient } = question;
    const clipped = {
      ...gradient!,
      hiddenWeight: clip(gradient!.hiddenWeight),
      outputWeight: clip(gradient!.outputWeight),
    };
    const recovery = recover("wine-gradient", {}, { gradient: clipped });
    expect(recovery.status).toBe("recovered");
    expect(compare(recovery, "wine-gradient").kept).toBe(true);
    // With the loss the factor shows.
    expect(recover("wine-gradient", { loss: "logistic" }, { gradient: clipped }).status).toBe("not-found");
  });
});

describe("a continuum of data sets", () => {
  test("shrinks by one direction for every independent side equation: iris-quadratic, six directions", () => {
    const free = (knowledge: Partial<NetworkKnowledge>) =>
      recover("iris-quadratic", knowledge).witness?.continuumDimension;
    expect(free({})).toBe(6);
    expect(free(squares)).toBe(2);
  });

  test("ends with enough of them: loss, weight decay and norms determine iris-quadratic", () => {
    const recovery = recover("iris-quadratic", { ...squares, unitNorms: true });
    expect(recovery.status).toBe("recovered");
    expect(recovery.knowledge!.rows).toBe(8);
    const { error, kept } = compare(recovery, "iris-quadratic");
    expect([error < 1e-13, kept]).toEqual([true, true]);
  });

  test("with the norms known, z³ no longer leaves the scale free", () => {
    const recovery = recover("iris-cubic", { ...squares, unitNorms: true });
    expect(recovery.upTo).not.toContain("scale");
    expect(recovery.status).toBe("nonidentifiable");
    expect(recovery.witness!.continuumDimension).toBe(1);
    const { second } = recovery.witness!;
    for (let i = 0; i < 3; i++) expect(Math.hypot(...second.points.subarray(4 * i, 4 * i + 4))).toBeCloseTo(1, 10);
  });
});

describe("knowledge that cannot be about a network", () => {
  test.each([
    [{ loss: "softmax" }, /at least 2 outputs/],
    [{ loss: "logistic", labels: [1] }, /--labels/],
    [{ loss: "hard-margin" }, /kkt point only/],
  ] as const)("%j is refused", (knowledge, message) => {
    expect(() => recover("wine-gradient", knowledge)).toThrow(UsageError);
    expect(() => recover("wine-gradient", knowledge)).toThrow(message);
  });
});
