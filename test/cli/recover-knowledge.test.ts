import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { readDataSet } from "../../src/network/data-set.ts";
import { assembleNetwork } from "../../src/network/network.ts";
import { readTensorFile } from "../../src/network/read-tensors.ts";
import { createRandom } from "../../src/random.ts";
import { kktid, temporaryFolder } from "../support/command-line.ts";
import { EXAMPLES } from "../support/example-networks.ts";
import { makeInstance } from "../support/instances.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const CUBIC = "z + z^2 + z^3";
const bytesOf = (path: string): Uint8Array => new Uint8Array(readFileSync(`${EXAMPLES}${path}`));
const iris = ["recover", `${EXAMPLES}iris-hidden-layer/network.npz`, "-a", CUBIC, "-n", "4"];
const truthFile = `${EXAMPLES}iris-hidden-layer/training-data.npz`;
const truth = readDataSet(bytesOf("iris-hidden-layer/training-data.npz"), "training-data.npz");
const irisWeights = assembleNetwork(readTensorFile(bytesOf("iris-hidden-layer/network.npz"), "network.npz"));
const squares = ["--loss", "mse", "--weight-decay", "1/1000", "--labels=-1,1"];
const gradient = [
  "recover",
  `${EXAMPLES}wine-gradient/network.npz`,
  ...["-a", CUBIC, "-n", "6", "--setting", "gradient", "--gradient", `${EXAMPLES}wine-gradient/gradient.npz`],
];

interface Answer {
  readonly status: string;
  readonly explanation: string;
  readonly samples: readonly {
    readonly x: number[];
    readonly errorBound: number | null;
    readonly estimatedBound: number | null;
    readonly known: boolean;
  }[];
  readonly truth: {
    readonly maxError: number;
    readonly perSample: number[];
    readonly assignment: number[];
    readonly samples: { readonly x: number[] }[];
  };
  readonly knowledge: { readonly equations: string[]; readonly rows: number; readonly agrees: boolean } | null;
  readonly notes: readonly string[];
  readonly units: { readonly x: string };
  readonly stationarity: { readonly distance: number; readonly boundFactor: number; readonly neededPrecision: number };
  readonly sampleCount: { readonly value: number; readonly lowerBound: number; readonly by: string };
}

async function answer(argv: readonly string[]): Promise<Answer & { readonly code: number }> {
  const { code, stdout, stderr } = await kktid([...argv, "--json"]);
  expect(stderr).toBe("");
  return { ...(JSON.parse(stdout) as Answer), code };
}

async function expectRefusal(argv: readonly string[], ...messages: RegExp[]): Promise<void> {
  const { code, stdout, stderr } = await kktid(argv);
  expect([code, stdout]).toEqual([2, ""]);
  for (const message of messages) expect(stderr).toMatch(message);
}

/** Every sample within its bound of the truth that belongs to it. */
function expectKept({ samples, truth: compared }: Answer): void {
  compared.assignment.forEach((j, i) => {
    expect(compared.perSample[i]!).toBeLessThanOrEqual(samples[j]!.errorBound!);
  });
}

const rowsOf = (values: Float64Array, width: number): number[][] =>
  Array.from({ length: values.length / width }, (_, i) => Array.from(values.subarray(i * width, (i + 1) * width)));

/** The iris network with every weight changed by `change`. */
function changed(name: string, change: (value: number) => number): string {
  return folder.write(name, {
    "fc1.weight": rowsOf(irisWeights.hiddenWeight.map(change), 4),
    "fc2.weight": rowsOf(irisWeights.outputWeight, 40),
  });
}

describe("kktid recover with what is known beside the weights", () => {
  test("says which equations that added, and that they are solved", async () => {
    const argv = [...iris, ...squares, "--domain", "sphere", "--truth", truthFile];
    const result = await answer(argv);
    expect(result).toMatchObject({ status: "recovered", units: { x: "network", scaler: null } });
    expect(result.knowledge).toMatchObject({ equations: ["multipliers", "norms"], rows: 8, agrees: true });
    expectKept(result);
    const { stdout } = await kktid(argv);
    expect(stdout).toContain("8 side equations (multipliers, norms): solved");
  });

  test("exits 3 and says so where that contradicts the weights", async () => {
    const { code, stdout } = await kktid([...iris, ...squares.with(3, "1/500")]);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^NOT FOUND/);
    expect(stdout.replace(/\s+/g, " ")).toContain("this contradicts the weights");
  });

  test("says when something given is of no use", async () => {
    for (const [option, reason] of [
      [["--loss", "mse", "--weight-decay", "1/1000"], /labels of mse are unknown/],
      [["--weight-decay", "1/1000"], /without the loss/],
      [["--loss", "logistic"], /without the weight decay/],
    ] as const) {
      const { code, stderr } = await kktid([...iris, ...option]);
      expect([code, stderr]).toEqual([0, expect.stringMatching(reason)]);
      expect((await answer([...iris, ...option])).notes).toEqual([expect.stringMatching(reason)]);
    }
  });

  test("marks known samples", async () => {
    const known = folder.write("known.json", { X: [Array.from(truth.X.subarray(0, 4))] });
    const argv = [...iris, "--known", known];
    const { samples, status } = await answer(argv);
    expect([status, samples.filter((sample) => sample.known).length]).toEqual(["recovered", 1]);
    expect((await kktid(argv)).stdout).toMatch(/\(given\)/);
    const other = folder.write("other.json", { X: [[1, 0, 0, 0]] });
    expect(await answer([...iris, "--known", other])).toMatchObject({ status: "not-found", code: 3 });
  });

  test.each([
    [["--domain", "box=1"], /expected free, sphere or box=LOW,HIGH/],
    [["--domain", "box=1,0"], /LOW < HIGH/],
    [["--labels", "a"], /expected numbers/],
    [["--loss", "softmax"], /at least 2 outputs/],
    [["--gradient-of", "sum"], /--gradient-of belongs to --setting gradient/],
    [["--local-steps", "3"], /--local-steps belongs to --setting gradient/],
    [["--weight-decay", "-1"], /positive number/],
  ])("%j is refused", async (option, message) => {
    await expectRefusal([...iris, ...option], message);
  });

  test("several local steps are refused with the reason, one is not", async () => {
    await expectRefusal([...gradient, "--local-steps", "5"], /sum of gradients at different weights/, /--setting ntk/);
    expect((await answer([...gradient, "--local-steps", "1"])).status).toBe("recovered");
  });
});

