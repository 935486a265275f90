import { createResidual, type KktSystem, packUnknowns, unpackUnknowns } from "../equations/system.ts";
import { maxAbs, norm2 } from "../linalg/dense.ts";
import { computeSvd, type Svd, solveTruncated } from "../linalg/svd.ts";
import type { Random } from "../random.ts";
import { matchPoints } from "./match.ts";

/** Two data sets that the equations cannot tell apart. */
export interface DataSetPair {
  readonly first: Float64Array;
  readonly second: Float64Array;
  /** Root mean square of the scaled residuals of both. */
  readonly relativeResiduals: readonly [number, number];
  /** Distance of the points over the norm of the first, after the best assignment and the gauge. */
  readonly distance: number;
  /** Least relative move of a sample, after the same assignment. */
  readonly leastMove: number;
  /** Dimension of the null space at the first data set, gauge taken off. */
  readonly continuumDimension: number;
}

export interface WalkOptions {
  readonly random: Random;
  /** Residual that counts as fitting, root mean square of the scaled rows. */
  readonly residualFloor: number;
  /** Singular values below this share of the largest are zero. */
  readonly rankTolerance: number;
  /** One monomial without bias: (g, x) ~ (s^{-p} g, s x). */
  readonly scaleGauge: boolean;
  /** x and −x are the same sample. */
  readonly signGauge: boolean;
  readonly shouldStop: () => boolean;
}

/** A sample counts as moved when it is this far from where it was, relative to its norm. */
const WANTED_MOVE = 0.1;
/** Two data sets closer than this, relatively, are one up to the walk's own accuracy. */
const LEAST_DISTANCE = 1e-3;
const STEP = 0.03;
const MAX_STEPS = 150;
const DIRECTIONS = 12;
/** Multipliers stay above this share of the largest: a sample with g = 0 is not there. */
const LEAST_MULTIPLIER = 1e-3;

/**
 * Walks along the null space of the Jacobian, corrected back to the equations after every step, until every sample has
 * moved by a tenth of its norm.
 *
 * @param start - unknowns that fit at the floor
 * @returns the pair with the largest least move met, or null if no direction led anywhere at the floor
 * Source: proofs/null-space-walk.md.
 */
export function walkNullSpace(system: KktSystem, start: Float64Array, options: WalkOptions): DataSetPair | null {
  const space = createWalkSpace(system, start, options);
  const first = space.correct(start);
  if (first === null || !space.multipliersAlive(first)) return null;
  const origin = space.linearise(first);
  const gauge = options.scaleGauge ? first.length / (system.shape.inputDim + system.shape.outputs) : 0;
  const continuumDimension = first.length - origin.rank - gauge;
  if (continuumDimension <= 0) return null;
  let best: DataSetPair | null = null;
  for (let attempt = 0; attempt < DIRECTIONS && !options.shouldStop(); attempt++) {
    const end = walkOnce(space, first, space.direction(first, origin), options);
    if (end === null) continue;
    const pair = { ...space.compare(first, end), continuumDimension };
    if (farEnough(pair, 1)) return pair;
    if (best === null || pair.leastMove > best.leastMove) best = pair;
  }
  return best !== null && best.distance > LEAST_DISTANCE ? best : null;
}

function farEnough({ leastMove, distance }: Omit<DataSetPair, "continuumDimension">, margin: number): boolean {
  return leastMove >= WANTED_MOVE * margin && distance >= WANTED_MOVE;
}

function walkOnce(
  space: WalkSpace,
  first: Float64Array,
  direction: Float64Array,
  options: WalkOptions,
): Float64Array | null {
  let u = first;
  let velocity = direction;
  let best: Float64Array | null = null;
  let bestMove = 0;
  let step = STEP;
  for (let count = 0; count < MAX_STEPS && !options.shouldStop(); count++) {
    const next = space.correct(u.map((value, k) => value + step * velocity[k]! * space.unit[k]!));
    if (next === null || !space.multipliersAlive(next)) {
      step /= 2;
      if (step < STEP / 64) break;
      continue;
    }
    u = next;
    const pair = space.compare(first, u);
    if (pair.leastMove > bestMove) {
      bestMove = pair.leastMove;
      best = u;
    }
    if (farEnough(pair, 1.05)) return u;
    const turned = space.project(velocity, space.linearise(u));
    if (turned === null) break;
    velocity = turned;
    step = Math.min(STEP, step * 1.5);
  }
  return best;
}

