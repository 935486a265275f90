import { expect, test } from "vitest";
import { check } from "./shapes.ts";

const changes = (question: Parameters<typeof check>[0]): string[] =>
  check(question).repairs.map(({ change }) => change);

test("a unique data set needs no repair", () => {
  expect(changes({ activation: "z + z^2 + z^3", inputDim: 4, samples: 4, width: 40 })).toEqual([]);
});

test("too few neurons are repaired by the widths of the thresholds, and those widths do it", () => {
  const question = { activation: "z + z^2 + z^3", inputDim: 4, samples: 4 };
  const found = changes({ ...question, width: 4 });
  expect(found).toContain("at least 5 hidden neurons");
  expect(found).toContain("at least 9 hidden neurons");
  expect(check({ ...question, width: 5 }).verdict).toBe("locally-identifiable");
  expect(check({ ...question, width: 9 }).verdict).toBe("globally-identifiable");
});

test("too many samples are repaired by the sample capacity", () => {
  const found = changes({ activation: "z + z^2 + z^3", inputDim: 4, samples: 7, width: 40 });
  expect(found).toContain("at most 6 samples");
  expect(found).toContain("at most 5 samples");
});

test("mixing is repaired by one sample or by a third degree, not by more neurons", () => {
  const repairs = check({ activation: "z + z^2", inputDim: 4, samples: 4, width: 40 }).repairs;
  expect(repairs.map(({ change }) => change)).toEqual(["one sample", "the activation z + z^2 + z^3"]);
  expect(repairs[1]?.because).toContain("globally-identifiable");
});

test("a bias is proposed where the recomputed shape is better", () => {
  const found = changes({ activation: "1 + z^3", inputDim: 3, samples: 2, width: 20, trained: ["hidden", "output"] });
  expect(found).toContain("a trained hidden bias");
});
