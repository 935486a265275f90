import { describe, expect, test } from "vitest";
import { fromNumber, multiply, type Rational, rational, toNumber } from "../../src/algebra/rational.ts";
import { rationalRing } from "../../src/algebra/ring.ts";
import { boxAround, hiddenTargets, type SystemBox } from "../../src/certify/box.ts";
import { certifyInstance, proveRanks } from "../../src/certify/certify-instance.ts";
import { kernelMatrix, proveKernel } from "../../src/certify/kernel.ts";
import { largestCertifiedRho } from "../../src/certify/largest-rho.ts";
import { proveCatalecticant, proveMoments, scaleDegree } from "../../src/certify/moments.ts";
import { boxInSpan, proveSpan } from "../../src/certify/span.ts";
import { hermiteMatrix } from "../../src/equations/hermite.ts";
import { monomialsOfDegree } from "../../src/equations/monomials.ts";
import type { Nodes } from "../../src/equations/ring-tools.ts";
import { momentDegrees } from "../../src/equations/shape.ts";
import type { Interval } from "../../src/interval/interval.ts";
import { entryOf } from "../../src/interval/interval-matrix.ts";
import { maxAbs } from "../../src/linalg/dense.ts";
import { createRandom, type Random } from "../../src/random.ts";
import { contains, exactRank, pointOf } from "../interval/exact.ts";
import { assemble, claimOf, narrowed, type Planted, type PlantedShape, plant } from "./planted.ts";

const shapes: readonly PlantedShape[] = [
  { activation: "z + z^2 + z^3", inputDim: 2, samples: 2, width: 9 },
  { activation: "z + z^2/3 + z^3/7", inputDim: 3, samples: 2, width: 9, layers: ["hidden", "output"] },
  { activation: "z + z^3", inputDim: 2, samples: 2, width: 8 },
  { activation: "1 + z^2 - z^3", inputDim: 2, samples: 1, width: 5, layers: ["hidden", "bias"], bias: "trained" },
  { activation: "z - z^3/2", inputDim: 2, samples: 2, width: 12, bias: "frozen" },
  { activation: "z + z^2 + z^3", inputDim: 2, samples: 2, width: 14, outputs: 2 },
];
const named = shapes.map(
  (shape) => [`${shape.activation}, d = ${shape.inputDim}, n = ${shape.samples}`, shape] as const,
);

const member = (values: readonly Interval[], random: Random): Rational[] =>
  values.map((value) => pointOf(value, random.uniform() < 0.5 ? -8 : 8));

interface Member extends Nodes<Rational> {
  readonly side: readonly Rational[];
}

/** A corner of the box: nodes and known side of the hidden layer. */
function cornerOf(box: SystemBox, random: Random): Member {
  return {
    weights: member(box.weights, random),
    bias: member(box.bias, random),
    output: member(box.output, random),
    side: member(hiddenTargets(box), random),
  };
}

const dotOf = (a: readonly Rational[], b: readonly Rational[]): Rational =>
  a.reduce((sum, value, e) => rationalRing.add(sum, multiply(value, b[e]!)), rational(0n));

const rowOf = (M: readonly Rational[], width: number, row: number): Rational[] =>
  M.slice(row * width, (row + 1) * width);

/** u_j = G_J w_j, exactly. */
function spanNodes({ weights, side }: Member, d: number, J: readonly number[]): Rational[] {
  return Array.from({ length: weights.length / d }, (_, j) =>
    J.map((row) => dotOf(rowOf(side, d, row), rowOf(weights, d, j))),
  ).flat();
}

/** The matrix of the kernel criterion from its definition: a_jc σ^{(l+1)}(b_j)/l! · (u_j·e)^l spread over monomials. */
function exactKernelMatrix(at: Member, { shape }: Planted, nodes: readonly Rational[], n: number) {
  const { width: m, outputs, activation, bias } = shape;
  const p = activation.degree;
  const degrees = bias === "none" ? activation.support.map((k) => k - 1) : Array.from({ length: p }, (_, l) => l);
  const entries: Rational[] = [];
  for (let j = 0; j < m; j++) {
    for (let c = 0; c < outputs; c++) {
      for (const l of degrees) {
        const factor = multiply(at.output[c * m + j]!, slopeCoefficient(activation.coefficients, at.bias[j]!, l));
        for (const monomial of monomialsAt(rowOf(nodes, n, j), l)) entries.push(multiply(factor, monomial));
      }
    }
  }
  return { rows: m, cols: entries.length / m, entries };
}

