import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type RecheckResult, recheckCertificate } from "../../src/recheck/recheck.ts";
import { cubic, dataStep, type Exact, exactInstance, kernel, NODES, recheckExact, span } from "./exact-instance.ts";
import {
  dyadicRows,
  hiddenLayerProblem,
  type InstanceCase,
  independentRows,
  instanceDocument,
  recheckExample,
  tensorOf,
} from "./instances.ts";
import { withHash } from "./mutants.ts";

const IRIS = "iris-hidden-layer";
const X = tensorOf(`${IRIS}/training-data.npz`, "X").data;
const multipliers = tensorOf(`${IRIS}/training-data.npz`, "multipliers").data;
const basis = independentRows(tensorOf(`${IRIS}/network.npz`, "fc1.weight").data, 4, 4);

/** Weights from training: true data fit only to 5e-14, so ρ is 2^-44. */
function iris(change: Partial<InstanceCase> & { readonly X?: Float64Array } = {}): InstanceCase {
  const data = { id: "data", kind: "data-fits", uses: [] };
  return {
    problem: hiddenLayerProblem(IRIS, 4, ["0", "1", "1", "1"]),
    verdict: "globally-identifiable",
    upTo: ["permutation"],
    rho: 2 ** -44,
    steps: [
      { ...data, X: dyadicRows(change.X ?? X, 4), multipliers: dyadicRows(multipliers, 1) },
      { id: "span", kind: "instance-span", uses: [], rows: basis, columns: [0, 1, 2, 3] },
      { id: "moments", kind: "instance-moments", uses: ["span"] },
      { ...CATALECTICANT, rows: [0, 1, 2, 3], columns: [0, 1, 2, 3] },
      { id: "scales", kind: "instance-scales", uses: ["catalecticant"], degree: 2 },
    ],
    ...change,
  };
}

const CATALECTICANT = { id: "catalecticant", kind: "instance-catalecticant", uses: ["moments"], output: 0, k: 1 };

function reasonOf(result: RecheckResult): string {
  return result.accepted ? "accepted" : `${result.step}: ${result.reason}`;
}

describe("a trained network (iris-hidden-layer, float64)", () => {
  test("has one data set within ρ = 2^-44", () => {
    expect(reasonOf(recheckExample(instanceDocument(iris())))).toBe("accepted");
  });

  test.each([
    ["ρ too small for the data", { rho: 2 ** -47 }, /data: .*within ρ/],
    ["ρ too large for the ranks", { rho: 2 ** -30 }, /span|moments|catalecticant/],
    ["ρ below half an ulp of the file", { rho: 2 ** -54 }, /half an ulp/],
    ["a coordinate of the data off by 1e-9", { X: X.map((x, k) => (k === 5 ? x + 1e-9 : x)) }, /data: .*within ρ/],
    ["fewer symmetries", { upTo: [] }, /upTo/],
    ["the other verdict", { verdict: "nonidentifiable" }, /steps prove/],
    ["no data set", { steps: iris().steps.slice(1) }, /prove no verdict/],
    ["no scales", { steps: iris().steps.slice(0, -1) }, /prove no verdict/],
    ["a distance without witness", { distance: 1 }, /distance/],
  ])("%s: rejected", (_, change, reason) => {
    expect(reasonOf(recheckExample(instanceDocument(iris(change))))).toMatch(reason);
  });

  test("a data set with samples in another order fits as well", () => {
    const rotate = (values: Float64Array, by: number): Float64Array =>
      Float64Array.from([...values.subarray(by), ...values.subarray(0, by)]);
    const steps = iris().steps.with(0, {
      ...iris().steps[0],
      X: dyadicRows(rotate(X, 4), 4),
      multipliers: dyadicRows(rotate(multipliers, 1), 1),
    });
    expect(reasonOf(recheckExample(instanceDocument(iris({ steps }))))).toBe("accepted");
  });

  test("the hash of the file, its dimensions and its tensor names count", () => {
    const { network, ...rest } = iris().problem as { network: { sha256: string; keys: object } };
    const other = (changed: object): InstanceCase =>
      iris({ problem: { ...rest, network: { ...network, ...changed } } });
    const digest = network.sha256.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
    expect(reasonOf(recheckExample(instanceDocument(other({ sha256: digest }))))).toMatch(/SHA-256/);
    const keys = { hiddenWeight: "fc2.weight", outputWeight: "fc1.weight" };
    expect(reasonOf(recheckExample(instanceDocument(other({ keys }))))).toMatch(/shape/);
    for (const change of [{ inputDim: 3 }, { width: 39 }, { outputs: 2 }]) {
      const problem = { ...iris().problem, ...change };
      expect(reasonOf(recheckExample(instanceDocument(iris({ problem }))))).toMatch(/shape/);
    }
  });

  test("another activation is another system", () => {
    const problem = hiddenLayerProblem(IRIS, 4, ["0", "1", "1", "1001/1000"]);
    expect(reasonOf(recheckExample(instanceDocument(iris({ problem }))))).toMatch(/data: .*within ρ/);
  });
});

