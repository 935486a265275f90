import { describe, expect, test } from "vitest";
import { multiply, type Rational, rational, toNumber } from "../../src/algebra/rational.ts";
import { rationalRing } from "../../src/algebra/ring.ts";
import { fitGivenData, toPlainData } from "../../src/audit/fitted-data.ts";
import { gatherEvidence } from "../../src/audit/network-evidence.ts";
import { boundErrors, certifyGlobally, type GlobalCertificate } from "../../src/certify/certify-globally.ts";
import type { InstanceClaim } from "../../src/certify/claim.ts";
import { type PlainData, residualOf } from "../../src/certify/fit.ts";
import { globalRadii } from "../../src/certify/global-steps.ts";
import { certifySamples } from "../../src/certify/krawczyk.ts";
import { largestGlobalRho } from "../../src/certify/largest-global-rho.ts";
import { jacobianMatrix } from "../../src/equations/jacobian.ts";
import { computeSvd } from "../../src/linalg/svd.ts";
import { createRandom, type Random } from "../../src/random.ts";
import { questionAbout, type RealNetwork, realNetworks, trainingData } from "../support/networks.ts";
import { assemble, claimOf, narrowed, type Planted, type PlantedShape, plant } from "./planted.ts";

/** The claim about a real network at its training data, polished to the rounding of the file. */
function claimAbout(network: RealNetwork): InstanceClaim {
  const question = questionAbout(network, 1);
  const evidence = gatherEvidence(question);
  const { point } = fitGivenData(question, evidence, trainingData(network));
  return {
    equations: evidence.equations,
    samples: question.samples,
    rho: evidence.stationarityError,
    data: toPlainData(question, evidence, point.unknowns),
    witness: null,
    gauge: evidence.gauge.symmetries,
  };
}

const proved = (claim: InstanceClaim): GlobalCertificate => {
  const found = certifyGlobally(claim);
  if ("failed" in found) throw new Error(found.failed);
  return found;
};

/** ‖x_i − x̂_i‖ after the best sign or scale where these are gauge. */
function distances(first: PlainData, second: PlainData, d: number, gauge: readonly string[]): number[] {
  return Array.from({ length: first.points.length / d }, (_, i) => {
    const x = first.points.subarray(i * d, (i + 1) * d);
    const y = second.points.subarray(i * d, (i + 1) * d);
    const product = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, e) => sum + value * b[e]!, 0);
    const best = gauge.includes("scale") ? product(x, y) / product(x, x) : 1;
    const factor = gauge.includes("sign") && !gauge.includes("scale") ? Math.sign(product(x, y)) : best;
    return Math.hypot(...x.map((value, e) => factor * value - y[e]!));
  });
}

/** Another data set at this size of distance, in a random direction. */
function moved({ points, multipliers }: PlainData, size: number, random: Random): PlainData {
  const move = (values: Float64Array): Float64Array => values.map((value) => value + size * random.normal());
  return { points: move(points), multipliers: move(multipliers) };
}

const families: readonly (readonly [string, PlantedShape])[] = [
  ["mixed degrees, as many samples as inputs", { activation: "z + z^2 + z^3", inputDim: 3, samples: 3, width: 16 }],
  ["mixed degrees in a span", { activation: "z + z^2/2 - z^3", inputDim: 5, samples: 3, width: 16 }],
  ["consecutive degrees 3 and 4", { activation: "z^3 + z^4/2", inputDim: 2, samples: 2, width: 16 }],
  ["odd degrees: up to sign", { activation: "z + z^3", inputDim: 2, samples: 2, width: 12 }],
  ["even degrees: up to sign", { activation: "z^2 + z^4", inputDim: 3, samples: 2, width: 20 }],
  ["degrees 1 and 4: scales by a cube root", { activation: "z + z^4", inputDim: 2, samples: 2, width: 16 }],
  ["one monomial: up to scale", { activation: "z^3", inputDim: 3, samples: 2, width: 12 }],
  ["a frozen bias", { activation: "z - z^3/2", inputDim: 2, samples: 2, width: 16, bias: "frozen" }],
  [
    "a trained bias",
    { activation: "z^2 - z^3", inputDim: 3, samples: 2, width: 16, layers: ["hidden", "bias"], bias: "trained" },
  ],
  ["two outputs", { activation: "z + z^2 + z^3", inputDim: 2, samples: 2, width: 18, outputs: 2 }],
  [
    "the output layer, too",
    { activation: "1 + z + z^3", inputDim: 2, samples: 2, width: 14, layers: ["hidden", "output"] },
  ],
  ["six samples in three inputs", { activation: "z + z^2 + z^3 + z^4 + z^5", inputDim: 3, samples: 6, width: 60 }],
  ["more samples than inputs", { activation: "z + z^2 + z^3 + z^4 + z^5", inputDim: 2, samples: 3, width: 30 }],
];

