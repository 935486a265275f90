import { describe, expect, test } from "vitest";
import { type RecheckResult, recheckCertificate } from "../../src/recheck/recheck.ts";
import { cubic, dataStep, type Exact, type ExactChange, exactInstance, NODES } from "./exact-instance.ts";
import { dyadicRows } from "./instances.ts";
import { type Json, mutantsOf, withHash } from "./mutants.ts";

/** Equations 0 … 15 are ∂P/∂w_1, ∂P/∂w_2 of eight neurons; the six of the first three determine two samples. */
const EQUATIONS = [0, 1, 2, 3, 4, 5];
const REGION = 2 ** -12;
const RADIUS = 2 ** -30;
const RHO = 2 ** -50;

interface ZeroParts {
  readonly equations?: readonly number[];
  readonly region?: readonly number[];
  readonly radii?: readonly number[];
}

function zeroStep({ equations = EQUATIONS, region, radii }: ZeroParts = {}): object {
  return {
    id: "zero",
    kind: "isolated-zero",
    uses: ["data"],
    equations,
    region: dyadicRows(region ?? [REGION, REGION, REGION, REGION], 2),
    radii: dyadicRows(radii ?? [RADIUS, RADIUS, RADIUS, RADIUS], 2),
  };
}

const LOCAL = { verdict: "locally-identifiable", upTo: ["permutation"], rho: RHO };

function recheck(exact: Exact, change: Partial<ExactChange> & { readonly zero?: ZeroParts } = {}): RecheckResult {
  const { zero, ...rest } = change;
  const steps = [dataStep("data", exact.X, exact.g), zeroStep(zero)];
  const { document, readFile } = exactInstance(exact, { ...LOCAL, steps, ...rest });
  return recheckCertificate(JSON.stringify(document), { readFile });
}

const reasonOf = (result: RecheckResult): string => (result.accepted ? "accepted" : `${result.step}: ${result.reason}`);

const squares: Exact = { ...cubic, activation: [0, 1, 1] };
const cubes: Exact = { ...cubic, activation: [0, 0, 0, 1] };
const scale = { upTo: ["permutation", "sign", "scale"] };

describe("exact data of a small network", () => {
  test("are the one zero of six equations in their region", () => {
    expect(reasonOf(recheck(cubic))).toBe("accepted");
  });

  test("the radii are sharp to the size of ρ", () => {
    const at = (radius: number): string => reasonOf(recheck(cubic, { zero: { radii: new Array(4).fill(radius) } }));
    expect(at(2 ** -37)).toBe("accepted");
    expect(at(2 ** -56)).toMatch(/zero: radii: the point of sample 0/);
  });

  test.each([
    ["a larger ρ than the radii allow", { rho: 2 ** -24 }, /zero: .*(radii|region|A·H)/],
    ["the global verdict", { verdict: "globally-identifiable" }, /steps prove locally/],
    ["a region as large as the data", { zero: { region: [4, 4, 4, 4] } }, /zero: the region is not mapped/],
    ["a region that is smaller than its radii", { zero: { region: new Array(4).fill(2 ** -60) } }, /not mapped into/],
    ["an empty region", { zero: { region: [0, REGION, REGION, REGION] } }, /half-width is not positive/],
    ["a negative region", { zero: { region: [REGION, -REGION, REGION, REGION] } }, /out of place/],
    ["negative radii", { zero: { radii: [RADIUS, -RADIUS, RADIUS, RADIUS] } }, /radii: the multiplier of sample 0/],
    ["radii that reach another sample", { zero: { radii: [8, RADIUS, 8, RADIUS] } }, /may be one/],
    ["radii that reach 0", { zero: { radii: [RADIUS, 2, RADIUS, RADIUS] } }, /multiplier of sample 0 may be 0/],
    ["five equations", { zero: { equations: [0, 1, 2, 3, 4] } }, /expected 6 entries/],
    ["an equation twice", { zero: { equations: [0, 1, 2, 3, 4, 4] } }, /not strictly increasing/],
    ["an equation too many", { zero: { equations: [0, 1, 2, 3, 4, 16] } }, /not between/],
    ["no data set that fits", { steps: [zeroStep()] }, /there is no earlier step data/],
    [
      "data off by ten radii",
      { steps: [dataStep("data", [[1 + 10 * RADIUS, 2], cubic.X[1]!], cubic.g), zeroStep()] },
      /data: an equation .* does not hold/,
    ],
  ])("%s is rejected", (_, change, reason) => {
    expect(reasonOf(recheck(cubic, change as Partial<ExactChange> & { readonly zero?: ZeroParts }))).toMatch(reason);
  });

  test("z + z², where samples mix, is rejected for every choice of six equations in a row", () => {
    for (let first = 0; first <= 10; first++) {
      const equations = EQUATIONS.map((k) => first + k);
      expect(reasonOf(recheck(squares, { zero: { equations } })), `${first}`).toMatch(/zero: .*(singular|A·H)/);
    }
  });

  test("with a frozen bias too", () => {
    const shifted = { ...cubic, bias: NODES.map((_, j) => (j % 3) - 1) };
    expect(reasonOf(recheck(shifted))).toBe("accepted");
  });
});

