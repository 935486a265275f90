import { describe, expect, test } from "vitest";
import { rational } from "../../../src/algebra/rational.ts";
import { NO_KNOWLEDGE } from "../../../src/equations/side-information.ts";
import { UsageError } from "../../../src/errors.ts";
import { checkShape } from "../../../src/identifiability/check-shape.ts";
import { conditionOf, type ShapeOptions, shapeOf } from "../shapes.ts";

const checkAt = (options: Omit<ShapeOptions, "inputDim">, rows: readonly (readonly number[])[]) =>
  checkShape({
    shape: shapeOf({ ...options, inputDim: rows[0]!.length }),
    samples: rows.length,
    seed: 1,
    points: rows.map((row) => row.map((value) => rational(BigInt(value)))),
  });

const cubic = { activation: "z + z^2 + z^3", width: 30 };

describe("given samples", () => {
  test("that are independent have the verdict of the shape", () => {
    const decision = checkAt(cubic, [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 10],
    ]);
    expect(decision.verdict).toBe("globally-identifiable");
    expect(conditionOf(decision, "data-are-general")?.status).toBe("holds");
    expect(decision.evidence).not.toHaveLength(0);
  });

  test("on a line are not determined where general ones are", () => {
    const general = checkAt({ ...cubic, activation: "z^2 + z^3" }, [
      [1, 2],
      [3, -1],
    ]);
    expect(general.verdict).toBe("globally-identifiable");
    const parallel = checkAt({ ...cubic, activation: "z^2 + z^3" }, [
      [1, 2],
      [2, 4],
    ]);
    expect(parallel.verdict).not.toBe("globally-identifiable");
    expect(conditionOf(parallel, "decomposition-unique")?.status).toBe("unknown");
    expect(conditionOf(parallel, "data-are-general")?.status).toBe("fails");
  });

  test("beyond the dimension are decided by Kruskal's theorem at the points", () => {
    const quintic = { activation: "z^2 + z^5", width: 30 };
    const three = checkAt(quintic, [
      [1, 0],
      [0, 1],
      [1, 1],
    ]);
    expect(three.verdict).toBe("globally-identifiable");
    expect(conditionOf(three, "decomposition-unique")?.numbers.theorem).toBe("kruskal");
    // A sample twice in the same direction.
    expect(
      checkAt(quintic, [
        [1, 0],
        [0, 1],
        [2, 0],
      ]).verdict,
    ).not.toBe("globally-identifiable");
  });

  test("can be mixed at degree 2 whatever they are", () => {
    expect(
      checkAt({ ...cubic, activation: "z + z^2" }, [
        [1, 0],
        [0, 1],
        [1, 1],
      ]).verdict,
    ).toBe("nonidentifiable");
  });

  test("that move in a continuum because there are too few neurons", () => {
    const few = checkAt({ ...cubic, width: 3 }, [
      [1, 0],
      [0, 1],
      [1, 1],
    ]);
    expect(few.verdict).toBe("nonidentifiable");
    expect(conditionOf(few, "jacobian-full-rank")?.basis).toBe("theorem");
  });

  test("that are dependent do not show their span: m ≥ r + 1 counts in the whole space", () => {
    const rows = [
      [1, 0, 0, 0, 0],
      [0, 1, 0, 0, 0],
      [1, 1, 0, 0, 0],
    ];
    const at = (width: number) => checkAt({ activation: "z^4 + z^5", width }, rows);
    expect(at(18).verdict).toBe("locally-identifiable");
    expect(at(19).verdict).toBe("globally-identifiable");
    expect(conditionOf(at(19), "kkt-nodes")).toBeUndefined();
  });

  test("must be different", () => {
    expect(() =>
      checkAt(cubic, [
        [1, 2],
        [1, 2],
      ]),
    ).toThrow(UsageError);
  });

  test("are not combined with side information", () => {
    const shape = shapeOf({ ...cubic, inputDim: 1 });
    const knowledge = { ...NO_KNOWLEDGE, domain: "sphere" } as const;
    expect(() => checkShape({ shape, samples: 1, seed: 1, knowledge, points: [[rational(1n)]] })).toThrow(UsageError);
  });

  test("in a continuum by a rank modulo primes say how likely that is wrong; by a count they cannot be wrong", () => {
    const rows = [
      [1, 2, 3],
      [2, -1, 1],
      [3, 1, -2],
      [1, -3, 2],
      [-2, 1, 5],
    ];
    const probable = checkAt({ activation: "z^2 + z^4", width: 20 }, rows);
    expect([probable.verdict, probable.basis]).toEqual(["nonidentifiable", "probable"]);
    expect(probable.errorProbability).toBeGreaterThan(0);
    expect(probable.errorProbability).toBeLessThan(1e-6);
    const determined = checkAt({ activation: "z + z^2 + z^3 + z^4 + z^5", width: 60 }, rows);
    expect(determined.verdict).toBe("globally-identifiable");
    expect(determined.errorProbability).toBe(0);
  });
});
