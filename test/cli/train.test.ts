import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readDataSet } from "../../src/network/data-set.ts";
import { readTensorFile } from "../../src/network/read-tensors.ts";
import { kktid, temporaryFolder } from "../support/command-line.ts";
import { EXAMPLES } from "../support/example-networks.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());
const at = (name: string): string => join(folder.path, name);
const tensorsOf = (path: string) => readTensorFile(new Uint8Array(readFileSync(path)), path).tensors;

const IRIS = `${EXAMPLES}iris-hidden-layer/training-data.npz`;
const ACTIVATION = ["-a", "z + z^2 + z^3"];
const usual = ["train", IRIS, ...ACTIVATION, "-m", "40", "--weight-decay", "1e-3", "--loss", "logistic"];

describe("a network that train wrote", () => {
  test("is recovered from its file alone, and agrees with the data that train wrote", async () => {
    const [network, data] = [at("net.npz"), at("data.npz")];
    const trained = await kktid([...usual, "--out", network, "--data-out", data]);
    expect([trained.code, trained.stderr]).toEqual([0, ""]);
    expect(trained.stdout).toMatch(/trained to stationarity/);
    expect(trained.stdout).toMatch(/40 distinct of 40/);
    expect(trained.stdout).toMatch(/4, 4 of them on the right side/);
    const shapes = [...tensorsOf(network)].map(([name, { shape, dtype }]) => [name, shape, dtype]);
    expect(shapes).toEqual([
      ["fc1.weight", [40, 4], "float64"],
      ["fc2.weight", [1, 40], "float64"],
    ]);
    const recovered = await kktid(["recover", network, ...ACTIVATION, "-n", "4", "--truth", data, "--json"]);
    const answer = JSON.parse(recovered.stdout);
    expect(answer.status).toBe("recovered");
    expect(answer.truth.maxError).toBeLessThanOrEqual(1e-11);
    const { multipliers } = readDataSet(new Uint8Array(readFileSync(data)), "data.npz");
    const found = answer.samples.map(({ multiplier }: { multiplier: number }) => multiplier);
    multipliers!.forEach((g) => {
      expect(Math.min(...found.map((value: number) => Math.abs(value - g)))).toBeLessThan(1e-8);
    });
  });

  test("is checked and recovered lazily trained, from its initial weights", async () => {
    const [network, init, data] = [at("ntk.npz"), at("init.npz"), at("ntk-data.npz")];
    const files = ["--out", network, "--init-out", init, "--data-out", data];
    expect((await kktid([...usual, "--setting", "ntk", ...files])).code).toBe(0);
    const question = [network, ...ACTIVATION, "-n", "4", "--setting", "ntk", "--init", init];
    const recovered = JSON.parse((await kktid(["recover", ...question, "--truth", data, "--json"])).stdout);
    expect(recovered.status).toBe("recovered");
    expect(recovered.truth.maxError).toBeLessThanOrEqual(1e-11);
  });

  test("gives its data back from the gradient of one batch, in float32 to that precision", async () => {
    const [network, gradient] = [at("w32.npz"), at("g32.npz")];
    const files = ["--out", network, "--gradient-out", gradient];
    const trained = await kktid([
      "train",
      IRIS,
      ...ACTIVATION,
      "-m",
      "40",
      "--loss",
      "mse",
      "--setting",
      "gradient",
      "--dtype",
      "float32",
      ...files,
    ]);
    expect(trained.code).toBe(0);
    expect(tensorsOf(gradient).get("fc1.weight")!.dtype).toBe("float32");
    const question = [network, ...ACTIVATION, "-n", "4", "--setting", "gradient", "--gradient", gradient];
    const recovered = JSON.parse((await kktid(["recover", ...question, "--truth", IRIS, "--json"])).stdout);
    expect(recovered.status).toBe("recovered");
    expect(recovered.truth.maxError).toBeGreaterThan(1e-12);
    expect(recovered.truth.maxError).toBeLessThan(1e-4);
  });
});

test("the same command writes the same bytes; another seed does not", async () => {
  const bytes = async (name: string, seed: string) => {
    await kktid([...usual, "--seed", seed, "--out", at(name)]);
    return readFileSync(at(name));
  };
  const [one, same, other] = [await bytes("a.npz", "3"), await bytes("b.npz", "3"), await bytes("c.npz", "4")];
  expect(same.equals(one)).toBe(true);
  expect(other.equals(one)).toBe(false);
});

