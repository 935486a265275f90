import type { EquationShape } from "../equations/shape.ts";
import { type KktSystem, unpackUnknowns } from "../equations/system.ts";
import { maxAbs, norm2 } from "../linalg/dense.ts";
import { computeSvd, type Svd, solveTruncated } from "../linalg/svd.ts";
import { equationObjective } from "../objective/equation-objective.ts";
import { problemOf } from "../objective/sample-problem.ts";
import type { SideRows } from "../objective/side-facts.ts";
import type { Random } from "../random.ts";
import { evenMove, moveBetween, normalised, typicalSizes, withoutScale } from "./relative-moves.ts";

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
  /** Data sets along the walk from the first to the second, both included. */
  readonly path: readonly PathPoint[];
}

/** A data set on the way between two. */
interface PathPoint {
  readonly unknowns: Float64Array;
  /** Root mean square of the scaled residual. */
  readonly relativeResidual: number;
}

type Comparison = Omit<DataSetPair, "continuumDimension" | "path">;

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
  /** Side equations that both data sets have to solve. */
  readonly side?: SideRows | null;
}

/** A sample counts as moved when it is this far from where it was, relative to its norm. */
const WANTED_MOVE = 0.1;
/** Two data sets closer than this, relatively, are one up to the walk's own accuracy. */
const LEAST_DISTANCE = 1e-3;
const STEP = 0.03;
const MAX_STEPS = 150;
const DIRECTIONS = 12;
/** Data sets kept of a path, its ends included. */
const PATH_POINTS = 9;
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
  for (const direction of startDirections(space, first, origin, continuumDimension)) {
    if (options.shouldStop()) break;
    const trail = walkOnce(space, first, direction, options);
    const pair = { ...describeTrail(space, trail), continuumDimension };
    if (farEnough(pair, 1)) return pair;
    if (pair.leastMove > (best?.leastMove ?? 0)) best = pair;
  }
  return best !== null && best.distance > LEAST_DISTANCE ? best : null;
}

function describeTrail(space: WalkSpace, trail: readonly Float64Array[]): Comparison & Pick<DataSetPair, "path"> {
  const path = thinned(trail).map((unknowns) => ({ unknowns, relativeResidual: space.rootMeanSquare(unknowns) }));
  return { ...space.compare(trail[0]!, trail.at(-1)!), path };
}

/** Velocities to try: both ways along a line, else random ones. */
function* startDirections(
  space: WalkSpace,
  first: Float64Array,
  origin: Linearisation,
  continuumDimension: number,
): Generator<Float64Array> {
  if (continuumDimension === 1) {
    const direction = space.direction(first, origin);
    yield direction;
    yield direction.map((value) => -value);
    return;
  }
  for (let attempt = 0; attempt < DIRECTIONS; attempt++) yield space.direction(first, origin);
}

function farEnough({ leastMove, distance }: Comparison, margin: number): boolean {
  return leastMove >= WANTED_MOVE * margin && distance >= WANTED_MOVE;
}

/** Evenly chosen points of a trail, its ends among them. */
function thinned(trail: readonly Float64Array[]): Float64Array[] {
  const kept = Math.min(PATH_POINTS, trail.length);
  if (kept === 1) return [...trail];
  return Array.from({ length: kept }, (_, k) => trail[Math.round((k * (trail.length - 1)) / (kept - 1))]!);
}

/** The data sets met from the first one to the one with the largest least move. */
function walkOnce(
  space: WalkSpace,
  first: Float64Array,
  direction: Float64Array,
  options: WalkOptions,
): Float64Array[] {
  let u = first;
  let velocity = direction;
  const trail = [first];
  let best = 0;
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
    trail.push(u);
    const pair = space.compare(first, u);
    if (pair.leastMove > bestMove) {
      bestMove = pair.leastMove;
      best = trail.length - 1;
    }
    if (farEnough(pair, 1.05)) return trail;
    const turned = space.project(velocity, space.linearise(u));
    if (turned === null) break;
    velocity = turned;
    step = Math.min(STEP, step * 1.5);
  }
  return trail.slice(0, best + 1);
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
  compare(first: Float64Array, second: Float64Array): Comparison;
  /** Root mean square of the scaled residual. */
  rootMeanSquare(u: Float64Array): number;
}

const CORRECTIONS = 8;
const TRIAL_DIRECTIONS = 40;

function createWalkSpace(system: KktSystem, start: Float64Array, options: WalkOptions): WalkSpace {
  const { inputDim, outputs } = system.shape;
  const samples = start.length / (inputDim + outputs);
  const problem = problemOf(equationObjective(system), samples, options.side ?? undefined);
  const { rows, unknowns: n } = problem;
  const unit = typicalSizes(system.shape, start);
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
  return {
    unit,
    linearise,
    project: projectOnKernel,
    rootMeanSquare,
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
    direction: (u, at) => evenDirection(system.shape, { u, unit, at }, options),
    multipliersAlive(u) {
      const { multipliers } = unpackUnknowns(system.shape, u);
      const sizes = Array.from({ length: samples }, (_, i) =>
        maxAbs(multipliers.subarray(i * outputs, (i + 1) * outputs)),
      );
      return Math.min(...sizes) > LEAST_MULTIPLIER * Math.max(...sizes);
    },
    compare: (first, second) => ({
      first,
      second,
      relativeResiduals: [rootMeanSquare(first), rootMeanSquare(second)],
      ...moveBetween(system.shape, first, second, { scale: options.scaleGauge, sign: options.signGauge }),
    }),
  };
}

/** The velocity without its components along the singular vectors that count, its length kept; null if little is left. */
function projectOnKernel(velocity: Float64Array, { svd, rank }: Linearisation): Float64Array | null {
  const n = velocity.length;
  const kept = velocity.slice();
  for (let i = 0; i < rank; i++) {
    let along = 0;
    for (let k = 0; k < n; k++) along += svd.Vt[i * n + k]! * velocity[k]!;
    for (let k = 0; k < n; k++) kept[k]! -= along * svd.Vt[i * n + k]!;
  }
  const before = norm2(velocity);
  const after = norm2(kept);
  return after > 1e-3 * before ? kept.map((value) => (value * before) / after) : null;
}

interface Place {
  readonly u: Float64Array;
  readonly unit: Float64Array;
  readonly at: Linearisation;
}

/** Of some random null vectors off the gauge, the one whose slowest sample moves fastest. */
function evenDirection(shape: EquationShape, { u, unit, at }: Place, options: WalkOptions): Float64Array {
  let best: Float64Array = new Float64Array(u.length);
  let bestMove = -1;
  for (let trial = 0; trial < TRIAL_DIRECTIONS; trial++) {
    const random = Float64Array.from({ length: u.length }, () => options.random.normal());
    const null0 = projectOnKernel(random, at);
    if (null0 === null) continue;
    const free = options.scaleGauge ? withoutScale(shape, u, null0, unit) : null0;
    const move = evenMove(shape, u, free, unit);
    if (move > bestMove) {
      bestMove = move;
      best = normalised(shape, u, free, unit);
    }
  }
  return best;
}
