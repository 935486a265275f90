import { describe, expect, test } from "vitest";
import { type RecheckResult, recheckCertificate } from "../../src/recheck/recheck.ts";
import { cubic, dataStep, type Exact, exactInstance, NODES, recheckExact } from "./exact-instance.ts";
import {
  dyadicRows,
  hiddenLayerProblem,
  type InstanceCase,
  instanceDocument,
  recheckExample,
  tensorOf,
} from "./instances.ts";
import { type Json, mutantsOf, withHash } from "./mutants.ts";

function reasonOf(result: RecheckResult): string {
  return result.accepted ? "accepted" : `${result.step}: ${result.reason}`;
}

const doubles = (values: readonly number[]): string[] => dyadicRows(values, 1).flat();
const repeat = (value: number, count: number): number[] => new Array<number>(count).fill(value);

/** A direct pencil of degrees 2 and 3 with these bounds for n samples. */
const globalStep = (errors: readonly number[], change: object = {}): object => ({
  id: "global",
  kind: "global-error",
  uses: ["data"],
  ...{
    route: "moments",
    output: 0,
    rowDegree: 1,
    columnDegree: 1,
    degree: 2,
    direct: true,
    eta: null,
    scaleDegree: null,
  },
  errors: doubles(errors),
  multiplierErrors: doubles(errors.map((error) => 64 * error)),
  ...change,
});

const IRIS = "iris-hidden-layer";
const X = tensorOf(`${IRIS}/training-data.npz`, "X").data;
const multipliers = tensorOf(`${IRIS}/training-data.npz`, "multipliers").data;

describe("a trained network (iris-hidden-layer, float64)", () => {
  function iris(step: object, change: Partial<InstanceCase> = {}): string {
    const data = {
      id: "data",
      kind: "data-fits",
      uses: [],
      X: dyadicRows(X, 4),
      multipliers: dyadicRows(multipliers, 1),
    };
    return reasonOf(
      recheckExample(
        instanceDocument({
          problem: hiddenLayerProblem(IRIS, 4, ["0", "1", "1", "1"]),
          verdict: "globally-identifiable",
          upTo: ["permutation"],
          rho: 2 ** -44,
          steps: [data, step],
          ...change,
        }),
      ),
    );
  }

  test("every data set is within 1e-4 of the training data", () => {
    expect(iris(globalStep(repeat(1e-4, 4)))).toBe("accepted");
  });

  test.each([
    ["no bound below what the moments carry", repeat(1e-6, 4), {}, {}, /global: errors: sample 0/],
    ["one bound too small", [1e-4, 1e-4, 1e-4, 1e-6], {}, {}, /global: errors: sample 3/],
    [
      "a multiplier's bound too small",
      repeat(1e-4, 4),
      { multiplierErrors: doubles(repeat(1e-7, 4)) },
      {},
      /multiplierErrors/,
    ],
    ["no multipliers", repeat(1e-4, 4), { multiplierErrors: null }, {}, /multiplierErrors/],
    ["a larger ρ", repeat(1e-4, 4), {}, { rho: 2 ** -40 }, /global: errors/],
    ["a ρ at which the samples merge", repeat(1, 4), {}, { rho: 2 ** -30 }, /global: /],
    ["too few neurons for the kernel", repeat(1e-4, 4), { degree: 3 }, {}, /eta/],
    [
      "a degree that is not seen",
      repeat(1e-4, 4),
      { degree: 3, eta: doubles(repeat(1, 4)) },
      {},
      /degree: 4 is not seen/,
    ],
    ["a scale that is not open", repeat(1e-4, 4), { scaleDegree: 1 }, {}, /scaleDegree/],
    ["forms of too high a degree", repeat(1e-4, 4), { rowDegree: 2 }, {}, /no room/],
    ["another output", repeat(1e-4, 4), { output: 1 }, {}, /output/],
    ["the kernel, which carries less", repeat(1e-4, 4), { route: "kernel" }, {}, /global: /],
    ["three bounds", repeat(1e-4, 3), {}, {}, /errors/],
    ["no data set", repeat(1e-4, 4), { uses: [] }, {}, /data-fits/],
    ["the other verdict", repeat(1e-4, 4), {}, { verdict: "locally-identifiable" }, /steps prove/],
  ] as const)("%s: rejected", (_, errors, change, more, reason) => {
    expect(iris(globalStep(errors, change), more)).toMatch(reason);
  });
});