test("--json is one document of schema kktid.train/1 whose numbers are those of the files", async () => {
  const data = at("json-data.json");
  const { stdout, stderr } = await kktid([...usual, "--out", at("json.json"), "--data-out", data, "--json"]);
  expect(stderr).toBe("");
  const document = JSON.parse(stdout);
  expect(document).toMatchObject({
    schema: "kktid.train/1",
    tool: { name: "kktid" },
    seed: 1,
    problem: { setting: "kkt", inputDim: 4, samples: 4, width: 40, outputs: 1, loss: "logistic", weightDecay: 0.001 },
    status: "stationary",
    accuracy: 1,
    neurons: { distinct: 40, inactive: 0 },
    files: { network: at("json.json"), data },
    notes: [],
  });
  expect(document.equationResidual).toBeLessThanOrEqual(1e-15);
  expect(JSON.parse(readFileSync(data, "utf8")).multipliers).toEqual(document.multipliers);
  expect(tensorsOf(at("json.json")).get("fc1.weight")!.shape).toEqual([40, 4]);
});

test("a CSV with classes: rows drawn evenly, standardised, softmax, with labels 0 and 1 noted for logistic", async () => {
  const rows = Array.from({ length: 12 }, (_, i) => [i, (i * 7) % 5, (i * i) % 11, i % 3].join(","));
  const csv = folder.write("classes.csv", `a,b,c,label\n${rows.join("\n")}\n`);
  const [data, scaler] = [at("classes-data.npz"), at("scaler.json")];
  const options = [...ACTIVATION, "-m", "30", "--weight-decay", "1/100", "--normalise", "standardise", "-n", "6"];
  const files = ["--out", at("classes.npz"), "--data-out", data, "--scaler-out", scaler];
  const trained = await kktid(["train", csv, ...options, "--loss", "softmax", ...files, "--json"]);
  expect(trained.code).toBe(0);
  expect(JSON.parse(trained.stdout).problem).toMatchObject({ samples: 6, outputs: 3, inputDim: 3, weightDecay: 0.01 });
  const { X, y } = readDataSet(new Uint8Array(readFileSync(data)), "data.npz");
  expect(Array.from(y!).sort()).toEqual([0, 0, 1, 1, 2, 2]);
  const { mean, std } = JSON.parse(readFileSync(scaler, "utf8"));
  expect(mean[0]).toBe(5.5);
  X.forEach((x, k) => {
    const raw = x * std[k % 3] + mean[k % 3];
    expect(Math.abs(raw - Math.round(raw))).toBeLessThan(1e-12);
  });

  const binary = folder.write("binary.csv", "a,b,y\n1,2,0\n2,1,1\n-1,1,0\n0,3,1\n");
  const noted = await kktid([
    "train",
    binary,
    ...ACTIVATION,
    "-m",
    "20",
    "--weight-decay",
    "0.01",
    "--loss",
    "logistic",
    "--out",
    at("b.npz"),
  ]);
  expect(noted.code).toBe(0);
  expect(noted.stderr).toBe("kktid: labels 0 and 1 were read as −1 and 1\n");
});

describe("what is no instance to analyse is said", () => {
  test("a training that is cut short: exit 3, with the distance from stationarity", async () => {
    const file = at("short.npz");
    const { code, stdout, stderr } = await kktid([...usual, "--out", file, "--max-iterations", "5"]);
    expect(code).toBe(3);
    expect(stdout).toMatch(/not stationary: the steps ran out/);
    expect(stderr).toMatch(/the weights are not stationary: the gradient is \d\.\de[+-]\d+ of the weight decay/);
    expect(existsSync(file)).toBe(true);
  });

  test("a weight decay that leaves nothing, and weights that overflow: exit 3, and no file", async () => {
    const collapsed = ["train", IRIS, "-a", "z^3", "-m", "9", "--loss", "mse", "--trained", "hidden,output"];
    const none = await kktid([...collapsed, "--weight-decay", "100", "--out", at("none.npz")]);
    expect([none.code, existsSync(at("none.npz"))]).toEqual([3, false]);
    expect(none.stderr).toMatch(/weight decay drove a trained layer to zero; nothing was written/);
    const huge = await kktid([...usual, "--init-scale", "1e120", "--out", at("huge.npz")]);
    expect([huge.code, existsSync(at("huge.npz"))]).toEqual([3, false]);
    expect(huge.stderr).toMatch(/diverged/);
  });
});

