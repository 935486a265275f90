import type { Random } from "../random.ts";
import { isRealDataSet, randomUnknowns, realUnknowns } from "./base-point.ts";
import { addScaled, type Complex, complexMultiply, complexNorm, complexZeros, copyComplex } from "./complex-linear.ts";
import { createFingerprints, type Fingerprints, sameFingerprint } from "./fingerprint.ts";
import type { MomentFibre } from "./moment-fibre.ts";
import { collectByMonodromy, type FoundSolution, type SolvedTarget } from "./monodromy.ts";
import { refine, trackPath } from "./path-tracker.ts";
import { randomUnit, sliceMatrix } from "./slice-matrix.ts";
import { createSquareSystem, type SquareSystem } from "./square-system.ts";

/** What a search for all data sets of one fibre found. */
export interface FibreSearch {
  /** Different data sets with the same equations; the first is the real one that the search started from. */
  readonly dataSets: readonly FoundDataSet[];
  /** How many of them are real, up to the gauge. */
  readonly real: number;
  /** Solutions found of the square system that the equations were projected to. */
  readonly squareSolutions: number;
  /** Independent closed loops of the monodromy. */
  readonly loops: number;
  readonly paths: number;
  readonly failedPaths: number;
  /** Whether the search ended by itself: all solutions followed along all loops, or as many found as can exist. */
  readonly finished: boolean;
}

/** One data set of a fibre, over C. */
interface FoundDataSet {
  /** n×d. */
  readonly points: Complex;
  /** n×C. */
  readonly multipliers: Complex;
  readonly real: boolean;
  /** Largest violation of an equation, relative to the largest known side. */
  readonly residual: number;
  /**
   * An estimate of Smale's α = βγ: the last relative Newton step times the measured curvature. Below 0.157 Newton's method
   * converges from an exact such point; no proof, because both are measured.
   */
  readonly alpha: number;
}

export interface FibreQuestion {
  readonly fibre: MomentFibre;
  readonly degrees: readonly number[];
  /** Independent equations, rows over the scaled moments. */
  readonly equations: Complex;
  /** As many data sets as can exist, or null where that is unknown. */
  readonly upper: number | null;
  readonly random: Random;
  readonly settings: {
    readonly maxLoops: number;
    readonly shouldStop: () => boolean;
    readonly onProgress: (found: number, loops: number) => void;
  };
}

/** Relative residual of all equations below which a solution of the square system solves them all. */
const SOLVES_ALL = 1e-8;
/** Data sets drawn for one start, of which the best conditioned is kept. */
const BASE_DRAWS = 20;
const TARGET_DRAWS = 5;
/** Smale's constant (13 − 3√17)/4. */
const SMALE = 0.157;

/**
 * Data sets with the equations of one random real data set, by monodromy on a square system, filtered by all equations
 * and certified one by one.
 */
export function searchFibre(question: FibreQuestion): FibreSearch {
  const { fibre, degrees, equations, upper, random, settings } = question;
  const system = createSquareSystem(fibre, sliceMatrix(equations, fibre, random));
  const fingerprints = createFingerprints(fibre, degrees.at(-1)!, random);
  const probe = randomUnit(system.unknowns, random);
  const base = bestConditioned(system, probe, BASE_DRAWS, () => realUnknowns(fibre, degrees.at(-1)!, random));
  const residual = createResidual(fibre, equations, base.solution);
  const judged = new Map<FoundSolution, FoundDataSet | null>();
  const judge = (found: FoundSolution): FoundDataSet | null => {
    if (!judged.has(found)) {
      const at = residual(found.y);
      const data = { ...fibre.read(found.y), real: isRealDataSet(fibre, degrees, found.y), residual: at };
      const alpha = at < SOLVES_ALL ? estimateAlpha({ system, fingerprints, random }, found, base.target) : Infinity;
      judged.set(found, alpha < SMALE ? { ...data, alpha } : null);
    }
    return judged.get(found)!;
  };
  const dataSetsOf = (solutions: readonly FoundSolution[]): FoundDataSet[] =>
    solutions.map(judge).filter((data) => data !== null);
  const result = collectByMonodromy({
    track: (start, targets) => trackPath(system, start, targets, settings.shouldStop),
    detour: (from, to) => randomBetween(from, to, random),
    fingerprints,
    base,
    nextTarget: () => bestConditioned(system, probe, TARGET_DRAWS, () => randomUnknowns(fibre, random)),
    maxLoops: settings.maxLoops,
    shouldStop: settings.shouldStop,
    onFound: (solutions, loops) => {
      const found = dataSetsOf(solutions).length;
      settings.onProgress(found, loops);
      return upper !== null && found >= upper;
    },
  });
  const dataSets = dataSetsOf(result.solutions);
  return {
    dataSets,
    real: dataSets.filter(({ real }) => real).length,
    squareSolutions: result.solutions.length,
    loops: result.loops,
    paths: result.paths,
    failedPaths: result.failedPaths,
    finished: result.closed || (upper !== null && dataSets.length >= upper),
  };
}

/** Of a few random data sets the one that moves least when its target is moved by `probe`. */
function bestConditioned(system: SquareSystem, probe: Complex, draws: number, draw: () => Complex): SolvedTarget {
  let best: SolvedTarget | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k < draws; k++) {
    const solution = draw();
    const tangent = system.tangent(solution, probe);
    const sensitivity = tangent === null ? Number.POSITIVE_INFINITY : complexNorm(tangent) / complexNorm(solution);
    if (best !== null && !(sensitivity < least)) continue;
    least = sensitivity;
    best = { target: system.targetOf(solution), solution };
  }
  return best!;
}

/** A random vector of a size like that of two others, or ten times more or less. */
function randomBetween(a: Complex, b: Complex, random: Random): Complex {
  const { re, im } = randomUnit(a.re.length, random);
  const size = Math.sqrt(complexNorm(a) * complexNorm(b)) * Math.exp(random.normal());
  return { re: re.map((value) => size * value), im: im.map((value) => size * value) };
}

/** Largest violation of the equations of `base`, relative to their largest known side. */
function createResidual(fibre: MomentFibre, equations: Complex, base: Complex): (y: Complex) => number {
  const rows = equations.re.length / fibre.moments;
  const sides = (y: Complex): Complex => {
    const moments = fibre.evaluate(y, complexZeros(fibre.moments));
    return complexMultiply(equations, moments, [rows, fibre.moments, 1], complexZeros(rows));
  };
  const largest = ({ re, im }: Complex): number => re.reduce((most, v, k) => Math.max(most, Math.hypot(v, im[k]!)), 0);
  const known = sides(base);
  return (y) => largest(addScaled(sides(y), -1, known)) / largest(known);
}

/** Relative disturbances from which Newton's method may find its way back: the basin of an ill-conditioned one is small. */
const DISTURBANCES = [1e-4, 1e-5, 1e-6, 1e-7] as const;

/** The estimate of α at a solution, from a disturbed start; Infinity where Newton's method does not come back. */
function estimateAlpha(
  { system, fingerprints, random }: { system: SquareSystem; fingerprints: Fingerprints; random: Random },
  { y, fingerprint }: FoundSolution,
  target: Complex,
): number {
  for (const disturbance of DISTURBANCES) {
    const start = addScaled(copyComplex(y), disturbance * complexNorm(y), randomUnit(y.re.length, random));
    const back = refine(system, start, target);
    if (back !== null && sameFingerprint(fingerprints.of(back.y), fingerprint)) return back.step * back.curvature;
  }
  return Number.POSITIVE_INFINITY;
}
