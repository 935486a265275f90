import { afterAll, describe, expect, test } from "vitest";
import { kktid, temporaryFolder } from "../support/command-line.ts";
import { EXAMPLES } from "../support/example-networks.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const CUBIC = "z + z^2 + z^3";
const shape = ["check", "-a", CUBIC, "-d", "4", "-n", "4", "-m", "40"];
const hidden = ["check", `${EXAMPLES}iris-hidden-layer/network.npz`, "-a", CUBIC, "-n", "4"];
const both = [
  "check",
  `${EXAMPLES}iris-both-layers/network.npz`,
  ...["-a", CUBIC, "-n", "4", "--trained", "hidden,output"],
];

interface CheckDocument {
  readonly [field: string]: unknown;
  readonly verdict: string;
  readonly counts: Readonly<Record<string, unknown>>;
  readonly conditions: readonly Readonly<Record<string, unknown>>[];
  readonly witness: {
    readonly first: { readonly X: number[][]; readonly multipliers: number[] };
    readonly second: { readonly X: number[][]; readonly multipliers: number[] };
    readonly relativeResiduals: number[];
    readonly distance: number;
    readonly continuumDimension: number;
  } | null;
}

const documentOf = (text: string): CheckDocument => JSON.parse(text) as CheckDocument;

/** Every field of `kktid.check/1`; adding is fine, dropping or renaming breaks users. */
const FIELDS = [
  ...["schema", "tool", "inputHash", "seed", "problem", "scope", "verdict", "basis", "errorProbability", "upTo"],
  ...["counts", "thresholds", "conditions", "conditioning", "witness", "repairs", "certificate", "timings"],
];
const COUNTS = [
  ...["unknowns", "equations", "distinctNeurons", "effectiveInputDim", "reduced"],
  ...["momentColumns", "momentRank", "jacobianRank", "nullity", "gaugeDimension"],
];
const PROBLEM = [
  ...["setting", "inputDim", "samples", "width", "outputs", "activation", "support", "trained", "domain"],
];

const withoutTimings = (text: string): string => text.replace(/"timings":\{[^}]*\}/, "");

describe("kktid check, text", () => {
  test("of a shape: exit 0, the verdict first, nothing on stderr", async () => {
    const { code, stdout, stderr } = await kktid(shape);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^GLOBALLY IDENTIFIABLE up to permutation: one data set fits\n/);
    expect(stdout).toContain("almost every network and data set of this shape");
    expect(stdout).toContain("d = 4, n = 4, m = 40");
    expect(stdout.endsWith("\n")).toBe(true);
  });

  test("of a network says this network; nonidentifiable is an answer, too, and shows two data sets", async () => {
    const global = await kktid(hidden);
    expect(global.code).toBe(0);
    expect(global.stdout).toMatch(/^GLOBALLY IDENTIFIABLE/);
    expect(global.stdout).toContain("for this network");
    expect(global.stdout).not.toContain("Two data sets");
    const open = await kktid(both);
    expect(open.code).toBe(0);
    expect(open.stdout).toMatch(/^NOT IDENTIFIABLE/);
    expect(open.stdout).toContain("Two data sets with the same weights");
  });

  test("says less with --detail brief and more with --detail full", async () => {
    const [brief, normal, full] = await Promise.all(
      ["brief", "normal", "full"].map((detail) => kktid([...hidden, "--detail", detail])),
    );
    expect(brief!.stdout.length).toBeLessThan(normal!.stdout.length);
    expect(normal!.stdout.length).toBeLessThan(full!.stdout.length);
    for (const { stdout } of [brief!, normal!, full!]) expect(stdout).toMatch(/^GLOBALLY/);
  });

  test("takes local statements at the data it is given", async () => {
    const data = `${EXAMPLES}iris-quadratic/training-data.npz`;
    const argv = [
      "check",
      `${EXAMPLES}iris-quadratic/network.npz`,
      "-a",
      "z + z^2",
      "-n",
      "4",
      "--data",
      data,
      "--json",
    ];
    const { code, stdout } = await kktid(argv);
    expect(code).toBe(0);
    const { verdict, counts } = documentOf(stdout);
    expect([verdict, counts.nullity]).toEqual(["nonidentifiable", 6]);
  });
});

