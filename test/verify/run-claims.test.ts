import { describe, expect, test } from "vitest";
import { verifyAnswerSchema } from "../../src/answers/verify-answer.ts";
import { InternalError } from "../../src/errors.ts";
import { CLAIMS } from "../../src/verify/claims.ts";
import type { Claim, Experiment } from "../../src/verify/experiment.ts";
import { exactPair, exactRow, integerRow, measuredPair, measuredRow } from "../../src/verify/rows.ts";
import { runClaims, type TestedRow } from "../../src/verify/run-claims.ts";

const usual = { seed: 1, long: false };

const claimWith = (...experiments: Experiment[]): Claim => ({
  id: "made-up",
  statement: "A claim of this test.",
  ofSourcePaper: false,
  page: "proofs/gauge.md",
  experiments,
});

const rowsOf = (...experiments: Experiment[]): readonly TestedRow[] =>
  runClaims([claimWith(...experiments)], usual)[0]!.rows;

/** Claims that take a moment. */
const cheap = ["moment-expansion", "interpolation", "gauge", "generic-uniqueness", "counting"];

describe("a run", () => {
  test("agrees on the cheap claims, and is a valid answer", () => {
    const claims = runClaims(
      CLAIMS.filter(({ id }) => cheap.includes(id)),
      usual,
    );
    expect(claims.filter(({ passed }) => !passed)).toEqual([]);
    expect(claims).toHaveLength(cheap.length);
    const answer = {
      schema: "kktid.verify/1",
      tool: { name: "kktid", version: "0" },
      ...usual,
      claims,
      passed: true,
      timings: { totalSeconds: 0 },
    };
    expect(() => verifyAnswerSchema.parse(answer)).not.toThrow();
  });

  test("gives a row the same outcome alone and among others, in any order", () => {
    const chosen = CLAIMS.filter(({ id }) => ["gauge", "whitened-moments"].includes(id));
    const together = runClaims(chosen.toReversed(), { ...usual, seed: 5 });
    const alone = chosen.flatMap((claim) => runClaims([claim], { ...usual, seed: 5 }));
    expect(together.toReversed()).toEqual(alone);
  });

  test("draws anew with another seed", () => {
    const [claim] = CLAIMS.filter(({ id }) => id === "whitened-moments");
    const margins = [1, 2].map((seed) => runClaims([claim!], { ...usual, seed })[0]!.rows[0]!.worstMargin);
    expect(margins[0]).not.toBe(margins[1]);
  });

  test("counts a contradiction that the tool finds in itself as a disagreement, and goes on", () => {
    const contradiction = exactRow({ label: "contradicts" }, () => {
      throw new InternalError("a rank is not what the theorem says");
    });
    const [broken, other] = rowsOf(
      contradiction,
      exactRow({ label: "another" }, ({ sabotaged }) => !sabotaged),
    );
    expect([broken!.passed, broken!.agreements, broken!.trials]).toEqual([false, 0, 4]);
    expect(other!.passed).toBe(true);
    const mistake = exactRow({ label: "mistake" }, () => {
      throw new TypeError("not a finding");
    });
    expect(() => rowsOf(mistake)).toThrow(TypeError);
  });

  test("tries more with long, and rows of their own", () => {
    const claim = claimWith(
      exactRow({ label: "always", trials: 2 }, ({ sabotaged }) => !sabotaged),
      exactRow({ label: "only long", trials: 1, longTrials: 5, onlyLong: true }, ({ sabotaged }) => !sabotaged),
    );
    const [short, long] = [false, true].map((length) => runClaims([claim], { seed: 1, long: length })[0]!.rows);
    expect(short!.map(({ trials }) => trials)).toEqual([2]);
    expect(long!.map(({ trials }) => trials)).toEqual([8, 5]);
  });

  test("fails rows that time did not allow", () => {
    let looks = 0;
    const row = exactRow({ label: "slow", trials: 5 }, ({ sabotaged }) => !sabotaged);
    const [claim] = runClaims([claimWith(row)], { ...usual, shouldStop: () => looks++ >= 2 });
    expect(claim).toMatchObject({ passed: false, rows: [{ trials: 2, agreements: 2, passed: false }] });
  });

  test("fails a claim without rows", () => {
    expect(runClaims([claimWith()], usual)[0]!.passed).toBe(false);
  });
});

describe("a row fails", () => {
  test("if one trial disagrees", () => {
    let calls = 0;
    const [row] = rowsOf(exactRow({ label: "once wrong" }, ({ sabotaged }) => !sabotaged && calls++ !== 1));
    expect(row).toMatchObject({ trials: 4, agreements: 3, sabotageDetected: true, passed: false });
  });

  test("if it cannot fail", () => {
    const [row] = rowsOf(exactRow({ label: "always right" }, () => true));
    expect(row).toMatchObject({ agreements: 4, sabotageDetected: false, passed: false });
  });

  test("if its neighbour comes out the same", () => {
    const rows = rowsOf(...exactPair({ satisfied: "yes", violated: "no" }, () => true));
    expect(rows.map(({ passed }) => passed)).toEqual([false, false]);
  });

  test("if an error is no number", () => {
    const text = { label: "nothing measured", error: "error", limit: "limit" };
    expect(rowsOf(measuredRow(text, () => ({ error: Number.NaN, limit: 1 })))[0]!.agreements).toBe(0);
  });
});

describe("kinds of rows", () => {
  test("an integer is compared, and sabotage asks for one more", () => {
    const [good, bad] = rowsOf(
      integerRow({ label: "right", is: 3, measure: () => 3 }),
      integerRow({ label: "wrong", is: 3, measure: () => 4 }),
    );
    expect(good).toMatchObject({ expected: "holds", passed: true, worstMargin: null });
    expect(bad).toMatchObject({ agreements: 0, passed: false });
  });

  test("a pair holds where the hypothesis does, and fails beside it", () => {
    const rows = rowsOf(...exactPair({ satisfied: "yes", violated: "no" }, (_, satisfied) => satisfied));
    expect(rows).toMatchObject([
      { hypothesis: "satisfied", expected: "holds", passed: true },
      { hypothesis: "violated", expected: "fails", passed: true },
    ]);
  });

  test("a margin is the distance from the border on either side", () => {
    const text = { satisfied: "within", violated: "beyond", error: "error", limit: "limit" };
    const rows = rowsOf(...measuredPair(text, (_, satisfied) => ({ error: satisfied ? 0.25 : 8, limit: 1 })));
    expect(rows).toMatchObject([
      { worstMargin: 4, margin: "limit / error", passed: true },
      { worstMargin: 8, margin: "error / limit", passed: true },
    ]);
  });
});