describe("kktid recover --scaler", () => {
  const mean = [5, 3, 4, 1];
  const std = [0.5, 2, 10, 0.1];
  const scaler = folder.write("scaler.json", { mean, std });
  const raw = rowsOf(truth.X, 4).map((x) => x.map((value, e) => value * std[e]! + mean[e]!));

  test("prints samples, bounds and true errors in raw units", async () => {
    const argv = [...iris, "--scaler", scaler, "--truth", folder.write("raw.json", { X: raw })];
    const scaled = await answer(argv);
    const plain = await answer([...iris, "--truth", truthFile]);
    expect(scaled).toMatchObject({ status: "recovered", units: { x: "raw", scaler: { mean, std } } });
    scaled.truth.assignment.forEach((j, i) => {
      for (const [e, value] of scaled.samples[j]!.x.entries()) expect(value).toBeCloseTo(raw[i]![e]!, 10);
      for (const [e, value] of scaled.truth.samples[j]!.x.entries()) expect(value).toBeCloseTo(raw[i]![e]!, 13);
    });
    scaled.samples.forEach(({ errorBound }, i) => {
      expect(errorBound! / plain.samples[i]!.estimatedBound!).toBeCloseTo(10, 6);
    });
    expectKept(scaled);
    expect((await kktid(argv)).stdout).toContain("raw units");
  });

  test("takes known samples in raw units, norms in those of the network", async () => {
    const known = folder.write("raw-known.json", { X: [raw[1]] });
    const result = await answer([...iris, "--scaler", scaler, "--known", known, "--domain", "sphere"]);
    expect(result).toMatchObject({ status: "recovered", knowledge: { agrees: true } });
  });

  test("of another dimension is refused", async () => {
    const short = folder.write("short.json", { mean: [1], std: [1] });
    await expectRefusal([...iris, "--scaler", short], /short\.json: mean: has 1 entries/);
  });
});

describe("weights that are not stationary to their own precision", () => {
  const random = createRandom(8);
  const early = changed("early.json", (value) => value * (1 + 1e-7 * random.normal()));
  const argv = ["recover", early, "-a", CUBIC, "-n", "4", "--truth", truthFile];

  test("are not found, with the distance from stationary and what it would do to the bound", async () => {
    const result = await answer([...argv, "--max-starts", "20"]);
    expect(result).toMatchObject({ status: "not-found", code: 3 });
    const { distance, boundFactor, neededPrecision } = result.stationarity;
    expect(distance).toBeGreaterThan(1e-9);
    expect(distance).toBeLessThan(1e-6);
    expect(boundFactor).toBeGreaterThan(1e6);
    expect(result.explanation).toContain("from stationary");
    expect(result.explanation).toContain(`--weight-precision ${neededPrecision} accepts that`);
  });

  test("are recovered with the precision that was named, and every sample keeps its bound", async () => {
    const { stationarity } = await answer([...argv, "--max-starts", "20"]);
    const result = await answer([...argv, "--weight-precision", String(stationarity.neededPrecision)]);
    expect(["recovered", "ill-conditioned"]).toContain(result.status);
    expectKept(result);
    const text = (await kktid([...argv, "--weight-precision", String(stationarity.neededPrecision)])).stdout;
    expect(text).toMatch(/from stationary at this fit/);
  });

  test("check says the distance, too", async () => {
    const { stdout } = await kktid(["check", early, "-a", CUBIC, "-n", "4"]);
    expect(stdout.replace(/\s+/g, " ")).toMatch(/from stationary/);
  });
});

