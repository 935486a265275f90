import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { add, fromNumber, multiply, type Rational, rational, subtract, toNumber } from "../../src/algebra/rational.ts";
import { rationalRing } from "../../src/algebra/ring.ts";
import { certifyInstance } from "../../src/certify/certify-instance.ts";
import { addDyadic, dyadic, formatDouble, multiplyDyadic, negateDyadic, toRational } from "../../src/certify/dyadic.ts";
import { type PlainData, residualOf } from "../../src/certify/fit.ts";
import { proveWitness } from "../../src/certify/witness.ts";
import { gaugeOf } from "../../src/identifiability/gauge.ts";
import { maxAbs } from "../../src/linalg/dense.ts";
import { createRandom } from "../../src/random.ts";
import { doubles } from "../interval/exact.ts";
import { leftSide } from "../support/definition.ts";
import { claimOf, type Planted, type PlantedShape, plant } from "./planted.ts";

describe("dyadic numbers", () => {
  test("add and multiply as the rationals do", () => {
    fc.assert(
      fc.property(doubles, doubles, (x, y) => {
        const [a, b] = [dyadic(x), dyadic(y)];
        expect(toRational(addDyadic(a, b))).toEqual(add(fromNumber(x), fromNumber(y)));
        expect(toRational(multiplyDyadic(a, b))).toEqual(multiply(fromNumber(x), fromNumber(y)));
        expect(toRational(negateDyadic(a))).toEqual(fromNumber(-x));
      }),
    );
  });

  test("a double is written with an odd mantissa that gives it back", () => {
    fc.assert(
      fc.property(doubles, (x) => {
        const [, mantissa, exponent] = /^(-?\d+)\*2\^(-?\d+)$/.exec(formatDouble(x))!;
        const power = rational(1n << BigInt(Math.abs(Number(exponent))));
        const factor = Number(exponent) < 0 ? rational(power.denominator, power.numerator) : power;
        expect(toNumber(multiply(rational(BigInt(mantissa!)), factor))).toBe(x + 0);
        expect(x === 0 || BigInt(mantissa!) % 2n !== 0n).toBe(true);
      }),
    );
    expect([0, -0, 1, -0.75, 2 ** -1074, 12].map(formatDouble)).toEqual([
      "0*2^0",
      "0*2^0",
      "1*2^0",
      "-3*2^-2",
      "1*2^-1074",
      "3*2^2",
    ]);
  });
});

const everyLayer: PlantedShape = {
  activation: "1 + z/3 - z^2 + z^3/7",
  inputDim: 2,
  samples: 3,
  width: 4,
  outputs: 2,
  layers: ["hidden", "bias", "output", "output-bias"],
  bias: "trained",
};

/** Largest residual over the largest entry of its layer, from the definition over the rationals. */
function definitionResidual({ shape, nodes, system }: Planted, data: PlainData): number {
  const exact = (values: Float64Array): Rational[] => Array.from(values, fromNumber);
  const left = leftSide(rationalRing, shape, nodes, {
    points: exact(data.points),
    multipliers: exact(data.multipliers),
  });
  const { inputDim: d, outputs, width: m } = shape;
  const perNeuron = d + 1 + outputs;
  const layerOf = (r: number): number => {
    if (r >= m * perNeuron) return 3;
    const at = r % perNeuron;
    return at < d ? 0 : at === d ? 1 : 2;
  };
  const sizes = [0, 1, 2, 3].map((layer) => maxAbs(system.targets.filter((_, r) => layerOf(r) === layer)));
  const relative = left.map((value, r) => {
    const difference = Math.abs(toNumber(subtract(value, fromNumber(system.targets[r]!))));
    return difference / sizes[layerOf(r)]!;
  });
  return Math.max(...relative);
}

