import type { NetworkDecision } from "../audit/check-network.ts";
import type { PlainData, Witness } from "../audit/fitted-data.ts";
import type { FullRankEvidence } from "../identifiability/evidence.ts";
import type { Decision } from "../identifiability/result.ts";
import type { ProblemStatement, ToolStamp } from "./problem.ts";

export interface AnswerStamp {
  readonly tool: ToolStamp;
  /** "sha256:…" of everything that the answer depends on. */
  readonly inputHash: string;
  readonly seed: number;
  readonly totalSeconds: number;
}

export interface CheckJsonParts {
  /** The instance behind the decision; null for a shape. */
  readonly network?: NetworkDecision | null;
  /** Minors of a decision about a shape. */
  readonly evidence?: readonly FullRankEvidence[];
}

/** The document of `check --json`, schema kktid.check/1. */
export function checkJson(
  decision: Decision,
  problem: ProblemStatement,
  stamp: AnswerStamp,
  { network = null, evidence = [] }: CheckJsonParts = {},
): object {
  const { scope, verdict, basis, errorProbability, upTo, counts, thresholds, conditions, repairs } = decision;
  return {
    schema: "kktid.check/1",
    tool: stamp.tool,
    inputHash: stamp.inputHash,
    seed: stamp.seed,
    problem,
    scope,
    verdict,
    basis,
    errorProbability,
    upTo,
    counts,
    thresholds,
    conditions,
    conditioning: network === null ? null : conditioningJson(network),
    witness: network?.witness ? witnessJson(network.witness, problem) : null,
    repairs,
    certificate: evidence.length === 0 ? null : certificateJson(decision, problem, evidence),
    timings: { totalSeconds: stamp.totalSeconds },
  };
}

/** The minors behind every rank with the basis "certificate": whoever rebuilds the matrix can check them. */
function certificateJson(
  { verdict, scope, upTo }: Decision,
  problem: ProblemStatement,
  evidence: readonly FullRankEvidence[],
): object {
  return {
    schema: "kktid.certificate/1",
    problem,
    claim: { verdict, scope, upTo },
    steps: evidence.map((minor) => ({ kind: "generic-full-rank", ...minor })),
  };
}

function conditioningJson({ data, evidence }: NetworkDecision): object | null {
  if (data === null || !data.reachedFloor) return null;
  const { conditionNumber, expectedErrors, equationError } = data.errors;
  return {
    conditionNumber,
    weightPrecision: evidence.entryError,
    equationError,
    expectedError: Math.max(...expectedErrors),
    perSample: Array.from(expectedErrors),
  };
}

export function witnessJson(witness: Witness, { inputDim, outputs }: ProblemStatement): object {
  const { first, second, relativeResiduals, distance, leastMove, continuumDimension } = witness;
  return {
    first: plainDataJson(first, inputDim, outputs),
    second: plainDataJson(second, inputDim, outputs),
    relativeResiduals,
    distance,
    leastMove,
    continuumDimension,
    path: null,
  };
}

function plainDataJson({ points, multipliers }: PlainData, d: number, outputs: number): object {
  const rows = chunk(points, d);
  return { X: rows, multipliers: outputs === 1 ? Array.from(multipliers) : chunk(multipliers, outputs) };
}

function chunk(values: Float64Array, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, i) =>
    Array.from(values.subarray(i * width, (i + 1) * width)),
  );
}
