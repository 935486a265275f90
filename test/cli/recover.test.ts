import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { kktid, temporaryFolder } from "../support/command-line.ts";
import { EXAMPLES } from "../support/example-networks.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const CUBIC = "z + z^2 + z^3";
const iris = ["recover", `${EXAMPLES}iris-hidden-layer/network.npz`, "-a", CUBIC];
const irisTruth = `${EXAMPLES}iris-hidden-layer/training-data.npz`;
const multiclass = ["recover", `${EXAMPLES}iris-multiclass/network.npz`, "-a", CUBIC, "-n", "6"];
const quadratic = ["recover", `${EXAMPLES}iris-quadratic/network.npz`, "-a", "z + z^2", "-n", "4"];
const wine = [
  "recover",
  `${EXAMPLES}wine-gradient/network.npz`,
  ...["-a", CUBIC, "-n", "6", "--setting", "gradient", "--gradient", `${EXAMPLES}wine-gradient/gradient.npz`],
];

interface RecoverDocument {
  readonly [field: string]: unknown;
  readonly status: string;
  readonly relativeResidual: number;
  readonly residualFloor: number;
  readonly samples: readonly {
    readonly x: number[];
    readonly multiplier: number | number[];
    readonly label: number;
    readonly errorBound: number | null;
    readonly certified: boolean;
  }[];
  readonly truth: { readonly maxError: number; readonly perSample: number[]; readonly assignment: number[] } | null;
}

const documentOf = (text: string): RecoverDocument => JSON.parse(text) as RecoverDocument;
const withoutTimings = (text: string): string => text.replace(/"timings":\{[^}]*\}/, "");

/** Every field of `kktid.recover/1`; adding is fine, dropping or renaming breaks users. */
const FIELDS = [
  ...["schema", "status", "relativeResidual", "residualFloor", "samples", "method", "starts", "splits"],
  ...["truth", "witness", "certificate", "timings"],
];

describe("kktid recover, text", () => {
  test("prints the status first, then each sample with its bound and its true error", async () => {
    const { code, stdout, stderr } = await kktid([...iris, "-n", "4", "--truth", irisTruth]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^RECOVERED: 4 of 4 samples to ±\S+ up to permutation; true error /);
    const table = stdout.slice(stdout.indexOf("Samples\n")).trimEnd().split("\n");
    expect(table).toHaveLength(2 + 4);
    expect(table[1]).toMatch(/multiplier +±error +true error +x/);
    expect(stdout).toContain("estimated bound, not proved");
  });

  test("does not mention a true error without --truth", async () => {
    const { stdout } = await kktid([...iris, "-n", "4"]);
    expect(stdout).toMatch(/^RECOVERED/);
    expect(stdout).not.toContain("true error");
  });

  test("shows two data sets instead of samples where a continuum fits, and exits 0", async () => {
    const { code, stdout } = await kktid(quadratic);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^NOT IDENTIFIABLE\n/);
    expect(stdout).toContain("Two data sets with the same weights");
    expect(stdout).not.toMatch(/^Samples/m);
  });

  test("exits 3 with its best fit, without a bound, where nothing fits", async () => {
    const { code, stdout } = await kktid([...iris, "-n", "3", "--max-starts", "2"]);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^NOT FOUND\n/);
    expect(stdout).toContain("Best fit");
    expect(stdout).toMatch(/ none /);
    expect(stdout).not.toMatch(/±\d/);
  });
});

