import type { ProblemAnswer } from "../answers/problem-answer.ts";
import type { DataSetAnswer, WitnessAnswer } from "../answers/witness-answer.ts";
import type { ExampleWitness } from "../audit/example-witness.ts";
import type { PlainData, Witness } from "../audit/fitted-data.ts";
import { rationalTexts } from "../identifiability/partial/exact-mixing.ts";

/** Field `witness`: two data sets that the weights cannot tell apart, and the way between them. */
export function witnessJson(witness: Witness, { inputDim, outputs }: ProblemAnswer): WitnessAnswer {
  const { first, second, relativeResiduals, distance, leastMove, continuumDimension, path } = witness;
  return {
    first: plainDataJson(first, inputDim, outputs),
    second: plainDataJson(second, inputDim, outputs),
    relativeResiduals,
    distance,
    leastMove,
    continuumDimension,
    path: path.map(({ data, relativeResidual }) => ({ ...plainDataJson(data, inputDim, outputs), relativeResidual })),
  };
}

function plainDataJson({ points, multipliers }: PlainData, d: number, outputs: number): DataSetAnswer {
  const rows = chunk(Array.from(points), d);
  return { X: rows, multipliers: outputs === 1 ? Array.from(multipliers) : chunk(Array.from(multipliers), outputs) };
}

/** Field `witness` of a shape: that of a network, with the nodes it was built at and exact numbers where they are known. */
export function exampleWitnessJson(witness: ExampleWitness, problem: ProblemAnswer): WitnessAnswer {
  const { nodes, exactPath } = witness;
  const { inputDim, width } = problem;
  const exact = exactPath === null ? null : [exactPath[0]!, exactPath.at(-1)!];
  return {
    ...witnessJson(witness, problem),
    nodes: {
      hiddenWeight: chunk(Array.from(nodes.hiddenWeight), inputDim),
      hiddenBias: nodes.hiddenBias === null ? null : Array.from(nodes.hiddenBias),
      outputWeight: chunk(Array.from(nodes.outputWeight), width),
      stationary: nodes.stationary,
    },
    exact:
      exact?.map(rationalTexts).map(({ points, multipliers }) => ({ X: chunk(points, inputDim), multipliers })) ?? null,
  };
}

function chunk<T>(values: readonly T[], width: number): T[][] {
  return Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));
}
