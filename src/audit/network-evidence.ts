import { buildEquations, type NetworkEquations, type NetworkQuestion } from "../equations/build.ts";
import { groupNeurons, type NeuronGroups } from "../equations/neurons.ts";
import { type ReducedSystem, reduceToSpan, type SideSpectrum, sideSpectrum } from "../equations/reduction.ts";
import { equationCount } from "../equations/shape.ts";
import { UsageError } from "../errors.ts";
import { type GaugeGroup, gaugeOf } from "../identifiability/gauge.ts";
import { type KernelCriterion, kernelCriterion } from "../instance/kernel-criterion.ts";
import { type MomentEvidence, momentEvidence } from "../instance/moment-evidence.ts";
import type { ItemRunner } from "../solve/schedule.ts";
import type { StrategyName } from "../solve/strategy.ts";
import { inTypicalUnits } from "../solve/typical-units.ts";
import { fixesScale, type NetworkKnowledge, requireUsable } from "./knowledge.ts";

/** How to look for data sets. */
interface SearchPreferences {
  /** The one strategy to use; by default the schedule that measured best. */
  readonly strategy?: StrategyName | "auto" | undefined;
  /** Who evaluates the attempts; by default this thread. */
  readonly runner?: ItemRunner | undefined;
}

/** A question about one network; everything a check or a recovery of it needs to know. */
export interface InstanceQuestion extends NetworkQuestion {
  readonly samples: number;
  readonly seed: number;
  /** ρ: assumed relative error of the weights, raised above the precision of the file; undefined = that precision. */
  readonly weightPrecision?: number | undefined;
  /** What is known beside the weights; undefined = nothing. */
  readonly knowledge?: NetworkKnowledge | undefined;
  readonly search?: SearchPreferences | undefined;
  readonly shouldStop: () => boolean;
  readonly onProgress: (message: string) => void;
}

/** What the weights alone say, before any data set is looked for. */
export interface NetworkEvidence {
  readonly equations: NetworkEquations;
  /** Of the layers' equations and what is known beside the weights. */
  readonly gauge: GaugeGroup;
  /** Of the layers' equations alone, which statements about the weights alone are up to. */
  readonly equationGauge: GaugeGroup;
  readonly gaugeDimension: number;
  /** max(half an ulp of the file, ρ). */
  readonly entryError: number;
  /** ρ of every rank taken from the weights: `entryError`, and for `kkt` at least what training usually leaves. */
  readonly stationarityError: number;
  readonly neurons: NeuronGroups;
  readonly spectrum: SideSpectrum | null;
  /** The system in the row space of G where that loses nothing, in units of the typical point. */
  readonly reduced: ReducedSystem;
  readonly moments: MomentEvidence | null;
  readonly kernel: KernelCriterion;
}

/**
 * How far trained weights usually are from an exact stationary point, relative: PyTorch networks driven to a gradient
 * of 1e-16 reached 2e-15 to 3e-13. Ranks and the grouping of neurons use it; the error of a recovered sample rests on the
 * residual of its own fit.
 */
const STATIONARITY_ALLOWANCE = 1e-13;

/** ρ for ranks: what training leaves (`kkt`), or the rounding of a computed gradient or displacement. */
export function stationarityErrorOf({ setting }: NetworkQuestion, entryError: number): number {
  return setting === "kkt" ? Math.max(entryError, STATIONARITY_ALLOWANCE) : 8 * entryError;
}

const MOST_SAMPLES = 4096;

/** Reads the file's equations and computes the evidence that needs no data set. */
export function gatherEvidence(question: InstanceQuestion): NetworkEvidence {
  const { samples, onProgress } = question;
  const equations = buildEquations(question);
  const { system, unitRoundoff } = equations;
  requirePlausible(samples, question, equationCount(system.shape));
  if (question.knowledge !== undefined)
    requireUsable(question.knowledge, { setting: question.setting, samples, ...question.network });
  const entryError = Math.max(unitRoundoff, question.weightPrecision ?? 0);
  const looseError = stationarityErrorOf(question, entryError);
  onProgress("rank of the known side");
  const spectrum = sideSpectrum(system, looseError);
  const reduced = inTypicalUnits(reduceToSpan(system, samples, spectrum), entryError);
  const equationGauge = gaugeOf(system.shape);
  const gauge = knownGauge(question, equationGauge);
  onProgress("moments and kernel criterion");
  return {
    equations,
    gauge,
    equationGauge,
    // The scale of a known sample is not free.
    gaugeDimension: gauge.directionsPerSample * (samples - (question.knowledge?.known?.samples ?? 0)),
    entryError,
    stationarityError: looseError,
    neurons: groupNeurons(system, looseError),
    spectrum,
    reduced,
    moments: momentEvidence(reduced.system, looseError),
    kernel: kernelCriterion(reduced, samples, spectrum?.rank ?? 0, looseError),
  };
}

/** The gauge that knowledge leaves: norms, margins and multiplier equations fix every scale. */
function knownGauge({ knowledge, setting }: InstanceQuestion, gauge: GaugeGroup): GaugeGroup {
  if (knowledge === undefined || !fixesScale(knowledge, setting)) return gauge;
  return { symmetries: gauge.symmetries.filter((symmetry) => symmetry !== "scale"), directionsPerSample: 0 };
}

function requirePlausible(samples: number, { network }: InstanceQuestion, equations: number): void {
  if (!Number.isSafeInteger(samples) || samples < 1) {
    throw new UsageError(`-n: expected a positive number of samples, got ${samples}`);
  }
  const unknowns = samples * (network.inputDim + network.outputs);
  if (samples > MOST_SAMPLES) {
    throw new UsageError(
      `-n ${samples}: ${unknowns} unknowns against ${equations} equations; the tool stops at ${MOST_SAMPLES} samples`,
      "is -n the number of training samples?",
    );
  }
}