describe("one monomial", () => {
  const held = { region: [REGION, 0, REGION, 0], radii: [RADIUS, 0, RADIUS, 0] };

  test("is accepted with multipliers held, four equations and no region of the multipliers", () => {
    expect(reasonOf(recheck(cubes, { ...scale, zero: { ...held, equations: [0, 2, 4, 7] } }))).toBe("accepted");
  });

  test("is rejected with six equations, or with multipliers that vary", () => {
    expect(reasonOf(recheck(cubes, { ...scale, zero: held }))).toMatch(/expected 4 entries/);
    expect(reasonOf(recheck(cubes, { ...scale, zero: { equations: [0, 2, 4, 7] } }))).toMatch(/out of place/);
  });

  test("keeps points apart from each other's lines", () => {
    const wide = { ...held, radii: [1.4, 0, 1.4, 0], equations: [0, 2, 4, 7] };
    expect(reasonOf(recheck(cubes, { ...scale, zero: wide }))).toMatch(/may be one/);
  });
});

describe("an answer of kktid recover", () => {
  const { document, readFile } = exactInstance(cubic, {
    ...LOCAL,
    steps: [dataStep("data", cubic.X, cubic.g), zeroStep()],
  });
  const samples = cubic.X.map((x, i) => ({ x, multiplier: cubic.g[i], errorBound: 1e-6, certified: true }));
  const [mantissa, exponent] = (document as { claim: { rho: string } }).claim.rho.split("*2^").map(Number);
  const claimedRho = mantissa! * 2 ** exponent!;
  const answer = {
    schema: "kktid.recover/1",
    upTo: ["permutation"],
    problem: {
      ...{ setting: "gradient", inputDim: 2, samples: 2, width: 8, outputs: 1, bias: "none" },
      ...{ trained: ["hidden"], activation: "z + z^2 + z^3" },
    },
    units: { x: "network" },
    samples,
    proof: { kind: "isolated", rho: claimedRho, everywhere: null },
    certificate: document,
  };
  const check = (change: object): string =>
    reasonOf(recheckCertificate(JSON.stringify({ ...answer, ...change }), { readFile }));
  const changed = (change: object): object => ({ samples: [samples[0], { ...samples[1], ...change }] });

  test("is accepted with the samples of its certificate", () => {
    expect(check({})).toBe("accepted");
    expect(check(changed({ certified: false, errorBound: 0 }))).toBe("accepted");
    expect(check({ units: { x: "raw" }, ...changed({}) })).toMatch(/raw units/);
  });

  test.each([
    ["another point", changed({ x: [3, -1.0000000000000002] }), /sample 1 is not/],
    ["another multiplier", changed({ multiplier: 2 }), /another multiplier/],
    ["a bound below the radius", changed({ errorBound: RADIUS / 2 }), /bound of sample 1/],
    ["a bound that is none", changed({ errorBound: null }), /bound of sample 1/],
    ["a proved bound below the radius", changed({ provedBound: RADIUS / 2 }), /provedBound of sample 1/],
    ["a proof about every data set", { proof: { ...answer.proof, kind: "global" } }, /proof.kind/],
    ["another rho", { proof: { ...answer.proof, rho: claimedRho / 2 } }, /proof.rho/],
    ["a bound on every data set", { proof: { ...answer.proof, everywhere: [1, 1] } }, /everywhere/],
    ["a sample fewer", { samples: [samples[0]] }, /number of samples/],
    ["no sample", { samples: [samples[0], null] }, /sample 1 is missing/],
    ["no samples", { samples: undefined }, /number of samples/],
    ["another width", { problem: { ...answer.problem, width: 9 } }, /problem.width/],
    ["fewer symmetries", { upTo: [] }, /upTo/],
    ["no certificate", { certificate: null }, /no certificate/],
  ])("is rejected with %s", (_, change, reason) => {
    expect(check(change)).toMatch(reason);
  });
});