/** Coefficient of (z − b)^l in σ′(z). */
function slopeCoefficient(coefficients: readonly Rational[], b: Rational, l: number): Rational {
  let sum = rational(0n);
  coefficients.forEach((c, k) => {
    if (k - 1 < l) return;
    let term = multiply(c, rational(BigInt(k * choose(k - 1, l))));
    for (let e = 0; e < k - 1 - l; e++) term = multiply(term, b);
    sum = rationalRing.add(sum, term);
  });
  return sum;
}

const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);

function monomialsAt(x: readonly Rational[], degree: number): Rational[] {
  const { count, starts, variables, exponents } = monomialsOfDegree(x.length, degree);
  return Array.from({ length: count }, (_, i) => {
    let product = rational(1n);
    for (let s = starts[i]!; s < starts[i + 1]!; s++) {
      for (let e = 0; e < exponents[s]!; e++) product = multiply(product, x[variables[s]!]!);
    }
    return product;
  });
}

const RADII = [1e-2, 1e-3, 1e-4, 1e-6, 1e-9, 1e-13];

/** The largest radius of the list at which something is proved, where the proof is the least trivial. */
function widest<T>(prove: (rho: number) => T | null): { rho: number; proof: T } | null {
  for (const rho of RADII) {
    const proof = prove(rho);
    if (proof !== null) return { rho, proof };
  }
  return null;
}

describe("ranks proved for a box hold at its corners, over the rationals", () => {
  test.each(named)("kernel criterion, %s", (_, wanted) => {
    let proved = 0;
    for (let seed = 0; seed < 4; seed++) {
      const planted = plant(wanted, seed);
      const found = widest((rho) => {
        const box = boxAround(planted.system, rho);
        const span = proveSpan(box, wanted.samples);
        return span === null || proveKernel(box, span) === null ? null : { box, span };
      });
      if (found === null) continue;
      proved++;
      const random = createRandom(seed, 43);
      for (let corner = 0; corner < 3; corner++) {
        const at = cornerOf(found.proof.box, random);
        const nodes = spanNodes(at, wanted.inputDim, found.proof.span.rows);
        const M = exactKernelMatrix(at, planted, nodes, wanted.samples);
        expect(exactRank(M)).toBe(M.cols);
        const enclosure = kernelMatrix(found.proof.box, found.proof.span);
        expect(M.entries.every((value, k) => contains(entryOf(enclosure, 0, k), value))).toBe(true);
      }
    }
    expect(proved).toBeGreaterThan(2);
  });

  test.each(named)("Hermite matrix in the file's coordinates, %s", (_, wanted) => {
    let proved = 0;
    for (let seed = 0; seed < 4; seed++) {
      const planted = plant({ ...wanted, width: 12 }, seed);
      const found = widest((rho) => {
        const box = boxAround(planted.system, rho);
        return proveMoments(box) === null ? null : box;
      });
      if (found === null) continue;
      proved++;
      const random = createRandom(seed, 47);
      const H = hermiteMatrix(rationalRing, planted.shape, cornerOf(found.proof, random));
      expect(exactRank(H)).toBe(H.cols);
    }
    expect(proved).toBeGreaterThan(2);
  });
});

describe("enclosures in the coordinates of the span", () => {
  test.each(named)("hold the moments of the exact solution, %s", (_, wanted) => {
    let checked = 0;
    for (let seed = 0; seed < 6; seed++) {
      const planted = plant({ ...wanted, inputDim: wanted.inputDim + 1, width: 14 }, seed);
      // Just wide enough for the rounding of the known side, so that a slip is not hidden in the width of the box.
      const box = boxAround(planted.system, 2 ** -53);
      const span = proveSpan(box, wanted.samples);
      if (span === null) continue;
      const small = boxInSpan(box, span);
      const moments = proveMoments(small);
      if (moments === null) continue;
      const exact = exactMoments(planted, span.rows, small.shape.outputs);
      expect(moments.moments.rows).toBe(exact.length);
      exact.forEach((value, at) => {
        expect(contains({ mid: moments.moments.mid[at]!, rad: moments.moments.rad[at]! }, value)).toBe(true);
      });
      checked++;
    }
    expect(checked).toBeGreaterThan(3);
  });
});

