import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { MoveKind } from "../../../src/identifiability/partial/moves.ts";
import type { PartialAnswer, QuantityAnswer } from "../../../src/identifiability/partial/partial-answer.ts";
import { partialAnswerForShape } from "../../../src/identifiability/partial/shape-partial.ts";
import { check, type Question, questions, shapeOf } from "../shapes.ts";

function ask(question: Question, softmax = false): PartialAnswer {
  const decision = check(question);
  const { samples, seed = 1 } = question;
  return partialAnswerForShape({ shape: shapeOf(question), samples, seed, softmax }, decision)!;
}

const names = (answers: readonly QuantityAnswer[]): string[] =>
  answers.map(({ kind, degree }) => (degree === null ? kind : `${kind} ${degree}`));

/** Null directions under each name. */
function dimensions({ directions }: PartialAnswer): Partial<Record<MoveKind, number>> {
  const sums: Partial<Record<MoveKind, number>> = {};
  for (const { kind, dimension } of directions) sums[kind] = (sums[kind] ?? 0) + dimension;
  return sums;
}

describe("quadratic shapes", () => {
  test.each([
    [2, 2],
    [3, 4],
    [4, 4],
    [5, 6],
  ])("%i samples in %i dimensions mix in n(n-1)/2 directions, which is the whole null space", (samples, inputDim) => {
    const answer = ask({ activation: "z + z^2", inputDim, samples, width: 30 });
    expect(answer.nullity).toBe((samples * (samples - 1)) / 2);
    expect(dimensions(answer)).toEqual({ mixing: answer.nullity });
    expect(answer.directions.every(({ samples: pair, gauge }) => pair.length === 2 && !gauge)).toBe(true);
    // T_1 and T_2 are seen; Σ g_i = T_1ᵀ T_2⁺ T_1 follows where the samples are independent.
    const kept = ["moment 0", "moment 1", "moment 2", "weighted-norms", ...(samples < inputDim ? ["span"] : [])];
    expect(names(answer.determined)).toEqual(kept);
    const open = ["point", "direction", "multiplier", "squared-norm", "inner-product", "gram"];
    expect(names(answer.free)).toEqual(open);
    // Mixing is known in closed form and is all there is, so nothing rests on the points drawn.
    expect(answer).toMatchObject({ basis: "certificate", errorProbability: 0 });
  });

  test("one sample more than dimensions frees the sum of the multipliers, by one direction that mixes all", () => {
    const answer = ask({ activation: "z + z^2", inputDim: 3, samples: 4, width: 30 });
    expect(dimensions(answer)).toEqual({ mixing: 6, joint: 1 });
    expect(names(answer.determined)).toEqual(["moment 1", "moment 2", "weighted-norms"]);
    expect(names(answer.free)).toContain("moment 0");
    expect(answer.basis).toBe("probable");
    expect(answer.errorProbability).toBeGreaterThan(0);
    expect(answer.errorProbability).toBeLessThan(1e-6);
  });

  test("without a linear term only the points are mixed, and scale is gauge", () => {
    const answer = ask({ activation: "z^2", inputDim: 4, samples: 3, width: 30 });
    expect(dimensions(answer)).toEqual({ scale: 3, "mixing-of-points": 3 });
    expect(answer.directions.filter(({ gauge }) => gauge).map(({ kind }) => kind)).toEqual(["scale", "scale", "scale"]);
    expect(names(answer.free)).toContain("scaled-sample");
  });

  test("a third degree leaves nothing open", () => {
    expect(ask({ activation: "z + z^2 + z^3", inputDim: 4, samples: 4, width: 30 }).free).toEqual([]);
  });
});

