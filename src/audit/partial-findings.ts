import { NO_KNOWLEDGE, sideInformationOf } from "../equations/side-information.ts";
import type { ShapeProblem } from "../identifiability/check-shape.ts";
import type { PartialAnswer } from "../identifiability/partial/partial-answer.ts";
import { partialAnswerForShape } from "../identifiability/partial/shape-partial.ts";
import { type Slack, slackOfNetwork, slackOfShape } from "../identifiability/partial/slack.ts";
import type { Decision } from "../identifiability/result.ts";
import { UNWATCHED, type Watch } from "../identifiability/watch.ts";
import type { NetworkDecision } from "./check-network.ts";
import { type ExampleWitness, exampleWitness } from "./example-witness.ts";
import { partialAnswerForNetwork } from "./network-partial.ts";

/** What goes with a verdict: the parts of the data that are determined, the slack, and an example for a shape. */
export interface PartialFindings {
  readonly partial: PartialAnswer | null;
  readonly slack: Slack | null;
  /** Two data sets of a nonidentifiable shape; a network has its own witness. */
  readonly example: ExampleWitness | null;
}

export const NO_FINDINGS: PartialFindings = { partial: null, slack: null, example: null };

/**
 * The findings about a shape; none where they would not see all that was asked: with side information, which adds
 * equations, and for given samples, which need not be general.
 * With no time left nothing is computed, and the walk that looks for an example ends.
 */
export function findingsForShape(
  { shape, samples, seed, knowledge = NO_KNOWLEDGE, points }: ShapeProblem,
  decision: Decision,
  watch: Watch = UNWATCHED,
): PartialFindings {
  const shouldStop = (): boolean => watch.secondsLeft() <= 0;
  if (points !== undefined || sideInformationOf(knowledge, shape, samples) !== null || shouldStop()) return NO_FINDINGS;
  const question = { shape, samples, seed, softmax: knowledge.loss === "softmax", shouldStop };
  watch.onStage("what is determined without the whole", 0);
  const partial = partialAnswerForShape(question, decision);
  const slack = slackOfShape(question, decision);
  if (decision.verdict === "nonidentifiable") watch.onStage("two data sets with the same equations", 0);
  return { partial, slack, example: exampleWitness(question, decision) };
}

/** The findings about one network, at the data set that its local statements are made at. */
export function findingsForNetwork(network: NetworkDecision, samples: number): PartialFindings {
  return {
    partial: partialAnswerForNetwork(network.evidence, network.data),
    slack: slackOfNetwork(network, samples),
    example: null,
  };
}
