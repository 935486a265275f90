import { describe, expect, test } from "vitest";
import { add, fromNumber, type Rational, subtract, toNumber } from "../../src/algebra/rational.ts";
import { rationalRing } from "../../src/algebra/ring.ts";
import { fitGivenData, toPlainData } from "../../src/audit/fitted-data.ts";
import { gatherEvidence } from "../../src/audit/network-evidence.ts";
import type { PlainData } from "../../src/certify/fit.ts";
import { type CertifiedSamples, certifySamples, type IsolationClaim } from "../../src/certify/krawczyk.ts";
import type { DataPoints } from "../../src/equations/ring-tools.ts";
import { gaugeOf } from "../../src/identifiability/gauge.ts";
import { createRandom } from "../../src/random.ts";
import { leftSide } from "../support/definition.ts";
import { questionAbout, type RealNetwork, realNetworks, trainingData } from "../support/networks.ts";
import { narrowed, type Planted, type PlantedShape, plant } from "./planted.ts";

const shapes: readonly (readonly [string, PlantedShape])[] = [
  ["hidden layer", { activation: "z + z^2 + z^3", inputDim: 3, samples: 2, width: 9 }],
  ["more samples than inputs", { activation: "z + z^2 + z^3", inputDim: 2, samples: 3, width: 16 }],
  ["two outputs", { activation: "z + z^2 + z^3", inputDim: 3, samples: 2, width: 12, outputs: 2 }],
  [
    "all layers with biases",
    {
      activation: "1 + z - z^3/3",
      inputDim: 2,
      samples: 2,
      width: 8,
      layers: ["hidden", "bias", "output", "output-bias"],
      bias: "trained",
    },
  ],
  ["a frozen bias", { activation: "z^4", inputDim: 2, samples: 2, width: 9, bias: "frozen" }],
  ["the output layer alone", { activation: "z + z^2 + z^3", inputDim: 2, samples: 2, width: 20, layers: ["output"] }],
  ["an even activation, signs open", { activation: "z^2 + z^4", inputDim: 3, samples: 2, width: 10 }],
  ["degree 5", { activation: "z/3 + z^2 + z^5/7", inputDim: 3, samples: 2, width: 10 }],
];

const claimOf = ({ system, shape, plainData }: Planted, data: PlainData = plainData, rho = 1e-13): IsolationClaim => ({
  equations: { system, unitRoundoff: 2 ** -53 },
  data,
  rho,
  gauge: gaugeOf(shape).symmetries,
});

function certified(claim: IsolationClaim): CertifiedSamples {
  const result = certifySamples(claim);
  if ("failed" in result) throw new Error(result.failed);
  return result;
}

const reasonOf = (claim: IsolationClaim): string => {
  const result = certifySamples(claim);
  return "failed" in result ? result.failed : "certified";
};

/** Distances of two data sets, sample by sample, of points or multipliers. */
function distances(a: Float64Array, b: Float64Array, samples: number): number[] {
  const width = a.length / samples;
  return Array.from({ length: samples }, (_, i) =>
    Math.hypot(...a.slice(i * width, (i + 1) * width).map((value, e) => value - b[i * width + e]!)),
  );
}

function expectWithin(proof: CertifiedSamples, other: PlainData): void {
  const n = proof.perSample.length;
  distances(proof.data.points, other.points, n).forEach((distance, i) => {
    expect(distance).toBeLessThanOrEqual(proof.perSample[i]!.radius);
  });
  distances(proof.data.multipliers, other.multipliers, n).forEach((distance, i) => {
    expect(distance).toBeLessThanOrEqual(proof.perSample[i]!.multiplierRadius);
  });
}

/** Every number moved by about `size`. */
function moved({ points, multipliers }: PlainData, size: number, seed: number): PlainData {
  const random = createRandom(seed, 5);
  const move = (values: Float64Array): Float64Array => values.map((value) => value + size * random.normal());
  return { points: move(points), multipliers: move(multipliers) };
}

describe.each(shapes)("%s: planted data with a known exact system", (_, shape) => {
  const planted = plant(shape, 3);
  const proof = certified(claimOf(planted));

  test("lie within radii that are far smaller than the region", () => {
    expectWithin(proof, planted.plainData);
    expect(proof.contraction).toBeLessThan(1);
    for (const { radius, uniqueWithin } of proof.perSample) {
      expect(radius).toBeGreaterThan(0);
      expect(radius).toBeLessThan(uniqueWithin / 100);
    }
  });

  test("still do when the printed data are off by 1e-11, which raises ρ", () => {
    const printed = moved(planted.plainData, 1e-11, 1);
    const near = certified(claimOf(planted, printed));
    expect(near.rho).toBeGreaterThan(1e-13);
    expectWithin(near, planted.plainData);
  });

  test("nothing is proved with too few neurons, or with a sample twice", () => {
    const { inputDim: d } = planted.shape;
    expect(reasonOf(claimOf(narrowed(planted, 1)))).toMatch(/open|contract/);
    const double = planted.plainData.points.slice();
    double.set(double.subarray(0, d), d);
    const twice = { ...planted.plainData, points: double };
    expect(reasonOf(claimOf(planted, twice))).toMatch(/no data set/);
    double[d]! += 2 ** -40;
    expect(reasonOf(claimOf(planted, twice))).not.toBe("certified");
  });
});

