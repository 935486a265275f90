import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TrainedLayer } from "../../src/equations/shape.ts";
import { expandOutput } from "../support/expand-command.ts";
import { layerSets } from "../support/systems.ts";

/** The lines between a title and the next blank line, without their indentation. */
function section(text: string, title: string): string[] {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.startsWith(title));
  expect(start, title).toBeGreaterThanOrEqual(0);
  const rest = lines.slice(start + 1);
  return rest.slice(0, rest.indexOf("")).map((line) => line.trim());
}

const all: readonly TrainedLayer[] = ["hidden", "bias", "output", "output-bias"];

describe("tensor notation", () => {
  test("one output, hidden layer, without a dimension", () => {
    const text = expandOutput({ activation: "z + z^2 + z^3" });
    expect(section(text, "Equations, for every neuron j")).toEqual(["w_j = a_j (T_1 + 2 T_2[w_j] + 3 T_3[w_j, w_j])"]);
    expect(text).not.toContain("Equations in coordinates");
    expect(section(text, "Moments seen").slice(1)).toEqual([
      "T_1       d                   hidden",
      "T_2       d(d+1)/2            hidden",
      "T_3       C(d+2, 3)           hidden",
    ]);
  });

  test("a single moment: its number comes before the output weight", () => {
    const text = expandOutput({ activation: "-z^7", trained: ["hidden", "output"] });
    expect(section(text, "Equations, for every neuron j")).toEqual([
      "w_j = -7 a_j T_7[w_j, 6 times]",
      "a_j = -T_7[w_j, 7 times]",
    ]);
    expect(section(text, "Gauge")).toEqual([
      "permutation of the samples",
      "sign: (g_i, x_i) ↦ (-g_i, -x_i) (every degree seen is odd)",
      "scale: (g_i, x_i) ↦ (s^-7 g_i, s x_i), s ≠ 0 (only T_7 is seen)",
    ]);
  });

  test("the left side follows the setting, and several outputs get an index", () => {
    const known = (setting: "kkt" | "ntk" | "gradient") =>
      section(
        expandOutput({ activation: "z", trained: all, outputs: 2, setting }),
        "Equations, for every neuron j",
      ).map((line) => line.split(" = ")[0]);
    expect(known("kkt")).toEqual(["w_j", "b_j", "a_jc", "v_c"]);
    expect(known("ntk")).toEqual(["Δw_j", "Δb_j", "Δa_jc", "Δv_c"]);
    expect(known("gradient")).toEqual(["-∂L/∂w_j", "-∂L/∂b_j", "-∂L/∂a_jc", "-∂L/∂v_c"]);
  });

  test("a bias brings Taylor coefficients; one that is constant is written as a number", () => {
    const text = expandOutput({ activation: "z^2 - z^3", frozenBias: true });
    expect(section(text, "Equations, for every neuron j")).toEqual([
      "w_j = a_j (s_1(b_j) T_1 + 2 s_2(b_j) T_2[w_j] - 3 T_3[w_j, w_j])",
    ]);
    expect(section(text, "Taylor coefficients")).toEqual(["s_1(b) = 2 b - 3 b^2", "s_2(b) = 1 - 3 b"]);
    expect(expandOutput({ activation: "z^2 - z^3" })).not.toContain("Taylor");
  });
});

describe("coordinates", () => {
  test("of two inputs, with multinomial factors", () => {
    const text = expandOutput({ activation: "z + z^2 + z^3", inputDim: 2, samples: 2, width: 5 });
    expect(section(text, "Equations in coordinates").join(" ")).toBe(
      [
        "w1 = a (T1_1 + 2 w1 T2_11 + 2 w2 T2_12 + 3 w1^2 T3_111 + 6 w1 w2 T3_112 + 3 w2^2 T3_122)",
        "w2 = a (T1_2 + 2 w1 T2_12 + 2 w2 T2_22 + 3 w1^2 T3_112 + 6 w1 w2 T3_122 + 3 w2^2 T3_222)",
      ].join(" "),
    );
    expect(section(text, "Coordinates").join(" ")).toContain("T3_112 = Σ g x1^2 x2,");
    expect(section(text, "Counts")).toEqual([
      "moments: N = 9 coordinates, the columns of the Hermite matrix",
      "equations: 2 per neuron; 10 for m = 5",
      "unknowns: 3 per sample; 6 for n = 2",
      "fewer than 5 distinct neurons cannot determine all moments",
    ]);
  });

  test("of two outputs: a line for each output weight", () => {
    const text = expandOutput({ activation: "z^2", inputDim: 2, outputs: 2, trained: ["hidden", "output"] });
    expect(section(text, "Equations in coordinates").slice(0, 2)).toEqual([
      "w1 = a1 (2 w1 T2c1_11 + 2 w2 T2c1_12)",
      "+ a2 (2 w1 T2c2_11 + 2 w2 T2c2_12)",
    ]);
    expect(section(text, "Equations in coordinates")).toContain("a2 = w1^2 T2c2_11 + 2 w1 w2 T2c2_12 + w2^2 T2c2_22");
  });

  test("of ten inputs: indices are separated, so that 1, 10 is not 11, 0", () => {
    const text = expandOutput({ activation: "z^2", inputDim: 10 });
    expect(text).toContain("T2_1_10 = Σ g x1 x10,");
    expect(text).not.toContain("T2_110");
  });
});

test("no line is longer than 80 characters, none ends in a blank, the last ends", () => {
  const questions = fc.record({
    activation: fc.constantFrom("z", "z + z^2/2 - z^3/4", "1 - 12345z^2/678 + z^4", "-7/3*z^5 + z^12", "(1 - z/3)^9"),
    // Twelve outputs of three inputs would have more terms than are written.
    size: fc.constantFrom({ outputs: 1 }, { outputs: 12 }, { inputDim: 1, outputs: 12 }, { inputDim: 3, outputs: 2 }),
    trained: fc.constantFrom(...layerSets),
    setting: fc.constantFrom("kkt" as const, "ntk" as const, "gradient" as const),
  });
  fc.assert(
    fc.property(questions, ({ size, ...rest }) => {
      const text = expandOutput({ ...rest, ...size });
      for (const line of text.split("\n")) {
        expect([...line].length, line).toBeLessThanOrEqual(80);
        expect(line).toBe(line.trimEnd());
      }
      expect(text.endsWith("\n")).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test("titles are bold on a terminal only", () => {
  expect(expandOutput({ activation: "z" }, true)).toContain("\u001b[1m");
  expect(expandOutput({ activation: "z" })).not.toContain("\u001b");
});
