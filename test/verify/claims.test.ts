import { describe, expect, test } from "vitest";
import { CLAIMS } from "../../src/verify/claims.ts";
import { drawFor } from "../../src/verify/draw.ts";

describe("the registry", () => {
  test("has claims with unique kebab-case names", () => {
    const ids = CLAIMS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  test("names the claims of the source paper as such", () => {
    const source = CLAIMS.filter(({ ofSourcePaper }) => ofSourcePaper).map(({ id }) => id);
    expect(source).toEqual(["moment-expansion", "kkt-identifiability", "sample-splitting"]);
  });
});

describe.each(CLAIMS.map((claim) => [claim.id, claim] as const))("%s", (_, claim) => {
  test("has rows with the hypothesis satisfied and just violated", () => {
    const hypotheses = new Set(claim.experiments.map(({ hypothesis }) => hypothesis));
    expect(hypotheses).toEqual(new Set(["satisfied", "violated"]));
  });

  test("has rows that are told apart by their labels, with trials", () => {
    const labels = claim.experiments.map(({ label }) => label);
    expect(new Set(labels).size).toBe(labels.length);
    for (const { trials } of claim.experiments) expect(trials).toBeGreaterThan(0);
  });

  test("says what a margin is exactly where it is measured", () => {
    for (const { arithmetic, margin } of claim.experiments) expect(margin === null).toBe(arithmetic === "exact");
  });

  test("is one sentence", () => {
    expect(claim.statement).toMatch(/^[A-Z].*\.$/);
    expect(claim.statement).not.toContain("\n");
  });
});

describe("draws", () => {
  const address = { seed: 1, claim: "gauge", row: "a row", trial: 0 };

  test("depend on the whole address", () => {
    const others = [
      { ...address, seed: 2 },
      { ...address, claim: "counting" },
      { ...address, row: "another row" },
      { ...address, trial: 1 },
    ];
    const seeds = [address, ...others].map((one) => drawFor(one).seed);
    expect(new Set(seeds).size).toBe(seeds.length);
  });

  test("are the same for the same address, sabotaged or not", () => {
    const numbers = [drawFor(address), drawFor({ ...address, sabotaged: true })].map((draw) => [
      draw.seed,
      draw.field.p,
      draw.random.uniform(),
    ]);
    expect(numbers[0]).toEqual(numbers[1]);
  });
});
