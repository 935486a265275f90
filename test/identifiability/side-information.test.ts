import { describe, expect, test } from "vitest";
import { parseRational } from "../../src/algebra/rational.ts";
import { type Knowledge, NO_KNOWLEDGE } from "../../src/equations/side-information.ts";
import { checkShape, type ShapeDecision } from "../../src/identifiability/check-shape.ts";
import { type Question, shapeOf } from "./shapes.ts";

const decay = parseRational("1/100");

function checkKnowing(change: Partial<Knowledge>, question: Question): ShapeDecision {
  const knowledge = { ...NO_KNOWLEDGE, ...change };
  return checkShape({ shape: shapeOf(question), samples: question.samples, seed: question.seed ?? 1, knowledge });
}

const quadratic: Question = { activation: "z + z^2", inputDim: 3, width: 30, samples: 2, setting: "kkt" };
const cubic: Question = { activation: "z^3", inputDim: 3, width: 30, samples: 2, setting: "kkt" };

describe("known norms", () => {
  test("end the mixing of two samples, but not of four", () => {
    expect(checkKnowing({}, quadratic).verdict).toBe("nonidentifiable");
    const known = checkKnowing({ domain: "sphere" }, quadratic);
    expect(known.verdict).toBe("locally-identifiable");
    expect(known.counts).toMatchObject({ unknowns: 8, jacobianRank: 8, nullity: 0 });
    // 9 moments and 4 norms for 16 unknowns.
    const four = checkKnowing({ domain: "sphere" }, { ...quadratic, samples: 4 });
    expect(four.verdict).toBe("nonidentifiable");
    expect(four.basis).toBe("theorem");
  });

  test("fix the scale of one monomial", () => {
    expect(checkKnowing({}, cubic).upTo).toEqual(["permutation", "sign", "scale"]);
    const known = checkKnowing({ domain: "sphere" }, cubic);
    expect(known.verdict).toBe("globally-identifiable");
    expect(known.upTo).toEqual(["permutation", "sign"]);
    expect(known.counts).toMatchObject({ nullity: 0, gaugeDimension: 0 });
  });

  test("leave theorems on general points aside: six samples on the sphere are decided locally only", () => {
    const trained = ["hidden", "output"] as const;
    const question: Question = { activation: "1 + z + z^2 + z^3", inputDim: 4, width: 60, samples: 6, trained };
    expect(checkKnowing({}, question).verdict).toBe("globally-identifiable");
    const known = checkKnowing({ domain: "sphere" }, question);
    expect(known.verdict).toBe("locally-identifiable");
    expect(checkKnowing({ domain: "sphere" }, { ...question, samples: 5 }).verdict).toBe("globally-identifiable");
  });

  test("on a line are two points, about which nothing general is said, whatever the seed", () => {
    const line: Question = { activation: "z^2 + z^3", inputDim: 1, width: 8, samples: 2, setting: "gradient" };
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const decision = checkKnowing({ domain: "sphere" }, { ...line, trained: ["hidden", "output"], seed });
      expect(decision.verdict).toBe("inconclusive");
    }
    expect(checkKnowing({ domain: "sphere" }, { ...line, samples: 1 }).verdict).toBe("globally-identifiable");
  });
});

describe("multiplier equations", () => {
  test("make a quadratic network locally identifiable, where the labels are known to be classes", () => {
    const known = checkKnowing({ loss: "logistic", weightDecay: decay }, quadratic);
    expect(known.verdict).toBe("locally-identifiable");
    expect(known.counts.jacobianRank).toBe(8);
    expect(known.counts.equations).toBe(30 * 3 + 2);
    expect(checkKnowing({ loss: "mse", weightDecay: decay }, quadratic).verdict).toBe("nonidentifiable");
    expect(checkKnowing({ loss: "logistic" }, quadratic).verdict).toBe("nonidentifiable");
  });

  test("leave mixing dimensions open when there are more of them than samples", () => {
    // n(n−1)/2 = 15 mixings, 6 multiplier equations.
    const open = checkKnowing(
      { loss: "logistic", weightDecay: decay },
      { ...quadratic, inputDim: 6, samples: 6, width: 60 },
    );
    expect(open.verdict).toBe("nonidentifiable");
  });

  test("fix the scale of one monomial to first order, and no more is claimed", () => {
    const known = checkKnowing({ loss: "logistic", weightDecay: decay }, cubic);
    expect(known.verdict).toBe("locally-identifiable");
    expect(known.upTo).toEqual(["permutation", "sign"]);
  });

  test("of three classes are six for three samples", () => {
    const classes = checkKnowing({ loss: "softmax", weightDecay: decay }, { ...quadratic, outputs: 3, samples: 3 });
    expect(classes.counts).toMatchObject({ unknowns: 3 * 5, equations: 30 * 3 + 6, nullity: 0 });
  });
});

test("equal margins fix the scale of one monomial up to sign", () => {
  const known = checkKnowing({ loss: "hard-margin" }, cubic);
  expect(known.verdict).toBe("globally-identifiable");
  expect(known.upTo).toEqual(["permutation", "sign"]);
});

test("the verdict with side information does not depend on the seed", () => {
  for (const knowledge of [{ domain: "sphere" }, { loss: "logistic", weightDecay: decay }] as const) {
    const [first, second] = [1, 99].map((seed) => checkKnowing(knowledge, { ...quadratic, seed }));
    expect(first!.verdict).toBe(second!.verdict);
    expect(first!.counts).toEqual(second!.counts);
  }
});
