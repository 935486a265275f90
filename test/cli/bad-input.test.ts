import { afterAll, describe, expect, test } from "vitest";
import { createRandom } from "../../src/random.ts";
import { kktid, temporaryFolder } from "../support/command-line.ts";
import { EXAMPLES } from "../support/example-networks.ts";
import { makeInstance } from "../support/instances.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const CUBIC = "z + z^2 + z^3";
const good = {
  "fc1.weight": rows([0.3, 0.2], [0.1, -0.4], [0.5, 0.6], [-0.2, 0.1]),
  "fc2.weight": [[1, -1, 0.5, 0.3]],
};
const network = folder.write("network.json", good);
const commands = ["check", "recover"] as const;
/** A search that does not matter is short. */
const quick = (command: string): string[] => (command === "recover" ? ["--max-starts", "2"] : []);

function rows(...entries: number[][]): number[][] {
  return entries;
}

/** Refused: exit 2, nothing on stdout, one message that names what is wrong, and no stack trace. */
async function expectRefusal(argv: readonly string[], ...messages: RegExp[]): Promise<void> {
  const { code, stdout, stderr } = await kktid(argv);
  expect([code, stdout]).toEqual([2, ""]);
  for (const message of messages) expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/internal error|^\s+at /m);
  expect(stderr.trim()).not.toBe("");
}

describe.each(commands)("kktid %s refuses a network file", (command) => {
  const refuse = (file: string, ...messages: RegExp[]) =>
    expectRefusal([command, file, "-a", CUBIC, "-n", "2", ...quick(command)], ...messages);

  test("that is not there, or is a folder", async () => {
    await refuse(`${folder.path}/nothing.npz`, /nothing\.npz: no such file or folder/);
    await refuse(folder.path, /is a folder/);
  });

  test("of an unknown or wrong extension", async () => {
    await refuse(folder.write("weights.txt", "1 2 3"), /weights\.txt: .*extension \.txt/, /\.npz, .*\.json/);
    await refuse(folder.write("text.npz", "1 2 3"), /text\.npz: is not a NumPy \.npz file/);
    await refuse(folder.write("text.pt", "1 2 3"), /text\.pt: /);
    await refuse(folder.write("text.safetensors", "1 2 3"), /text\.safetensors: /);
  });

  test("that is not JSON, or holds no object", async () => {
    await refuse(folder.write("broken.json", "{"), /broken\.json: is not JSON/);
    await refuse(folder.write("list.json", [1, 2]), /list\.json: /);
    await refuse(folder.write("nan.json", '{"fc1.weight": [[NaN]], "fc2.weight": [1]}'), /nan\.json: is not JSON/);
  });

  test("with text for a number, naming the entry", async () => {
    const content = { ...good, "fc1.weight": [["0.5", "half"]], "fc2.weight": [1] };
    await refuse(
      folder.write("half.json", content),
      /half\.json: fc1\.weight\[0\]\[1\]: expected a number, got "half"/,
    );
  });

  test("with ragged rows or layers that do not fit, naming the tensor", async () => {
    const ragged = { ...good, "fc1.weight": rows([1, 2], [3]) };
    await refuse(folder.write("ragged.json", ragged), /ragged\.json: fc1\.weight\[1\]: expected 2 entries/);
    const unfit = { ...good, "fc2.weight": [[1, 2, 3]] };
    await refuse(folder.write("unfit.json", unfit), /unfit\.json: fc2\.weight: expected an output weight of shape/);
  });

  test("with weights that are all zero", async () => {
    const zeros = { "fc1.weight": rows([0, 0], [0, 0]), "fc2.weight": [[0, 0]] };
    await refuse(folder.write("zeros.json", zeros), /zeros\.json: hidden: all entries are zero/);
    const dead = { "fc1.weight": rows([0, 0], [0, 0]), "fc2.weight": [[1, 2]] };
    await refuse(folder.write("dead.json", dead), /dead\.json: hidden: all entries are zero/);
  });

  test("with one layer, or three", async () => {
    await refuse(folder.write("one-layer.json", { "fc1.weight": rows([1, 2]) }), /one-layer\.json: /);
    const three = { ...good, "fc3.weight": [[1]] };
    await refuse(folder.write("three.json", three), /three\.json: .*more than two layers/);
  });
});

