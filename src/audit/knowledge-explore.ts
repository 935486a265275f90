import { packUnknowns } from "../equations/system.ts";
import { createRandom } from "../random.ts";
import { fitMultipliersAt } from "../solve/multipliers.ts";
import {
  type Exploration,
  explore,
  type FittedData,
  findData,
  findWitness,
  freeDirections,
  hasFreeDirections,
  type Witness,
} from "./fitted-data.ts";
import { isolatedPair } from "./isolated-pair.ts";
import { equationKinds, factsAt, type NetworkKnowledge, NOTHING_KNOWN, outsideBox } from "./knowledge.ts";
import { impose, type Start } from "./knowledge-impose.ts";
import type { InstanceQuestion, NetworkEvidence } from "./network-evidence.ts";
import { othersExpected } from "./spare-equations.ts";

const ATTEMPTS = 12;
/** Further starts that must not lead to another solution where the weights alone leave directions free. */
const CONFIRMATIONS = 4;

/**
 * As {@link explore}, and the data set also solves what is known beside the weights.
 *
 * The search itself ignores the knowledge; each data set that it finds is led to the side equations. Where the weights
 * alone leave directions free, several data sets are led there.
 */
export function exploreKnowing(question: InstanceQuestion, evidence: NetworkEvidence, maxStarts: number): Exploration {
  const { knowledge } = question;
  if (knowledge === undefined || !saysAnything(knowledge, question)) return explore(question, evidence, maxStarts);
  let best: Exploration = { data: null, witness: null };
  let confirmations = 0;
  for (const start of startsOf(question, evidence, maxStarts)) {
    question.onProgress("imposing what is known beside the weights");
    const next = exploreFrom(question, evidence, knowledge, start);
    if (isIsolated(best, evidence)) confirmations++;
    best = combine(question, evidence, best, next);
    const settled = confirmations >= CONFIRMATIONS || determinedAlone(start.fitted, evidence, question.samples);
    if (best.witness !== null || (settled && isIsolated(best, evidence)) || question.shouldStop()) break;
  }
  return best;
}

/** As {@link exploreKnowing}, from a data set at hand. */
export function exploreGiven(question: InstanceQuestion, evidence: NetworkEvidence, fitted: FittedData): Exploration {
  return exploreFrom(question, evidence, question.knowledge ?? NOTHING_KNOWN, startFrom(fitted));
}

/** The better of two explorations; two isolated data sets that differ are a witness. */
function combine(
  question: InstanceQuestion,
  evidence: NetworkEvidence,
  best: Exploration,
  next: ReturnType<typeof exploreFrom>,
): Exploration {
  if (next.witness !== null || best.data === null) return next;
  if (!isIsolated(best, evidence)) return isBetter(next.data, best.data) ? next : best;
  if (!isIsolated(next, evidence)) return best;
  return { data: best.data, witness: isolatedPair(question, evidence, best.data, next.data) };
}

/** Whether the weights alone leave no direction free at a data set that solves their equations, nor others to expect. */
function determinedAlone(fitted: FittedData | null, evidence: NetworkEvidence, samples: number): boolean {
  if (fitted?.reachedFloor !== true || freeDirections(fitted, evidence) > 0) return false;
  return !othersExpected(evidence, fitted, samples);
}

function exploreFrom(
  question: InstanceQuestion,
  evidence: NetworkEvidence,
  knowledge: NetworkKnowledge,
  start: Start,
): { readonly data: FittedData; readonly witness: Witness | null } {
  const data = impose(question, evidence, knowledge, start);
  const walkable = data.reachedFloor && hasFreeDirections(data, evidence);
  return { data, witness: walkable ? secondDataSet(question, evidence, data) : null };
}

function isIsolated({ data }: Exploration, evidence: NetworkEvidence): boolean {
  return data?.reachedFloor === true && freeDirections(data, evidence) <= 0;
}

function isBetter(data: FittedData, best: FittedData): boolean {
  if (data.reachedFloor !== best.reachedFloor) return data.reachedFloor;
  return data.point.relativeResidual < best.point.relativeResidual;
}

/** A second data set that solves the side equations too and stays in the box. */
function secondDataSet(question: InstanceQuestion, evidence: NetworkEvidence, data: FittedData): Witness | null {
  const witness = findWitness(question, evidence, data);
  const box = question.knowledge?.box ?? null;
  if (witness === null || box === null) return witness;
  return outsideBox(box, witness.second.points, 0) > 0 ? null : witness;
}

function saysAnything(knowledge: NetworkKnowledge, { setting }: InstanceQuestion): boolean {
  return knowledge.box !== null || equationKinds(knowledge, setting).length > 0;
}

function* startsOf(question: InstanceQuestion, evidence: NetworkEvidence, maxStarts: number): Generator<Start> {
  const first = findData(question, evidence, { maxStarts, aim: "determined", attempt: 0 });
  if (first !== null) yield startFrom(first);
  // The weights alone leave no other data set near: what contradicts this one contradicts the weights.
  if (determinedAlone(first, evidence, question.samples)) return;
  if (question.knowledge?.known != null) {
    for (let attempt = 0; attempt < ATTEMPTS && !question.shouldStop(); attempt++) {
      yield aroundKnown(question, evidence, attempt);
    }
  }
  for (let attempt = 1; attempt <= ATTEMPTS && !question.shouldStop(); attempt++) {
    const nearby = findData(question, evidence, { maxStarts: 4, aim: "nearby", attempt });
    if (nearby !== null) yield startFrom(nearby);
  }
}

function startFrom(fitted: FittedData): Start {
  const { point, method, starts } = fitted;
  return { unknowns: point.unknowns, fitted, method: method.length > 0 ? method : ["best-fit"], starts };
}

/** The known samples beside random ones, with the multipliers that fit best. */
function aroundKnown(question: InstanceQuestion, { reduced }: NetworkEvidence, attempt: number): Start {
  const { known } = question.knowledge!;
  const { inputDim: d } = question.network;
  const random = createRandom(question.seed, 29 + attempt);
  const { shape } = reduced.system;
  const points = Float64Array.from({ length: question.samples * shape.inputDim }, () => random.normal());
  const size = 1 / Math.sqrt(shape.inputDim);
  const start = points.map((value) => value * size);
  const facts = factsAt(
    { ...question.knowledge!, loss: null },
    { unknowns: new Float64Array(0), outputs: new Float64Array(question.samples * shape.outputs) },
    { setting: question.setting, inputDim: d, reduced },
  );
  start.set(facts.pins!.points.subarray(0, Math.min(known!.samples, question.samples) * shape.inputDim));
  const unknowns = packUnknowns(shape, start, fitMultipliersAt(reduced.system, start));
  return { unknowns, fitted: null, method: ["known-samples", "random-start"], starts: 1 };
}