describe("kktid recover --json", () => {
  test("is one document with every field of the contract", async () => {
    const { code, stdout, stderr } = await kktid([...iris, "-n", "4", "--truth", irisTruth, "--json"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    const answer = documentOf(stdout);
    expect(Object.keys(answer)).toEqual(expect.arrayContaining(FIELDS));
    expect(answer).toMatchObject({ schema: "kktid.recover/1", status: "recovered", splits: 0 });
    expect(answer.relativeResidual).toBeLessThanOrEqual(answer.residualFloor);
    expect(answer.samples).toHaveLength(4);
    for (const { x, multiplier, label, errorBound, certified } of answer.samples) {
      expect(x).toHaveLength(4);
      expect(label).toBe(Math.sign(multiplier as number));
      expect(errorBound).toBeGreaterThan(0);
      expect(certified).toBe(true);
    }
    const { maxError, perSample, assignment } = answer.truth!;
    expect(maxError).toBe(Math.max(...perSample));
    perSample.forEach((error, i) => {
      expect(error).toBeLessThanOrEqual(answer.samples[assignment[i]!]!.errorBound!);
    });
  });

  test("gives C multipliers a sample where the network has C outputs", async () => {
    const { samples } = documentOf((await kktid([...multiclass, "--json"])).stdout);
    for (const { multiplier, label } of samples) {
      expect(multiplier).toHaveLength(3);
      expect((multiplier as number[])[label]).toBe(Math.max(...(multiplier as number[])));
    }
  });

  test("reads a gradient", async () => {
    const truth = `${EXAMPLES}wine-gradient/training-data.npz`;
    const { code, stdout } = await kktid([...wine, "--truth", truth, "--json"]);
    const answer = documentOf(stdout);
    expect([code, answer.status]).toEqual([0, "recovered"]);
    expect(answer.truth!.maxError).toBeLessThanOrEqual(1e-12);
  });

  test("claims no bound where the data are not determined, and shows a witness", async () => {
    const answer = documentOf((await kktid([...quadratic, "--json"])).stdout);
    expect(answer.status).toBe("nonidentifiable");
    expect(answer.samples.every(({ errorBound }) => errorBound === null)).toBe(true);
    expect(answer.witness).toMatchObject({ continuumDimension: 6 });
  });

  test.each([
    ["recovered", [...iris, "-n", "4"]],
    ["nonidentifiable", quadratic],
    ["not-found", [...iris, "-n", "3", "--max-starts", "2"]],
  ])("has the same bytes for the same seed, apart from the timings: %s", async (status, argv) => {
    const [first, again] = [await kktid([...argv, "--json"]), await kktid([...argv, "--json"])];
    expect(documentOf(first.stdout).status).toBe(status);
    expect(withoutTimings(again.stdout)).toBe(withoutTimings(first.stdout));
    const other = await kktid([...argv, "--json", "--seed", "2"]);
    expect(withoutTimings(other.stdout)).not.toBe(withoutTimings(first.stdout));
  });
});

describe("kktid recover -n", () => {
  test.each([
    ["auto", "0"],
    ["3..5", "0"],
  ])("%s finds four samples", async (range) => {
    const { code, stdout } = await kktid([...iris, "-n", range, "--max-starts", "10", "--json"]);
    const { status, samples, problem } = documentOf(stdout);
    expect([code, status, samples.length]).toEqual([0, "recovered", 4]);
    expect(problem).toMatchObject({ samples: 4 });
  });

  test.each([
    ["5..3", /small to large/],
    ["0..3", /positive integer/],
    ["3..x", /positive integer/],
    ["some", /positive integer/],
  ])("%s is refused", async (range, message) => {
    const { code, stdout, stderr } = await kktid([...iris, "-n", range]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
  });
});

describe("kktid recover --accept-error", () => {
  test("below the bound makes the same samples ill-conditioned, with their bounds", async () => {
    const { code, stdout } = await kktid([...iris, "-n", "4", "--accept-error", "1e-15", "--json"]);
    const { status, samples } = documentOf(stdout);
    expect([code, status]).toEqual([0, "ill-conditioned"]);
    expect(samples.every(({ errorBound }) => errorBound! > 0)).toBe(true);
  });
});

describe("kktid recover --out", () => {
  test("writes the JSON document beside the text", async () => {
    const out = join(folder.path, "result.json");
    const { code, stdout } = await kktid([...iris, "-n", "4", "--out", out]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^RECOVERED/);
    const json = await kktid([...iris, "-n", "4", "--json"]);
    expect(withoutTimings(readFileSync(out, "utf8"))).toBe(withoutTimings(json.stdout));
    expect(readdirSync(folder.path)).toEqual(["result.json"]);
  });

  test("replaces an older file as a whole", async () => {
    const out = join(folder.path, "result.json");
    writeFileSync(out, "x".repeat(100_000));
    await kktid([...iris, "-n", "4", "--out", out]);
    expect(documentOf(readFileSync(out, "utf8")).schema).toBe("kktid.recover/1");
  });

  test.each([
    ["a missing folder", "missing/result.json", /no such file or folder/],
    ["a folder", "", /folder/],
  ])("into %s exits 2 and leaves nothing behind", async (_, name, message) => {
    const before = readdirSync(folder.path);
    const { code, stdout, stderr } = await kktid([...iris, "-n", "4", "--out", join(folder.path, name)]);
    expect(code).toBe(2);
    // What could not be foreseen does not take the answer with it.
    expect(stdout === "" || stdout.startsWith("RECOVERED")).toBe(true);
    expect(stderr).toMatch(/cannot be written/);
    expect(stderr).toMatch(message);
    expect(readdirSync(folder.path)).toEqual(before);
    const beside = readdirSync(dirname(folder.path)).filter((entry) => entry.startsWith(basename(folder.path)));
    expect(beside).toEqual([basename(folder.path)]);
  });
});

describe("kktid recover --certificate", () => {
  test("writes what recheck accepts, and says so where nothing is proved", async () => {
    const path = join(folder.path, "proof.json");
    expect((await kktid([...iris, "-n", "4", "--certificate", path])).stderr).toBe("");
    expect((await kktid(["recheck", path])).code).toBe(0);
    const none = join(folder.path, "none.json");
    const { code, stderr } = await kktid([...quadratic, "--certificate", none]);
    expect(code).toBe(0);
    expect(stderr).toContain("has no certificate");
    expect(readdirSync(folder.path)).not.toContain("none.json");
  });

  test("into a path that is a folder: the answer is printed before the message", async () => {
    const { code, stdout, stderr } = await kktid([...iris, "-n", "4", "--certificate", folder.path]);
    expect([code, stdout.slice(0, 9)]).toEqual([2, "RECOVERED"]);
    expect(stderr).toMatch(/cannot be written/);
  });
});
