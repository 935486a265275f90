import { UsageError } from "../../errors.ts";
import type { Strategy, StrategyName } from "../strategy.ts";
import { growingByAtoms } from "./atoms.ts";
import { dualEquation } from "./dual.ts";
import { jennrich, subspacePowerMethod } from "./jennrich.ts";
import { kernelEigenproblem } from "./kernel.ts";
import { randomStarts, spectralStarts } from "./random.ts";
import { sampleSplitting } from "./splitting.ts";

/** Every strategy that there is. */
export const STRATEGIES: readonly Strategy[] = [
  kernelEigenproblem,
  jennrich,
  subspacePowerMethod,
  dualEquation,
  growingByAtoms,
  spectralStarts,
  randomStarts,
  sampleSplitting,
];

/**
 * The strategies in the order in which they take turns, with the attempts of a turn. By bench/results/strategies.md those
 * without starts come first, where they apply; elsewhere atoms succeed most often and spectral starts never more often
 * than random ones.
 */
export const DEFAULT_SCHEDULE: readonly { readonly strategy: Strategy; readonly weight: number }[] = [
  { strategy: jennrich, weight: 1 },
  { strategy: kernelEigenproblem, weight: 1 },
  { strategy: subspacePowerMethod, weight: 1 },
  { strategy: dualEquation, weight: 1 },
  { strategy: growingByAtoms, weight: 5 },
  { strategy: randomStarts, weight: 1 },
];

/** @throws {@link UsageError} if there is no such strategy */
export function strategyNamed(name: StrategyName): Strategy {
  const strategy = STRATEGIES.find((candidate) => candidate.name === name);
  if (strategy !== undefined) return strategy;
  throw new UsageError(`--strategy ${name}: choose one of auto, ${STRATEGIES.map((known) => known.name).join(", ")}`);
}
