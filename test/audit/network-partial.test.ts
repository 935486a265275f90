import { describe, expect, test } from "vitest";
import { type FittedData, findWitness, fitGivenData, type Witness } from "../../src/audit/fitted-data.ts";
import { floatKernel } from "../../src/audit/float-kernel.ts";
import { gatherEvidence, type NetworkEvidence } from "../../src/audit/network-evidence.ts";
import { partialAnswerForNetwork } from "../../src/audit/network-partial.ts";
import type { KktSystem } from "../../src/equations/system.ts";
import type { PartialAnswer, QuantityAnswer } from "../../src/identifiability/partial/partial-answer.ts";
import { quantitiesOfData } from "../../src/identifiability/partial/quantities.ts";
import { createRandom } from "../../src/random.ts";
import { shapeOf } from "../identifiability/shapes.ts";
import { loadExample } from "../support/example-networks.ts";
import { spreadAlong } from "../support/quantity-values.ts";
import { askInstance, HALF_ULP } from "../support/questions.ts";

interface Examined {
  readonly evidence: NetworkEvidence;
  readonly data: FittedData;
  readonly answer: PartialAnswer;
  witness(): Witness | null;
}

/** A real network at its training data. */
function examine(name: string): Examined {
  const example = loadExample(name);
  const question = example.question(1);
  const evidence = gatherEvidence(question);
  const data = fitGivenData(question, evidence, example.truth);
  const answer = partialAnswerForNetwork(evidence, data)!;
  return { evidence, data, answer, witness: () => findWitness(question, evidence, data) };
}

const named = ({ kind, samples, degree }: QuantityAnswer): string =>
  degree === null ? `${kind} ${samples.map((i) => i + 1).join(" ")}` : `moment ${degree}`;

const distance = (a: readonly number[], b: readonly number[]): number => Math.hypot(...a.map((v, k) => v - b[k]!));

// solver-notes: on iris-quadratic Σ g_i x_i, Σ g_i x_i x_iᵀ, Σ g_i and the number of samples of each sign stay fixed.
test("iris-quadratic determines three sums and the signs, no single point and no single multiplier", () => {
  const { answer } = examine("iris-quadratic");
  expect(answer.determined.map(named)).toEqual(["moment 0", "moment 1", "moment 2", "weighted-norms 1 2 3 4"]);
  expect(answer.undecided).toEqual([]);
  const singles = ["point", "direction", "multiplier", "squared-norm"];
  const expected = [1, 2, 3, 4].flatMap((i) => singles.map((kind) => `${kind} ${i}`));
  expect(answer.free.map(named)).toEqual(expect.arrayContaining(expected));
  expect(answer.multiplierSigns).toEqual({ positive: 1, negative: 3 });
  expect(answer.nullity).toBe(6);
  expect(answer.directions).toEqual(
    [
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 2],
      [1, 3],
      [2, 3],
    ].map((samples) => ({ kind: "mixing", samples, dimension: 1, gauge: false })),
  );
});

test("iris-hidden-layer leaves nothing open", () => {
  const { answer } = examine("iris-hidden-layer");
  expect(answer.free).toEqual([]);
  expect(answer.undecided).toEqual([]);
  expect(answer.directions).toEqual([]);
  expect(answer.determined.map(named)).toContain("point 3");
});

test("iris-cubic has a scale for each sample, which is gauge, and joint motions of the three", () => {
  const { answer } = examine("iris-cubic");
  expect(answer.directions).toEqual([
    ...[0, 1, 2].map((i) => ({ kind: "scale", samples: [i], dimension: 1, gauge: true })),
    { kind: "joint", samples: [0, 1, 2], dimension: 4, gauge: false },
  ]);
  expect(answer.determined).toEqual([]);
});

test("with two distinct neurons the samples of iris-both-layers move three at a time", () => {
  const { answer } = examine("iris-both-layers");
  expect(answer.directions.map(({ kind, samples, dimension }) => [kind, samples.length, dimension])).toEqual([
    ["joint", 3, 5],
    ["joint", 3, 5],
  ]);
});