describe("exact gradients", () => {
  const data = dataStep("data", cubic.X, cubic.g);
  const small = repeat(1e-9, 2);

  test("with degrees 1, 2 and 3, by either route, in the file's coordinates or a frame", () => {
    const frame = { id: "frame", kind: "instance-frame", uses: [], rows: [0, 1], columns: [0, 1] };
    const basis = dyadicRows([1, 2, -1, 3], 2);
    for (const route of ["moments", "kernel"]) {
      expect(reasonOf(recheckExact(cubic, { steps: [data, globalStep(small, { route })] }))).toBe("accepted");
      const inFrame = globalStep(small, { route, uses: ["data", "frame"] });
      expect(reasonOf(recheckExact(cubic, { steps: [data, { ...frame, basis }, inFrame] }))).toBe("accepted");
    }
    const singular = { ...frame, basis: dyadicRows([1, 2, 2, 4], 2) };
    const inFrame = globalStep(small, { uses: ["data", "frame"] });
    expect(reasonOf(recheckExact(cubic, { steps: [data, singular, inFrame] }))).toMatch(/^frame: /);
  });

  test("needs as many equations as moments", () => {
    const narrow = { ...cubic, weights: NODES.slice(0, 5), output: cubic.output.slice(0, 5) };
    expect(reasonOf(recheckExact(narrow, { steps: [data, globalStep(small)] }))).toBe("accepted");
    const four = { ...cubic, weights: NODES.slice(0, 4), output: cubic.output.slice(0, 4) };
    expect(reasonOf(recheckExact(four, { steps: [data, globalStep(small)] }))).toMatch(/8 rows for 9 columns/);
    expect(reasonOf(recheckExact(narrow, { steps: [data, globalStep(small, { route: "kernel" })] }))).toMatch(/5 rows/);
  });

  const eta = doubles([1, 0.125]);
  const projective = { degree: 3, direct: false, eta };

  test("without consecutive degrees scales come from a second one, with the sign as gauge if it is even", () => {
    const skipping: Exact = { ...cubic, activation: [0, 1, 0, 0, 1] };
    const byCube = globalStep(small, { ...projective, degree: 4, scaleDegree: 1 });
    expect(reasonOf(recheckExact(skipping, { steps: [data, byCube] }))).toBe("accepted");
    const odd: Exact = { ...cubic, activation: [0, 1, 0, 1] };
    const upTo = ["permutation", "sign"];
    const bySquare = globalStep(small, { ...projective, scaleDegree: 1 });
    expect(reasonOf(recheckExact(odd, { steps: [data, bySquare], upTo }))).toBe("accepted");
    const open = globalStep(small, { ...projective, scaleDegree: null });
    expect(reasonOf(recheckExact(odd, { steps: [data, open], upTo }))).toMatch(/scaleDegree/);
    expect(reasonOf(recheckExact(cubic, { steps: [data, bySquare] }))).toMatch(/signs stay open/);
  });

  test("one monomial leaves the scale, and then no bound of multipliers", () => {
    const monomial: Exact = { ...cubic, activation: [0, 0, 0, 1] };
    const upTo = ["permutation", "sign", "scale"];
    const free = { ...projective, multiplierErrors: null };
    expect(reasonOf(recheckExact(monomial, { steps: [data, globalStep(small, free)], upTo }))).toBe("accepted");
    const bounded = globalStep(small, projective);
    expect(reasonOf(recheckExact(monomial, { steps: [data, bounded], upTo }))).toMatch(/multiplierErrors/);
    const direct = globalStep(small, { multiplierErrors: null });
    expect(reasonOf(recheckExact(monomial, { steps: [data, direct], upTo }))).toMatch(/degree: 2 is not seen/);
  });

  test("a covector that vanishes at a sample shows nothing", () => {
    const monomial: Exact = { ...cubic, activation: [0, 0, 0, 1] };
    const vanishing = { ...projective, eta: doubles([2, -1]), multiplierErrors: null };
    const upTo = ["permutation", "sign", "scale"];
    const steps = [data, globalStep(repeat(1, 2), vanishing)];
    expect(reasonOf(recheckExact(monomial, { steps, upTo }))).toMatch(/^global: /);
  });

  // Turning by (3, 4; −4, 3)/5 keeps Σ x xᵀ: two data sets with one gradient.
  test("a second data set: degree 2 gets no bound", () => {
    const quadratic: Exact = {
      ...cubic,
      activation: [0, 0, 1],
      g: [1, 1],
      X: [
        [5, 10],
        [15, -5],
      ],
    };
    const own = dataStep("data", quadratic.X, quadratic.g);
    const upTo = ["permutation", "sign", "scale"];
    for (const change of [{}, { degree: 2, direct: false, eta }, { route: "kernel" }]) {
      const step = globalStep(repeat(100, 2), { ...change, multiplierErrors: null });
      expect(reasonOf(recheckExact(quadratic, { steps: [own, step], upTo }))).toMatch(/^global: /);
    }
  });

  test("a second data set within ρ: no bound below its distance", () => {
    const near = {
      ...cubic,
      X: [
        [1, 2],
        [3, -1.0625],
      ],
    };
    const rho = 1 / 8;
    const both = [cubic, near].map(({ X: points }) => dataStep("data", points, cubic.g));
    for (const step of both) {
      const accepted = reasonOf(recheckExact(cubic, { steps: [step, globalStep(repeat(2 ** -5, 2))], rho }));
      expect(accepted).toMatch(/^global: /);
    }
    expect(reasonOf(recheckExact(cubic, { steps: [both[1]!, globalStep(small)], rho: 2 ** -50 }))).toMatch(/^data: /);
  });
});

