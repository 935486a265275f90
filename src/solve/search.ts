import type { ReducedSystem } from "../equations/reduction.ts";
import { type EquationShape, equationCount, unknownCount } from "../equations/shape.ts";
import { type KktSystem, packUnknowns } from "../equations/system.ts";
import { equationProblem } from "../objective/equation-objective.ts";
import { createMomentSystem, momentObjective, momentsFit } from "../objective/moment-metric.ts";
import { problemOf, type SampleProblem } from "../objective/sample-problem.ts";
import { createRandom } from "../random.ts";
import { solveDualEquation } from "./dual-equation.ts";
import { growByAtoms, randomPoint, type StartSpace, startAtRandom } from "./grow.ts";
import { levenbergMarquardt } from "./levenberg-marquardt.ts";
import { fitMultipliersAt } from "./multipliers.ts";
import { rowVariances } from "./noise-model.ts";
import { type RefinedPoint, refine, refineFromMoments } from "./refine.ts";

export interface SearchOptions {
  readonly samples: number;
  readonly seed: number;
  /** Half an ulp, relative, of the coarsest tensor. */
  readonly unitRoundoff: number;
  /** Assumed relative error of the weights as a stationary point; at least the unit roundoff. */
  readonly weightPrecision: number;
  readonly shouldStop: () => boolean;
  readonly maxStarts: number;
  /**
   * "determined" looks for the one solution, wherever it is; "nearby" takes the solution next to random points of
   * typical size, which is the tame choice where a continuum fits.
   */
  readonly aim: "determined" | "nearby";
  readonly onProgress: (message: string) => void;
}

export interface SearchResult {
  readonly reduced: ReducedSystem;
  /** Best data set met, in reduced coordinates; null if nothing was even tried. */
  readonly point: RefinedPoint | null;
  readonly reachedFloor: boolean;
  /** Root mean square residual below which the file's own rounding is all that is left. */
  readonly residualFloor: number;
  readonly method: readonly string[];
  readonly starts: number;
}

/**
 * Residual at which a fit is as good as the numbers of the file allow, root mean square of the scaled rows: a few unit
 * roundoffs, or more where rounding of the nodes themselves moves the equations by more (large ‖x‖, large curvature).
 *
 * @param precision - relative precision of the weights
 */
export function residualFloorAt(system: KktSystem, unknowns: Float64Array, precision: number): number {
  const variances = rowVariances(system, unknowns, precision);
  const noise = Math.sqrt(variances.reduce((sum, value) => sum + value, 0) / variances.length);
  const least = FLOOR_IN_ROUNDOFFS * precision;
  return Math.min(Math.max(least, NOISE_MARGIN * noise), LARGEST_FLOOR * least);
}

/**
 * Rounding of the weights and of their gradient leaves a residual of a few unit roundoffs at the best fit; on networks
 * trained to a stationary point it was at most 2 (bench/results/networks.md), while wrong fits stayed above 1000.
 */
const FLOOR_IN_ROUNDOFFS = 16;
/** A residual within this factor of the modelled rounding counts as rounding … */
const NOISE_MARGIN = 4;
/** … up to this multiple of the least floor: a far-off fit must not excuse itself by its own cancellation. */
const LARGEST_FLOOR = 64;
/** A whitened residual within this factor of what noise at the floor would give is worth a refinement. */
const WHITENED_MARGIN = 3;
const RAW_ITERATIONS = 150;
/** Otherwise it is worth one when it beats the last one that was refined by this factor. */
const WORTHWHILE_GAIN = 0.2;

/** Operations of one Levenberg–Marquardt step, as rows × unknowns², that keep a search within minutes. */
const STEP_LIMIT = 5e8;

/** Whether n samples of a shape are few enough to search for. */
export function searchFits(shape: EquationShape, samples: number): boolean {
  const unknowns = unknownCount(shape, samples);
  return Math.max(equationCount(shape), unknowns) * unknowns ** 2 <= STEP_LIMIT;
}

/**
 * Looks for n samples that solve the equations to the rounding floor: dual equation first, then whitened moments.
 *
 * @param reduced - the system in units of the typical point, see {@link inTypicalUnits}
 */