describe("the kernel criterion", () => {
  const steps = [dataStep("data", cubic.X, cubic.g), span, kernel];

  test("holds for a gradient with enough neurons, and not with fewer", () => {
    expect(reasonOf(recheckExact(cubic, { steps }))).toBe("accepted");
    const narrow = { ...cubic, weights: NODES.slice(0, 5), output: cubic.output.slice(0, 5) };
    expect(reasonOf(recheckExact(narrow, { steps }))).toMatch(/kernel: .*5 rows for 6 columns/);
  });

  test("does not count repeated neurons", () => {
    const repeated = { ...cubic, weights: NODES.map((_, j) => NODES[j % 4]!), output: NODES.map(() => 1) };
    expect(reasonOf(recheckExact(repeated, { steps }))).toMatch(/^(span|kernel): /);
  });

  test("holds with a frozen bias, which also fixes the scales of one monomial", () => {
    const biased = { ...cubic, bias: [1, 2, -1, 1, -2, 1, 1, 2] };
    expect(reasonOf(recheckExact(biased, { steps }))).toBe("accepted");
    expect(reasonOf(recheckExact({ ...biased, activation: [0, 0, 0, 1] }, { steps }))).toBe("accepted");
    const unbiased = { ...cubic, activation: [0, 0, 0, 1] };
    expect(reasonOf(recheckExact(unbiased, { steps }))).toMatch(/upTo/);
    const upTo = ["permutation", "sign", "scale"];
    expect(reasonOf(recheckExact(unbiased, { steps, upTo }))).toBe("accepted");
  });

  test("needs degree 3", () => {
    expect(reasonOf(recheckExact({ ...cubic, activation: [0, 1, 1] }, { steps }))).toMatch(/degree 3/);
  });

  test("needs known sides from the file: a sample moved by one is no solution", () => {
    const moved = [[1, 3], cubic.X[1]!];
    expect(reasonOf(recheckExact(cubic, { steps: [dataStep("data", moved, cubic.g), span, kernel] }))).toMatch(
      /^data: /,
    );
  });
});

describe("a witness", () => {
  // Rotating by (3, 4; −4, 3)/5 keeps Σ x xᵀ: two data sets of z^2 with the same gradient.
  const quadratic: Exact = {
    ...cubic,
    activation: [0, 0, 1],
    g: [1, 1],
    X: [
      [5, 10],
      [15, -5],
    ],
  };
  const turned = [
    [15, 2],
    [5, -11],
  ];
  const write = (points: readonly (readonly number[])[], g: readonly number[]): object => ({
    X: dyadicRows(points.flat(), 2),
    multipliers: dyadicRows(g, 1),
  });
  const upTo = ["permutation", "sign", "scale"];
  const show = (
    second: readonly (readonly number[])[],
    { g = [1, 1], distance = 0.25, first = quadratic.X }: { g?: number[]; distance?: number; first?: Exact["X"] } = {},
  ): string => {
    const steps = [{ id: "w", kind: "witness", uses: [], first: write(first, [1, 1]), second: write(second, g) }];
    return reasonOf(recheckExact(quadratic, { verdict: "nonidentifiable", upTo, steps, distance }));
  };

  test("of two different data sets is accepted, up to its distance", () => {
    expect(show(turned)).toBe("accepted");
    expect(show(turned, { distance: 0.75 })).toMatch(/nearer/);
  });

  test.each([
    ["the same data in another order", quadratic.X.toReversed(), [1, 1], /nearer/],
    ["the same data rescaled", quadratic.X.map((x) => x.map((value) => 2 * value)), [0.25, 0.25], /nearer/],
    ["the same data with other signs", quadratic.X.map((x) => x.map((value) => -value)), [1, 1], /nearer/],
    ["a zero multiplier", turned, [1, 0], /next to nothing/],
    ["a multiplier of 2^-40", turned, [1, 2 ** -40], /next to nothing/],
    ["a sample twice", [turned[0]!, turned[0]!], [0.5, 0.5], /another one again/],
    [
      "a sample in two sizes, where scale is gauge",
      [turned[0]!, turned[0]!.map((value) => 2 * value)],
      [1, 1],
      /again/,
    ],
    ["data that do not fit", [turned[0]!, [5, -12]], [1, 1], /within ρ/],
    ["fewer samples", [turned[0]!], [1], /expected 2 entries/],
  ] as const)("of %s is rejected", (_, second, g, reason) => {
    expect(show(second, { g: [...g] })).toMatch(reason);
  });

  test("needs a positive distance", () => {
    expect(show(turned, { distance: 0 })).toMatch(/positive/);
  });
});

test("a network with an infinite weight is no network", () => {
  const steps = [dataStep("data", cubic.X, cubic.g), span, kernel];
  const { document, readFile } = exactInstance(cubic, { steps });
  const text = new TextDecoder().decode(readFile("network.json")).replace("2", "1e999");
  const digest = createHash("sha256").update(text).digest("hex");
  const problem = (document as { problem: { network: object } }).problem;
  const network = { ...problem.network, sha256: digest };
  const forged = withHash(JSON.stringify({ ...document, problem: { ...problem, network } }));
  const read = (path: string): Uint8Array =>
    path === "network.json" ? new TextEncoder().encode(text) : readFile(path);
  const answer = (): string => reasonOf(recheckCertificate(forged, { readFile: read }));
  expect(answer).toThrow(/1e999|finite/);
});
