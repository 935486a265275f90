import { formatRational, type Rational } from "../algebra/rational.ts";
import { type EquationShape, equationCount } from "../equations/shape.ts";
import { type Knowledge, NO_KNOWLEDGE, sideInformationOf } from "../equations/side-information.ts";
import { UsageError } from "../errors.ts";
import { analyzeShape, type ShapeQuestion } from "./analysis.ts";
import { kktNodes } from "./conditions/kkt-nodes.ts";
import { decideShape } from "./decide-shape.ts";
import { decideAtData, isAboutGivenData } from "./given-data/decide-at-data.ts";
import { collectEvidence, type FullRankEvidence } from "./ranks/evidence.ts";
import { findRepairs } from "./repairs/find-repairs.ts";
import type { Decision } from "./result.ts";
import { UNWATCHED, type Watch } from "./watch.ts";

/** A shape with what is known beside the weights. */
export interface ShapeProblem {
  readonly shape: EquationShape;
  /** n, at least 1. */
  readonly samples: number;
  readonly seed: number;
  /** Default: nothing. With softmax the C multipliers of a sample sum to 0, as if there were C − 1 free outputs. */
  readonly knowledge?: Knowledge;
  /** These very samples, n rows of d exact numbers; left out = almost every data set. */
  readonly points?: readonly (readonly Rational[])[] | undefined;
}

/** A decision about almost every network and data set of a shape, with the minors that prove its full ranks. */
export interface ShapeDecision extends Decision {
  readonly evidence: readonly FullRankEvidence[];
}

/**
 * Decides a shape: are n general samples determined by a general network of this width and setting?
 *
 * 1. analyse: ranks of the Hermite matrix, the Jacobian and the data side at random points modulo primes, before and
 *    after the reduction to the span of the samples; theorems on decomposition.
 * 2. decide: each condition in conditions/, then the strongest verdict that they imply.
 * 3. stationary points: for kkt, whether genuine stationary points reach the ranks of general nodes.
 * 4. repair: what would make the data identifiable, or not, recomputed.
 * 5. evidence: the minors behind every rank that counts as a certificate.
 *
 * @param watch - told of each stage; where its time runs out, stages are left out and the best verdict so far stands
 * @throws {@link UsageError} if width, samples, input dimension or outputs is not a positive integer, or loss, setting
 * and outputs do not fit together
 * @throws {@link InternalError} if a theorem and a computed rank contradict each other
 */
export function checkShape(problem: ShapeProblem, watch: Watch = UNWATCHED): ShapeDecision {
  requireSound(problem);
  const free = freeQuestion(problem);
  const analysis = analyzeShape(free, watch);
  const generic = decideShape(analysis);
  const decision = problem.points === undefined ? generic : decideAtData(analysis, generic, problem.points);
  const atGivenData = isAboutGivenData(decision);
  watch.onFinding(`at general nodes: ${decision.verdict}`);
  watch.onStage("stationary points", 0);
  const stationary = atGivenData || watch.secondsLeft() <= 0 ? null : kktNodes(analysis, decision.verdict);
  const conditions = [...decision.conditions, ...(stationary === null ? [] : [stationary])];
  watch.onStage("repairs", 0);
  // Repairs are thresholds of the layers' equations at general data; elsewhere every step would be a new elimination.
  const repairs =
    atGivenData || analysis.side !== null || watch.secondsLeft() <= 0 ? [] : findRepairs(analysis, decision);
  const inputDim = decision.counts.effectiveInputDim;
  const equations = equationCount({ ...problem.shape, inputDim }) + (analysis.side?.rows ?? 0);
  const counts = { ...decision.counts, equations };
  return {
    ...decision,
    conditions,
    counts,
    repairs,
    evidence: atGivenData ? [] : collectEvidence(analysis),
  };
}

/**
 * The question with free multipliers and its side equations. With softmax Σ_c g_ic = 0, so the last output repeats the
 * others: C − 1 outputs with weights a_c − a_C.
 *
 * @throws {@link UsageError} if loss, setting and outputs do not fit together
 */
export function freeQuestion({ shape, samples, seed, knowledge = NO_KNOWLEDGE }: ShapeProblem): ShapeQuestion {
  const side = sideInformationOf(knowledge, shape, samples);
  const outputs = knowledge.loss === "softmax" ? shape.outputs - 1 : shape.outputs;
  return { shape: { ...shape, outputs }, samples, seed, side };
}

function requireSound({ shape, samples, points, knowledge = NO_KNOWLEDGE }: ShapeProblem): void {
  if (points !== undefined && sideInformationOf(knowledge, shape, samples) !== null) {
    throw new UsageError("given samples and side information (loss, domain) are not combined", "leave one of them out");
  }
  if (points !== undefined) requireDistinct(points);
  const numbers = { samples, width: shape.width, inputDim: shape.inputDim, outputs: shape.outputs };
  for (const [name, value] of Object.entries(numbers)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new UsageError(`${name}: expected a positive integer, got ${value}`);
    }
  }
}

/** Equal samples act as one, with the sum of their multipliers. */
function requireDistinct(points: readonly (readonly Rational[])[]): void {
  const seen = new Map<string, number>();
  for (const [i, point] of points.entries()) {
    const key = point.map(formatRational).join(" ");
    const before = seen.get(key);
    if (before !== undefined) {
      throw new UsageError(
        `rows ${before + 1} and ${i + 1} of X are equal: the equations see only the sum of their multipliers`,
        "keep one of them",
      );
    }
    seen.set(key, i);
  }
}
