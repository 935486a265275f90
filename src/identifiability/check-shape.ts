import { equationCount } from "../equations/shape.ts";
import { UsageError } from "../errors.ts";
import { analyzeShape, type ShapeQuestion } from "./analysis.ts";
import { decideShape } from "./decide-shape.ts";
import { collectEvidence, type FullRankEvidence } from "./evidence.ts";
import { findRepairs } from "./repairs.ts";
import type { Decision } from "./result.ts";

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
 * 3. repair: what would make the data identifiable, recomputed.
 * 4. evidence: the minors behind every rank that counts as a certificate.
 *
 * @param onProgress - told the name of each computation before it starts
 * @throws {@link UsageError} if width, samples, input dimension or outputs is not a positive integer, or softmax has one
 * output
 * @throws {@link InternalError} if a theorem and a computed rank contradict each other
 */
export function checkShape(
  question: ShapeQuestion,
  onProgress: (stage: string) => void = () => undefined,
): ShapeDecision {
  requirePositive(question);
  const free = withFreeMultipliers(question);
  const analysis = analyzeShape(free, onProgress);
  const decision = decideShape(analysis);
  if (decision.verdict !== "globally-identifiable") onProgress("repairs");
  const repairs = findRepairs(free, analysis, decision);
  const inputDim = decision.counts.effectiveInputDim;
  const counts = { ...decision.counts, equations: equationCount({ ...question.shape, inputDim }) };
  return { ...decision, counts, repairs, evidence: collectEvidence(analysis) };
}

/** With Σ_c g_ic = 0 the last output repeats the others: C − 1 outputs with weights a_c − a_C and free multipliers. */
function withFreeMultipliers(question: ShapeQuestion): ShapeQuestion {
  const { shape, samples, seed, softmax } = question;
  if (softmax !== true) return question;
  if (shape.outputs < 2) throw new UsageError(`softmax: expected at least 2 outputs, got ${shape.outputs}`);
  return { shape: { ...shape, outputs: shape.outputs - 1 }, samples, seed };
}

function requirePositive({ shape, samples }: ShapeQuestion): void {
  const numbers = { samples, width: shape.width, inputDim: shape.inputDim, outputs: shape.outputs };
  for (const [name, value] of Object.entries(numbers)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new UsageError(`${name}: expected a positive integer, got ${value}`);
    }
  }
}
