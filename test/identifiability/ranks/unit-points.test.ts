import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jacobianMatrix } from "../../../src/equations/jacobian.ts";
import { type EquationShape, unknownCount } from "../../../src/equations/shape.ts";
import { gaugeDimension } from "../../../src/identifiability/gauge.ts";
import { dataSideRanks, jacobianRanks, rankAt } from "../../../src/identifiability/ranks/generic-ranks.ts";
import { primeRing } from "../../../src/identifiability/ranks/prime-ring.ts";
import {
  findUnitBlock,
  homogeneousShape,
  requiredBlockRank,
  unitBlockMatrix,
} from "../../../src/identifiability/ranks/unit-points.ts";
import { PrimeField } from "../../../src/modular/prime-field.ts";
import { rankProfile } from "../../../src/modular/rank.ts";
import { check, conditionOf, questions, type ShapeOptions, shapeOf } from "../shapes.ts";

const freeUnknowns = (shape: EquationShape, samples: number): number =>
  unknownCount(shape, samples) - gaugeDimension(shape, samples);

/** Rank of the whole Jacobian at general nodes and data. */
function denseRank(shape: EquationShape, samples: number, width: number): number {
  const target = rankAt(dataSideRanks(shape, samples, 1), samples)!.rank;
  return rankAt(jacobianRanks({ ...shape, width }, samples, target, 2), width)!.rank;
}

const wide = (shape: EquationShape): EquationShape => ({ ...shape, width: 1000 });

test("a block of full rank is never found where the whole Jacobian is deficient", () => {
  let found = 0;
  fc.assert(
    fc.property(questions, (question) => {
      const shape = wide(shapeOf(question));
      const block = findUnitBlock(shape, question.samples, question.seed ?? 1);
      if (block === null) return;
      found++;
      expect(denseRank(shape, question.samples, block.width)).toBe(freeUnknowns(shape, question.samples));
    }),
    { numRuns: 400 },
  );
  expect(found).toBeGreaterThan(50);
});

const COVERED: readonly (ShapeOptions & { readonly samples: number })[] = [
  { activation: "z + z^2 + z^3", inputDim: 4, samples: 4 },
  { activation: "z + z^2 + z^3", inputDim: 4, samples: 2 },
  { activation: "z^3", inputDim: 4, samples: 4 },
  { activation: "z^3", inputDim: 3, samples: 4, trained: ["hidden", "bias"] },
  { activation: "z^2 + z^4", inputDim: 3, samples: 3, trained: ["hidden", "output"] },
  { activation: "z + z^3", inputDim: 3, samples: 3, outputs: 2 },
  { activation: "z + z^3", inputDim: 3, samples: 3, frozenBias: true },
  { activation: "1 + z^2 + z^3", inputDim: 3, samples: 3, trained: ["hidden", "bias", "output", "output-bias"] },
];