export function search(reduced: ReducedSystem, options: SearchOptions): SearchResult {
  const { samples, weightPrecision, unitRoundoff, shouldStop } = options;
  const { shape } = reduced.system;
  const precision = Math.max(weightPrecision, unitRoundoff);
  const run: Run = {
    reduced,
    precision,
    leastFloor: FLOOR_IN_ROUNDOFFS * precision,
    tauFactor: precision / 2 ** -53,
    options,
    best: null,
    starts: 0,
    space: {
      inputDim: reduced.inputDim,
      outputs: shape.outputs,
      samples,
      random: createRandom(options.seed),
      shouldStop,
    },
  };
  const found = options.aim === "nearby" ? searchRaw(run) : (tryDual(run) ?? searchMoments(run) ?? searchRaw(run));
  return {
    reduced,
    point: run.best,
    reachedFloor: found !== null,
    residualFloor: run.best === null ? run.leastFloor : residualFloorAt(reduced.system, run.best.unknowns, precision),
    method: found ?? [],
    starts: run.starts,
  };
}

interface Run {
  readonly reduced: ReducedSystem;
  readonly precision: number;
  readonly leastFloor: number;
  readonly tauFactor: number;
  readonly options: SearchOptions;
  readonly space: StartSpace;
  best: RefinedPoint | null;
  starts: number;
}

/** Keeps the point if it is the best so far; true at the floor. */
function offer(run: Run, point: RefinedPoint): boolean {
  if (run.best === null || point.relativeResidual < run.best.relativeResidual) run.best = point;
  return point.relativeResidual <= residualFloorAt(run.reduced.system, point.unknowns, run.precision);
}

function tryDual(run: Run): string[] | null {
  const { system } = run.reduced;
  const dual = solveDualEquation(system, run.space, 1e-10 * run.tauFactor);
  if (dual === null) return null;
  run.starts += dual.starts;
  run.options.onProgress(`dual equation: ${run.options.samples} points after ${dual.starts} starts`);
  const unknowns = packUnknowns(system.shape, dual.points, fitMultipliersAt(system, dual.points));
  return offer(run, refine(system, unknowns, run.space.shouldStop)) ? ["dual-equation", "levenberg-marquardt"] : null;
}

function searchMoments(run: Run): string[] | null {
  const { options, space, tauFactor, leastFloor } = run;
  if (!momentsFit(run.reduced.system.shape)) return null;
  const moments = createMomentSystem(run.reduced.system);
  const tau = 1e-12 * tauFactor;
  const objective = momentObjective(moments, tau, tau / 10);
  const problems = new Map<number, SampleProblem>();
  const problemFor = (samples: number): SampleProblem => {
    const known = problems.get(samples);
    if (known !== undefined) return known;
    const problem = problemOf(objective, samples);
    problems.set(samples, problem);
    return problem;
  };
  const full = problemFor(options.samples);
  const target = 0.1 * leastFloor * objective.noiseGain;
  const first = run.starts;
  let worthRefining = objective.targetNorm;
  while (run.starts - first < options.maxStarts && !space.shouldStop()) {
    const grown = (run.starts - first) % 2 === 0;
    run.starts++;
    const { x, residualNorm } = grown ? growByAtoms(space, problemFor, target) : startAtRandom(space, full, target);
    const share = residualNorm / objective.targetNorm;
    options.onProgress(`start ${run.starts}: whitened residual ${share.toExponential(1)}`);
    if (residualNorm > WHITENED_MARGIN * leastFloor * objective.noiseGain && residualNorm > worthRefining) continue;
    worthRefining = Math.min(worthRefining, WORTHWHILE_GAIN * residualNorm);
    if (offer(run, refineFromMoments(run.reduced.system, moments, x, tauFactor, space.shouldStop))) {
      return ["whitened-moments", grown ? "growing-by-atoms" : "random-start", "levenberg-marquardt"];
    }
  }
  return null;
}

/** Random starts on the raw equations. */
function searchRaw(run: Run): string[] | null {
  const { options, space } = run;
  const { system } = run.reduced;
  const problem = equationProblem(system, options.samples);
  while (run.starts < options.maxStarts && !space.shouldStop()) {
    run.starts++;
    const points = new Float64Array(options.samples * space.inputDim);
    for (let i = 0; i < options.samples; i++) points.set(randomPoint(space), i * space.inputDim);
    const start = packUnknowns(system.shape, points, fitMultipliersAt(system, points));
    const { x } = levenbergMarquardt(problem, start, {
      maxIterations: RAW_ITERATIONS,
      stepTolerance: 1e-9,
      shouldStop: space.shouldStop,
    });
    const point = refine(system, x, space.shouldStop);
    options.onProgress(`start ${run.starts}: residual ${point.relativeResidual.toExponential(1)}`);
    if (offer(run, point)) return ["random-start", "levenberg-marquardt"];
  }
  return null;
}