/** The determinant of the derivatives of six equations of `cubic` by g_1, x_1, g_2, x_2, by hand and exact. */
function determinantAt(equations: readonly number[]): bigint {
  const { weights, output, X, g } = cubic;
  const rows = equations.map((k) => {
    const [j, e] = [Math.floor(k / 2), k % 2];
    return X.flatMap((x, i) => {
      const z = weights[j]![0]! * x[0]! + weights[j]![1]! * x[1]!;
      const [slope, bend] = [1 + 2 * z + 3 * z ** 2, 2 + 6 * z];
      const byPoint = [0, 1].map((f) => g[i]! * output[j]! * (bend * weights[j]![f]! * x[e]! + (e === f ? slope : 0)));
      return [output[j]! * slope * x[e]!, ...byPoint].map(BigInt);
    });
  });
  return expand(rows);
}

function expand(rows: readonly (readonly bigint[])[]): bigint {
  if (rows.length === 0) return 1n;
  const [first, ...rest] = rows as [readonly bigint[], ...(readonly bigint[])[]];
  return first.reduce((sum, value, k) => {
    const minor = expand(rest.map((row) => row.filter((_, column) => column !== k)));
    return sum + (k % 2 === 0 ? value : -value) * minor;
  }, 0n);
}

describe("a changed certificate", () => {
  const steps = [dataStep("data", cubic.X, cubic.g), zeroStep()];
  const { document, readFile } = exactInstance(cubic, { ...LOCAL, steps });
  const original = JSON.parse(JSON.stringify(document)) as Json;

  interface ChangedZero {
    readonly equations: readonly number[];
    readonly region: readonly (readonly string[])[];
    readonly radii: readonly (readonly string[])[];
  }

  interface Changed {
    readonly claim: { readonly rho: string };
    readonly problem: { readonly activation: readonly string[] };
    readonly steps: readonly [object, ChangedZero];
  }

  /**
   * Why an accepted change is a proof as well: names prove nothing, c_0 is in no equation of the hidden layer, a smaller box is
   * inside the one proved, larger radii say less as long as they keep samples and signs apart, and in a region that is not
   * much larger the same argument holds (its curvature grows by as much as the region: 2⁻⁶ is accepted), and a wider one of the multipliers, in which the equations
   * are linear; other equations
   * with a regular Jacobian, of integers here, do as well.
   */
  const REASONS: readonly (readonly [RegExp, (changed: Changed) => boolean])[] = [
    [/^steps\.[01]\.id$/, () => true],
    [/^problem\.activation(\.0)?$/, ({ problem }) => problem.activation.slice(1).join() === "1,1,1"],
    [/^claim\.rho$/, ({ claim }) => isBetween(claim.rho, 2 ** -53, 2 ** -35)],
    [/^steps\.1\.equations/, ({ steps: [, { equations }] }) => determinantAt(equations) !== 0n],
    [
      /^steps\.1\.region/,
      ({ steps: [, { region }] }) =>
        region.every(([w, v]) => isBetween(w!, RADIUS, 2 ** -6) && isBetween(v!, RADIUS, 1 / 2)),
    ],
    [/^steps\.1\.radii/, ({ steps: [, { radii }] }) => radii.flat().every((text) => isBetween(text, 2 ** -42, 1 / 2))],
  ];

  const isBetween = (text: string, low: number, high: number): boolean => {
    const [mantissa, exponent] = text.split("*2^").map(Number) as [number, number];
    const value = mantissa * 2 ** exponent;
    return value >= low && value <= high;
  };

  const isAccepted = (text: string): boolean => {
    try {
      return recheckCertificate(text, { readFile }).accepted;
    } catch (error) {
      expect((error as { code?: string }).code).toMatch(/not-json|file/);
      return false;
    }
  };

  test("a region of 2⁻⁶ is accepted", () => {
    expect(reasonOf(recheck(cubic, { zero: { region: new Array(4).fill(2 ** -6) } }))).toBe("accepted");
  });

  test("is rejected, or a proof for a reason", () => {
    const mutants = mutantsOf(original);
    const forged = mutants
      .filter(({ path, change }) => path.startsWith("problem") && !/twice|NaN|prototype/.test(change))
      .map((mutant) => ({ ...mutant, text: withHash(mutant.text) }));
    expect(mutants.length).toBeGreaterThan(500);
    for (const { path, change, text } of [...mutants, ...forged]) {
      if (change === "other order of keys" || text === JSON.stringify(original) || !isAccepted(text)) continue;
      const reason = REASONS.find(([pattern]) => pattern.test(path));
      expect(reason, `${path}: ${change}`).toBeDefined();
      expect(reason![1](JSON.parse(text) as Changed), `${path}: ${change}`).toBe(true);
    }
  });
});