describe("kktid check --json", () => {
  test.each([
    ["a shape", shape, "generic"],
    ["a network", hidden, "instance"],
    ["a network with a continuum", both, "instance"],
  ])("of %s is one document with every field of the contract", async (_, argv, scope) => {
    const { code, stdout, stderr } = await kktid([...argv, "--json"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    const answer = documentOf(stdout);
    expect(Object.keys(answer)).toEqual(expect.arrayContaining(FIELDS));
    expect(Object.keys(answer.counts)).toEqual(expect.arrayContaining(COUNTS));
    expect(Object.keys(answer.problem as object)).toEqual(expect.arrayContaining(PROBLEM));
    expect(answer).toMatchObject({ schema: "kktid.check/1", scope, seed: 1, tool: { name: "kktid" } });
    expect(answer.inputHash).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(answer.conditions.length).toBeGreaterThan(0);
    for (const condition of answer.conditions) {
      expect(["holds", "fails", "unknown"]).toContain(condition.status);
      expect(["theorem", "certificate", "probable", "numerical"]).toContain(condition.basis);
      expect(Object.keys(condition)).toEqual(expect.arrayContaining(["id", "statement", "reference", "numbers"]));
    }
  });

  test("agrees with itself: nullity = unknowns − rank, and the text has the same verdict", async () => {
    const { verdict, counts } = documentOf((await kktid([...both, "--json"])).stdout);
    expect(verdict).toBe("nonidentifiable");
    expect(counts.nullity).toBe((counts.unknowns as number) - (counts.jacobianRank as number));
    expect(counts.distinctNeurons).toBe(2);
  });

  test("has a witness with two data sets of n samples exactly where the verdict is nonidentifiable", async () => {
    const { witness } = documentOf((await kktid([...both, "--json"])).stdout);
    for (const { X, multipliers } of [witness!.first, witness!.second]) {
      expect([X.length, multipliers.length]).toEqual([4, 4]);
      for (const row of X) expect(row).toHaveLength(4);
    }
    expect(witness!.distance).toBeGreaterThanOrEqual(0.1);
    expect(witness!.relativeResiduals).toHaveLength(2);
    expect(documentOf((await kktid([...hidden, "--json"])).stdout).witness).toBeNull();
  });

  test.each([
    ["a shape", shape],
    ["a network with a continuum", both],
  ])("of %s has the same bytes for the same seed, apart from the timings", async (_, argv) => {
    const [first, again] = [await kktid([...argv, "--json"]), await kktid([...argv, "--json"])];
    expect(withoutTimings(again.stdout)).toBe(withoutTimings(first.stdout));
    expect(withoutTimings(first.stdout)).not.toBe(first.stdout);
  });

  test("hashes everything that the answer depends on", async () => {
    const hashOf = async (argv: readonly string[]) => documentOf((await kktid([...argv, "--json"])).stdout).inputHash;
    const hashes = [await hashOf(shape), await hashOf([...shape, "--seed", "2"]), await hashOf(hidden)];
    expect(new Set(hashes).size).toBe(3);
    expect(await hashOf([...shape, "--quiet"])).toBe(hashes[0]);
  });
});

describe("kktid check --require", () => {
  test.each([
    [shape, "globally-identifiable", 0],
    [shape, "locally-identifiable", 0],
    [shape, "nonidentifiable", 1],
    [both, "globally-identifiable", 1],
    [both, "locally-identifiable", 1],
    [both, "nonidentifiable", 0],
  ] as const)("%j with %s exits %i", async (argv, verdict, expected) => {
    const { code, stdout, stderr } = await kktid([...argv, "--require", verdict]);
    expect(code).toBe(expected);
    expect(stdout).toMatch(/IDENTIFIABLE/);
    expect(stderr).toMatch(expected === 0 ? /^$/ : new RegExp(`required ${verdict}, got `));
  });

  test("refuses a verdict that does not exist and names those that do", async () => {
    const { code, stderr } = await kktid([...shape, "--require", "identifiable"]);
    expect(code).toBe(2);
    expect(stderr).toContain("globally-identifiable");
  });
});

describe("kktid check problem.yaml", () => {
  const fields = ['activation: "z + z^2 + z^3"', "inputDim: 4", "samples: 4", "width: 40"];
  const yaml = (name: string, lines: readonly string[]) => folder.write(name, `${lines.join("\n")}\n`);

  test("decides the shape as the options do", async () => {
    const file = yaml("problem.yaml", fields);
    const { code, stdout } = await kktid(["check", file, "--json"]);
    const fromFile = documentOf(stdout);
    const fromOptions = documentOf((await kktid([...shape, "--json"])).stdout);
    expect(code).toBe(0);
    for (const field of ["problem", "verdict", "counts", "thresholds", "conditions"]) {
      expect(fromFile[field]).toEqual(fromOptions[field]);
    }
  });

  test("reads layers, outputs and the setting", async () => {
    const more = ["outputs: 2", "setting: gradient", "trained: [hidden, output]"];
    const { stdout } = await kktid(["check", yaml("more.yml", [...fields, ...more]), "--json"]);
    expect(documentOf(stdout).problem).toMatchObject({
      outputs: 2,
      setting: "gradient",
      trained: ["hidden", "output"],
    });
  });

  test.each([
    ["a count that is text", ["samples: four"], /samples/],
    ["a count of zero", ["width: 0"], /width/],
    ["a layer that does not exist", ["trained: [hidden, third]"], /trained/],
    ["a setting that does not exist", ["setting: svm"], /setting/],
    ["an activation that is no polynomial", ['activation: "tanh(z)"'], /tanh/],
  ])("with %s exits 2 and names the field", async (_, change, message) => {
    const key = change[0]!.split(":")[0]!;
    const lines = [...fields.filter((line) => !line.startsWith(key)), ...change];
    const { code, stdout, stderr } = await kktid(["check", yaml("wrong.yaml", lines)]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("    at ");
  });

  test("names all missing fields at once", async () => {
    const { code, stderr } = await kktid(["check", yaml("missing.yaml", [fields[0]!])]);
    expect(code).toBe(2);
    for (const field of ["missing.yaml", "inputDim", "samples", "width"]) expect(stderr).toContain(field);
  });

  test.each([
    ["broken syntax", "activation: [1\nwidth: ]"],
    ["no mapping", "- 1\n- 2\n"],
    ["nothing", ""],
  ])("with %s exits 2 and names the file", async (_, text) => {
    const { code, stderr } = await kktid(["check", folder.write("broken.yaml", text)]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^kktid: .*broken\.yaml: /);
  });
});