describe.each(["iris-quadratic", "iris-both-layers", "iris-bias", "iris-cubic"])(
  "along the witness path of %s",
  (name) => {
    const { evidence, data, answer, witness } = examine(name);
    const { path, first, second, relativeResiduals } = witness()!;
    // Data sets on the path fit at the floor; their tangents are null vectors up to this angle, a unit of length apart.
    const { angle } = floatKernel(evidence.reduced.system, data.point.unknowns, data.errors.rankTolerance);
    const tolerance = Math.max(10 * angle, 1e3 * Number.EPSILON);

    test("at most nine data sets fit at the floor, from the first to the second", () => {
      expect(path.length).toBeGreaterThan(2);
      expect(path.length).toBeLessThanOrEqual(9);
      expect(path[0]).toEqual({ data: first, relativeResidual: relativeResiduals[0] });
      expect(path.at(-1)).toEqual({ data: second, relativeResidual: relativeResiduals[1] });
      for (const { relativeResidual } of path) expect(relativeResidual).toBeLessThanOrEqual(data.residualFloor);
      // The walk goes on: no data set twice, and none far from its neighbours.
      const moves = path.slice(1).map(({ data: next }, k) => distance([...path[k]!.data.points], [...next.points]));
      expect(Math.min(...moves)).toBeGreaterThan(0);
      expect(Math.max(...moves)).toBeLessThan(0.5 * Math.hypot(...first.points));
    });

    test("what is determined stays to rounding, what is free moves, and signs stay", () => {
      const sizes = { inputDim: first.points.length / answer.samples, outputs: 1, degree: answer.degree };
      const spread = (quantity: QuantityAnswer): number => spreadAlong(path, quantity, sizes);
      for (const quantity of answer.determined)
        expect(spread(quantity), named(quantity)).toBeLessThanOrEqual(tolerance);
      for (const quantity of answer.free) {
        expect(spread(quantity), named(quantity)).toBeGreaterThan(100 * tolerance);
      }
      const signs = path.map((point) => Array.from(point.data.multipliers, Math.sign).join());
      expect(new Set(signs).size).toBe(1);
    });
  },
);

describe("with two outputs, samples with parallel multipliers mix and the third does not", () => {
  const shape = shapeOf({ activation: "z + z^2", inputDim: 4, width: 20, outputs: 2 });
  const random = createRandom(3);
  const normals = (length: number): Float64Array => Float64Array.from({ length }, () => random.normal());
  const rows = shape.width * shape.inputDim;
  const system: KktSystem = {
    shape,
    weights: normals(shape.width * shape.inputDim),
    bias: new Float64Array(shape.width),
    output: normals(shape.outputs * shape.width),
    targets: new Float64Array(rows),
    rowScale: new Float64Array(rows).fill(1),
    targetSize: new Float64Array(rows).fill(1),
  };
  const points = [normals(4), normals(4), normals(4)];
  const at = (second: readonly [number, number]): Map<string, string> => {
    const multipliers = [[1, 0.5], second, [1, 1]];
    const unknowns = Float64Array.from(points.flatMap((x, i) => [...multipliers[i]!, ...x]));
    const space = floatKernel(system, unknowns, 64 * HALF_ULP);
    const kinds = quantitiesOfData(space.frame).filter(({ samples }) => samples.length === 1);
    return new Map(
      kinds.map((quantity) => [`${quantity.kind} ${quantity.samples[0]! + 1}`, space.judge(quantity, space.basis)]),
    );
  };

  test("only the third sample is determined", () => {
    const fates = at([-2, -1]);
    for (const kind of ["point", "multiplier", "direction", "squared-norm"]) {
      expect([1, 2, 3].map((i) => fates.get(`${kind} ${i}`))).toEqual(["free", "free", "determined"]);
    }
  });

  test("all are as soon as no two multipliers are parallel", () => {
    expect(new Set(at([-2, 1]).values())).toEqual(new Set(["determined"]));
  });
});

test("nothing is said where no data set fits, a gap is missing or there is too much to compute", () => {
  const { evidence, data } = examine("iris-quadratic");
  expect(partialAnswerForNetwork(evidence, null)).toBeNull();
  expect(partialAnswerForNetwork(evidence, { ...data, reachedFloor: false })).toBeNull();
  expect(partialAnswerForNetwork(evidence, { ...data, errors: { ...data.errors, clear: false } })).toBeNull();
  const large = { ...data.point, unknowns: new Float64Array(405) };
  expect(partialAnswerForNetwork(evidence, { ...data, point: large })).toBeNull();
});

test("fewer samples than dimensions: their span is determined because the known side shows it", () => {
  const shape = { activation: "z + z^2", inputDim: 6, samples: 3, width: 30, layers: ["hidden"] } as const;
  const { instance, question } = askInstance(shape, 1);
  const evidence = gatherEvidence(question);
  const answer = partialAnswerForNetwork(evidence, fitGivenData(question, evidence, instance.truth))!;
  expect(answer.determined.map(({ kind }) => kind)).toContain("span");
  expect(answer.nullity).toBe(3);
});