interface Linearisation {
  readonly svd: Svd;
  readonly rank: number;
}

interface WalkSpace {
  /** Typical size of each unknown: steps are relative to it. */
  readonly unit: Float64Array;
  /** Min-norm Gauss–Newton back to the equations; null if the floor is not reached nearby. */
  correct(u: Float64Array): Float64Array | null;
  linearise(u: Float64Array): Linearisation;
  /** A null vector, in units of `unit`, that moves every sample off its gauge orbit as evenly as chance allows. */
  direction(u: Float64Array, at: Linearisation): Float64Array;
  /** The null-space part of a velocity with its length kept; null if nothing is left of it. */
  project(velocity: Float64Array, at: Linearisation): Float64Array | null;
  multipliersAlive(u: Float64Array): boolean;
  compare(first: Float64Array, second: Float64Array): Omit<DataSetPair, "continuumDimension">;
}

const CORRECTIONS = 8;
const TRIAL_DIRECTIONS = 40;

function createWalkSpace(system: KktSystem, start: Float64Array, options: WalkOptions): WalkSpace {
  const { inputDim: d, outputs } = system.shape;
  const block = d + outputs;
  const samples = start.length / block;
  const problem = createResidual(system, samples);
  const { rows, unknowns: n } = problem;
  const unit = typicalSizes(system, start);
  const rootMeanSquare = (u: Float64Array): number =>
    norm2(problem.residual(u, new Float64Array(rows))) / Math.sqrt(rows);
  const linearise = (u: Float64Array): Linearisation => {
    const J = problem.jacobian(u, new Float64Array(rows * n));
    for (let r = 0; r < rows; r++) for (let k = 0; k < n; k++) J[r * n + k]! *= unit[k]!;
    const svd = computeSvd(J, rows, n);
    let rank = 0;
    while (rank < svd.k && svd.S[rank]! > options.rankTolerance * svd.S[0]!) rank++;
    return { svd, rank };
  };
  const project = (velocity: Float64Array, { svd, rank }: Linearisation): Float64Array | null => {
    const kept = velocity.slice();
    for (let i = 0; i < rank; i++) {
      let along = 0;
      for (let k = 0; k < n; k++) along += svd.Vt[i * n + k]! * velocity[k]!;
      for (let k = 0; k < n; k++) kept[k]! -= along * svd.Vt[i * n + k]!;
    }
    const before = norm2(velocity);
    const after = norm2(kept);
    return after > 1e-3 * before ? kept.map((value) => (value * before) / after) : null;
  };
  return {
    unit,
    linearise,
    project,
    correct(u) {
      let point = u;
      for (let iteration = 0; iteration < CORRECTIONS; iteration++) {
        const residual = problem.residual(point, new Float64Array(rows));
        if (norm2(residual) / Math.sqrt(rows) <= options.residualFloor) return point;
        const { svd, rank } = linearise(point);
        const step = solveTruncated(svd, residual, rank);
        point = point.map((value, k) => value - step[k]! * unit[k]!);
        if (!Number.isFinite(maxAbs(point))) return null;
      }
      return rootMeanSquare(point) <= options.residualFloor ? point : null;
    },
    direction(u, at) {
      let best: Float64Array = new Float64Array(n);
      let bestMove = -1;
      for (let trial = 0; trial < TRIAL_DIRECTIONS; trial++) {
        const random = Float64Array.from({ length: n }, () => options.random.normal());
        const null0 = project(random, at);
        if (null0 === null) continue;
        const free = options.scaleGauge ? withoutScale(system, u, null0, unit) : null0;
        const move = evenMove(system, u, free, unit);
        if (move > bestMove) {
          bestMove = move;
          best = normalised(system, u, free, unit);
        }
      }
      return best;
    },
    multipliersAlive(u) {
      const { multipliers } = unpackUnknowns(system.shape, u);
      const sizes = Array.from({ length: samples }, (_, i) =>
        maxAbs(multipliers.subarray(i * outputs, (i + 1) * outputs)),
      );
      return Math.min(...sizes) > LEAST_MULTIPLIER * Math.max(...sizes);
    },
    compare(first, second) {
      const a = gaugedPoints(system, first, options.scaleGauge);
      const b = gaugedPoints(system, second, options.scaleGauge);
      const { errors } = matchPoints(b, a, d, { sign: options.signGauge });
      const moves = errors.map((error, i) => error / (norm2(a.subarray(i * d, (i + 1) * d)) || 1));
      return {
        first,
        second,
        relativeResiduals: [rootMeanSquare(first), rootMeanSquare(second)],
        distance: norm2(errors) / norm2(a),
        leastMove: Math.min(...moves),
      };
    },
  };
}