describe.each(commands)("kktid %s refuses", (command) => {
  const refuse = (options: readonly string[], ...messages: RegExp[]) =>
    expectRefusal([command, network, ...options, ...quick(command)], ...messages);
  const usual = ["-a", CUBIC, "-n", "2"];

  test.each(["0", "-1", "2.5", "1e3", "four", ""])("-n %j: no number of samples", async (n) => {
    await refuse(["-a", CUBIC, "-n", n], /-n, --samples/, /expected a positive integer/);
  });

  test("-n 100000: more samples than the weights could mean", async () => {
    await refuse(["-a", CUBIC, "-n", "100000"], /-n 100000: 300000 unknowns against 8 equations/);
  });

  test("a missing -a or -n, and says how to give it", async () => {
    await refuse(["-n", "2"], /activation/, /pass -a/);
    await refuse(["-a", CUBIC], /number of training samples/, /pass -n/);
  });

  test.each([
    ["", /text is empty/],
    ["5", /constant/],
    ["tanh(z)", /tanh/],
    ["z^99", /degree/],
    ["x*y", /second variable/],
    ["1/z", /activation "1\/z"/],
  ])("the activation %j", async (activation, message) => {
    await refuse(["-a", activation, "-n", "2"], message);
  });

  test("an option that does not exist, and a second file", async () => {
    await refuse([...usual, "--samplse", "3"], /unknown option '--samplse'/);
    await refuse([...usual, network], /too many arguments/);
  });

  test("a trained layer that the file lacks or that does not exist", async () => {
    await refuse([...usual, "--trained", "hidden,bias"], /network\.json: bias: .*the file has none/);
    await refuse([...usual, "--trained", "output-bias"], /network\.json: output-bias: .*the file has none/);
    await refuse([...usual, "--trained", "hiden"], /"hiden" is no layer/, /hidden, bias, output, output-bias/);
  });

  test("a file that belongs to another setting, and a setting without its file", async () => {
    await refuse([...usual, "--gradient", network], /--gradient belongs to --setting gradient/);
    await refuse([...usual, "--init", network], /--init belongs to --setting ntk/);
    await refuse([...usual, "--setting", "gradient"], /--gradient FILE/);
    await refuse([...usual, "--setting", "ntk"], /--init FILE/);
    await refuse(
      [...usual, "--setting", "gradient", "--gradient", network, "--unpenalised", "hidden"],
      /--unpenalised/,
    );
    await refuse([...usual, "--setting", "lazy"], /kkt, ntk, gradient/);
  });

  test("initial weights that are the final ones: nothing was learnt", async () => {
    await refuse([...usual, "--setting", "ntk", "--init", network], /initial and the final weights are the same/);
  });

  test("a gradient of another network, naming the tensor", async () => {
    const other = folder.write("other.json", { "fc1.weight": rows([1, 2, 3]), "fc2.weight": [[1]] });
    await refuse([...usual, "--setting", "gradient", "--gradient", other], /other\.json: fc1\.weight: expected shape/);
  });

  test("data of another dimension or number, or without X", async () => {
    const option = command === "check" ? "--data" : "--truth";
    const wide = folder.write("wide.json", { X: rows([1, 2, 3], [4, 5, 6]) });
    await refuse([...usual, option, wide], /wide\.json: X: has 3 columns, the network has 2 inputs/);
    const many = folder.write("many.json", { X: rows([1, 2], [3, 4], [5, 6]) });
    await refuse([...usual, option, many], /many\.json/, /3/);
    await refuse([...usual, option, folder.write("empty.json", { Z: [1] })], /empty\.json: X: not found/);
  });

  test.each([
    ["--seed", "-1"],
    ["--seed", "1.5"],
    ["--max-seconds", "0"],
    ["--max-seconds", "soon"],
    ["--weight-precision", "-1"],
    ["--weight-precision", "NaN"],
  ])("%s %s", async (option, value) => {
    await refuse([...usual, option, value], new RegExp(option), new RegExp(`got "${value}"`));
  });

  test("a tensor name that the file lacks, listing those it has", async () => {
    await refuse(
      [...usual, "--hidden-weight", "layer1"],
      /network\.json: layer1: no such tensor/,
      /fc1\.weight \(4, 2\)/,
    );
  });
});