/** Σ_i g_ic y_i^α with G_Jᵀ y_i = x_i, exactly. */
function exactMoments({ shape, targets, data }: Planted, J: readonly number[], outputs: number): Rational[] {
  const { inputDim: d } = shape;
  const n = data.points.length / d;
  const perNeuron = (targets.length - (shape.trained.has("output-bias") ? outputs : 0)) / shape.width;
  const G = J.map((j) => targets.slice(j * perNeuron, j * perNeuron + d));
  const Y = Array.from({ length: n }, (_, i) => solveInSpan(G, rowOf(data.points, d, i)));
  const moments: Rational[] = [];
  for (let c = 0; c < outputs; c++) {
    for (const l of momentDegrees(shape)) {
      const terms = Y.map((y, i) =>
        monomialsAt(y, l).map((value) => multiply(value, data.multipliers[i * outputs + c]!)),
      );
      moments.push(...terms.reduce((sum, term) => sum.map((value, k) => rationalRing.add(value, term[k]!))));
    }
  }
  return moments;
}

/** y with Σ_r y_r G_r = x, by elimination; the system is consistent. */
function solveInSpan(G: readonly (readonly Rational[])[], x: readonly Rational[]): Rational[] {
  const n = G.length;
  const rows = x.map((value, e) => [...G.map((row) => row[e]!), value]);
  for (let c = 0; c < n; c++) {
    const pivot = rows.findIndex((row, i) => i >= c && row[c]!.numerator !== 0n);
    [rows[c], rows[pivot]] = [rows[pivot]!, rows[c]!];
    const head = rows[c]!;
    const inverse = rational(head[c]!.denominator, head[c]!.numerator);
    rows[c] = head.map((value) => multiply(value, inverse));
    for (let i = 0; i < rows.length; i++) {
      if (i === c) continue;
      const factor = multiply(rows[i]![c]!, rational(-1n));
      rows[i] = rows[i]!.map((value, k) => rationalRing.add(value, multiply(factor, rows[c]![k]!)));
    }
  }
  return Array.from({ length: n }, (_, c) => rows[c]![n]!);
}

/** The planted system with its last neuron replaced by the first one plus `shift`; and the ρ that undoes it. */
function withTwin(planted: Planted, shift: number): { twin: Planted; rho: number } {
  const { shape, nodes, data } = planted;
  const { inputDim: d, width: m } = shape;
  const random = createRandom(m, 53);
  const near = (value: Rational): Rational =>
    rationalRing.add(value, multiply(fromNumber(shift), rational(BigInt(Math.round(16 * random.uniform())), 16n)));
  const weights = [...nodes.weights.slice(0, (m - 1) * d), ...rowOf(nodes.weights, d, 0).map(near)];
  const twin = assemble(shape, { ...nodes, weights, output: [...nodes.output.slice(0, -1), nodes.output[0]!] }, data);
  const apart = Array.from({ length: d }, (_, e) =>
    Math.abs(toNumber(weights[(m - 1) * d + e]!) - toNumber(weights[e]!)),
  );
  return { twin, rho: (Math.max(...apart) / maxAbs(twin.system.weights)) * (1 + 1e-12) };
}

/** The ρ from which on a system without the last of two samples lies in the box. */
function traceOfLast({ shape, nodes, data, system }: Planted): number {
  const first = { points: data.points.slice(0, shape.inputDim), multipliers: data.multipliers.slice(0, shape.outputs) };
  const without = assemble(shape, nodes, first).system;
  const trace = system.targets.map((value, r) => value - without.targets[r]!);
  return (maxAbs(trace) / maxAbs(system.targets)) * (1 + 1e-12);
}

/** Whether rank 2 of the known side and of the flattening are proved. */
function provedBy({ system }: Planted, rho: number): { span: boolean; flattening: boolean } {
  const box = boxAround(system, rho);
  const moments = proveMoments(box);
  return {
    span: proveSpan(box, 2) !== null,
    flattening: moments !== null && proveCatalecticant(box.shape, moments.moments, 2) !== null,
  };
}