describe("weights saved as float16", () => {
  test("claim no more than they carry", async () => {
    const half = (value: number): number => {
      if (value === 0) return 0;
      const unit = 2 ** (Math.floor(Math.log2(Math.abs(value))) - 10);
      return Math.round(value / unit) * unit;
    };
    const file = changed("half.json", half);
    const argv = ["recover", file, "-a", CUBIC, "-n", "4", "--truth", truthFile, "--max-starts", "20"];
    const result = await answer([...argv, "--weight-precision", "0.0005"]);
    expect(result.status).not.toBe("recovered");
    expect((await answer(argv)).status).not.toBe("recovered");
  });
});

describe("the wrong number of samples", () => {
  test("one too few names the reason; one too many is not recovered", async () => {
    const few = await answer([...iris.with(5, "3"), "--max-starts", "2"]);
    expect(few).toMatchObject({
      status: "not-found",
      sampleCount: { value: 3, lowerBound: 4, by: "rank-of-known-side" },
    });
    expect(few.explanation).toMatch(/^n = 3 is too small/);
    const many = await answer([...iris.with(5, "5"), "--max-seconds", "3"]);
    expect(many.status).not.toBe("recovered");
  });

  test("auto says what excludes fewer", async () => {
    const { stdout } = await kktid(iris.with(5, "3..5"));
    expect(stdout).toContain("Number of samples");
    expect(stdout).toContain("n = 3 is excluded: the known side");
    expect(stdout).toContain("n = 5: not tried");
  });
});

describe("two samples at one point", () => {
  const shape = { activation: CUBIC, inputDim: 3, samples: 2, width: 30, layers: ["hidden"] } as const;
  const instance = makeInstance(shape, createRandom(6));
  const weights = folder.write("pair.json", {
    "fc1.weight": rowsOf(instance.network.hiddenWeight, 3),
    "fc2.weight": rowsOf(instance.network.outputWeight, 30),
  });
  /** The gradient of a batch in which the first sample occurs again, with multiplier `again`. */
  function batch(name: string, again: number): string[] {
    const { X, multipliers } = instance.truth;
    const [w, a] = [instance.network.hiddenWeight, instance.network.outputWeight];
    const slope = (z: number): number => 1 + 2 * z + 3 * z * z;
    const g = [multipliers![0]! + again, multipliers![1]!];
    const rows = Array.from({ length: 30 }, (_, j) =>
      Array.from({ length: 3 }, (_, e) => {
        let sum = 0;
        for (let i = 0; i < 2; i++) {
          const z = w[3 * j]! * X[3 * i]! + w[3 * j + 1]! * X[3 * i + 1]! + w[3 * j + 2]! * X[3 * i + 2]!;
          sum -= g[i]! * a[j]! * slope(z) * X[3 * i + e]!;
        }
        return sum;
      }),
    );
    const file = folder.write(name, { "fc1.weight": rows });
    return ["recover", weights, "-a", CUBIC, "--setting", "gradient", "--gradient", file];
  }

  test("equal labels: the weights see one sample with the sum of the multipliers", async () => {
    const argv = batch("equal.json", instance.truth.multipliers![0]! / 2);
    expect(await answer([...argv, "-n", "2"])).toMatchObject({ status: "recovered" });
    expect((await answer([...argv, "-n", "3", "--max-seconds", "3"])).status).not.toBe("recovered");
    expect((await answer([...argv, "-n", "auto"])).sampleCount).toMatchObject({ value: 2, lowerBound: 2 });
  });

  test("opposite labels that cancel: the point has left no trace", async () => {
    const argv = batch("cancel.json", -instance.truth.multipliers![0]!);
    const one = await answer([...argv, "-n", "1"]);
    expect(one.status).toBe("recovered");
    const rest = Array.from(instance.truth.X.subarray(3, 6));
    for (const [e, value] of one.samples[0]!.x.entries()) expect(value).toBeCloseTo(rest[e]!, 8);
    expect((await answer([...argv, "-n", "2", "--max-seconds", "3"])).status).not.toBe("recovered");
  });

  test("opposite labels that do not: one sample with the rest of the multiplier", async () => {
    const argv = batch("differ.json", -instance.truth.multipliers![0]! / 3);
    expect(await answer([...argv, "-n", "2"])).toMatchObject({ status: "recovered" });
  });
});

test("--max-seconds 1 ends within a few seconds with a status", async () => {
  const started = performance.now();
  const result = await answer([...iris.with(5, "7"), ...squares, "--domain", "sphere", "--max-seconds", "1"]);
  expect(["not-found", "ill-conditioned", "nonidentifiable"]).toContain(result.status);
  expect(performance.now() - started).toBeLessThan(15_000);
});

test("a softmax that underflows at a start gives finite residuals, and a status", async () => {
  const network = fileURLToPath(new URL("../fixtures/networks/softmax-underflow.npz", import.meta.url));
  const known = ["--domain", "sphere", "--loss", "softmax", "--weight-decay", "1/1000", "--max-starts", "4"];
  const argv = ["recover", network, "-a", "z^2 + z^4", "-n", "5", "--trained", "hidden,output", ...known];
  const { status, knowledge } = await answer(argv);
  expect(status).toBe("not-found");
  expect((knowledge as { sideResidual?: unknown } | null)?.sideResidual).toEqual(expect.any(Number));
});
