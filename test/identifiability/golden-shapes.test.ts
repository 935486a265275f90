import { expect, test } from "vitest";
import { check, type Question } from "./shapes.ts";

// Values of an independent implementation (exact ranks modulo two primes): shared/acceptance/shapes.json, row ids given.
// [id, question, verdict, jacobianRank, momentRank, [widthForMoments, widthForLocal, widthForGlobal, sampleCapacity]]
type Row = readonly [string, Question, string, number, number, readonly (number | null)[]];

const cubic = "z + z^2 + z^3";
const quartic = "z + z^2/2 + z^3/3 + z^4/4";
const ROWS: readonly Row[] = [
  [
    "s198",
    { activation: cubic, inputDim: 4, samples: 4, width: 40, setting: "kkt" },
    "globally-identifiable",
    20,
    34,
    [9, 5, 9, 6],
  ],
  [
    "s201",
    { activation: cubic, inputDim: 4, samples: 7, width: 40, setting: "kkt" },
    "nonidentifiable",
    34,
    34,
    [9, null, null, 6],
  ],
  ["s054", { activation: "z^4", inputDim: 5, samples: 14, width: 24 }, "nonidentifiable", 69, 70, [15, null, null, 13]],
  ["s059", { activation: "z^3", inputDim: 6, samples: 9, width: 20 }, "locally-identifiable", 54, 56, [10, 9, null, 9]],
  [
    "s012",
    { activation: "1 + z + z^2 + z^3 + z^4", inputDim: 2, samples: 2, width: 4, trained: ["hidden", "output"] },
    "locally-identifiable",
    6,
    12,
    [6, 2, 6, 4],
  ],
  [
    "s098",
    { activation: quartic, inputDim: 3, samples: 7, width: 30 },
    "globally-identifiable",
    28,
    34,
    [12, 10, 12, 8],
  ],
  [
    "s072",
    { activation: "z^2 + z^4", inputDim: 4, samples: 9, width: 26 },
    "nonidentifiable",
    43,
    45,
    [12, null, null, 8],
  ],
  ["s088", { activation: "z^5", inputDim: 3, samples: 7, width: 14 }, "globally-identifiable", 21, 21, [7, 7, 7, 7]],
  ["s153", { activation: cubic, inputDim: 5, samples: 1, width: 4 }, "globally-identifiable", 6, 20, [11, 2, 3, 9]],
  [
    "s182",
    { activation: quartic, inputDim: 5, samples: 3, width: 3, trained: ["hidden", "bias"] },
    "locally-identifiable",
    18,
    18,
    [21, 3, 5, 21],
  ],
  [
    "s164",
    { activation: "z + z^2 + z^3 + z^4 + z^5", inputDim: 4, samples: 5, width: 31 },
    "globally-identifiable",
    25,
    124,
    [32, 7, 26, 25],
  ],
];

test.each(ROWS)(
  "%s: verdict, ranks and thresholds are the oracle's",
  (_id, question, verdict, jacobianRank, momentRank, widths) => {
    const [widthForMoments, widthForLocal, widthForGlobal, sampleCapacity] = widths;
    const decision = check(question);
    expect(decision.verdict).toBe(verdict);
    expect(decision.counts).toMatchObject({ jacobianRank, momentRank });
    expect(decision.thresholds).toEqual({ widthForMoments, widthForLocal, widthForGlobal, sampleCapacity });
  },
);

test("one sample with a bias needs one neuron: x is the quotient of its two equations", () => {
  const decision = check({ activation: "z + z^2", inputDim: 6, samples: 1, width: 1, trained: ["hidden", "bias"] });
  expect(decision).toMatchObject({ verdict: "globally-identifiable", thresholds: { widthForGlobal: 1 } });
});

test("after the reduction to a point, C outputs need C neurons unless the output layer gives T_0", () => {
  const question = { activation: "z^4", inputDim: 1, samples: 1, width: 1, outputs: 2 };
  expect(check({ ...question, trained: ["hidden", "bias"] }).thresholds.widthForGlobal).toBe(2);
  expect(check({ ...question, trained: ["hidden", "bias", "output"] }).thresholds.widthForGlobal).toBe(1);
});
