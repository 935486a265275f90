import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { describe, expect, test } from "vitest";
import { checkAnswerSchema } from "../../src/answers/check-answer.ts";
import { ActivationError, DimensionMismatchError, FileError, TensorError, UsageError } from "../../src/errors.ts";
import { check } from "../../src/library/check.ts";
import { networkFile } from "../../src/library/inputs.ts";
import type { CheckOptions } from "../../src/library/options.ts";
import { readTensorFile } from "../../src/network/read-tensors.ts";
import { kktid } from "../support/command-line.ts";
import { EXAMPLES } from "../support/example-networks.ts";

const cubic = "z + z^2 + z^3";
const shape = { activation: cubic, inputDim: 4, samples: 4, width: 40 } as const;
const path = `${EXAMPLES}iris-hidden-layer/network.npz`;
const network = { name: path, bytes: new Uint8Array(readFileSync(path)) };

/** The document of the command, and that of the library, without timings. */
async function printed(argv: readonly string[]): Promise<object> {
  const { stdout } = await kktid([...argv, "--json"]);
  return withoutTimings(JSON.parse(stdout) as object);
}

function withoutTimings(answer: object): object {
  return { ...answer, timings: null };
}

describe("a shape", () => {
  test("is decided as kktid check decides it, to the last field", async () => {
    const answer = check(shape);
    expect(checkAnswerSchema.safeParse(answer).success).toBe(true);
    expect(withoutTimings(answer)).toEqual(await printed(["check", "-a", cubic, "-d", "4", "-n", "4", "-m", "40"]));
  });

  test("flips where its thresholds say", () => {
    const { verdict, thresholds } = check(shape);
    expect(verdict).toBe("globally-identifiable");
    const least = thresholds.widthForLocal!;
    expect(check({ ...shape, width: least }).verdict).toBe("locally-identifiable");
    expect(check({ ...shape, width: least - 1 }).verdict).toBe("nonidentifiable");
  });

  test("what is known, the trained layers and the setting count as they do on the command line", async () => {
    const answer = check({
      activation: "z + z^2",
      inputDim: 4,
      samples: 4,
      width: 40,
      trained: ["hidden", "output"],
      loss: "logistic",
      weightDecay: "1/100",
      seed: 3,
    });
    const options = ["--trained", "hidden,output", "--loss", "logistic", "--weight-decay", "1/100", "--seed", "3"];
    expect(withoutTimings(answer)).toEqual(
      await printed(["check", "-a", "z + z^2", "-d", "4", "-n", "4", "-m", "40", ...options]),
    );
  });

  test("given samples take the place of n and d", () => {
    const X = [
      [1, 0],
      [0, 1],
    ];
    const { problem } = check({ activation: cubic, width: 9, data: { X } });
    expect([problem.samples, problem.inputDim]).toEqual([2, 2]);
    expect(() => check({ activation: cubic, width: 9, samples: 3, data: { X } })).toThrow(DimensionMismatchError);
  });

  test("no time gives an answer, not an error", () => {
    const answer = check({ ...shape, shouldStop: () => true });
    expect(answer.repairs).toEqual([]);
  });
});

describe("a network", () => {
  test("is decided as kktid check decides it, apart from the file's path", async () => {
    const answer = check({ network, activation: cubic, samples: 4 });
    expect([answer.verdict, answer.basis]).toEqual(["globally-identifiable", "certificate"]);
    const command = await printed(["check", path, "-a", cubic, "-n", "4"]);
    const fromHere = answer.files?.map((file) => ({ ...file, name: relative(process.cwd(), file.name) }));
    expect({ ...withoutTimings(answer), certificate: null, files: fromHere }).toEqual({
      ...command,
      certificate: null,
    });
  });

  test("as arrays it has the verdict, and a certificate about the file that networkFile writes", () => {
    const { tensors } = readTensorFile(network.bytes, network.name);
    const [hidden, output] = [...tensors.values()].filter(({ shape }) => shape.length === 2);
    const rows = ({ shape: [m, d], data }: NonNullable<typeof hidden>): number[][] =>
      Array.from({ length: m! }, (_, j) => Array.from(data.subarray(j * d!, (j + 1) * d!)));
    const layers = { hiddenWeight: rows(hidden!), outputWeight: rows(output!) };
    const answer = check({ network: layers, activation: cubic, samples: 4 });
    expect([answer.verdict, answer.basis]).toEqual(["globally-identifiable", "certificate"]);
    const file = check({ network: networkFile(layers), activation: cubic, samples: 4 });
    expect(file.certificate).toEqual(answer.certificate);
    const coarse = { ...layers, hiddenWeight: layers.hiddenWeight.map((row) => Float32Array.from(row)) };
    const single = check({ network: coarse, activation: cubic, samples: 4 });
    expect(single.conditioning?.weightPrecision ?? 2 ** -24).toBe(2 ** -24);
    expect(single.basis).not.toBe("certificate");
  });
});

describe("misuse", () => {
  const faults: readonly (readonly [string, unknown, new (...parts: never[]) => Error, RegExp])[] = [
    ["no options", undefined, UsageError, /options: expected object/],
    ["a misspelt option", { ...shape, inputdim: 4 }, UsageError, /unknown option inputdim/],
    ["a missing width", { ...shape, width: undefined }, UsageError, /width: expected number, but it is missing/],
    ["a text for a number", { ...shape, width: "40" }, UsageError, /width: expected number, received string/],
    ["missing samples", { ...shape, samples: undefined }, UsageError, /samples is missing/],
    ["a layer that does not exist", { ...shape, trained: ["hiden"] }, UsageError, /trained\.0/],
    ["a weight decay of 0", { ...shape, loss: "logistic", weightDecay: "0" }, UsageError, /weightDecay: .* got 0/],
    ["a trained bias that is frozen", { ...shape, trained: ["bias"], frozenBias: true }, UsageError, /frozenBias/],
    ["a count at given data", { ...shape, data: { X: [[1, 2, 3, 4]] }, samples: 1, count: true }, UsageError, /count/],
    ["an activation that is none", { ...shape, activation: "sin(z)" }, ActivationError, /sin/],
    [
      "bytes without a name",
      { network: network.bytes, activation: cubic, samples: 4 },
      UsageError,
      /bytes without a name/,
    ],
    [
      "sizes of a shape",
      { network, activation: cubic, samples: 4, inputDim: 4 },
      UsageError,
      /unknown option inputDim/,
    ],
    ["a stray gradient", { network, activation: cubic, samples: 4, gradient: network }, UsageError, /gradient belongs/],
    [
      "a missing gradient",
      { network, activation: cubic, samples: 4, setting: "gradient" },
      UsageError,
      /needs gradient/,
    ],
    [
      "a damaged file",
      { network: { name: "w.npz", bytes: network.bytes.slice(0, 99) }, activation: cubic, samples: 4 },
      FileError,
      /^w\.npz: /,
    ],
    [
      "ragged rows",
      { network: { hiddenWeight: [[1, 2], [3]], outputWeight: [1, 1] }, activation: cubic, samples: 1 },
      TensorError,
      /hiddenWeight\[1\]/,
    ],
    [
      "an unknown array",
      { network: { hiddenWeights: [[1]], outputWeight: [1] }, activation: cubic, samples: 1 },
      UsageError,
      /unknown array hiddenWeights/,
    ],
  ];

  test.each(faults)("%s is named", (_, options, type, message) => {
    const call = (): unknown => check(options as CheckOptions);
    expect(call).toThrow(type);
    expect(call).toThrow(message);
  });
});
