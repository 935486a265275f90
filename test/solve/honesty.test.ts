import { describe, expect, test } from "vitest";
import { checkHonesty, type HonestyOutcome } from "../support/honesty.ts";

const INSTANCES = 60;
/** A search that takes longer ends as it would with --max-seconds: what it says must be true all the same. */
const SECONDS = 1;

describe("what is called recovered", () => {
  const outcomes: HonestyOutcome[] = [];

  test(`is within its own bound on ${INSTANCES} random instances, disturbed ones included`, {
    timeout: 120_000,
  }, () => {
    for (let index = 0; index < INSTANCES; index++) {
      const outcome = checkHonesty(index, SECONDS);
      if (outcome !== null) outcomes.push(outcome);
    }
    expect(outcomes.filter(({ violation }) => violation !== null)).toEqual([]);
  });

  test("is not empty: instances as they were trained are recovered, those with a sample fewer are not", () => {
    const statusesOf = (name: string) =>
      outcomes.filter(({ disturbance }) => disturbance === name).map((o) => o.status);
    const trained = statusesOf("as trained");
    expect(trained.length).toBeGreaterThan(5);
    expect(trained.filter((status) => status === "recovered").length).toBeGreaterThan(0.5 * trained.length);
    expect(new Set(statusesOf("one sample fewer asked"))).toEqual(new Set(["not-found"]));
    expect(statusesOf("one sample more asked")).not.toContain("recovered");
  });
});
