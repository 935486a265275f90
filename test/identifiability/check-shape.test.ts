import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NO_KNOWLEDGE } from "../../src/equations/side-information.ts";
import { UsageError } from "../../src/errors.ts";
import { checkShape } from "../../src/identifiability/check-shape.ts";
import { VERDICTS } from "../../src/identifiability/result.ts";
import { check, conditionOf, questions, shapeOf } from "./shapes.ts";

const strength = (verdict: string): number =>
  ["inconclusive", "nonidentifiable", "locally-identifiable", "globally-identifiable"].indexOf(verdict);

test("counts, thresholds, gauge and verdict of a random shape fit together", () => {
  fc.assert(
    fc.property(questions, (question) => {
      const { verdict, counts, thresholds, basis, errorProbability, scope } = check(question);
      expect(VERDICTS).toContain(verdict);
      expect(scope).toBe("generic");
      expect(counts.nullity).toBe(counts.unknowns - counts.jacobianRank!);
      expect(counts.momentRank).toBeLessThanOrEqual(Math.min(counts.momentColumns, counts.equations));
      expect(counts.distinctNeurons).toBe(question.width);
      expect(verdict === "nonidentifiable").toBe(counts.nullity! > counts.gaugeDimension);
      if (basis === "probable") expect(errorProbability).toBeGreaterThan(0);
      else expect(errorProbability).toBe(0);
      expect(errorProbability).toBeLessThan(1e-6);
      const { widthForGlobal, widthForLocal, sampleCapacity } = thresholds;
      expect(verdict === "globally-identifiable").toBe(widthForGlobal !== null && question.width >= widthForGlobal);
      if (widthForGlobal !== null) expect(widthForLocal).toBeLessThanOrEqual(widthForGlobal);
      expect(widthForLocal !== null).toBe(question.samples <= sampleCapacity!);
    }),
    { numRuns: 250 },
  );
});

test("the verdict does not depend on the seed", () => {
  fc.assert(
    fc.property(questions, fc.integer(), (question, seed) => {
      const { verdict, counts, thresholds } = check(question);
      expect(check({ ...question, seed })).toMatchObject({ verdict, counts, thresholds });
    }),
    { numRuns: 60 },
  );
});

test("more neurons never weaken the verdict", () => {
  fc.assert(
    fc.property(questions, fc.integer({ min: 1, max: 20 }), (question, more) => {
      const wider = check({ ...question, width: question.width + more });
      expect(strength(wider.verdict)).toBeGreaterThanOrEqual(strength(check(question).verdict));
    }),
    { numRuns: 60 },
  );
});

test("fewer samples never weaken local identifiability", () => {
  fc.assert(
    fc.property(questions, (question) => {
      const fewer = check({ ...question, samples: Math.max(1, question.samples - 1) });
      if (check(question).verdict !== "nonidentifiable") expect(fewer.verdict).not.toBe("nonidentifiable");
    }),
    { numRuns: 60 },
  );
});

test("the same question gives the same answer, entry by entry", () => {
  const question = { activation: "z + z^2 + z^3", inputDim: 3, samples: 3, width: 9 };
  expect(check(question)).toEqual(check(question));
});

test("two or more samples are never identifiable from moments of degree 2, by theorem", () => {
  for (const activation of ["z", "z^2", "z + z^2", "1 + z + z^2"]) {
    for (const trained of [["hidden"], ["hidden", "output"], ["hidden", "bias"]] as const) {
      const decision = check({ activation, inputDim: 5, samples: 3, width: 60, trained });
      expect(decision).toMatchObject({ verdict: "nonidentifiable", basis: "theorem" });
      expect(conditionOf(decision, "quadratic-mixing")?.status).toBe("fails");
    }
  }
});

test("one sample is identifiable from moments of degree 2", () => {
  expect(check({ activation: "z + z^2", inputDim: 3, samples: 1, width: 4 }).verdict).toBe("globally-identifiable");
});

test("fewer equations than unknowns is a continuum by theorem", () => {
  const decision = check({ activation: "z + z^2 + z^3", inputDim: 4, samples: 4, width: 4 });
  expect(decision).toMatchObject({ verdict: "nonidentifiable", basis: "theorem" });
  expect(conditionOf(decision, "counting")?.status).toBe("fails");
});

test("a continuum that no theorem predicts is probable, with a bound of the error", () => {
  const decision = check({ activation: "z^2 + z^4", inputDim: 3, samples: 5, width: 20 });
  expect(decision).toMatchObject({ verdict: "nonidentifiable", basis: "probable" });
  expect(decision.counts.jacobianRank).toBe(19);
  expect(decision.errorProbability).toBeLessThan(1e-8);
});

test("degrees 2 to p fall short where one double point more does (Alexander and Hirschowitz), a theorem", () => {
  for (const [activation, inputDim, samples, rank] of [
    ["z^2 + z^3", 4, 6, 29],
    ["z^2 + z^3 + z^4", 2, 4, 11],
    ["z^2 + z^3 + z^4", 3, 8, 30],
  ] as const) {
    const decision = check({ activation, inputDim, samples, width: 30 });
    expect(decision).toMatchObject({ verdict: "nonidentifiable", basis: "theorem" });
    expect(decision.counts.jacobianRank).toBe(rank);
    expect(check({ activation, inputDim, samples: samples - 1, width: 30 }).verdict).not.toBe("nonidentifiable");
  }
});

