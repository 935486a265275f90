import type { FileAnswer, OptionsAnswer } from "../answers/input-answer.ts";
import type { ProblemAnswer } from "../answers/problem-answer.ts";
import type { KnowledgeAnswer, ProofAnswer, RecoverAnswer, UnitsAnswer } from "../answers/recover-answer.ts";
import { isProofShown, type NoBounds, type ProvedBounds, provedBounds } from "../audit/certify-recovery.ts";
import type { Recovery } from "../audit/recover-network.ts";
import type { AnswerStamp } from "./check-json.ts";
import { spectraJson } from "./spectra-json.ts";
import { witnessJson } from "./witness-json.ts";

/** Units of x, of the bounds and of the true errors: those that the network saw, or raw ones through a scaler. */
function units({ scaler }: Recovery): UnitsAnswer {
  return scaler === null
    ? { x: "network", scaler: null }
    : { x: "raw", scaler: { file: scaler.file, mean: Array.from(scaler.mean), std: Array.from(scaler.std) } };
}

/** What was made of loss, norms and known samples; null where nothing was given. */
function knowledgeJson({ knowledge, residualFloor }: Recovery): KnowledgeAnswer | null {
  if (knowledge === null) return null;
  const { given, kinds, rows, sideResidual, equationResidual, agrees, objection } = knowledge;
  const { loss, weightDecay, labels, box, unitNorms, known } = given;
  return {
    domain: box === null ? (unitNorms ? "sphere" : "free") : { box: [box.low, box.high] },
    loss,
    weightDecay,
    labels,
    known: known === null ? null : { file: known.file, samples: known.samples },
    equations: kinds,
    rows,
    agrees,
    objection,
    sideResidual,
    equationResidual,
    residualFloor,
  };
}

/** Which bounds are proved and at which ρ, or why none are; null where a proof was not tried. */
function proofJson(proof: ProvedBounds | NoBounds | null): ProofAnswer | null {
  if (proof === null || proof.kind === "none") return proof;
  const { kind, rho, isolated, everywhere } = proof;
  return {
    kind,
    rho,
    uniqueWithin: isolated?.perSample.map(({ uniqueWithin }) => uniqueWithin) ?? null,
    multiplierRadius: isolated?.perSample.map(({ multiplierRadius }) => multiplierRadius) ?? null,
    everywhere: everywhere === null ? null : Array.from(everywhere),
  };
}

/** What was proved of a recovery, the certificate of it, and what it was asked with. */
interface RecoveryProof {
  readonly proof: ProvedBounds | NoBounds | null;
  readonly certificate: object | null;
  /** The files and options that the answer depends on. */
  readonly files?: readonly FileAnswer[];
  readonly options?: OptionsAnswer;
}

/** The document of `recover --json`, schema kktid.recover/1. */
export function recoverJson(
  recovery: Recovery,
  problem: ProblemAnswer,
  stamp: AnswerStamp,
  { proof, certificate, files, options }: RecoveryProof = { proof: null, certificate: null },
): RecoverAnswer {
  const proved = provedBounds(recovery, proof);
  const shown = isProofShown(recovery) ? proved : null;
  const { status, samples, truth, witness } = recovery;
  return {
    schema: "kktid.recover/1" as const,
    tool: stamp.tool,
    inputHash: stamp.inputHash,
    seed: stamp.seed,
    problem,
    ...(files === undefined ? {} : { files }),
    ...(options === undefined ? {} : { options }),
    status,
    explanation: recovery.explanation,
    upTo: recovery.upTo,
    relativeResidual: recovery.relativeResidual,
    residualFloor: recovery.residualFloor,
    samples: samples.map(({ x, multiplier, label, errorBound, expectedError, known }, i) => ({
      x: Array.from(x),
      multiplier: multiplier.length === 1 ? multiplier[0]! : Array.from(multiplier),
      label,
      errorBound: shown?.[i] ?? errorBound,
      certified: shown !== null,
      estimatedBound: errorBound,
      expectedError,
      provedBound: proved?.[i] ?? null,
      known,
    })),
    sampleCount: recovery.count,
    units: units(recovery),
    knowledge: knowledgeJson(recovery),
    stationarity: recovery.stationarity,
    method: recovery.method,
    starts: recovery.starts,
    evaluations: recovery.evaluations,
    splits: recovery.splits,
    splitTree: recovery.splitTree,
    conditioning: {
      conditionNumber: recovery.conditionNumber,
      jacobianRank: recovery.jacobianRank,
      weightPrecision: recovery.evidence.entryError,
      equationError: recovery.equationError,
      limitedBy: recovery.limitedBy,
    },
    truth:
      truth === null
        ? null
        : {
            maxError: truth.maxError,
            perSample: Array.from(truth.perSample),
            assignment: Array.from(truth.assignment),
            samples: truth.samples.map(({ x, label }) => ({ x: Array.from(x), label })),
          },
    witness: witness === null ? null : witnessJson(witness, problem),
    proof: proofJson(proof),
    certificate,
    spectra: spectraJson(recovery.spectra),
    convergence: recovery.convergence,
    timings: { totalSeconds: stamp.totalSeconds },
  };
}
