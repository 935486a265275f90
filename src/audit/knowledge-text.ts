import type { KnowledgeOutcome } from "./fitted-data.ts";
import { freeDirections } from "./fitted-data.ts";
import type { NetworkEvidence } from "./network-evidence.ts";
import { othersExpected } from "./spare-equations.ts";

const NAMES: Readonly<Record<string, string>> = {
  multipliers: "loss and weight decay",
  margins: "equal margins",
  norms: "norms",
  "known-samples": "known samples",
};

/** The kinds of side equations in words. */
export function namesOf(kinds: readonly string[]): string {
  return kinds.map((kind) => NAMES[kind] ?? kind).join(", ");
}

const shown = (value: number): string => value.toExponential(1);

/** Why a data set does not agree with what is known beside the weights. */
export function contradiction(
  { kinds, objection, sideResidual, equationResidual, alone }: KnowledgeOutcome,
  residualFloor: number,
  evidence: NetworkEvidence,
): string {
  if (objection === "box") return outsideBoxText(alone === null ? 0 : freeDirections(alone, evidence));
  if (objection === "span") {
    return "a known sample lies outside the span of the known side, in which every training sample lies: it was not in the training data";
  }
  if (!Number.isFinite(sideResidual)) {
    return `what is known (${namesOf(kinds)}) has no finite value at the best fit to it: it contradicts the weights, or the starts missed the data set that satisfies it`;
  }
  const residuals = `the best fit to the weights and to what is known (${namesOf(kinds)}) leaves ${shown(equationResidual)} in the weights' equations and ${shown(sideResidual)} in the others, above the floor ${shown(residualFloor)}`;
  if (alone === null) {
    return `${residuals}; nor was a data set found for the weights alone, so that either may be wrong: n, the starts, or what was given`;
  }
  const { inputDim, outputs } = evidence.reduced.system.shape;
  const samples = alone.point.unknowns.length / (inputDim + outputs);
  return freeDirections(alone, evidence) <= 0 && !othersExpected(evidence, alone, samples)
    ? `${residuals}; the weights alone determine a data set, and it does not satisfy what was given: this contradicts the weights`
    : `${residuals}, although the weights alone are solved by many data sets: what was given contradicts the weights, or no start led to the one that satisfies it`;
}

/** A data set outside the box excludes the box only where the weights leave no other. */
function outsideBoxText(free: number): string {
  return free > 0
    ? `every data set that was found lies outside the box; the weights leave ${free} directions free, so that another one may lie inside: nothing is excluded`
    : "the data set that fits lies outside the box: the domain contradicts the weights";
}

/** What the agreement adds to the explanation of a result. */
export function agreement({ kinds, rows }: KnowledgeOutcome): string {
  return rows === 0 ? "" : `; it also solves ${rows} equations of what is known beside the weights (${namesOf(kinds)})`;
}
