import { describe, expect, test } from "vitest";
import { slackOfNetwork, slackOfShape } from "../../../src/identifiability/partial/slack.ts";
import { check, type Question, shapeOf } from "../shapes.ts";

const slack = (question: Question) => {
  const { samples, seed = 1 } = question;
  return slackOfShape({ shape: shapeOf(question), samples, seed }, check(question));
};

describe.each([
  { activation: "z + z^2 + z^3", inputDim: 4, samples: 3, width: 12 },
  { activation: "z + z^2 + z^3", inputDim: 3, samples: 2, width: 5 },
  { activation: "z^3", inputDim: 4, samples: 2, width: 8 },
  { activation: "z^2 + z^3", inputDim: 3, samples: 2, width: 9, trained: ["hidden", "output"] },
] as const)("$activation with $samples samples in $inputDim dimensions and $width neurons", (question) => {
  const verdict = (change: Partial<Question>) => check({ ...question, ...change }).verdict;
  const found = slack(question)!;

  test("is still identifiable without its spare neurons, and not with one less", () => {
    const least = question.width - found.neuronsBeyondLocal!;
    expect(verdict({ width: least })).toMatch(/identifiable$/);
    expect(verdict({ width: least })).not.toBe("nonidentifiable");
    if (least > 1) expect(verdict({ width: least - 1 })).toBe("nonidentifiable");
  });

  test("is still globally identifiable without the neurons that this does not need, and not with one less", () => {
    const least = question.width - found.neuronsBeyondGlobal!;
    expect(verdict({ width: least })).toBe("globally-identifiable");
    if (least > 1) expect(verdict({ width: least - 1 })).not.toBe("globally-identifiable");
  });

  test("takes the spare samples, and one more is too many", () => {
    const most = question.samples + found.samplesAtThisWidth!;
    expect(verdict({ samples: most })).not.toBe("nonidentifiable");
    expect(verdict({ samples: most + 1 })).toBe("nonidentifiable");
    expect(found.samplesAtAnyWidth!).toBeGreaterThanOrEqual(found.samplesAtThisWidth!);
  });
});

test("there is no slack where the data are not identifiable", () => {
  expect(slack({ activation: "z + z^2", inputDim: 4, samples: 3, width: 12 })).toBeNull();
});

test("a network counts distinct neurons", () => {
  const decision = check({ activation: "z + z^2 + z^3", inputDim: 4, samples: 4, width: 40 });
  const network = { ...decision, counts: { ...decision.counts, distinctNeurons: 12 } };
  const { widthForLocal, widthForGlobal, sampleCapacity } = decision.thresholds;
  expect(slackOfNetwork(network, 4)).toEqual({
    neuronsBeyondLocal: 12 - widthForLocal!,
    neuronsBeyondGlobal: 12 - widthForGlobal!,
    samplesAtThisWidth: null,
    samplesAtAnyWidth: sampleCapacity! - 4,
  });
  expect(slackOfNetwork({ ...network, verdict: "nonidentifiable" }, 4)).toBeNull();
});