/** Proves about seeds 0 to 4 with ρ no larger than rounding. */
const plantedClaims = (shape: PlantedShape): { planted: Planted; claim: InstanceClaim }[] =>
  [0, 1, 2, 3, 4].map((seed) => {
    const planted = plant(shape, seed);
    return { planted, claim: claimOf(planted, { rho: 2 ** -52 }) };
  });

/** A planted system, and its data set moved along the least singular vector of the Jacobian. */
function weakest(seed: number): { planted: Planted; along: (size: number) => PlainData } {
  const planted = plant({ activation: "z + z^2 + z^3", inputDim: 3, samples: 3, width: 12 }, seed);
  const { shape, nodes, data, plainData } = planted;
  const J = jacobianMatrix(rationalRing, shape, nodes, data);
  const { Vt, k } = computeSvd(Float64Array.from(J.entries, toNumber), J.rows, J.cols);
  const direction = Vt.subarray((k - 1) * J.cols);
  const along = (size: number): PlainData => ({
    multipliers: plainData.multipliers.map((g, i) => g + size * direction[4 * i]!),
    points: plainData.points.map((x, at) => x + size * direction[4 * Math.floor(at / 3) + 1 + (at % 3)]!),
  });
  return { planted, along };
}

describe("systems whose data are known exactly", () => {
  const mayFail = new Set(["the output layer, too"]);

  test.each(families.filter(([name]) => !mayFail.has(name)))(
    "%s: a bound is proved, and closer than 1e-6",
    (_, shape) => {
      const found = plantedClaims(shape).map(({ claim }) => certifyGlobally(claim));
      const bounds = found.flatMap((certificate) => ("failed" in certificate ? [] : [certificate]));
      expect(bounds.length).toBeGreaterThanOrEqual(3);
      expect(Math.min(...bounds.map(({ perSample }) => Math.max(...perSample)))).toBeLessThan(1e-6);
    },
  );

  // Odd degrees with T_0 seen: signs of single samples stay open, so nothing may be claimed.
  test("signs that no degree fixes are not claimed", () => {
    const [, shape] = families.find(([name]) => mayFail.has(name))!;
    for (const { claim } of plantedClaims(shape)) expect(certifyGlobally(claim)).toHaveProperty("failed");
  });

  test.each(families)("%s: no other data set within ρ is farther away than the bound", (_, shape) => {
    const shares: number[] = [];
    for (const [seed, { planted, claim }] of plantedClaims(shape).entries()) {
      const random = createRandom(seed, 71);
      for (let size = 2 ** -40; size < 4; size *= 16) {
        const other = moved(planted.plainData, size, random);
        const rho = Math.max(residualOf(planted.system, other) ?? 1, 2 ** -52);
        const found = boundErrors(claim, rho);
        if ("failed" in found) continue;
        const apart = distances(other, planted.plainData, shape.inputDim, claim.gauge);
        other.multipliers.forEach((g, k) => {
          const known = planted.plainData.multipliers[k]!;
          const isSigned = claim.gauge.includes("sign");
          const distance = Math.min(Math.abs(g - known), isSigned ? Math.abs(g + known) : Number.POSITIVE_INFINITY);
          const bound = found.multipliers?.[Math.floor(k / (shape.outputs ?? 1))] ?? Number.POSITIVE_INFINITY;
          expect(distance).toBeLessThanOrEqual(bound);
        });
        apart.forEach((distance, i) => {
          expect(distance).toBeLessThanOrEqual(found.perSample[i]!);
          shares.push(distance / found.perSample[i]!);
        });
      }
    }
    if (shape.layers?.includes("output") !== true) expect(Math.max(...shares)).toBeGreaterThan(1e-4);
  });

  test("the data set that is hardest to tell apart is within the bound, and not far within", () => {
    let largestShare = 0;
    for (let seed = 0; seed < 6; seed++) {
      const { planted, along } = weakest(seed);
      const claim = claimOf(planted);
      for (const size of [1e-9, 1e-6, 1e-4, 1e-3, 1e-2]) {
        const other = along(size);
        const found = boundErrors(claim, Math.max(residualOf(planted.system, other)!, 2 ** -52));
        if ("failed" in found) continue;
        distances(other, claim.data!, 3, claim.gauge).forEach((distance, i) => {
          expect(distance).toBeLessThanOrEqual(found.perSample[i]!);
          largestShare = Math.max(largestShare, distance / found.perSample[i]!);
        });
      }
    }
    expect(largestShare).toBeGreaterThan(0.02);
  });

  test("two data sets that solve one system exactly: neither gets a bound", () => {
    // Σ g_i = 0, so that turning all signs at once keeps T_0 as well as the odd moments.
    const shape: PlantedShape = {
      activation: "1 + z + z^3",
      inputDim: 2,
      samples: 2,
      width: 14,
      layers: ["hidden", "output"],
    };
    const { shape: equations, nodes, data } = plant(shape, 3);
    const multipliers = [rational(3n, 2n), rational(-3n, 2n)];
    const turn = (values: readonly Rational[]): Rational[] => values.map((value) => multiply(value, rational(-1n)));
    const one = assemble(equations, nodes, { points: data.points, multipliers });
    const other = assemble(equations, nodes, { points: turn(data.points), multipliers: turn(multipliers) });
    expect(other.targets).toEqual(one.targets);
    for (const planted of [one, other]) {
      expect(residualOf(one.system, planted.plainData)).toBeLessThan(2 ** -50);
      expect(certifyGlobally(claimOf(one, { data: planted.plainData, rho: 2 ** -52 }))).toHaveProperty("failed");
    }
  });

  test("narrower networks fail from some width on, and one neuron more does not", () => {
    const planted = plant({ activation: "z + z^2 + z^3", inputDim: 3, samples: 3, width: 16 }, 2);
    const closes = Array.from({ length: 16 }, (_, k) => {
      const claim = claimOf(narrowed(planted, k + 1), { rho: 2 ** -52 });
      return !("failed" in certifyGlobally(claim));
    });
    // 3 + 6 + 10 moments at three equations a neuron.
    expect(closes.indexOf(true) + 1).toBeGreaterThanOrEqual(7);
    expect(closes.lastIndexOf(false) + 1).toBe(closes.indexOf(true));
  });

  test("ten samples: the moments are too many, the kernel is not", () => {
    const ten: PlantedShape = { activation: "z + z^2 + z^3", inputDim: 11, samples: 10, width: 70 };
    const found = proved(claimOf(plant(ten, 1), { rho: 2 ** -52 }));
    expect(found.route).toBe("kernel");
    expect(Math.max(...found.perSample)).toBeLessThan(1e-6);
    // 1 + 10 + 55 columns.
    const narrow = claimOf(narrowed(plant(ten, 1), 65), { rho: 2 ** -52 });
    expect(certifyGlobally(narrow)).toHaveProperty("failed");
  });

  test("degree 2 mixes samples, and its failure says so", () => {
    const claim = claimOf(plant({ activation: "z + z^2", inputDim: 2, samples: 2, width: 12 }, 1));
    expect(certifyGlobally(claim)).toEqual({ failed: expect.stringContaining("mix") as string });
  });

  test("the bound grows with ρ until nothing is proved", () => {
    const { claim } = plantedClaims(families[0]![1])[1]!;
    const bounds = Array.from({ length: 50 }, (_, k) => {
      const found = boundErrors(claim, 2 ** (k - 52));
      return "failed" in found ? Number.POSITIVE_INFINITY : Math.max(...found.perSample);
    });
    expect(bounds[0]).toBeLessThan(1e-9);
    expect(bounds.at(-1)).toBe(Number.POSITIVE_INFINITY);
    for (let k = 1; k < bounds.length; k++) expect(bounds[k]).toBeGreaterThanOrEqual(bounds[k - 1]! * 0.99);
  });

  test("the largest ρ is a boundary: proved there, not at twice it", () => {
    const { claim } = plantedClaims(families[0]![1])[2]!;
    const largest = largestGlobalRho(claim, 2 ** -52)!;
    expect(largest).toBeGreaterThan(2 ** -40);
    expect(boundErrors(claim, largest)).not.toHaveProperty("failed");
    expect(boundErrors(claim, 2 * largest)).toHaveProperty("failed");
    const large = claimOf(plant({ activation: "z + z^2 + z^3", inputDim: 9, samples: 9, width: 60 }, 1));
    expect(largestGlobalRho(large, 2 ** -52)).toBeNull();
  });

  test("a printed data set that misses raises ρ, and the bound covers the true one", () => {
    const { planted, claim } = plantedClaims(families[0]![1])[0]!;
    const printed = moved(planted.plainData, 2 ** -30, createRandom(5, 73));
    const found = proved({ ...claim, data: printed });
    expect(found.rho).toBeGreaterThan(2 ** -40);
    const apart = distances(planted.plainData, printed, 3, claim.gauge);
    apart.forEach((distance, i) => {
      expect(distance).toBeLessThanOrEqual(found.perSample[i]!);
    });
  });
});