describe("solutions of other systems within ρ", () => {
  /** Exact data near the planted ones, and by how much their exact system differs from the file, over the largest entry. */
  function neighbour(planted: Planted, size: number, seed: number): { data: PlainData; distance: number } {
    const random = createRandom(seed, 9);
    const shift = (values: readonly Rational[]): Rational[] =>
      values.map((value) => add(value, fromNumber(size * random.normal())));
    const data: DataPoints<Rational> = {
      points: shift(planted.data.points),
      multipliers: shift(planted.data.multipliers),
    };
    const targets = leftSide(rationalRing, planted.shape, planted.nodes, data);
    const largest = Math.max(...planted.system.targets.map(Math.abs));
    const differences = targets.map((value, r) =>
      Math.abs(toNumber(subtract(value, fromNumber(planted.system.targets[r]!)))),
    );
    const plain = { points: data.points.map(toNumber), multipliers: data.multipliers.map(toNumber) };
    return {
      data: { points: Float64Array.from(plain.points), multipliers: Float64Array.from(plain.multipliers) },
      distance: Math.max(...differences) / largest,
    };
  }

  test("lie within the radii, and some not far inside", () => {
    const planted = plant({ activation: "z + z^2 + z^3", inputDim: 2, samples: 2, width: 6 }, 8);
    const rho = 1e-9;
    const proof = certified(claimOf(planted, planted.plainData, rho));
    let nearest = 0;
    for (let seed = 1; seed <= 25; seed++) {
      const unit = neighbour(planted, 1e-9, seed).distance;
      const { data, distance } = neighbour(planted, (0.99e-9 * rho) / unit, seed);
      expect(distance).toBeLessThanOrEqual(rho);
      expectWithin(proof, data);
      const shares = distances(data.points, proof.data.points, 2).map((value, i) => value / proof.perSample[i]!.radius);
      nearest = Math.max(nearest, ...shares);
    }
    expect(nearest).toBeGreaterThan(0.02);
  });
});

describe("one monomial", () => {
  const planted = plant({ activation: "z^3", inputDim: 3, samples: 2, width: 9 }, 4);

  test("is proved with its multipliers held", () => {
    const proof = certified(claimOf(planted));
    expectWithin(proof, planted.plainData);
    expect(proof.chosenEquations).toHaveLength(6);
    for (const { multiplierRadius, multiplierWithin } of proof.perSample) {
      expect(multiplierRadius).toBe(0);
      expect(multiplierWithin).toBe(0);
    }
  });

  test("without that it leaves the scales open, and with two outputs nothing is held", () => {
    expect(reasonOf({ ...claimOf(planted), gauge: ["permutation"] })).toMatch(/open|contract/);
    const two = plant({ activation: "z^3", inputDim: 3, samples: 2, width: 9, outputs: 2 }, 4);
    expect(reasonOf(claimOf(two))).toMatch(/several outputs/);
  });

  test("points on one line are the same sample", () => {
    const { points, multipliers } = planted.plainData;
    const line = Float64Array.from(points, (_, k) => points[k % 3]! * (k < 3 ? 1 : 2));
    expect(reasonOf(claimOf(planted, { points: line, multipliers }))).not.toBe("certified");
  });
});

describe("networks that PyTorch trained", () => {
  function claimAbout(network: RealNetwork): IsolationClaim & { readonly truth: Float64Array } {
    const question = questionAbout(network, 1);
    const evidence = gatherEvidence(question);
    const truth = trainingData(network);
    const { point } = fitGivenData(question, evidence, truth);
    return {
      equations: evidence.equations,
      data: toPlainData(question, evidence, point.unknowns),
      rho: evidence.stationarityError,
      gauge: evidence.gauge.symmetries,
      truth: truth.X,
    };
  }

  test.each([
    ["iris-hidden-layer", realNetworks.hiddenLayer, 1e-8],
    ["the same as float32", realNetworks.float32, 1e-3],
    ["iris-multiclass", realNetworks.multiclass, 1e-6],
    ["iris-gradient-small", realNetworks.gradientSmall, 1e-10],
    ["wine-gradient", realNetworks.wineGradient, 1e-11],
  ])("%s: the training data lie within the radii", (_, network, most) => {
    const claim = claimAbout(network);
    const proof = certified(claim);
    distances(proof.data.points, claim.truth, network.samples).forEach((distance, i) => {
      expect(distance).toBeLessThanOrEqual(proof.perSample[i]!.radius);
      expect(proof.perSample[i]!.radius).toBeLessThan(most);
    });
  });

  test.each([
    ["iris-both-layers", realNetworks.bothLayers],
    ["iris-quadratic", realNetworks.quadratic],
    ["iris-cubic", realNetworks.cubic],
    ["iris-bias", realNetworks.bias],
  ])("%s: a continuum of data sets, so nothing is proved", (_, network) => {
    expect(reasonOf(claimAbout(network))).toMatch(/open|contract/);
  });

  test("weights known to 1e-4 prove nothing about iris-hidden-layer", () => {
    expect(reasonOf({ ...claimAbout(realNetworks.hiddenLayer), rho: 1e-4 })).toMatch(/contract/);
  });
});
