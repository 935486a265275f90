import { expect, test } from "vitest";
import { ActivationError, ResourceLimitError, UsageError } from "../../src/errors.ts";
import { expand } from "../../src/library/expand.ts";
import type { ExpandOptions } from "../../src/library/options.ts";
import { kktid } from "../support/command-line.ts";

const cubic = "z + z^2 + z^3";

test.each(["text", "latex", "macaulay2", "sage"] as const)("%s is what kktid expand prints", async (format) => {
  const { stdout } = await kktid(["expand", "-a", cubic, "-d", "2", "-n", "2", "--format", format]);
  expect(expand({ activation: cubic, inputDim: 2, samples: 2 }).format(format)).toBe(stdout);
});

test("the document is that of kktid expand --json", async () => {
  const { stdout } = await kktid(["expand", "-a", "z^2 - z^3", "-d", "2", "--trained", "hidden,bias,output", "--json"]);
  const equations = expand({ activation: "z^2 - z^3", inputDim: 2, trained: ["hidden", "bias", "output"] });
  expect(JSON.parse(JSON.stringify(equations))).toEqual(JSON.parse(stdout));
  expect(equations.coordinates?.equations.length).toBe(equations.counts.equationsPerNeuron);
});

test.each([
  ["no activation", {}, UsageError, /activation: expected string/],
  ["a polynomial that is none", { activation: "1/z" }, ActivationError, /./],
  ["a bias that is trained and frozen", { activation: cubic, trained: ["bias"], frozenBias: true }, UsageError, /bias/],
  ["too many terms", { activation: "z^9", inputDim: 60 }, ResourceLimitError, /./],
] as const)("%s is an error", (_, options, type, message) => {
  const call = (): unknown => expand(options as ExpandOptions);
  expect(call).toThrow(type);
  expect(call).toThrow(message);
});

test("a program needs an input dimension, text does not", () => {
  const equations = expand({ activation: cubic });
  expect(equations.format("text")).toContain("T_3");
  expect(() => equations.format("sage")).toThrow(/inputDim/);
  expect(() => equations.format("pdf" as "text")).toThrow(UsageError);
});