describe("residualOf", () => {
  test("is the residual of the definition over the rationals, rounded up", () => {
    for (let seed = 0; seed < 10; seed++) {
      const planted = plant(everyLayer, seed);
      const random = createRandom(seed, 61);
      const points = planted.plainData.points.map((x) => x * (1 + 10 ** (-15 * random.uniform())));
      const data = { ...planted.plainData, points };
      const residual = residualOf(planted.system, data)!;
      const expected = definitionResidual(planted, data);
      expect(residual).toBeGreaterThanOrEqual(expected);
      expect(residual).toBeLessThan(expected * (1 + 1e-12));
    }
  });

  test("of the planted data is the rounding of the known side", () => {
    for (let seed = 0; seed < 10; seed++) {
      const planted = plant(everyLayer, seed);
      const residual = residualOf(planted.system, planted.plainData)!;
      expect(residual).toBeGreaterThan(0);
      expect(residual).toBeLessThanOrEqual(2 ** -53 * (1 + 1e-12));
    }
  });

  const planted = plant({ activation: "z + z^2 + z^3", inputDim: 2, samples: 2, width: 6 }, 1);
  const { points, multipliers } = planted.plainData;

  test.each([
    ["a vanishing multiplier", { points, multipliers: Float64Array.of(1, 2 ** -31) }],
    ["the same point twice", { points: Float64Array.of(1, 2, 1, 2), multipliers }],
    ["a point that is not a number", { points: Float64Array.of(1, 2, Number.NaN, 2), multipliers }],
    ["an infinite multiplier", { points, multipliers: Float64Array.of(1, Number.POSITIVE_INFINITY) }],
  ])("is null for %s", (_, data) => {
    expect(residualOf(planted.system, data)).toBeNull();
  });

  test("is a number just above the least multiplier", () => {
    expect(residualOf(planted.system, { points, multipliers: Float64Array.of(1, 2 ** -30) })).toBeGreaterThan(0);
  });

  test("is null where a layer's known side is zero: no ρ is relative to it", () => {
    const zero = { ...planted.system, targets: new Float64Array(planted.system.targets.length) };
    expect(residualOf(zero, planted.plainData)).toBeNull();
  });

  test("of a displacement counts both files, and the rounding of their difference", () => {
    const ntk = { ...planted.system, shape: { ...planted.shape, setting: "ntk" as const } };
    const big = { ...ntk, targetSize: ntk.targetSize.map((size) => 1000 * size) };
    const plain = residualOf(planted.system, planted.plainData)!;
    // A thousandth of the residual, and the rounding of numbers a thousand times larger than their difference.
    expect(residualOf(big, planted.plainData)!).toBeGreaterThan(plain / 1000);
    expect(residualOf(big, planted.plainData)!).toBeLessThan(plain / 1000 + 2 ** -51);
  });
});

/** Two data sets of σ = z + z² with the same moments: orthogonal mixing of √g_i (1, x_i), with g > 0. */
function mixedPair(seed: number): { planted: Planted; second: PlainData } {
  const planted = plant({ activation: "z + z^2", inputDim: 3, samples: 2, width: 12 }, seed);
  const multipliers = planted.data.multipliers.map((g) => (g.numerator < 0n ? multiply(g, rational(-1n)) : g));
  const base = replant(planted, { points: planted.data.points, multipliers });
  const { points, multipliers: g } = base.plainData;
  const [c, s] = [0.8, 0.6];
  const roots = [Math.sqrt(g[0]!), Math.sqrt(g[1]!)];
  // √g_i (1, x_i) has T_1 = Σ √g_i · √g_i x_i; T_0 is not seen, so T_1 and T_2 fix Σ of products of the mixed vectors.
  const mix = (a: number, b: number): [number, number] => [c * a + s * b, -s * a + c * b];
  const heads = mix(roots[0]!, roots[1]!);
  const tails = [0, 1, 2].map((e) => mix(roots[0]! * points[e]!, roots[1]! * points[3 + e]!));
  const second = {
    multipliers: Float64Array.from(heads, (head) => head * head),
    points: Float64Array.from([0, 1].flatMap((i) => tails.map((tail) => tail[i]! / heads[i]!))),
  };
  return { planted: base, second };
}

