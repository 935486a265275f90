import type { PartialAnswer as PartialJson, QuantityAnswer as QuantityJson } from "../answers/partial-answer.ts";
import type { PartialAnswer, QuantityAnswer } from "../identifiability/partial/partial-answer.ts";
import { countedDirections, directionSentence, quantitySentence, signSentence } from "./partial-text.ts";

/**
 * Field `partial` of `check --json`. Samples are counted from 1; for a shape, whose samples are all alike, the list is
 * empty and `dimension` counts all directions of the name.
 */
export function partialJson(answer: PartialAnswer | null): PartialJson | null {
  if (answer === null) return null;
  const { scope, basis, errorProbability, nullity, gaugeDimension, multiplierSigns } = answer;
  const quantities = (list: readonly QuantityAnswer[], fate: "determined" | "free" | "undecided"): QuantityJson[] =>
    list.map((quantity) => ({
      quantity: quantity.kind,
      samples: fromOne(answer, quantity.samples),
      ...(quantity.degree === null ? {} : { degree: quantity.degree }),
      basis: quantity.basis,
      movedByGauge: quantity.movedByGauge,
      sentence: quantitySentence(quantity, fate, answer),
    }));
  return {
    scope,
    assumesGeneralNodes: answer.assumesGeneralNodes,
    basis,
    errorProbability,
    nullity,
    gaugeDimension,
    determined: quantities(answer.determined, "determined"),
    free: quantities(answer.free, "free"),
    undecided: quantities(answer.undecided, "undecided"),
    directions: countedDirections(answer).map((direction) => ({
      name: direction.kind,
      samples: fromOne(answer, direction.samples),
      samplesMoved: direction.samples.length,
      dimension: direction.dimension,
      gauge: direction.gauge,
      sentence: directionSentence(direction, answer),
    })),
    multiplierSigns: multiplierSigns === null ? null : { ...multiplierSigns, sentence: signSentence(multiplierSigns) },
  };
}

function fromOne({ scope }: PartialAnswer, samples: readonly number[]): number[] {
  return scope === "generic" ? [] : samples.map((i) => i + 1);
}
