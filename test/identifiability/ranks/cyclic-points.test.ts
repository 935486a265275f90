import fc from "fast-check";
import { expect, test } from "vitest";
import { jacobianMatrix } from "../../../src/equations/jacobian.ts";
import { type EquationShape, unknownCount } from "../../../src/equations/shape.ts";
import { analyzeShape } from "../../../src/identifiability/analysis.ts";
import { gaugeDimension } from "../../../src/identifiability/gauge.ts";
import { type CyclicConfiguration, modeMatrix } from "../../../src/identifiability/ranks/cyclic-modes.ts";
import { findCyclicPoint } from "../../../src/identifiability/ranks/cyclic-points.ts";
import {
  type CyclicEvidence,
  collectCyclicEvidence,
  collectEvidence,
} from "../../../src/identifiability/ranks/evidence.ts";
import { dataSideRanks, jacobianRanks, rankAt } from "../../../src/identifiability/ranks/generic-ranks.ts";
import { primeRing } from "../../../src/identifiability/ranks/prime-ring.ts";
import { PrimeField } from "../../../src/modular/prime-field.ts";
import { rankProfile } from "../../../src/modular/rank.ts";
import { createRandom } from "../../../src/random.ts";
import { check, questions, shapeOf } from "../shapes.ts";

const freeUnknowns = (shape: EquationShape, samples: number): number =>
  unknownCount(shape, samples) - gaugeDimension(shape, samples);

/** Rank of the whole Jacobian at general nodes and data. */
function denseRank(shape: EquationShape, samples: number, width: number): number {
  const target = rankAt(dataSideRanks(shape, samples, 1), samples)!.rank;
  return rankAt(jacobianRanks({ ...shape, width }, samples, target, 2), width)!.rank;
}

const wide = (shape: EquationShape): EquationShape => ({ ...shape, width: 1000 });

test("full rank is never found where the whole Jacobian is deficient, and its width is the least where it says so", () => {
  const seen = { found: 0, least: 0 };
  fc.assert(
    fc.property(questions, (question) => {
      const shape = wide(shapeOf(question));
      const { samples } = question;
      const point = findCyclicPoint(shape, samples, question.seed ?? 1);
      if (point === null) return;
      seen.found++;
      expect(denseRank(shape, samples, point.width)).toBe(freeUnknowns(shape, samples));
      if (!point.least) return;
      seen.least++;
      expect(denseRank(shape, samples, point.width - 1)).toBeLessThan(freeUnknowns(shape, samples));
    }),
    { numRuns: 400 },
  );
  expect(seen.found).toBeGreaterThan(50);
  expect(seen.least).toBeGreaterThan(50);
});

/** 12601 ≡ 1 modulo 2, 3, 4, 5 and 6, so the field has roots of unity of these orders. */
const FIELD = new PrimeField(12601);

function elementOfOrder(order: number): number {
  const power = (base: number, exponent: number): number =>
    Array.from({ length: exponent }).reduce<number>((value) => FIELD.mul(value, base), 1);
  const powers = (base: number): number[] => Array.from({ length: order }, (_, k) => power(base, k));
  for (let base = 2; ; base++) {
    const root = power(base, (FIELD.p - 1) / order);
    if (new Set(powers(root)).size === order) return root;
  }
}

const setups = fc.record({
  order: fc.constantFrom(2, 3, 4, 5, 6),
  orbitsOfCoordinates: fc.integer({ min: 1, max: 2 }),
  orbitsOfSamples: fc.integer({ min: 1, max: 2 }),
  orbitsOfNodes: fc.integer({ min: 0, max: 3 }),
  inPlace: fc.integer({ min: 0, max: 2 }),
  outputs: fc.integer({ min: 1, max: 2 }),
  layers: fc.record({ output: fc.boolean(), outputBias: fc.boolean() }),
  activation: fc.constantFrom("z + z^2 + z^3", "z^3", "1 + z^2 + z^4"),
  seed: fc.nat(),
});

type Options = typeof setups extends fc.Arbitrary<infer T> ? T : never;