describe.each(COVERED)("$activation, d = $inputDim, n = $samples, $trained", (question) => {
  const shape = shapeOf(question);
  const required = requiredBlockRank(shape, question.samples)!;

  test("the block proves what the whole Jacobian shows", () => {
    const block = findUnitBlock({ ...shape, width: required }, question.samples, 3);
    expect(block?.width).toBe(required);
    expect(denseRank(shape, question.samples, required)).toBe(freeUnknowns(shape, question.samples));
  });

  test("one neuron below the need of the block proves nothing", () => {
    expect(findUnitBlock({ ...shape, width: required - 1 }, question.samples, 3)).toBeNull();
  });

  test("the minor is nonzero in the block rebuilt from the Jacobian of the whole at the unit vectors", () => {
    const { minor, inputDim, width } = findUnitBlock({ ...shape, width: required }, question.samples, 3)!;
    const field = new PrimeField(minor.prime);
    const { weights = [], bias = [], output = [], multipliers = [] } = minor.point;
    const space = { ...homogeneousShape(shape)!, inputDim, width, trained: new Set(["hidden"] as const) };
    const points = Array.from({ length: inputDim ** 2 }, (_, k) => (k % (inputDim + 1) === 0 ? 1 : 0));
    const whole = jacobianMatrix(primeRing(field), space, { weights, bias, output }, { points, multipliers });
    const perSample = space.outputs + inputDim;
    // Coordinate 1 of each neuron; all of sample 1, then coordinate 1 of the others.
    const columns = [
      ...Array.from({ length: perSample }, (_, k) => k),
      ...Array.from({ length: inputDim - 1 }, (_, i) => (i + 1) * perSample + space.outputs),
    ];
    const row = (j: number): number[] =>
      Array.from({ length: whole.cols }, (_, k) => whole.entries[j * inputDim * whole.cols + k]!);
    const block = unitBlockMatrix(field, space, { weights, bias, output }, multipliers);
    for (let j = 0; j < width; j++) {
      expect(Array.from(block.slice(j * columns.length, (j + 1) * columns.length))).toEqual(
        columns.map((k) => row(j)[k]),
      );
      // The other derivatives of these equations vanish: that is what decouples them.
      expect(row(j).filter((value, k) => value !== 0 && !columns.includes(k))).toEqual([]);
    }
    const entries = [...minor.rows].flatMap((j) => [...minor.columns].map((k) => block[j * columns.length + k]!));
    expect(rankProfile(Float64Array.from(entries), required, required, minor.prime).rank).toBe(required);
  });
});

test("one monomial without bias leaves exactly the scale of each sample, its bias nothing", () => {
  const question = { activation: "z^3", inputDim: 100, samples: 100, width: 300 };
  const { counts, verdict } = check(question);
  expect(counts.nullity).toBe(100);
  expect(counts.gaugeDimension).toBe(100);
  expect(verdict).toBe("locally-identifiable");
  const withBias = check({ ...question, inputDim: 99, trained: ["hidden", "bias"] });
  expect(withBias.counts.nullity).toBe(0);
});

test("quadratic activations have no block of full rank, nor one monomial whose scale the constant term fixes", () => {
  expect(findUnitBlock(wide(shapeOf({ activation: "z + z^2", inputDim: 3 })), 3, 1)).toBeNull();
  const trace = wide(shapeOf({ activation: "1 + z^3", inputDim: 3, trained: ["hidden", "output"] }));
  expect(requiredBlockRank(trace, 3)).toBeNull();
  expect(denseRank(trace, 3, 20)).toBeLessThan(freeUnknowns(trace, 3));
});

test("more samples than coordinates are not covered", () => {
  expect(findUnitBlock(wide(shapeOf({ activation: "z + z^2 + z^3", inputDim: 3 })), 4, 1)).toBeNull();
  const affine = wide(shapeOf({ activation: "z + z^2 + z^3", inputDim: 3, trained: ["hidden", "bias"] }));
  expect(findUnitBlock(affine, 4, 1)).not.toBeNull();
  expect(findUnitBlock(affine, 5, 1)).toBeNull();
});

test("a network for images is decided in seconds, with the rank that its equations have room for", () => {
  const start = performance.now();
  const question = { activation: "z + z^2 + z^3", inputDim: 784, samples: 100, setting: "kkt" } as const;
  const decision = check({ ...question, width: 1000 });
  expect(decision.verdict).toBe("locally-identifiable");
  expect(conditionOf(decision, "jacobian-full-rank")?.basis).toBe("certificate");
  expect(decision.counts.jacobianRank).toBe(100 * 785);
  expect(decision.counts.momentRank).toBe(1000 * 784);
  expect(decision.thresholds.widthForLocal).toBe(101);
  expect(decision.evidence.map(({ matrix, rows }) => [matrix, rows.length])).toContainEqual(["unit-block", 200]);
  expect(check({ ...question, width: 101 }).verdict).toBe("locally-identifiable");
  expect(check({ ...question, width: 100 }).verdict).toBe("nonidentifiable");
  expect(performance.now() - start).toBeLessThan(60_000);
});