describe("kktid check refuses", () => {
  test("a shape with something missing, and a shape beside a network", async () => {
    await expectRefusal(["check"], /-a POLY, -d D, -n N and -m M/);
    await expectRefusal(["check", "-a", CUBIC, "-d", "4", "-n", "4"], /-m M/);
    await expectRefusal(["check", network, "-a", CUBIC, "-n", "2", "-d", "2"], /a network file has its own/);
    // A network file is no data set.
    await expectRefusal(["check", "-a", CUBIC, "-m", "9", "--data", network], /X/);
  });

  test("samples that do not fit the shape, and what a loss cannot mean", async () => {
    const data = folder.write("samples.csv", "1,2\n3,4\n5,6\n");
    await expectRefusal(["check", "-a", CUBIC, "-d", "3", "-m", "9", "--data", data], /-d for the X/);
    await expectRefusal(["check", "-a", CUBIC, "-n", "4", "-m", "9", "--data", data], /-n for the X/);
    const shape = ["check", "-a", CUBIC, "-d", "2", "-n", "3", "-m", "9"];
    await expectRefusal([...shape, "--loss", "softmax"], /at least 2 outputs/);
    await expectRefusal([...shape, "--loss", "logistic", "--outputs", "2"], /one output/);
    await expectRefusal([...shape, "--weight-decay", "-1"], /positive number/);
    await expectRefusal([...shape, "--domain", "torus"], /domain/);
    await expectRefusal(["check", network, "-a", CUBIC, "-n", "2", "--loss", "softmax"], /at least 2 outputs/);
  });

  test("two equal samples, which act as one", async () => {
    const data = folder.write("twice.csv", "1,2\n3,4\n1,2\n");
    await expectRefusal(["check", "-a", CUBIC, "-m", "9", "--data", data], /rows 1 and 3 of X are equal/);
  });

  test("options of a network for a shape", async () => {
    const shape = ["check", "-a", CUBIC, "-d", "3", "-n", "2", "-m", "40"];
    const hiddenAndBias = ["--trained", "hidden,output-bias"];
    await expectRefusal(
      [...shape, ...hiddenAndBias, "--unpenalised", "output-bias"],
      /--unpenalised belongs to a network/,
    );
    await expectRefusal([...shape, "--init", "nothing.npz"], /--init belongs to a network/);
    await expectRefusal([...shape, "--weight-precision", "1e-3"], /--weight-precision belongs to a network/);
    await expectRefusal([...shape, "--hidden-weight", "w"], /--hidden-weight belongs to a network/);
  });

  test("a precision at which nothing is left to say", async () => {
    await expectRefusal(["check", network, "-a", CUBIC, "-n", "2", "--weight-precision", "0.9"], /at most 0\.1/);
  });

  test("a problem file with a field it does not know, or an option that says it again", async () => {
    const text = "activation: z + z^2 + z^3\ninputDim: 3\nsamples: 2\nwidth: 20\n";
    const typo = folder.write("typo.yaml", `${text}weigthDecay: 1/100\n`);
    await expectRefusal(["check", typo], /typo\.yaml/, /weigthDecay/);
    const problem = folder.write("problem.yaml", text);
    expect((await kktid(["check", problem])).code).toBe(0);
    for (const option of [
      ["-n", "5"],
      ["-a", "z^2"],
      ["--domain", "free"],
      ["--setting", "kkt"],
      ["--data", "x.csv"],
    ]) {
      await expectRefusal(["check", problem, ...option], /both describe the shape/);
    }
  });

  test("a bias that is trained and frozen at once", async () => {
    const shape = ["check", "-a", CUBIC, "-d", "4", "-n", "4", "-m", "9"];
    await expectRefusal([...shape, "--trained", "hidden,bias", "--frozen-bias"], /--frozen-bias/);
  });
});