/** A configuration, and the Jacobian of the whole network and data set that it stands for. */
function drawSetup(options: Options): {
  readonly setup: CyclicConfiguration;
  readonly whole: ReturnType<typeof jacobianMatrix<number>>;
} {
  const { order, outputs, layers, orbitsOfNodes, inPlace } = options;
  const inputDim = order * options.orbitsOfCoordinates;
  const random = createRandom(options.seed);
  const draw = (length: number): number[] => Array.from({ length }, () => FIELD.random(random));
  const nodes = Array.from({ length: orbitsOfNodes + inPlace }, (_, j) => {
    const free = draw(inputDim);
    const fixed = j >= orbitsOfNodes;
    const weights = fixed ? free.map((_, f) => free[f - (f % order)]!) : free;
    return { weights, bias: FIELD.random(random), output: draw(outputs), fixed };
  });
  const samples = Array.from({ length: options.orbitsOfSamples }, () => {
    return { point: draw(inputDim), multipliers: draw(outputs) };
  });
  const { coefficients } = shapeOf({ activation: options.activation, inputDim }).activation;
  const setup = { coefficients, inputDim, outputs, order, layers, affine: false, nodes, samples };
  const shifts = Array.from({ length: order }, (_, s) => s);
  const moved = (v: readonly number[], s: number): number[] =>
    v.map((_, f) => v[f - (f % order) + ((f - s + order) % order)]!);
  const allNodes = nodes.flatMap((node) =>
    (node.fixed ? [0] : shifts).map((s) => ({ ...node, weights: moved(node.weights, s) })),
  );
  const allSamples = samples.flatMap((x) => shifts.map((s) => ({ ...x, point: moved(x.point, s) })));
  const trained = ["hidden", ...(layers.output ? ["output"] : []), ...(layers.outputBias ? ["output-bias"] : [])];
  const shape = shapeOf({
    activation: options.activation,
    inputDim,
    outputs,
    width: allNodes.length,
    frozenBias: true,
    trained: trained as ("hidden" | "output" | "output-bias")[],
  });
  const whole = jacobianMatrix(
    primeRing(FIELD),
    shape,
    {
      weights: allNodes.flatMap(({ weights }) => weights),
      bias: allNodes.map(({ bias }) => bias),
      output: Array.from({ length: outputs }, (_, c) => allNodes.map(({ output }) => output[c]!)).flat(),
    },
    {
      points: allSamples.flatMap(({ point }) => point),
      multipliers: allSamples.flatMap(({ multipliers }) => multipliers),
    },
  );
  return { setup, whole };
}

test("the ranks of all modes add up to the rank of the whole Jacobian at the configuration", () => {
  fc.assert(
    fc.property(setups, (options) => {
      const { setup, whole } = drawSetup(options);
      const root = elementOfOrder(options.order);
      const ofModes = Array.from({ length: options.order }, (_, mode) => {
        const { rows, cols, entries } = modeMatrix(FIELD, setup, root, mode);
        return rankProfile(entries, rows, cols, FIELD.p).rank;
      });
      const entries = Float64Array.from(whole.entries);
      const rank = rankProfile(entries, whole.rows, whole.cols, FIELD.p).rank;
      expect(ofModes.reduce((sum, value) => sum + value, 0)).toBe(rank);
    }),
    { numRuns: 100 },
  );
});

test.each([
  { activation: "z + z^2 + z^3", inputDim: 60, samples: 60, least: 61 },
  { activation: "z^3", inputDim: 60, samples: 60, least: 60 },
  { activation: "z + z^3", inputDim: 60, samples: 60, outputs: 3, least: 63 },
  { activation: "z + z^2 + z^3", inputDim: 59, samples: 60, trained: ["hidden", "bias"] as const, least: 60 },
  { activation: "z + z^2 + z^3", inputDim: 60, samples: 60, trained: ["hidden", "output"] as const, least: 60 },
  { activation: "z + z^2 + z^3", inputDim: 60, samples: 120, least: 122 },
])("$activation, d = $inputDim, n = $samples needs exactly $least neurons", ({ least, samples, ...question }) => {
  const point = findCyclicPoint(wide(shapeOf(question)), samples, 1);
  expect(point?.least).toBe(true);
  expect(point?.width).toBe(least);
});