function replant({ shape, nodes }: Planted, data: Planted["data"]): Planted {
  const targets = leftSide(rationalRing, shape, nodes, data);
  const doublesOf = (values: readonly Rational[]): Float64Array => Float64Array.from(values, toNumber);
  const system = {
    shape,
    weights: doublesOf(nodes.weights),
    bias: doublesOf(nodes.bias),
    output: doublesOf(nodes.output),
    targets: doublesOf(targets),
    rowScale: new Float64Array(targets.length).fill(1),
    targetSize: doublesOf(targets).map(Math.abs),
  };
  const plainData = { points: doublesOf(data.points), multipliers: doublesOf(data.multipliers) };
  return { shape, nodes, data, targets, system, plainData };
}

describe("witnesses", () => {
  test.each([1, 2, 3])("an orthogonal mixing is proved to fit and to differ, seed %i", (seed) => {
    const { planted, second } = mixedPair(seed);
    const witness = { first: planted.plainData, second };
    const certified = certifyInstance(claimOf(planted, { data: null, witness }))!;
    expect(certified.verdict).toBe("nonidentifiable");
    expect(certified.distance!).toBeGreaterThan(0.1);
    expect(certified.rho).toBeLessThan(1e-12);
    expect(certified.steps.map(({ kind }) => kind)).toEqual(["witness"]);
  });

  test("the distance is that of nearest points over the norm of the first set, rounded down", () => {
    const { planted, second } = mixedPair(4);
    const [x, y] = [planted.plainData.points, second.points];
    const squared = (i: number, k: number): number =>
      [0, 1, 2].reduce((sum, e) => sum + (x[3 * i + e]! - y[3 * k + e]!) ** 2, 0);
    const moved = [0, 1].reduce((sum, i) => sum + Math.min(squared(i, 0), squared(i, 1)), 0);
    const expected = Math.sqrt(moved / x.reduce((sum, value) => sum + value * value, 0));
    const { distance } = proveWitness(planted.system, planted.plainData, second, ["permutation"])!;
    expect(distance).toBeLessThanOrEqual(expected * (1 + 1e-15));
    expect(distance).toBeGreaterThan(expected * (1 - 1e-13));
  });

  const odd = plant({ activation: "z + z^3", inputDim: 2, samples: 2, width: 6 }, 2);
  const cubic = plant({ activation: "z^3", inputDim: 2, samples: 2, width: 6 }, 2);
  const scaled = ({ plainData: { points, multipliers } }: Planted, s: number, t: number): PlainData => ({
    points: points.map((value) => s * value),
    multipliers: multipliers.map((value) => t * value),
  });
  const swapped = ({ plainData: { points, multipliers } }: Planted): PlainData => ({
    points: Float64Array.from([...points.subarray(2), ...points.subarray(0, 2)]),
    multipliers: multipliers.toReversed(),
  });

  test.each([
    ["the same data", odd, odd.plainData],
    ["the same data in another order", odd, swapped(odd)],
    ["all signs changed where the degrees are odd", odd, scaled(odd, -1, -1)],
    ["the scale changed for one monomial", cubic, scaled(cubic, 2, 1 / 8)],
    ["the scale changed with its sign", cubic, scaled(cubic, -4, -1 / 64)],
  ])("%s is no second data set", (_, planted, second) => {
    expect(residualOf(planted.system, second)).toBeLessThan(1e-15);
    const { symmetries } = gaugeOf(planted.shape);
    expect(proveWitness(planted.system, planted.plainData, second, symmetries)).toBeNull();
  });

  test("the same changes count where they are no gauge", () => {
    const second = scaled(odd, -1, -1);
    expect(proveWitness(odd.system, odd.plainData, second, ["permutation"])!.distance).toBeGreaterThan(0.1);
  });

  test("a second set that does not fit raises ρ to its residual", () => {
    const { planted, second } = mixedPair(5);
    const missing = { ...second, points: second.points.map((value, at) => (at === 0 ? value + 2 ** -20 : value)) };
    const certified = certifyInstance(claimOf(planted, { witness: { first: planted.plainData, second: missing } }))!;
    expect(certified.rho).toBeGreaterThan(1e-8);
    expect(certified.rho).toBe(residualOf(planted.system, missing));
  });
});
