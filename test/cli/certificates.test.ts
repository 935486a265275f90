import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { kktid, temporaryFolder } from "../support/command-line.ts";
import { EXAMPLES } from "../support/example-networks.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const CUBIC = "z + z^2 + z^3";
const file = (name: string): string => join(folder.path, name);
const check = (certificate: string, ...rest: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  kktid(["check", ...rest, "--certificate", certificate]);

const shapes: readonly (readonly [string, readonly string[], string])[] = [
  ["global", ["-d", "4", "-n", "4", "-m", "40"], "globally-identifiable"],
  ["local", ["-d", "4", "-n", "4", "-m", "5", "--setting", "gradient"], "locally-identifiable"],
  ["too many samples", ["-d", "4", "-n", "7", "-m", "40"], "nonidentifiable"],
  ["known norms", ["-d", "3", "-n", "3", "-m", "30", "--domain", "sphere"], "globally-identifiable"],
  ["large", ["-d", "200", "-n", "60", "-m", "300", "--setting", "gradient"], "locally-identifiable"],
];

describe("a certificate of a shape", () => {
  test.each(shapes)("%s: is written, accepted, and says the verdict", async (name, options, verdict) => {
    const path = file(`${name.replaceAll(" ", "-")}.json`);
    expect((await check(path, "-a", CUBIC, ...options)).code).toBe(0);
    const recheck = await kktid(["recheck", path]);
    expect(recheck).toMatchObject({ code: 0, stderr: "" });
    expect(recheck.stdout).toMatch(new RegExp(`^accepted: ${verdict} \\(generic\\)`));
    const asJson = await kktid(["recheck", path, "--json"]);
    expect(JSON.parse(asJson.stdout)).toMatchObject({ schema: "kktid.recheck/1", accepted: true, claim: { verdict } });
  });

  test("is in the answer of check --json, which can be rechecked as it is", async () => {
    const { stdout } = await kktid(["check", "-a", CUBIC, "-d", "3", "-n", "3", "-m", "9", "--json"]);
    const path = folder.write("answer.json", stdout);
    expect((await kktid(["recheck", path])).code).toBe(0);
    const forged = folder.write("forged.json", stdout.replace('"verdict":"globally', '"verdict":"locally'));
    const { code, stdout: reason } = await kktid(["recheck", forged]);
    expect(code).toBe(1);
    expect(reason).toMatch(/^rejected: /);
  });

  test("is not written for a verdict without a proof, and the reader is told", async () => {
    const path = file("none.json");
    // Rank 19 of 20 at general samples: known modulo primes only.
    const { code, stderr } = await check(path, "-a", "z^2 + z^4", "-d", "3", "-n", "5", "-m", "20");
    expect(code).toBe(0);
    expect(stderr).toContain("has no certificate");
    expect(existsSync(path)).toBe(false);
  });

  test("into a folder that is missing is refused before the work", async () => {
    const { code, stderr } = await check(file("nowhere/proof.json"), "-a", CUBIC, "-d", "4", "-n", "4", "-m", "9");
    expect(code).toBe(2);
    expect(stderr).toContain("nowhere/proof.json");
  });
});

describe("a certificate of a network", () => {
  copyFileSync(`${EXAMPLES}iris-hidden-layer/network.npz`, file("network.npz"));
  const network = [file("network.npz"), "-a", CUBIC, "-n", "4"];

  test("names its file beside itself and is accepted there, rejected when the file changes", async () => {
    const path = file("network-proof.json");
    expect((await check(path, ...network)).code).toBe(0);
    expect(readFileSync(path, "utf8")).toContain('"file":"network.npz"');
    const { code, stdout } = await kktid(["recheck", path]);
    expect([code, stdout.split("\n")[0]]).toEqual([0, "accepted: globally-identifiable (instance), up to permutation"]);
    const bytes = readFileSync(file("network.npz"));
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(file("network.npz"), bytes);
    expect((await kktid(["recheck", path])).code).not.toBe(0);
  });

  test("in an answer printed elsewhere names its files from the working folder", async () => {
    const example = `${EXAMPLES}iris-quadratic/network.npz`;
    const { stdout } = await kktid(["check", example, "-a", "z + z^2", "-n", "4", "--json"]);
    expect((await kktid(["recheck", folder.write("elsewhere.json", stdout)])).code).toBe(0);
  });

  test("is not made where the weights refute the number of samples, and the headline says so", async () => {
    const path = file("far.json");
    const { stdout } = await check(path, `${EXAMPLES}iris-hidden-layer/network.npz`, "-a", CUBIC, "-n", "3");
    expect(stdout).toMatch(/^INCONCLUSIVE: no data set of 3 samples fits these weights/);
    expect(existsSync(path)).toBe(false);
  });

  test("of a continuum holds two data sets", async () => {
    const path = file("quadratic.json");
    await check(path, `${EXAMPLES}iris-quadratic/network.npz`, "-a", "z + z^2", "-n", "4");
    expect((await kktid(["recheck", path])).stdout).toMatch(/^accepted: nonidentifiable \(instance\)/);
  });
});

describe("kktid recheck refuses", () => {
  test.each([
    ["nothing.json", null, 2],
    ["text.json", "no JSON", 2],
    ["empty.json", "", 2],
    ["list.json", "[]", 1],
    ["twice.json", '{"schema":"kktid.certificate/1","schema":"kktid.certificate/1"}', 1],
  ] as const)("%s", async (name, content, code) => {
    const path = content === null ? file(name) : folder.write(name, content);
    const outcome = await kktid(["recheck", path]);
    expect(outcome.code).toBe(code);
    expect(outcome.stderr).not.toMatch(/internal error|^\s+at /m);
  });
});

describe("kktid check --count", () => {
  test("counts the data sets that share the equations, and one neuron more leaves one", async () => {
    const shape = ["check", "-a", CUBIC, "-d", "1", "-n", "1", "--setting", "gradient", "--trained", "output"];
    const two = await kktid([...shape, "-m", "2", "--count", "--json"]);
    expect(JSON.parse(two.stdout)).toMatchObject({ solutions: { count: 2 } });
    const one = await kktid([...shape, "-m", "3", "--count"]);
    expect(one.stdout).toMatch(/Exactly 1 data set over the complex numbers/);
    const without = await kktid([...shape, "-m", "3", "--json"]);
    expect(JSON.parse(without.stdout)).toMatchObject({ solutions: null });
  });

  test("is refused for a network, and with side information", async () => {
    const network = await kktid(["check", `${EXAMPLES}iris-cubic/network.npz`, "-a", "z^3", "-n", "3", "--count"]);
    expect([network.code, network.stderr]).toEqual([2, expect.stringContaining("--count")]);
    const side = ["check", "-a", CUBIC, "-d", "2", "-n", "2", "-m", "5", "--domain", "sphere", "--count"];
    expect((await kktid(side)).code).toBe(2);
  });
});

test("the seed of a problem file is the seed that the answer states", async () => {
  const text = "activation: z + z^2 + z^3\ninputDim: 2\nsamples: 2\nwidth: 9\nseed: 77\n";
  const { stdout } = await kktid(["check", folder.write("seeded.yaml", text), "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ seed: 77 });
});

test("every answer meets --require inconclusive, and a limit on time is owned up to", async () => {
  const shape = ["check", "-a", CUBIC, "-d", "3", "-n", "3", "-m", "9"];
  expect((await kktid([...shape, "--require", "inconclusive"])).code).toBe(0);
  expect((await kktid([...shape, "--require", "nonidentifiable"])).code).toBe(1);
  const limited = await kktid([...shape, "--max-seconds", "0.000001"]);
  expect(limited.stderr).toContain("--max-seconds ended the analysis");
  expect((await kktid(shape)).stderr).toBe("");
});

test("kktid check --data decides a shape at given samples", async () => {
  const data = folder.write("plane.csv", "1,0\n0,1\n1,1\n");
  const { stdout } = await kktid(["check", "-a", "z^2 + z^5", "-m", "30", "--data", data, "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({
    verdict: "globally-identifiable",
    problem: { inputDim: 2, samples: 3 },
    conditions: expect.arrayContaining([expect.objectContaining({ id: "data-are-general", status: "fails" })]),
    // Its proofs are about almost all data, these are not among them.
    certificate: null,
  });
  const independent = folder.write("independent.csv", "1,0\n0,1\n");
  const general = await kktid(["check", "-a", CUBIC, "-m", "30", "--data", independent, "--json"]);
  expect((await kktid(["recheck", folder.write("independent.json", general.stdout)])).code).toBe(0);
});
