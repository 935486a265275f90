import { describe, expect, test } from "vitest";
import { gatherEvidence } from "../../src/audit/network-evidence.ts";
import { excludedByRank } from "../../src/solve/exclusion.ts";
import { createHopelessness } from "../../src/solve/hopeless.ts";
import { NO_PATH } from "../../src/solve/path-recorder.ts";
import type { Evaluation } from "../../src/solve/schedule.ts";
import { createSearchContext } from "../../src/solve/search-context.ts";
import type { InstanceShape } from "../support/instances.ts";
import { askInstance, HALF_ULP } from "../support/questions.ts";

const base: InstanceShape = { activation: "z + z^2 + z^3", inputDim: 4, samples: 4, width: 40, layers: ["hidden"] };

function exclusion(shape: InstanceShape, seed: number, samples: number): string | null {
  const { question } = askInstance(shape, seed, { samples });
  const { reduced } = gatherEvidence(question);
  const settings = { reduced, samples, seed, precision: HALF_ULP, nearby: false, shouldStop: () => false };
  return excludedByRank(createSearchContext(settings));
}

describe("excludedByRank", () => {
  test.each([base, { ...base, scale: 20, norms: "mixed" as const }, { ...base, inputDim: 7, samples: 3, scale: 0.05 }])(
    "excludes one sample fewer, by the known side, and not the right number: %o",
    (shape) => {
      for (let seed = 1; seed <= 5; seed++) {
        expect(exclusion(shape, seed, shape.samples - 1)).toMatch(/known side/);
        expect(exclusion(shape, seed, shape.samples)).toBeNull();
        expect(exclusion(shape, seed, shape.samples + 1)).toBeNull();
      }
    },
  );

  test("excludes by the moments where the known side has full rank", () => {
    const shape: InstanceShape = { ...base, samples: 6, outputs: 3, width: 60 };
    for (let seed = 1; seed <= 3; seed++) {
      expect(exclusion(shape, seed, 5)).toMatch(/moments/);
      expect(exclusion(shape, seed, 6)).toBeNull();
    }
  });
});

describe("createHopelessness", () => {
  const found = (share: number | null): Evaluation => ({
    starts: 1,
    evaluations: 1,
    tree: [],
    share,
    unknowns: null,
    point: null,
    reachedFloor: false,
    path: NO_PATH,
  });
  const isHopeless = createHopelessness();

  test("gives up when the lowest value keeps coming back, and not while lower ones are new", () => {
    const recurring = Array.from({ length: 40 }, (_, k) => found(k % 3 === 0 ? 0.01 : 0.02 + k / 100));
    expect(isHopeless(recurring)).toBe(true);
    expect(isHopeless([...recurring, found(0.005)])).toBe(false);
    expect(isHopeless(recurring.slice(0, 30))).toBe(false);
    expect(isHopeless(Array.from({ length: 100 }, (_, k) => found(1 / (k + 1))))).toBe(false);
  });

  test("does not count attempts that came to nothing", () => {
    expect(isHopeless(Array.from({ length: 100 }, () => found(null)))).toBe(false);
  });
});