describe("boxes that hold a singular system are refused", () => {
  // As many neurons as columns: merging two of them makes the matrix singular.
  const exactWidth: PlantedShape = { activation: "z + z^2 + z^3", inputDim: 2, samples: 2, width: 6 };

  test("kernel criterion: two neurons that the box can merge", () => {
    let accepted = 0;
    for (let seed = 0; seed < 12; seed++) {
      const { twin, rho } = withTwin(plant(exactWidth, seed), 2 ** -12);
      for (const factor of [1, 2, 30]) {
        const box = boxAround(twin.system, rho * factor);
        const span = proveSpan(box, 2);
        expect(span === null ? null : proveKernel(box, span)).toBeNull();
      }
      const box = boxAround(twin.system, rho / 2 ** 20);
      const span = proveSpan(box, 2);
      if (span !== null && proveKernel(box, span) !== null) accepted++;
    }
    expect(accepted).toBeGreaterThan(6);
  });

  test("Hermite matrix: two neurons that the box can merge", () => {
    let accepted = 0;
    for (let seed = 0; seed < 12; seed++) {
      const { twin, rho } = withTwin(plant({ ...exactWidth, width: 5 }, seed), 2 ** -12);
      for (const factor of [1, 2, 30]) expect(proveMoments(boxAround(twin.system, rho * factor))).toBeNull();
      if (proveMoments(boxAround(twin.system, rho / 2 ** 20)) !== null) accepted++;
    }
    expect(accepted).toBeGreaterThan(6);
  });

  test("known side and flattening: a sample whose trace the box can remove", () => {
    const accepted = { span: 0, flattening: 0 };
    for (let seed = 0; seed < 12; seed++) {
      const planted = plant({ ...exactWidth, width: 12, lastMultiplier: 2 ** -16 }, seed);
      const rho = traceOfLast(planted);
      for (const factor of [1, 2, 30]) {
        expect(provedBy(planted, rho * factor)).toEqual({ span: false, flattening: false });
      }
      const narrow = provedBy(planted, rho / 2 ** 12);
      if (narrow.span) accepted.span++;
      if (narrow.flattening) accepted.flattening++;
    }
    expect(Math.min(accepted.span, accepted.flattening)).toBeGreaterThan(6);
  });
});