test("samples that fill no orbit are proved with more neurons, which is not called the least width", () => {
  const point = findCyclicPoint(wide(shapeOf({ activation: "z + z^2 + z^3", inputDim: 100 })), 101, 1);
  expect(point?.samples).toBeGreaterThan(101);
  expect(point?.least).toBe(false);
});

test("mixed samples have no configuration of full rank", () => {
  expect(findCyclicPoint(wide(shapeOf({ activation: "z + z^2", inputDim: 6 })), 6, 1)).toBeNull();
  expect(
    findCyclicPoint(wide(shapeOf({ activation: "z + z^2 + z^3", inputDim: 6, trained: ["output"] })), 6, 1),
  ).toBeNull();
});

test("twice as many samples as coordinates, beyond the whole Jacobian, are decided at the least width and below", () => {
  const question = { activation: "z + z^2 + z^3", inputDim: 100, samples: 200 };
  const decision = check({ ...question, width: 202 });
  expect(decision.verdict).toBe("locally-identifiable");
  expect(decision.thresholds.widthForLocal).toBe(202);
  expect(decision.thresholds.sampleCapacity).toBe(Math.floor(176_850 / 101));
  expect(check({ ...question, width: 201 }).verdict).toBe("nonidentifiable");
});

/** The configuration that the numbers of the evidence describe, for hidden weights alone and one output. */
function rebuild({ inputDim, order, width, samples, point }: CyclicEvidence, activation: string): CyclicConfiguration {
  const { weights = [], bias = [], output = [], points = [], multipliers = [] } = point;
  const part = (list: readonly number[], k: number): number[] => list.slice(k * inputDim, (k + 1) * inputDim);
  const orbits = Math.floor(width / order);
  return {
    coefficients: shapeOf({ activation, inputDim }).activation.coefficients,
    inputDim,
    outputs: 1,
    order,
    layers: { output: false, outputBias: false },
    affine: false,
    nodes: Array.from({ length: orbits + (width % order) }, (_, j) => {
      return { weights: part(weights, j), bias: bias[j]!, output: [output[j]!], fixed: j >= orbits };
    }),
    samples: Array.from({ length: samples / order }, (_, i) => {
      return { point: part(points, i), multipliers: [multipliers[i]!] };
    }),
  };
}

test("the minors of the evidence cover every divisor and are nonzero in the modes rebuilt from its numbers", () => {
  const question = { activation: "z + z^2 + z^3", inputDim: 100, samples: 100, width: 101 };
  const analysis = analyzeShape({ shape: shapeOf(question), samples: 100, seed: 1 });
  expect(collectEvidence(analysis).map(({ matrix }) => matrix)).not.toContain("unit-block");
  const evidence = collectCyclicEvidence(analysis)!;
  const { order, prime, root, minors } = evidence;
  expect(minors.map(({ mode }) => mode).sort((a, b) => a - b)).toEqual([0, 1, 2, 4, 5, 10, 20, 25, 50]);
  const field = new PrimeField(prime);
  const powers = [1];
  while (powers.length <= order) powers.push(field.mul(powers.at(-1)!, root));
  expect(powers.indexOf(1, 1)).toBe(order);
  const setup = rebuild(evidence, question.activation);
  for (const { weights, fixed } of setup.nodes) if (fixed) expect(new Set(weights).size).toBe(1);
  for (const { mode, rows, columns } of minors) {
    const { cols, entries } = modeMatrix(field, setup, root, mode);
    expect(columns).toHaveLength(101);
    const minor = Float64Array.from(rows.flatMap((row) => columns.map((column) => entries[row * cols + column]!)));
    expect(rankProfile(minor, 101, 101, prime).rank).toBe(101);
  }
});

test("one block at unit points is evidence enough where there are neurons for it", () => {
  const question = { activation: "z + z^2 + z^3", inputDim: 100, samples: 100, width: 200 };
  const analysis = analyzeShape({ shape: shapeOf(question), samples: 100, seed: 1 });
  expect(collectEvidence(analysis).map(({ matrix }) => matrix)).toContain("unit-block");
  expect(collectCyclicEvidence(analysis)).toBeNull();
});
