import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Setting } from "../../src/equations/shape.ts";
import { questions } from "../identifiability/shapes.ts";
import { produce, recheckJson, SHAPES } from "./certificates.ts";

describe.each(SHAPES)("$activation, d = $inputDim, n = $samples, m = $width, $trained $loss $domain", (shape) => {
  test("its certificate is accepted, and there is one wherever a verdict is proved", () => {
    const { decision, certificate } = produce(shape);
    const proved = decision.verdict !== "inconclusive" && decision.basis !== "probable";
    expect(certificate !== null).toBe(proved);
    if (certificate === null) return;
    const result = recheckJson(certificate);
    expect(result).toMatchObject({ accepted: true, claim: { verdict: decision.verdict, upTo: decision.upTo } });
  });
});

test("the certificates of these shapes use every kind of step, matrix, bound and theorem about shapes", () => {
  const certificates = SHAPES.map((shape) => produce(shape).certificate).filter((found) => found !== null);
  expect(certificates.length).toBeGreaterThanOrEqual(40);
  const words = certificates.flatMap(({ steps }) => steps.flatMap((step) => Object.values(step)));
  for (const word of [
    ...[
      "generic-full-rank",
      "unit-block",
      "interpolation",
      "reduction",
      "single-point",
      "general-nodes",
      "unique-decomposition",
    ],
    ...["counting", "quadratic-mixing", "hermite", "jacobian", "data-side", "known-side", "nodes", "moments"],
    ...["one-sample", "jennrich", "kruskal", "subgeneric", "perfect", "massarenti-mella", "hessian", "low-moments"],
  ]) {
    expect(words).toContain(word);
  }
});

test("every proved verdict on random shapes has a certificate that is accepted", () => {
  fc.assert(
    fc.property(questions, fc.constantFrom<Setting>("kkt", "ntk", "gradient"), (question, setting) => {
      const { decision, certificate } = produce({ ...question, setting });
      if (certificate === null) {
        return decision.verdict === "inconclusive" || decision.basis === "probable";
      }
      const result = recheckJson(certificate);
      return result.accepted && result.claim.verdict === decision.verdict;
    }),
    { numRuns: 60 },
  );
});