describe("certifyInstance", () => {
  const wide: PlantedShape = { activation: "z + z^2 + z^3", inputDim: 3, samples: 2, width: 12 };

  test.each([1, 2, 3])("proves a planted data set unique, and no other number of samples, seed %i", (seed) => {
    const planted = plant(wide, seed);
    const certified = certifyInstance(claimOf(planted))!;
    expect(certified).toMatchObject({ verdict: "globally-identifiable", rho: 1e-13, distance: null });
    expect(certified.steps.map(({ kind }) => kind)).toEqual(["data-fits", "instance-span", "instance-kernel"]);

    const { points, multipliers } = planted.plainData;
    const fewer = { points: points.slice(0, 3), multipliers: multipliers.slice(0, 1) };
    expect(certifyInstance(claimOf(planted, { samples: 1, data: fewer }))).toBeNull();
    // The first sample split in two: it fits to about 1e-10, and no box holds three independent samples.
    const near = points.subarray(0, 3).map((value, e) => (e === 0 ? value + 2 ** -20 : value));
    const more = {
      points: Float64Array.from([...points, ...near]),
      multipliers: Float64Array.from([multipliers[0]! / 2, multipliers[1]!, multipliers[0]! / 2]),
    };
    expect(certifyInstance(claimOf(planted, { samples: 3, data: more }))).toBeNull();
    expect(proveRanks(claimOf(planted, { samples: 3 }), 2 ** -50)).toMatchObject({ kernel: null, scales: null });
  });

  test("is refused from some width on when neurons are taken away, and before the matrix is too small", () => {
    const planted = plant(wide, 5);
    // 1 + 2 + 3 columns of the kernel matrix; the Hermite matrix has 9, at two equations a neuron.
    const verdicts = Array.from({ length: 12 }, (_, k) => certifyInstance(claimOf(narrowed(planted, k + 1))));
    const least = verdicts.findIndex((certified) => certified !== null) + 1;
    expect(least).toBe(5);
    for (const certified of verdicts.slice(least)) expect(certified?.verdict).toBe("globally-identifiable");
    expect(verdicts[least - 1]!.steps.map(({ kind }) => kind)).toContain("instance-moments");
    expect(verdicts[5]!.steps.map(({ kind }) => kind)).toContain("instance-kernel");
  });

  test("a data set that misses raises ρ until nothing is proved", () => {
    const planted = plant(wide, 1);
    const missing = (shift: number) => {
      const points = planted.plainData.points.map((value, at) => (at === 0 ? value + shift : value));
      return certifyInstance(claimOf(planted, { data: { ...planted.plainData, points } }));
    };
    const near = missing(2 ** -40)!;
    expect(near.rho).toBeGreaterThan(1e-13);
    expect(near.rho).toBeLessThan(2 ** -36);
    expect(missing(0.5)).toBeNull();
    expect(certifyInstance(claimOf(planted, { data: null }))).toBeNull();
  });

  test("the largest ρ is a boundary: proved there, not at twice it", () => {
    const claim = claimOf(plant(wide, 2));
    const largest = largestCertifiedRho(claim)!;
    expect(largest).toBeGreaterThan(1e-10);
    expect(proveRanks(claim, largest).kernel ?? proveRanks(claim, largest).scales).not.toBeNull();
    expect(proveRanks(claim, 2 * largest)).toMatchObject({ kernel: null, scales: null });
    expect(certifyInstance({ ...claim, rho: largest })?.rho).toBe(largest);
    expect(certifyInstance({ ...claim, rho: 2 * largest })).toBeNull();
  });

  test("ρ is never below half an ulp of the file", () => {
    const claim = claimOf(plant(wide, 2), { rho: 0 });
    const coarse = { ...claim, equations: { ...claim.equations, unitRoundoff: 2 ** -40 } };
    expect(certifyInstance(coarse)!.rho).toBe(2 ** -40);
  });

  test.each([
    ["one monomial, its scale gauge", { ...wide, activation: "z^3" }, true],
    ["one monomial with T_0 seen", { ...wide, activation: "1 + z^3", layers: ["hidden", "output"] as const }, false],
    ["odd degrees", { ...wide, activation: "z + z^3" }, true],
    ["odd degrees with T_0 seen", { ...wide, activation: "1 + z + z^3", layers: ["hidden", "output"] as const }, false],
    ["degree two", { ...wide, activation: "z + z^2" }, false],
  ])("%s: what the hidden equations leave open must be gauge", (_, shape, expected) => {
    expect(certifyInstance(claimOf(plant({ ...shape, width: 16 }, 1))) !== null).toBe(expected);
  });

  test("moments decide where the kernel criterion has too few neurons", () => {
    const planted = plant({ ...wide, width: 5, layers: ["hidden", "output"] }, 1);
    const certified = certifyInstance(claimOf(planted))!;
    expect(certified.steps.map(({ kind, uses }) => [kind, uses])).toEqual([
      ["data-fits", []],
      ["instance-span", []],
      ["instance-moments", ["span"]],
      ["instance-catalecticant", ["moments"]],
      ["instance-scales", ["catalecticant"]],
    ]);
    expect(certified.steps.at(-1)).toMatchObject({ degree: 2 });
  });

  test("more samples than inputs by a flattening of degree 2", () => {
    const planted = plant({ activation: "z + z^2 + z^3 + z^4 + z^5", inputDim: 2, samples: 3, width: 30 }, 3);
    const certified = certifyInstance(claimOf(planted, { rho: 2 ** -53 }))!;
    expect(certified.steps[2]).toMatchObject({ kind: "instance-catalecticant", output: 0, k: 2 });
    expect(certifyInstance(claimOf(narrowed(planted, 9), { rho: 2 ** -53 }))).toBeNull();
  });
});

describe("scaleDegree", () => {
  const shapeOf = (activation: string, layers: PlantedShape["layers"]) =>
    plant({ activation, inputDim: 2, samples: 1, width: 1, ...(layers === undefined ? {} : { layers }) }, 1).shape;

  test.each([
    ["z + z^2 + z^3", 1, ["permutation"], { degree: 2 }],
    ["z + z^3", 1, ["permutation", "sign"], { degree: 1 }],
    ["z + z^3", 1, ["permutation"], null],
    ["z^3", 1, ["permutation", "sign", "scale"], { degree: null }],
    ["z + z^5", 2, ["permutation", "sign"], null],
    ["z + z^2 + z^5", 2, ["permutation"], { degree: 2 }],
  ] as const)("%s from k = %i with gauge %j", (activation, k, gauge, expected) => {
    expect(scaleDegree(shapeOf(activation, undefined), k, gauge)).toEqual(expected);
  });
});
