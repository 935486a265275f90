import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Setting } from "../../src/equations/shape.ts";
import type { ShapeDecision } from "../../src/identifiability/check-shape.ts";
import { questions } from "../identifiability/shapes.ts";
import { produce, recheckJson, SHAPES } from "./certificates.ts";

/** The Hessian criterion has no step of its own yet; all other proofs have. */
function restsOnHessian({ verdict, conditions }: ShapeDecision): boolean {
  const unique = conditions.find(({ id }) => id === "decomposition-unique");
  return verdict === "globally-identifiable" && unique?.numbers.theorem === "hessian";
}

describe.each(SHAPES)("$activation, d = $inputDim, n = $samples, m = $width, $trained $loss $domain", (shape) => {
  test("its certificate is accepted, and there is one wherever a verdict is proved", () => {
    const { decision, certificate } = produce(shape);
    const proved = decision.verdict !== "inconclusive" && decision.basis !== "probable" && !restsOnHessian(decision);
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
    ...["generic-full-rank", "unit-block", "reduction", "single-point", "general-nodes", "unique-decomposition"],
    ...["counting", "quadratic-mixing", "hermite", "jacobian", "data-side", "known-side", "nodes", "moments"],
    ...["one-sample", "jennrich", "kruskal", "subgeneric", "perfect", "massarenti-mella"],
  ]) {
    expect(words).toContain(word);
  }
});

test("every proved verdict on random shapes has a certificate that is accepted", () => {
  fc.assert(
    fc.property(questions, fc.constantFrom<Setting>("kkt", "ntk", "gradient"), (question, setting) => {
      const { decision, certificate } = produce({ ...question, setting });
      if (certificate === null) {
        const unproved = decision.verdict === "inconclusive" || decision.basis === "probable";
        return unproved || restsOnHessian(decision);
      }
      const result = recheckJson(certificate);
      return result.accepted && result.claim.verdict === decision.verdict;
    }),
    { numRuns: 60 },
  );
});
