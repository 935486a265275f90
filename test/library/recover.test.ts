import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { describe, expect, test } from "vitest";
import { recoverAnswerSchema } from "../../src/answers/recover-answer.ts";
import { TensorError, UsageError } from "../../src/errors.ts";
import type { NamedBytes } from "../../src/library/inputs.ts";
import type { RecoverOptions } from "../../src/library/options.ts";
import { recover } from "../../src/library/recover.ts";
import { kktid } from "../support/command-line.ts";
import { EXAMPLES } from "../support/example-networks.ts";

const cubic = "z + z^2 + z^3";

function example(name: string): NamedBytes {
  return { name: `${EXAMPLES}${name}`, bytes: new Uint8Array(readFileSync(`${EXAMPLES}${name}`)) };
}

async function printed(argv: readonly string[]): Promise<object> {
  const { stdout } = await kktid([...argv, "--json", "--threads", "1"]);
  return { ...(JSON.parse(stdout) as object), timings: null, certificate: null };
}

describe("recover", () => {
  const network = example("iris-hidden-layer/network.npz");
  const truth = example("iris-hidden-layer/training-data.npz");

  test("answers as kktid recover does, to the last field", async () => {
    const answer = recover({ network, activation: cubic, samples: 4, truth });
    expect(answer.status).toBe("recovered");
    expect(recoverAnswerSchema.safeParse(answer).success).toBe(true);
    const command = await printed(["recover", network.name, "-a", cubic, "-n", "4", "--truth", truth.name]);
    const files = answer.files?.map((file) => ({ ...file, name: relative(process.cwd(), file.name) }));
    expect({ ...answer, timings: null, certificate: null, files }).toEqual(command);
    expect(files?.map(({ role }) => role)).toEqual(["network", "data"]);
  });

  test("finds n in a range, and one sample less is not found", () => {
    expect(recover({ network, activation: cubic, samples: [3, 5] }).problem.samples).toBe(4);
    expect(recover({ network, activation: cubic, samples: 3 }).status).toBe("not-found");
  });

  test("takes a gradient, and says what is of no use", async () => {
    const answer = recover({
      network: example("wine-gradient/network.npz"),
      gradient: example("wine-gradient/gradient.npz"),
      activation: cubic,
      setting: "gradient",
      samples: "auto",
      weightDecay: 0.5,
    });
    expect([answer.status, answer.samples.length]).toEqual(["recovered", 6]);
    expect((answer as unknown as { notes: readonly string[] }).notes[0]).toMatch(/weight decay/);
  });

  test("a scaler gives raw units: twice the deviation, twice the coordinates", () => {
    const plain = recover({ network, activation: cubic, samples: 4 });
    const scaler = { mean: [1, 2, 3, 4], std: [2, 2, 2, 2] };
    const raw = recover({ network, activation: cubic, samples: 4, scaler });
    const expected = plain.samples[0]!.x.map((value, e) => 2 * value + e + 1);
    raw.samples[0]!.x.forEach((value, e) => {
      expect(value).toBeCloseTo(expected[e]!, 12);
    });
    expect(raw.units.x).toBe("raw");
  });

  test.each([
    ["a range of three", { samples: [1, 2, 3] }, UsageError, /samples: expected a number, \[from, to\] or auto/],
    ["a range from large to small", { samples: [5, 3] }, UsageError, /from small to large/],
    ["no samples", { samples: undefined }, UsageError, /samples/],
    ["a box upside down", { samples: 4, domain: { low: 1, high: 0 } }, UsageError, /domain: expected low < high/],
    ["truth of another width", { samples: 4, truth: { X: [[1, 2]] } }, TensorError, /columns/],
    ["an option of check", { samples: 4, data: truth }, UsageError, /unknown option data/],
  ] as const)("%s is named", (_, options, type, message) => {
    const call = (): unknown => recover({ network, activation: cubic, ...options } as unknown as RecoverOptions);
    expect(call).toThrow(type);
    expect(call).toThrow(message);
  });
});
