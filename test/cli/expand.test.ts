import { describe, expect, test } from "vitest";
import type { ExpandOptions } from "../../src/cli/expand.ts";
import { ActivationError, ResourceLimitError, UsageError } from "../../src/errors.ts";
import { expandOutput } from "../support/expand-command.ts";

function errorOf(options: ExpandOptions): UsageError {
  try {
    expandOutput(options);
  } catch (error) {
    return error as UsageError;
  }
  throw new Error("expand accepted the options");
}

describe("expand", () => {
  test("writes each format, and text without being asked", () => {
    const options = { activation: "z + z^2", inputDim: 2 };
    const starts = (["text", "latex", "json", "macaulay2", "sage"] as const).map(
      (format) => expandOutput({ ...options, format }).split(/[ \n]/, 1)[0],
    );
    expect(starts).toEqual(["Moment", "%", expect.stringMatching(/^\{"schema":"kktid.expand\/1"/), "--", "#"]);
    expect(expandOutput(options)).toBe(expandOutput({ ...options, format: "text" }));
  });

  test("gives the same bytes twice, and another seed to the programs only", () => {
    const options: ExpandOptions = { activation: "z + z^2", inputDim: 2, format: "macaulay2", seed: 5 };
    expect(expandOutput(options)).toBe(expandOutput(options));
    expect(expandOutput(options)).toContain("setRandomSeed 5;");
    expect(expandOutput({ ...options, format: "text" })).toBe(expandOutput({ ...options, format: "text", seed: 1 }));
  });

  test("takes two samples and the least width for a program where -n and -m are left out", () => {
    const options: ExpandOptions = { activation: "z + z^2 + z^3", inputDim: 2, format: "sage" };
    expect(expandOutput(options)).toContain("n = 2  # samples\nm = 5  # neurons\n");
    expect(expandOutput({ ...options, samples: 3, width: 9 })).toContain("n = 3  # samples\nm = 9  # neurons\n");
  });
});

describe("expand refuses, with the option and the fix:", () => {
  const cases: readonly (readonly [string, ExpandOptions, RegExp, RegExp])[] = [
    ["no activation", {}, /needs the activation/, /-a/],
    ["-d 0", { activation: "z", inputDim: 0 }, /^-d: expected a positive integer, got 0/, /leave it out/],
    ["-d 1.5", { activation: "z", inputDim: 1.5 }, /^-d: .* got 1.5/, /leave it out/],
    ["--outputs 0", { activation: "z", outputs: 0 }, /^--outputs: .* got 0/, /one output or more/],
    ["-n 0", { activation: "z", samples: 0 }, /^-n: /, /leave it out/],
    ["-m -1", { activation: "z", width: -1 }, /^-m: .* got -1/, /leave it out/],
    ["no layer", { activation: "z", trained: [] }, /^--trained/, /--trained hidden/],
    [
      "a bias frozen and trained",
      { activation: "z", trained: ["bias"], frozenBias: true },
      /^--frozen-bias/,
      /leave one/,
    ],
    ["two formats", { activation: "z", json: true, format: "latex" }, /--json and --format latex/, /leave one/],
    ["a program without -d", { activation: "z", format: "macaulay2" }, /^--format macaulay2/, /-d 2/],
    [
      "a program without neurons",
      { activation: "z", inputDim: 1, trained: ["output-bias"], format: "sage" },
      /output bias alone/,
      /--trained/,
    ],
  ];
  test.each(cases)("%s", (_, options, message, hint) => {
    const error = errorOf(options);
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  });

  test("an activation that is none", () => {
    expect(errorOf({ activation: "sin(z)" })).toBeInstanceOf(ActivationError);
  });

  test("a dimension with more terms than it writes, but not in tensor notation", () => {
    const error = errorOf({ activation: "z + z^3", inputDim: 1000 });
    expect(error).toBeInstanceOf(ResourceLimitError);
    expect(error.message).toMatch(/^-d 1000: .*at most 10,000/);
    expect(error.hint).toMatch(/leave -d out/);
    expect(expandOutput({ activation: "z + z^3" })).toContain("T_3[w_j, w_j]");
  });
});