describe("bad usage exits 2 with one message, and writes nothing", () => {
  const noLabels = folder.write("no-labels.csv", "1,2\n3,4\n");
  const nan = folder.write("nan.csv", "a,b,y\n1,nan,1\n3,4,-1\n");
  const oneClass = folder.write("one-class.csv", "a,b,y\n1,2,1\n3,4,1\n");
  const fromOne = folder.write("from-one.csv", "a,b,y\n1,2,1\n3,4,2\n5,1,3\n");
  const out = at("refused.npz");
  const train = (file: string, ...rest: string[]) => ["train", file, ...ACTIVATION, "-m", "9", ...rest, "--out", out];
  const decay = ["--weight-decay", "1e-3"];

  test.each<readonly [string, readonly string[]]>([
    ["training needs labels", train(noLabels, ...decay, "--loss", "mse")],
    ["expected a finite number", train(nan, ...decay, "--loss", "logistic")],
    ["two classes", train(oneClass, ...decay, "--loss", "logistic")],
    ["no sample has the class 0", train(fromOne, ...decay, "--loss", "softmax")],
    ["the weight decay is 0", train(IRIS, "--weight-decay", "0", "--loss", "mse")],
    ["the weight decay is needed", train(IRIS, "--loss", "mse")],
    ["the loss is needed", train(IRIS, ...decay)],
    ["a file for the gradient is needed", train(IRIS, "--loss", "mse", "--setting", "gradient")],
    ["a file for the initial weights is needed", train(IRIS, ...decay, "--loss", "mse", "--setting", "ntk")],
    ["--gradient-out belongs to", train(IRIS, ...decay, "--loss", "mse", "--gradient-out", at("g.npz"))],
    ["--scaler-out needs", train(IRIS, ...decay, "--loss", "mse", "--scaler-out", at("s.npz"))],
    ["the file has 4 rows", train(IRIS, ...decay, "--loss", "mse", "-n", "5")],
    ["the same file as --out", train(IRIS, ...decay, "--loss", "mse", "--init-out", out)],
    [
      "the same file as the data file",
      ["train", IRIS, ...ACTIVATION, "-m", "9", ...decay, "--loss", "mse", "--out", IRIS],
    ],
    [
      "written as .npz or .json",
      ["train", IRIS, ...ACTIVATION, "-m", "9", ...decay, "--loss", "mse", "--out", at("x.pt")],
    ],
    ["JSON does not say", train(IRIS, ...decay, "--loss", "mse", "--dtype", "float32", "--init-out", at("x.json"))],
    ["no such file or folder", train(IRIS, ...decay, "--loss", "mse", "--init-out", at("missing/x.npz"))],
    ["is no step", train(IRIS, ...decay, "--loss", "mse", "--normalise", "whiten")],
    ["which is not trained", train(IRIS, ...decay, "--loss", "mse", "--unpenalised", "bias")],
    ["no such file", train(at("absent.csv"), ...decay, "--loss", "mse")],
  ])("%s", async (message, argv) => {
    const before = readdirSync(folder.path).sort();
    const { code, stdout, stderr } = await kktid(argv);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(message);
    expect(readdirSync(folder.path).sort()).toEqual(before);
  });
});

test("a file that cannot be written is named, and no temporary file stays", async () => {
  mkdirSync(at("taken.npz"));
  const before = readdirSync(folder.path).sort();
  const { code, stderr } = await kktid([...usual, "--out", at("taken.npz")]);
  expect(code).toBe(2);
  expect(stderr).toContain("taken.npz: cannot be written");
  expect(readdirSync(folder.path).sort()).toEqual(before);
});

test("--help shows an example", async () => {
  const { code, stdout } = await kktid(["train", "--help"]);
  expect(code).toBe(0);
  expect(stdout).toContain("kktid train iris.csv");
});
