import { describe, expect, test } from "vitest";
import { exampleWitness } from "../../src/audit/example-witness.ts";
import type { PartialAnswer } from "../../src/identifiability/partial/partial-answer.ts";
import { partialAnswerForShape } from "../../src/identifiability/partial/shape-partial.ts";
import { slackOfShape } from "../../src/identifiability/partial/slack.ts";
import { partialJson } from "../../src/report/partial-json.ts";
import { partialLines, slackLines } from "../../src/report/partial-text.ts";
import { stateProblem } from "../../src/report/problem.ts";
import { exampleWitnessJson } from "../../src/report/witness-json.ts";
import { check, type Question, shapeOf } from "../identifiability/shapes.ts";

const ask = (question: Question): PartialAnswer =>
  partialAnswerForShape({ shape: shapeOf(question), samples: question.samples, seed: 1 }, check(question))!;

const mixed: Question = { activation: "z + z^2", inputDim: 3, samples: 3, width: 9 };

describe("the text", () => {
  test("of a mixed shape says what stays, what moves and how", () => {
    const text = partialLines(ask(mixed)).join("\n").replace(/\s+/g, " ");
    expect(text).toContain("determined to first order: the moment Σ g_i, the moment Σ g_i x_i");
    expect(text).toContain("open: every point x_i, every direction x_i/‖x_i‖ up to sign");
    expect(text).toContain("each keeps its sign;");
    expect(text).toContain("mixing of 2 samples: a rotation of √|g|·(1, x) between i and k (3 directions in all)");
    expect(text).not.toContain("general nodes");
    expect(partialLines(ask({ ...mixed, setting: "kkt" })).join(" ")).toContain("general nodes");
  });

  test("keeps to 80 columns and has none for an identifiable shape", () => {
    for (const line of partialLines(ask({ ...mixed, activation: "z^3", width: 2 }))
      .join("\n")
      .split("\n")) {
      expect(line.length).toBeLessThanOrEqual(80);
    }
    expect(partialLines(ask({ ...mixed, activation: "z + z^2 + z^3", width: 20 }))).toEqual([]);
    expect(partialLines(null)).toEqual([]);
  });

  test("of a monomial keeps the gauge apart from what is open", () => {
    const text = partialLines(ask({ ...mixed, activation: "z^3" }))
      .join("\n")
      .replace(/\s+/g, " ");
    expect(text).toContain("every sample up to its scale, g_i·x_i^⊗3");
    expect(text).toContain("open already by the scale that is gauge: every point x_i");
    expect(text).not.toContain("- open: ");
    expect(text).toContain("scale of one sample: (g_i, x_i) ~ (s^-3 g_i, s x_i), a gauge (3 directions in all)");
  });

  test("of an instance names samples, one by one where they differ", () => {
    const both: PartialAnswer = {
      ...ask(mixed),
      scope: "instance",
      determined: [{ kind: "point", samples: [2], degree: null, basis: "numerical", movedByGauge: false }],
      free: [0, 1].map((i) => ({ kind: "point", samples: [i], degree: null, basis: "numerical", movedByGauge: false })),
      directions: [
        { kind: "mixing", samples: [0, 1], dimension: 1, gauge: false },
        { kind: "joint", samples: [0, 1, 3], dimension: 2, gauge: false },
        { kind: "single", samples: [0], dimension: 1, gauge: false },
      ],
      multiplierSigns: { positive: 1, negative: 2 },
    };
    const text = partialLines(both).join("\n").replace(/\s+/g, " ");
    expect(text).toContain("determined to first order: the point x_3 ");
    expect(text).toContain("open: the point x_1 and the point x_2 ");
    expect(text).toContain("(here 1 positive, 2 negative)");
    expect(text).toContain("mixing of samples 1 and 2:");
    expect(text).toContain("joint motion of samples 1, 2 and 4 (2 directions)");
    expect(text).toContain("motion of sample 1 alone (1 direction)");
    const nothing = partialLines({ ...both, determined: [], free: [] }).join(" ");
    expect(nothing).toContain("nothing of what was asked");
  });

  test("of slack has a line for each number known", () => {
    const question: Question = { activation: "z + z^2 + z^3", inputDim: 4, samples: 4, width: 10 };
    const slack = slackOfShape({ shape: shapeOf(question), samples: 4, seed: 1 }, check(question))!;
    expect(slackLines(slack)).toEqual([
      "  5 neurons more than local identifiability needs",
      "  1 neuron more than global identifiability needs",
      "  2 samples more would still be locally determined",
      "  2 samples more at unlimited width",
    ]);
    expect(slackLines({ ...slack, samplesAtThisWidth: null })).toHaveLength(3);
    expect(slackLines(null)).toEqual([]);
  });
});

describe("the JSON", () => {
  test("of a shape lists every quantity once with a sentence, and counts alike directions together", () => {
    const json = partialJson(ask(mixed))!;
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
    expect(json.determined.map(({ quantity, degree }) => [quantity, degree])).toEqual([
      ["moment", 0],
      ["moment", 1],
      ["moment", 2],
      ["weighted-norms", undefined],
    ]);
    expect(json.free.map(({ sentence }) => sentence)).toContain("every multiplier g_i can change");
    expect(json.directions).toEqual([
      expect.objectContaining({ name: "mixing", samples: [], samplesMoved: 2, dimension: 3, gauge: false }),
    ]);
    expect(json.basis).toBe("certificate");
    expect(partialJson(null)).toBeNull();
  });

  test("of an instance counts samples from one", () => {
    const json = partialJson({ ...ask(mixed), scope: "instance" });
    expect(json).toMatchObject({ directions: [{ samples: [1, 2] }, { samples: [1, 3] }, { samples: [2, 3] }] });
  });

  test("of an example has data, nodes, a path and exact numbers", () => {
    const shape = shapeOf(mixed);
    const witness = exampleWitness({ shape, samples: 3, seed: 1 }, check(mixed))!;
    const json = exampleWitnessJson(witness, stateProblem(shape, 3));
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
    expect(json.path).toHaveLength(9);
    expect(json.path![0]).toEqual({ ...json.first, relativeResidual: 0 });
    expect(json.nodes!.hiddenWeight.map((row) => row.length)).toEqual(new Array(9).fill(3));
    expect(json.nodes!.outputWeight.map((row) => row.length)).toEqual([9]);
    expect(json.continuumDimension).toBe(3);
    // The decimal numbers are the exact ones, rounded.
    const value = (text: string): number => {
      const [a, b = "1"] = text.split("/");
      return Number(a) / Number(b);
    };
    expect(json.exact![0]!.X.map((row) => row.map(value))).toEqual(json.first.X);
    const walked: Question = { ...mixed, activation: "z + z^2 + z^3", width: 2 };
    const other = exampleWitness({ shape: shapeOf(walked), samples: 3, seed: 1 }, check(walked))!;
    expect(exampleWitnessJson(other, stateProblem(shapeOf(walked), 3))).toMatchObject({ exact: null });
  });
});