describe("an honest verdict instead of a refusal", () => {
  const verdictOf = async (argv: readonly string[]): Promise<{ verdict?: string; status?: string; code: number }> => {
    const { code, stdout, stderr } = await kktid([...argv, "--json"]);
    expect(stderr).toBe("");
    return { ...(JSON.parse(stdout) as { verdict?: string; status?: string }), code };
  };
  const usual = ["-a", CUBIC, "-n", "2"];

  test("weights far from stationary: inconclusive, and not found with exit 3", async () => {
    expect(await verdictOf(["check", network, ...usual])).toMatchObject({ verdict: "inconclusive", code: 0 });
    const recovery = await verdictOf(["recover", network, ...usual, "--max-starts", "4"]);
    expect(recovery).toMatchObject({ status: "not-found", code: 3 });
  });

  test("one neuron: two equations leave the three unknowns of one sample a continuum", async () => {
    const one = folder.write("one.json", { "fc1.weight": rows([0.3, 0.2]), "fc2.weight": [[1]] });
    const argv = [one, "-a", CUBIC, "-n", "1"];
    expect(await verdictOf(["check", ...argv])).toMatchObject({ verdict: "nonidentifiable", code: 0 });
    expect(await verdictOf(["recover", ...argv])).toMatchObject({ status: "nonidentifiable", code: 0 });
  });

  test("a linear network: T_1 alone is no data set", async () => {
    const shape = ["check", "-a", "z", "-d", "3", "-n", "2", "-m", "5"];
    expect(await verdictOf(shape)).toMatchObject({ verdict: "nonidentifiable", code: 0 });
    expect((await verdictOf(["check", network, "-a", "z", "-n", "2"])).verdict).not.toMatch(/^(globally|locally)/);
    const recovery = await verdictOf(["recover", network, "-a", "2*z + 1", "-n", "2", "--max-starts", "2"]);
    expect(recovery.status).not.toBe("recovered");
  });

  test("output weights that are all zero: no data set fits, none is claimed", async () => {
    const silent = folder.write("silent.json", { ...good, "fc2.weight": [[0, 0, 0, 0]] });
    expect((await verdictOf(["check", silent, ...usual])).verdict).toBe("inconclusive");
    const recovery = await verdictOf(["recover", silent, ...usual, "--max-starts", "2"]);
    expect(recovery).toMatchObject({ status: "not-found", code: 3 });
  });

  const scaled = (size: number): string =>
    folder.write("extreme.json", { ...good, "fc1.weight": good["fc1.weight"].map((row) => row.map((w) => w * size)) });

  test("weights whose powers overflow are refused", async () => {
    const extreme = scaled(1e200);
    for (const command of commands) {
      await expectRefusal([command, extreme, ...usual, ...quick(command)], /extreme\.json: fc1\.weight: .*overflow/);
    }
  });

  test.each([1e20, 1e-200])("weights of size %d: no crash and nothing claimed", async (size) => {
    const extreme = scaled(size);
    expect((await verdictOf(["check", extreme, ...usual])).verdict).not.toMatch(/identifiable$/);
    const recovery = await verdictOf(["recover", extreme, ...usual, "--max-starts", "2"]);
    expect(recovery.status).not.toBe("recovered");
  });

  test("two equal samples act as one: with n = 2 they are not determined, with n = 1 they are", async () => {
    const shape = { activation: CUBIC, inputDim: 3, samples: 1, width: 12, layers: ["hidden"] } as const;
    const instance = makeInstance(shape, createRandom(4));
    const matrix = (values: Float64Array): number[][] =>
      Array.from({ length: 12 }, (_, j) => Array.from(values.subarray(3 * j, 3 * j + 3)));
    const file = folder.write("twins.json", {
      "fc1.weight": matrix(instance.network.hiddenWeight),
      "fc2.weight": [Array.from(instance.network.outputWeight)],
    });
    // The gradient of a batch that holds the sample twice is the mean over both, the gradient of the one.
    const gradient = folder.write("twins-gradient.json", { "fc1.weight": matrix(instance.gradient.hiddenWeight!) });
    const argv = [file, "-a", CUBIC, "--setting", "gradient", "--gradient", gradient];
    const two = await verdictOf(["recover", ...argv, "-n", "2", "--max-starts", "4", "--max-seconds", "5"]);
    expect(two.status).not.toBe("recovered");
    expect((await verdictOf(["check", ...argv, "-n", "2", "--max-seconds", "5"])).verdict).not.toMatch(
      /^(globally|locally)/,
    );
    expect((await verdictOf(["recover", ...argv, "-n", "1"])).status).toBe("recovered");
  });
});

describe("--debug", () => {
  const argv = ["check", `${EXAMPLES}missing.npz`, "-a", CUBIC, "-n", "4"];

  test("adds the stack trace, which is not there without it", async () => {
    const [plain, debug] = [await kktid(argv), await kktid([...argv, "--debug"])];
    expect([plain.code, debug.code]).toEqual([2, 2]);
    expect(plain.stderr).not.toMatch(/^\s+at /m);
    expect(debug.stderr).toMatch(/^\s+at /m);
    expect(debug.stderr.startsWith(plain.stderr)).toBe(true);
  });
});
