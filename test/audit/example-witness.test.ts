import { describe, expect, test } from "vitest";
import { realRing } from "../../src/algebra/ring.ts";
import { type ExampleWitness, exampleWitness } from "../../src/audit/example-witness.ts";
import type { PlainData } from "../../src/audit/fitted-data.ts";
import { floatKernel } from "../../src/audit/float-kernel.ts";
import { type EquationShape, equationCount } from "../../src/equations/shape.ts";
import { type KktSystem, packUnknowns } from "../../src/equations/system.ts";
import { partialAnswerForShape } from "../../src/identifiability/partial/shape-partial.ts";
import { maxAbs, norm2 } from "../../src/linalg/dense.ts";
import { check, type Question, shapeOf } from "../identifiability/shapes.ts";
import { leftSide } from "../support/definition.ts";
import { spreadAlong } from "../support/quantity-values.ts";

const example = (question: Question): ExampleWitness | null =>
  exampleWitness({ shape: shapeOf(question), samples: question.samples, seed: question.seed ?? 1 }, check(question));

/** The equations of a data set at the nodes of an example, from the definition. */
function sides(shape: EquationShape, { nodes }: ExampleWitness, { points, multipliers }: PlainData): Float64Array {
  const bias = nodes.hiddenBias ?? new Float64Array(shape.width);
  return Float64Array.from(
    leftSide(
      realRing,
      shape,
      { weights: [...nodes.hiddenWeight], bias: [...bias], output: [...nodes.outputWeight] },
      { points: [...points], multipliers: [...multipliers] },
    ),
  );
}

const nonidentifiable: readonly Question[] = [
  { activation: "z + z^2", inputDim: 4, samples: 4, width: 20 },
  { activation: "z + z^2", inputDim: 3, samples: 3, width: 9, trained: ["hidden", "bias", "output"] },
  { activation: "z", inputDim: 3, samples: 3, width: 6, outputs: 2 },
  { activation: "z^3", inputDim: 4, samples: 3, width: 2 },
  { activation: "1 + z^3", inputDim: 3, samples: 2, width: 12, trained: ["hidden", "output"] },
  { activation: "z + z^2 + z^3", inputDim: 4, samples: 4, width: 4 },
  { activation: "z + z^3", inputDim: 3, samples: 5, width: 3, trained: ["hidden", "bias", "output", "output-bias"] },
  { activation: "z^2 + z^3", inputDim: 3, samples: 4, width: 3, frozenBias: true },
  { activation: "z + z^2 + z^3", inputDim: 8, samples: 3, width: 2 },
];

describe.each(nonidentifiable)("$activation, d = $inputDim, n = $samples, m = $width, $trained", (question) => {
  const shape = shapeOf(question);
  const witness = example(question)!;

  test("has two data sets with the same equations, and a path of them", () => {
    const given = sides(shape, witness, witness.first);
    expect(maxAbs(given)).toBeGreaterThan(0);
    for (const { data } of witness.path) {
      const other = sides(shape, witness, data);
      // The floor of the walk is a few roundings of the terms of an equation; the entries here are of the same size.
      expect(norm2(other.map((value, k) => value - given[k]!))).toBeLessThanOrEqual(
        1e3 * Number.EPSILON * norm2(given),
      );
    }
    expect(witness.path.length).toBeGreaterThan(2);
    expect(witness.path.length).toBeLessThanOrEqual(9);
    expect(witness.distance).toBeGreaterThanOrEqual(0.1);
    expect(witness.leastMove).toBeGreaterThanOrEqual(0.1);
  });

  test("counts the directions that the generic rank leaves beyond the gauge", () => {
    const { nullity, gaugeDimension } = check(question).counts;
    expect(witness.continuumDimension).toBe(nullity! - gaugeDimension);
  });

  test("keeps on its path what general data of the shape determine, and moves what they leave open", () => {
    const { samples } = question;
    const answer = partialAnswerForShape({ shape, samples, seed: 1 }, check(question))!;
    const sizes = { ...shape, degree: answer.degree };
    const unknowns = packUnknowns(shape, witness.first.points, witness.first.multipliers);
    const rows = equationCount(shape);
    const system: KktSystem = {
      shape,
      weights: witness.nodes.hiddenWeight,
      bias: witness.nodes.hiddenBias ?? new Float64Array(shape.width),
      output: witness.nodes.outputWeight,
      targets: new Float64Array(rows),
      rowScale: new Float64Array(rows).fill(1),
      targetSize: new Float64Array(rows),
    };
    const { angle } = floatKernel(system, unknowns, 1e3 * Number.EPSILON);
    for (const quantity of answer.determined) {
      expect(spreadAlong(witness.path, quantity, sizes), quantity.kind).toBeLessThanOrEqual(10 * angle);
    }
    for (const quantity of answer.free) {
      expect(spreadAlong(witness.path, quantity, sizes), quantity.kind).toBeGreaterThan(100 * angle);
    }
  });

  test("comes with nodes of the shape asked about", () => {
    const { hiddenWeight, hiddenBias, outputWeight } = witness.nodes;
    expect(hiddenWeight).toHaveLength(shape.width * shape.inputDim);
    expect(outputWeight).toHaveLength(shape.width * shape.outputs);
    expect(hiddenBias === null).toBe(shape.bias === "none");
  });
});