describe("mutants", () => {
  const steps = [dataStep("data", cubic.X, cubic.g), globalStep(repeat(2 ** -30, 2))];
  const { document, readFile } = exactInstance(cubic, { steps });
  const original = JSON.parse(JSON.stringify(document)) as Json;

  interface Changed {
    readonly claim: { readonly rho: string };
    readonly problem: { readonly activation: readonly string[] };
    readonly steps: readonly { readonly errors: readonly string[]; readonly multiplierErrors: readonly string[] }[];
  }

  const doubleOf = (text: string): number => {
    const [mantissa, exponent] = text.split("*2^").map(Number);
    return mantissa! * 2 ** exponent!;
  };
  /** Far above the rounding of this instance, whose numbers are small integers. */
  const areBounds = (texts: readonly string[]): boolean =>
    texts.length === 2 && texts.every((text) => doubleOf(text) > 1e-11);

  /** Why an accepted change is a proof as well, without the checker. */
  const REASONS: readonly (readonly [RegExp, (changed: Changed) => boolean])[] = [
    [/^steps\.1\.id$/, () => true],
    [/^problem\.activation(\.0)?$/, ({ problem }) => problem.activation.slice(1).join() === "1,1,1"],
    [/^claim\.rho$/, ({ claim }) => doubleOf(claim.rho) >= 2 ** -53 && doubleOf(claim.rho) <= 2 ** -44],
    [/^steps\.1\.errors(\.\d)?$/, (changed) => areBounds(changed.steps[1]!.errors)],
    [/^steps\.1\.multiplierErrors(\.\d)?$/, (changed) => areBounds(changed.steps[1]!.multiplierErrors)],
  ];

  const isAccepted = (text: string): boolean => {
    try {
      return recheckCertificate(text, { readFile }).accepted;
    } catch (error) {
      expect((error as { code?: string }).code).toMatch(/not-json|file/);
      return false;
    }
  };

  test("every changed leaf, key or order is rejected, or a proof for a reason", () => {
    const mutants = mutantsOf(original);
    const forged = mutants
      .filter(({ path, change }) => path.startsWith("problem") && !/twice|NaN|prototype/.test(change))
      .map((mutant) => ({ ...mutant, text: withHash(mutant.text) }));
    expect(mutants.length).toBeGreaterThan(400);
    let accepted = 0;
    for (const { path, change, text } of [...mutants, ...forged]) {
      if (change === "other order of keys" || text === JSON.stringify(original) || !isAccepted(text)) continue;
      const reason = REASONS.find(([pattern]) => pattern.test(path));
      expect(reason, `${path}: ${change}`).toBeDefined();
      expect(reason![1](JSON.parse(text) as Changed), `${path}: ${change}`).toBe(true);
      accepted++;
    }
    expect(accepted).toBeGreaterThan(5);
  });
});