test("a kkt shape is conditional: its nodes are not known to be general and m >= r + 1 does not apply", () => {
  const question = { activation: "z + z^2 + z^3 + z^4 + z^5", inputDim: 4, samples: 4, width: 26 };
  const gradient = check(question);
  const kkt = check({ ...question, setting: "kkt" });
  expect(gradient.verdict).toBe("globally-identifiable");
  expect(kkt.verdict).toBe("locally-identifiable");
  expect(conditionOf(kkt, "nodes-are-general")?.status).toBe("unknown");
  expect(conditionOf(gradient, "nodes-are-general")?.status).toBe("holds");
});

test("a certificate of full rank is a minor of the rank the claim needs, within the width asked about", () => {
  const { evidence, counts } = check({ activation: "z + z^2 + z^3", inputDim: 4, samples: 4, width: 40 });
  const byMatrix = new Map(evidence.map((entry) => [entry.matrix, entry]));
  expect(byMatrix.get("hermite")).toMatchObject({ width: 9, inputDim: 4 });
  expect(byMatrix.get("hermite")?.rows).toHaveLength(counts.momentColumns);
  expect(byMatrix.get("jacobian")).toMatchObject({ width: 5, samples: 4 });
  expect(byMatrix.get("jacobian")?.columns).toHaveLength(20);
  for (const { rows, columns } of evidence) {
    expect(new Set(rows).size).toBe(rows.length);
    expect(new Set(columns).size).toBe(rows.length);
  }
});

test("an input too large for elimination is decided by structure and in the span of its samples", () => {
  const decision = check({ activation: "z + z^2 + z^3", inputDim: 784, samples: 10, width: 100 });
  expect(decision).toMatchObject({ verdict: "globally-identifiable", basis: "certificate" });
  expect(decision.counts).toMatchObject({
    effectiveInputDim: 784,
    reduced: false,
    unknowns: 7850,
    jacobianRank: 7850,
    momentRank: 78400,
  });
});

test("a shape beyond all limits is inconclusive unless a theorem decides it", () => {
  const huge = { activation: "z + z^2 + z^3", inputDim: 784, samples: 5000 };
  expect(check({ ...huge, width: 100 })).toMatchObject({ verdict: "nonidentifiable", basis: "theorem" });
  const unknown = check({ ...huge, width: 8000, setting: "kkt" });
  expect(unknown.verdict).toBe("inconclusive");
  expect(unknown.counts.jacobianRank).toBeNull();
});

test("coefficients whose denominators are divisible by a prime in use are no obstacle", () => {
  const shape = shapeOf({ activation: "z + z^2/33554393 + z^3/16777259", inputDim: 3, width: 9 });
  expect(checkShape({ shape, samples: 3, seed: 7 }).verdict).toBe("globally-identifiable");
});

test("softmax with two outputs has the ranks of one output", () => {
  // Without the weight decay the loss gives no multiplier equations.
  const one = check({ activation: "z + z^2 + z^3", inputDim: 3, samples: 4, width: 9, setting: "kkt" });
  const shape = shapeOf({ activation: "z + z^2 + z^3", inputDim: 3, width: 9, outputs: 2, setting: "kkt" });
  const two = checkShape({ shape, samples: 4, seed: 1, knowledge: { ...NO_KNOWLEDGE, loss: "softmax" } });
  expect(two).toMatchObject({ verdict: one.verdict, thresholds: one.thresholds, counts: one.counts });
});

test("counts that are not positive integers are refused, and softmax with one output", () => {
  const shape = shapeOf({ activation: "z^3", inputDim: 3 });
  expect(() => checkShape({ shape, samples: 0, seed: 1 })).toThrow(UsageError);
  expect(() => checkShape({ shape: { ...shape, width: 1.5 }, samples: 1, seed: 1 })).toThrow(UsageError);
  expect(() => checkShape({ shape, samples: 1, seed: 1, knowledge: { ...NO_KNOWLEDGE, loss: "softmax" } })).toThrow(
    UsageError,
  );
});

describe("a watch", () => {
  const shape = shapeOf({ activation: "z + z^2 + z^3", inputDim: 3, width: 20 });
  const listen = (secondsLeft: () => number) => {
    const heard: string[] = [];
    const watch = {
      onStage: (stage: string) => heard.push(stage),
      onFinding: (finding: string) => heard.push(`found ${finding}`),
      secondsLeft,
    };
    return { heard, decide: (samples: number) => checkShape({ shape, samples, seed: 1 }, watch) };
  };

  test("hears of every stage, the local answer before the Hermite matrix", () => {
    const { heard, decide } = listen(() => Number.POSITIVE_INFINITY);
    decide(3);
    const local = heard.indexOf("found rank of the Jacobian: 12 of 12 unknowns");
    expect(local).toBeGreaterThan(0);
    expect(heard.indexOf("rank of the Hermite matrix, 19 × 19")).toBeGreaterThan(local);
    expect(heard).toContain("found at general nodes: globally-identifiable");
  });

  test("whose time runs out after the Jacobian leaves the local answer standing", () => {
    const { heard, decide } = listen(() => (heard.some((line) => line.startsWith("found rank")) ? 0 : 60));
    const decision = decide(3);
    expect(decision.counts.jacobianRank).toBe(12);
    expect(["locally-identifiable", "globally-identifiable"]).toContain(decision.verdict);
    expect(heard.filter((line) => line.startsWith("rank of the Hermite matrix"))).toEqual([]);
  });

  test("without any time leaves what theorems decide", () => {
    const { decide } = listen(() => 0);
    expect(decide(3).counts.jacobianRank).toBeNull();
    // 19 moments for 20 unknowns.
    expect(decide(5)).toMatchObject({ verdict: "nonidentifiable", basis: "theorem" });
  });
});
