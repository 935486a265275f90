import { reject } from "./rejection.ts";
import type { StepInput, StepResult } from "./steps.ts";
import {
  checkDataFits,
  checkInstanceCatalecticant,
  checkInstanceKernel,
  checkInstanceMoments,
  checkInstanceScales,
  checkInstanceSpan,
  checkWitness,
} from "./steps-instance.ts";
import {
  checkCounting,
  checkGeneralNodes,
  checkGenericFullRank,
  checkQuadraticMixing,
  checkReduction,
  checkSinglePoint,
  checkUniqueDecomposition,
} from "./steps-shape.ts";
import { checkUnitBlock } from "./unit-block.ts";

type Check = (step: StepInput) => StepResult;

const SHAPE_STEPS: ReadonlyMap<string, Check> = new Map([
  ["generic-full-rank", checkGenericFullRank],
  ["unit-block", checkUnitBlock],
  ["reduction", checkReduction],
  ["single-point", checkSinglePoint],
  ["general-nodes", checkGeneralNodes],
  ["unique-decomposition", checkUniqueDecomposition],
  ["counting", checkCounting],
  ["quadratic-mixing", checkQuadraticMixing],
]);

const INSTANCE_STEPS: ReadonlyMap<string, Check> = new Map([
  ["data-fits", checkDataFits],
  ["witness", checkWitness],
  ["instance-span", checkInstanceSpan],
  ["instance-moments", checkInstanceMoments],
  ["instance-catalecticant", checkInstanceCatalecticant],
  ["instance-scales", checkInstanceScales],
  ["instance-kernel", checkInstanceKernel],
]);

/** Checks a step of any kind; a shape has no instance steps and a network no generic ones. */
export function checkStep(kind: string, step: StepInput): StepResult {
  const check = (step.problem.network === null ? SHAPE_STEPS : INSTANCE_STEPS).get(kind);
  return check === undefined ? reject(`unknown kind "${kind}"`) : check(step);
}
