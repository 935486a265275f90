import { unpackUnknowns } from "../equations/system.ts";
import { norm2 } from "../linalg/dense.ts";
import { moveBetween } from "../solve/relative-moves.ts";
import { type FittedData, findData, freeDirections, toWitness, type Witness } from "./fitted-data.ts";
import type { InstanceQuestion, NetworkEvidence } from "./network-evidence.ts";

/** Distances below this, relative to the data, or within the bounds of both are one data set. */
const LEAST_DISTANCE = 1e-3;

/** Two isolated data sets that both solve everything, as a witness; null where they are the same. */
export function isolatedPair(
  question: InstanceQuestion,
  evidence: NetworkEvidence,
  first: FittedData,
  second: FittedData,
): Witness | null {
  const { reduced, gauge } = evidence;
  const { shape } = reduced.system;
  const [a, b] = [first.point, second.point];
  const move = moveBetween(shape, a.unknowns, b.unknowns, {
    scale: gauge.directionsPerSample > 0,
    sign: gauge.symmetries.includes("sign"),
  });
  const size = norm2(unpackUnknowns(shape, a.unknowns).points) * reduced.scale;
  const uncertainty = 10 * (norm2(first.errors.expectedErrors) + norm2(second.errors.expectedErrors));
  if (move.distance <= Math.max(LEAST_DISTANCE, uncertainty / size)) return null;
  return toWitness(question, evidence, {
    first: a.unknowns,
    second: b.unknowns,
    relativeResiduals: [a.relativeResidual, b.relativeResidual],
    ...move,
    continuumDimension: 0,
    path: [a, b],
  });
}

const ATTEMPTS = 8;
const STARTS = 6;

/** Another isolated data set that solves the layers' equations, from random starts; null where none was met. */
export function findSecondIsolated(
  question: InstanceQuestion,
  evidence: NetworkEvidence,
  first: FittedData,
): Witness | null {
  question.onProgress("looking for a second data set: no equation is left over");
  for (let attempt = 1; attempt <= ATTEMPTS && !question.shouldStop(); attempt++) {
    const other = findData(question, evidence, { maxStarts: STARTS, aim: "nearby", attempt });
    if (other === null || !other.reachedFloor || freeDirections(other, evidence) > 0) continue;
    const witness = isolatedPair(question, evidence, first, other);
    if (witness !== null) return witness;
  }
  return null;
}
