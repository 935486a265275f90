import type { CheckAnswer, CheckConditioning } from "../answers/check-answer.ts";
import type { FileAnswer, OptionsAnswer } from "../answers/input-answer.ts";
import type { ProblemAnswer } from "../answers/problem-answer.ts";
import type { Tool } from "../answers/tool.ts";
import type { WitnessAnswer } from "../answers/witness-answer.ts";
import type { NetworkDecision } from "../audit/check-network.ts";
import { NO_FINDINGS, type PartialFindings } from "../audit/partial-findings.ts";
import { rankSpectra } from "../audit/rank-spectra.ts";
import type { DataSetCount } from "../counting/count-data-sets.ts";
import type { Decision } from "../identifiability/result.ts";
import { partialJson } from "./partial-json.ts";
import { solutionCountJson } from "./solution-count.ts";
import { spectraJson } from "./spectra-json.ts";
import { exampleWitnessJson, witnessJson } from "./witness-json.ts";

export interface AnswerStamp {
  readonly tool: Tool;
  /** "sha256:…" of everything that the answer depends on. */
  readonly inputHash: string;
  readonly seed: number;
  readonly totalSeconds: number;
}

export interface CheckJsonParts {
  /** The instance behind the decision; null for a shape. */
  readonly network?: NetworkDecision | null;
  /** The certificate of the verdict (docs/certificates.md), or null where there is none. */
  readonly certificate?: object | null;
  /** What is determined without the whole, the slack, and the example of a shape. */
  readonly findings?: PartialFindings;
  /** How many data sets share the equations, where that was asked. */
  readonly solutions?: DataSetCount | null;
  /** The files and options that the answer depends on; absent for a shape. */
  readonly files?: readonly FileAnswer[] | undefined;
  readonly options?: OptionsAnswer | undefined;
}

/** The document of `check --json`, schema kktid.check/1. */
export function checkJson(
  decision: Decision,
  problem: ProblemAnswer,
  stamp: AnswerStamp,
  { network = null, certificate = null, findings = NO_FINDINGS, solutions = null, files, options }: CheckJsonParts = {},
): CheckAnswer {
  const { scope, verdict, basis, errorProbability, upTo, counts, thresholds, conditions, derivation, repairs } =
    decision;
  return {
    schema: "kktid.check/1" as const,
    tool: stamp.tool,
    inputHash: stamp.inputHash,
    seed: stamp.seed,
    problem,
    ...(files === undefined ? {} : { files }),
    ...(options === undefined ? {} : { options }),
    scope,
    verdict,
    basis,
    errorProbability,
    upTo,
    counts,
    thresholds,
    conditions,
    derivation,
    conditioning: network === null ? null : conditioningJson(network),
    partial: partialJson(findings.partial),
    slack: findings.slack,
    solutions: solutions === null ? null : solutionCountJson(solutions),
    witness: witnessOf(network, findings, problem),
    repairs,
    certificate,
    spectra: network === null ? null : spectraJson(rankSpectra(network.evidence, network.data)),
    timings: { totalSeconds: stamp.totalSeconds },
  };
}

function witnessOf(
  network: NetworkDecision | null,
  { example }: PartialFindings,
  problem: ProblemAnswer,
): WitnessAnswer | null {
  if (network?.witness) return witnessJson(network.witness, problem);
  return example === null ? null : exampleWitnessJson(example, problem);
}

function conditioningJson({ data, evidence }: NetworkDecision): CheckConditioning | null {
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
