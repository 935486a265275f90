import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CONDITIONS, INSTANCE_RULES, SHAPE_RULES } from "../../src/identifiability/condition-table.ts";
import { derive, fails, holds, type Rule } from "../../src/identifiability/derivation.ts";
import type { Basis, Condition } from "../../src/identifiability/result.ts";
import { check, questions } from "./shapes.ts";

const condition = (id: string, status: Condition["status"], basis: Basis = "theorem"): Condition => ({
  id,
  status,
  basis,
  statement: "",
  reference: "",
  numbers: {},
});

const rules: readonly Rule[] = [
  { verdict: "nonidentifiable", premises: [[fails("a")]], because: "a fails" },
  {
    verdict: "globally-identifiable",
    premises: [[holds("a")], [holds("b"), holds("c")]],
    support: [holds("d")],
    because: "a with b or c",
  },
  { verdict: "locally-identifiable", premises: [[holds("d")]], because: "d" },
];

describe("derive", () => {
  test("takes the first rule that applies and lists the others behind it", () => {
    const { verdict, basis, steps } = derive(
      rules,
      [
        condition("a", "holds"),
        condition("b", "unknown"),
        condition("c", "holds"),
        condition("d", "holds", "certificate"),
      ],
      "probable",
    );
    expect([verdict, basis]).toEqual(["globally-identifiable", "certificate"]);
    expect(steps.map(({ from }) => from)).toEqual([["a", "c", "d"], ["d"]]);
  });

  test("the weakest condition used is the basis, and one that is not used does not count", () => {
    const weak = derive(rules, [condition("a", "holds", "probable"), condition("b", "holds")], "numerical");
    expect(weak.basis).toBe("probable");
    const local = derive(rules, [condition("d", "holds"), condition("a", "holds", "numerical")], "numerical");
    expect([local.verdict, local.basis]).toEqual(["locally-identifiable", "theorem"]);
  });

  test("support that is not proved does not weaken a conclusion that does not need it", () => {
    const proved = [condition("a", "holds"), condition("b", "holds")];
    const { basis, steps } = derive(rules, [...proved, condition("d", "holds", "probable")], "numerical");
    expect([basis, steps[0]?.from]).toEqual(["theorem", ["a", "b"]]);
  });

  test("is inconclusive with the given basis where no rule applies", () => {
    const none = derive(rules, [condition("a", "unknown"), condition("b", "holds")], "theorem");
    expect(none).toEqual({ verdict: "inconclusive", basis: "theorem", steps: [] });
  });
});

describe("the table of conditions", () => {
  const ids = CONDITIONS.map(({ id }) => id);

  test("has every condition once, with a page", () => {
    expect(new Set(ids).size).toBe(ids.length);
    for (const { page } of CONDITIONS)
      expect(readFileSync(new URL(`../../${page}`, import.meta.url), "utf8")).toMatch(/^# /);
  });

  test("knows every premise of a rule", () => {
    const premises = [...SHAPE_RULES, ...INSTANCE_RULES].flatMap((rule) => [
      ...rule.premises.flat(),
      ...(rule.support ?? []),
    ]);
    expect(premises.length).toBeGreaterThan(10);
    for (const { id } of premises) expect(ids).toContain(id);
  });

  test("knows every condition that a shape is asked", () => {
    fc.assert(
      fc.property(questions, (question) => {
        for (const { id } of check(question).conditions) expect(ids).toContain(id);
      }),
      { numRuns: 20 },
    );
  });
});

test("the first step of a derivation gives the verdict, and no step contradicts it by being stronger", () => {
  const order = ["locally-identifiable", "globally-identifiable"];
  fc.assert(
    fc.property(questions, (question) => {
      const { verdict, derivation } = check(question);
      expect(derivation[0]?.verdict ?? "inconclusive").toBe(verdict);
      if (verdict === "nonidentifiable") return;
      for (const step of derivation) expect(order.indexOf(step.verdict)).toBeLessThanOrEqual(order.indexOf(verdict));
    }),
    { numRuns: 20 },
  );
});
