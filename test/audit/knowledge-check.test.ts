import { describe, expect, test } from "vitest";
import { type NetworkKnowledge, NOTHING_KNOWN } from "../../src/audit/knowledge.ts";
import { checkKnowing } from "../../src/audit/knowledge-check.ts";
import { loadExample } from "../support/example-networks.ts";

const squares = { loss: "mse", weightDecay: 1e-3, labels: [-1, 1] } as const;

function check(name: string, knowledge: Partial<NetworkKnowledge>, given = false) {
  const example = loadExample(name);
  const question = { ...example.question(1), knowledge: { ...NOTHING_KNOWN, ...knowledge } };
  const decision = checkKnowing(question, given ? example.truth : null);
  return { ...decision, side: decision.conditions.find(({ id }) => id === "side-information") };
}

describe("check with what is known beside the weights", () => {
  test.each([false, true])("loss and norms turn a continuum into an isolated data set, data given: %s", (given) => {
    const alone = check("iris-quadratic", {}, given);
    expect([alone.verdict, alone.side]).toEqual(["nonidentifiable", undefined]);
    const both = check("iris-quadratic", { ...squares, unitNorms: true }, given);
    expect([both.verdict, both.basis, both.certificate]).toEqual(["locally-identifiable", "numerical", null]);
    expect(both.side!.status).toBe("holds");
    expect(both.counts).toMatchObject({ unknowns: 20, jacobianRank: 20, nullity: 0, equations: 160 + 8 });
  });

  test("the norms alone do not: six free directions become three", () => {
    const norms = check("iris-quadratic", { unitNorms: true });
    expect(norms.verdict).toBe("nonidentifiable");
    expect(norms.counts).toMatchObject({ jacobianRank: 17, nullity: 3, gaugeDimension: 0 });
    expect(norms.witness!.continuumDimension).toBe(3);
  });

  test("what the weights prove stays proved", () => {
    const alone = check("iris-hidden-layer", {});
    const both = check("iris-hidden-layer", { ...squares, unitNorms: true });
    expect([both.verdict, both.basis]).toEqual([alone.verdict, alone.basis]);
    expect(both.certificate).toEqual(alone.certificate);
    expect(both.side!.status).toBe("holds");
  });

  test("what contradicts the weights leaves the question open", () => {
    const { verdict, side } = check("iris-hidden-layer", { ...squares, weightDecay: 2e-3 });
    expect([verdict, side!.status]).toEqual(["inconclusive", "fails"]);
    expect(side!.statement).toContain("contradicts the weights");
  });
});