test("mixing is exact, anything else a walk in doubles", () => {
  const [quadratic, , twoOutputs] = nonidentifiable;
  expect(example(quadratic!)!.exactPath).toHaveLength(9);
  expect(example(quadratic!)!.relativeResiduals).toEqual([0, 0]);
  expect(example(twoOutputs!)!.exactPath).toBeNull();
});

describe("for kkt with the hidden layer trained", () => {
  const relativeDifference = (a: Float64Array, b: Float64Array): number =>
    norm2(a.map((value, k) => value - b[k]!)) / norm2(b);

  test.each([
    { activation: "z + z^2", inputDim: 3, samples: 3, width: 8 },
    { activation: "z + z^2 + z^3", inputDim: 4, samples: 4, width: 4 },
    { activation: "z + z^2 + z^3", inputDim: 6, samples: 3, width: 2 },
  ])("$activation, n = $samples: both data sets are stationary at the nodes", (part) => {
    const question: Question = { ...part, setting: "kkt" };
    const witness = example(question)!;
    expect(witness.nodes.stationary).toBe(true);
    for (const data of [witness.first, witness.second]) {
      const side = sides(shapeOf(question), witness, data);
      expect(relativeDifference(side, witness.nodes.hiddenWeight)).toBeLessThanOrEqual(1e3 * Number.EPSILON);
    }
    // No two neurons are the same.
    const { hiddenWeight } = witness.nodes;
    const rows = Array.from({ length: part.width }, (_, j) =>
      hiddenWeight.slice(j * part.inputDim, (j + 1) * part.inputDim),
    );
    rows.forEach((row, j) => {
      for (const other of rows.slice(j + 1)) expect(relativeDifference(row, other)).toBeGreaterThan(1e-6);
    });
  });

  test("other layers and settings get general nodes", () => {
    const question: Question = { activation: "z + z^2", inputDim: 3, samples: 3, width: 8 };
    expect(example({ ...question, setting: "ntk" })!.nodes.stationary).toBe(false);
    expect(example({ ...question, setting: "kkt", trained: ["hidden", "output"] })!.nodes.stationary).toBe(false);
    expect(example({ ...question, setting: "kkt", frozenBias: true })!.nodes.stationary).toBe(false);
  });
});

test("the same seed gives the same example, another one another", () => {
  const question: Question = { activation: "z + z^2 + z^3", inputDim: 3, samples: 3, width: 3 };
  expect(example(question)).toEqual(example(question));
  expect(example({ ...question, seed: 2 })!.first).not.toEqual(example(question)!.first);
});

describe("there is none", () => {
  test("for an identifiable shape, one neuron more than a nonidentifiable one", () => {
    expect(example({ activation: "z + z^2 + z^3", inputDim: 4, samples: 4, width: 5 })).toBeNull();
    expect(example({ activation: "z + z^2 + z^3", inputDim: 4, samples: 4, width: 4 })).not.toBeNull();
  });

  test("beyond the limits on size", () => {
    const decision = check({ activation: "z + z^2", inputDim: 4, samples: 4, width: 20 });
    const shape = shapeOf({ activation: "z + z^2", inputDim: 40, width: 20 });
    expect(exampleWitness({ shape, samples: 4, seed: 1 }, decision)).toBeNull();
  });

  test("for softmax, and after a request to stop where a walk is needed", () => {
    const question: Question = { activation: "z", inputDim: 3, samples: 3, width: 6, outputs: 2 };
    const asked = { shape: shapeOf(question), samples: 3, seed: 1 };
    expect(exampleWitness({ ...asked, softmax: true }, check(question))).toBeNull();
    expect(exampleWitness({ ...asked, shouldStop: () => true }, check(question))).toBeNull();
    expect(exampleWitness(asked, check(question))).not.toBeNull();
  });
});