describe("one monomial", () => {
  const cubic = { activation: "z^3", inputDim: 4, samples: 3, width: 8 };

  test("has the scale of each sample as its only directions, and determines every sample up to it", () => {
    const answer = ask(cubic);
    expect(dimensions(answer)).toEqual({ scale: 3 });
    expect(answer.directions.map(({ samples }) => samples)).toEqual([[0], [1], [2]]);
    expect(answer.directions.every(({ gauge }) => gauge)).toBe(true);
    expect(names(answer.determined)).toEqual(["direction", "scaled-sample", "moment 3", "span"]);
    expect(answer.free.every(({ movedByGauge }) => movedByGauge)).toBe(true);
    expect(answer.nullity).toBe(answer.gaugeDimension);
  });

  test("with two neurons the directions move beyond the scales", () => {
    const answer = ask({ ...cubic, width: 2 });
    expect(dimensions(answer)).toMatchObject({ scale: 3, joint: answer.nullity - 3 });
    expect(answer.nullity).toBeGreaterThan(3);
    expect(names(answer.free)).toContain("direction");
  });

  test.each([2, 3, 4])("with T_0 seen, %i samples trade their scales: n - 1 directions and no gauge", (samples) => {
    const seen = { activation: "1 + z^3", inputDim: 4, width: 20, trained: ["hidden", "output"] as const };
    const answer = ask({ ...seen, samples });
    expect(answer.gaugeDimension).toBe(0);
    expect(dimensions(answer)).toEqual({ "opposite-scale": samples - 1 });
    const kept = ["direction", "moment 0", "moment 3", ...(samples < 4 ? ["span"] : [])];
    expect(names(answer.determined)).toEqual(kept);
    expect(answer.free.some(({ movedByGauge }) => movedByGauge)).toBe(false);
    // One sample alone has nobody to trade with.
    expect(ask({ ...seen, samples: 1 }).free).toEqual([]);
  });
});

test("linear networks: what is left of the samples is their sum", () => {
  const answer = ask({ activation: "z", inputDim: 3, samples: 2, width: 5 });
  expect(names(answer.determined)).toEqual(["moment 1"]);
  expect(dimensions(answer)).toMatchObject({ scale: 2, "linear-mixing": 2 });
  const biased = ask({ activation: "z", inputDim: 3, samples: 2, width: 5, trained: ["hidden", "bias"] });
  expect(names(biased.determined)).toEqual(["moment 0", "moment 1"]);
  expect(dimensions(biased)).toMatchObject({ "affine-mixing": 2 });
});

test("at the least local width nothing is free; one neuron less, everything is", () => {
  const cubic = { activation: "z + z^2 + z^3", inputDim: 4, samples: 4 };
  const least = check({ ...cubic, width: 40 }).thresholds.widthForLocal!;
  expect(ask({ ...cubic, width: least }).free).toEqual([]);
  const below = ask({ ...cubic, width: least - 1 });
  expect(below.determined).toEqual([]);
  expect(names(below.free)).toContain("moment 3");
});

test("more general neurons than the rank needs change no answer", () => {
  const at = (width: number) => ask({ activation: "z + z^2", inputDim: 3, samples: 3, width });
  const [few, many] = [at(8), at(200)];
  expect(names(few.determined)).toEqual(names(many.determined));
  expect(few.nullity).toBe(many.nullity);
});

test("softmax counts as one output less", () => {
  const question = { activation: "z + z^2", inputDim: 3, samples: 2, width: 12 };
  const decision = { verdict: "nonidentifiable", basis: "theorem" } as const;
  const shape = shapeOf({ ...question, outputs: 2 });
  const soft = partialAnswerForShape({ shape, samples: 2, seed: 1, softmax: true }, decision)!;
  expect(names(soft.free)).toEqual(names(ask(question).free));
  expect(soft.multiplierSigns).not.toBeNull();
});

describe("on random shapes", () => {
  test("named dimensions add up to the nullity of the verdict, and what is identifiable has nothing free beyond the gauge", () => {
    fc.assert(
      fc.property(questions, (question) => {
        const decision = check(question);
        const { samples, seed = 1 } = question;
        const answer = partialAnswerForShape({ shape: shapeOf(question), samples, seed }, decision);
        if (answer === null || decision.counts.nullity === null) return;
        expect(answer.nullity).toBe(decision.counts.nullity);
        expect(answer.directions.reduce((sum, { dimension }) => sum + dimension, 0)).toBe(answer.nullity);
        const beyond = answer.free.filter(({ movedByGauge }) => !movedByGauge);
        if (decision.verdict !== "nonidentifiable") expect(beyond).toEqual([]);
        else expect(answer.free).not.toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test("another seed gives the same answers", () => {
    fc.assert(
      fc.property(questions, (question) => {
        const decision = check(question);
        const at = (seed: number) =>
          partialAnswerForShape({ shape: shapeOf(question), samples: question.samples, seed }, decision);
        const [first, second] = [at(1), at(2)];
        expect(first === null ? null : names(first.free)).toEqual(second === null ? null : names(second.free));
        expect(first === null ? null : dimensions(first)).toEqual(second === null ? null : dimensions(second));
      }),
      { numRuns: 25 },
    );
  });
});