/** Root mean square of the points for coordinates, of the multipliers for multipliers. */
function typicalSizes(system: KktSystem, u: Float64Array): Float64Array {
  const { points, multipliers } = unpackUnknowns(system.shape, u);
  const pointSize = norm2(points) / Math.sqrt(points.length) || 1;
  const multiplierSize = norm2(multipliers) / Math.sqrt(multipliers.length) || 1;
  return packUnknowns(
    system.shape,
    new Float64Array(points.length).fill(pointSize),
    new Float64Array(multipliers.length).fill(multiplierSize),
  );
}

/** With one monomial, x·|g|^{1/p} does not change under the scale gauge. */
function gaugedPoints(system: KktSystem, u: Float64Array, scaleGauge: boolean): Float64Array {
  const { points, multipliers } = unpackUnknowns(system.shape, u);
  if (!scaleGauge) return points;
  const { inputDim: d, outputs, activation } = system.shape;
  return points.map((value, k) => {
    const i = Math.floor(k / d);
    return value * norm2(multipliers.subarray(i * outputs, (i + 1) * outputs)) ** (1 / activation.degree);
  });
}

/** Takes the scale directions (−p g_i, x_i) off a velocity. */
function withoutScale(system: KktSystem, u: Float64Array, v: Float64Array, unit: Float64Array): Float64Array {
  const { inputDim: d, outputs, activation } = system.shape;
  const block = d + outputs;
  const free = v.slice();
  for (let at = 0; at < u.length; at += block) {
    const tangent = new Float64Array(block);
    for (let k = 0; k < block; k++) tangent[k] = (u[at + k]! / unit[at + k]!) * (k < outputs ? -activation.degree : 1);
    const length = norm2(tangent);
    let along = 0;
    for (let k = 0; k < block; k++) along += (tangent[k]! / length) * v[at + k]!;
    for (let k = 0; k < block; k++) free[at + k]! -= (along * tangent[k]!) / length;
  }
  return free;
}

/** Least relative move of a sample per relative move of the fastest one. */
function evenMove(system: KktSystem, u: Float64Array, v: Float64Array, unit: Float64Array): number {
  const moves = relativeMoves(system, u, v, unit);
  return Math.min(...moves) / Math.max(...moves);
}

/** The velocity with a fastest sample moving at one norm per unit of time. */
function normalised(system: KktSystem, u: Float64Array, v: Float64Array, unit: Float64Array): Float64Array {
  const fastest = Math.max(...relativeMoves(system, u, v, unit));
  return v.map((value) => value / fastest);
}

function relativeMoves({ shape }: KktSystem, u: Float64Array, v: Float64Array, unit: Float64Array): number[] {
  const block = shape.inputDim + shape.outputs;
  const moves: number[] = [];
  for (let at = 0; at < u.length; at += block) {
    const x = u.subarray(at + shape.outputs, at + block);
    const move = v.subarray(at + shape.outputs, at + block).map((value, k) => value * unit[at + shape.outputs + k]!);
    moves.push(norm2(move) / (norm2(x) || 1));
  }
  return moves;
}
