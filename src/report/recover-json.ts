import type { Recovery } from "../audit/recover-network.ts";
import type { AnswerStamp } from "./check-json.ts";
import type { ProblemStatement } from "./problem.ts";
import { witnessJson } from "./witness-json.ts";

/** The document of `recover --json`, schema kktid.recover/1. */
export function recoverJson(recovery: Recovery, problem: ProblemStatement, stamp: AnswerStamp): object {
  const { status, samples, truth, witness } = recovery;
  return {
    schema: "kktid.recover/1",
    tool: stamp.tool,
    inputHash: stamp.inputHash,
    seed: stamp.seed,
    problem,
    status,
    explanation: recovery.explanation,
    upTo: recovery.upTo,
    relativeResidual: recovery.relativeResidual,
    residualFloor: recovery.residualFloor,
    samples: samples.map(({ x, multiplier, label, errorBound }) => ({
      x: Array.from(x),
      multiplier: multiplier.length === 1 ? multiplier[0]! : Array.from(multiplier),
      label,
      errorBound,
      certified: false,
    })),
    method: recovery.method,
    starts: recovery.starts,
    splits: 0,
    conditioning: {
      conditionNumber: recovery.conditionNumber,
      jacobianRank: recovery.jacobianRank,
      weightPrecision: recovery.evidence.entryError,
      equationError: recovery.equationError,
    },
    truth:
      truth === null
        ? null
        : {
            maxError: truth.maxError,
            perSample: Array.from(truth.perSample),
            assignment: Array.from(truth.assignment),
          },
    witness: witness === null ? null : witnessJson(witness, problem),
    certificate: null,
    timings: { totalSeconds: stamp.totalSeconds },
  };
}