describe("networks that PyTorch trained", () => {
  test.each([
    ["iris-hidden-layer", realNetworks.hiddenLayer, 1e-4, 1e-9],
    ["iris-gradient-small", realNetworks.gradientSmall, 1e-8, 1e-11],
    ["wine-gradient", realNetworks.wineGradient, 1e-9, 1e-11],
  ])("%s: bounds that hold the training data, and radii of all data sets", (_, network, bound, radius) => {
    const claim = claimAbout(network);
    const found = proved(claim);
    const truth = trainingData(network);
    const apart = distances({ ...claim.data!, points: truth.X }, claim.data!, truth.inputDim, claim.gauge);
    apart.forEach((distance, i) => {
      expect(distance).toBeLessThanOrEqual(found.perSample[i]!);
    });
    expect(Math.max(...found.perSample)).toBeLessThan(bound);
    const isolated = certifySamples({ ...claim, data: claim.data!, rho: found.rho });
    if ("failed" in isolated) throw new Error(isolated.failed);
    const radii = globalRadii(found, isolated)!;
    expect(Math.max(...radii)).toBeLessThan(radius);
    apart.forEach((distance, i) => {
      expect(distance).toBeLessThanOrEqual(radii[i]!);
    });
    // Another ρ is another statement.
    expect(globalRadii({ ...found, rho: 2 * found.rho }, isolated)).toBeNull();
    // Bounds that do not reach the region say nothing of its one zero.
    expect(globalRadii({ ...found, perSample: found.perSample.map(() => 1) }, isolated)).toBeNull();
  });

  test.each([
    ["iris-both-layers", realNetworks.bothLayers],
    ["iris-quadratic", realNetworks.quadratic],
    ["iris-cubic", realNetworks.cubic],
    ["iris-bias", realNetworks.bias],
    ["iris-multiclass", realNetworks.multiclass],
    ["iris-hidden-layer saved as float32", realNetworks.float32],
  ])("%s: nothing is claimed", (_, network) => {
    expect(certifyGlobally(claimAbout(network))).toHaveProperty("failed");
  });

  test("one sample more or fewer: nothing is claimed", () => {
    const claim = claimAbout(realNetworks.hiddenLayer);
    const { points, multipliers } = claim.data!;
    const fewer = { points: points.slice(0, -4), multipliers: multipliers.slice(0, -1) };
    expect(certifyGlobally({ ...claim, samples: 3, data: fewer })).toHaveProperty("failed");
    const more = {
      points: Float64Array.from([...points, ...points.subarray(0, 4).map((value) => value * 1.0625)]),
      multipliers: Float64Array.from([...multipliers, multipliers[0]! / 16]),
    };
    expect(certifyGlobally({ ...claim, samples: 5, data: more })).toHaveProperty("failed");
  });

  test("without a data set nothing is claimed", () => {
    const claim = claimAbout(realNetworks.hiddenLayer);
    expect(certifyGlobally({ ...claim, data: null })).toHaveProperty("failed");
  });
});
