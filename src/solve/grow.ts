import { norm2 } from "../linalg/dense.ts";
import { applyQ, applyQTransposed, factorQr, type QrFactors, solveUpper } from "../linalg/qr.ts";
import { imageOf, type SampleProblem, scaledTargets } from "../objective/sample-problem.ts";
import type { Random } from "../random.ts";
import { levenbergMarquardt } from "./levenberg-marquardt.ts";

/** What the starts need to know about one reduced system. */
export interface StartSpace {
  readonly inputDim: number;
  readonly outputs: number;
  readonly samples: number;
  readonly random: Random;
  readonly shouldStop: () => boolean;
}

const CANDIDATES = 60;
const CHOICES = 4;
const STAGE_ITERATIONS = 40;
const FINAL_ITERATIONS = 300;

/** A point whose norm is spread around the unit of length by half a decade either way. */
export function randomPoint({ inputDim, random }: StartSpace): Float64Array {
  const x = Float64Array.from({ length: inputDim }, () => random.normal());
  const factor = 10 ** (random.uniform() - 0.5) / (norm2(x) || 1);
  return x.map((value) => value * factor);
}

/**
 * Grows a data set one sample at a time: among random candidate points, one of the few that explain most of the
 * residual after projection off the tangent space of the samples so far, then Levenberg–Marquardt on all of them.
 *
 * @param problemOf - the whitened problem for k samples
 * @returns unknowns of n samples and the whitened residual norm
 */
export function growByAtoms(
  space: StartSpace,
  problemOf: (samples: number) => SampleProblem,
  targetResidual: number,
): { x: Float64Array; residualNorm: number } {
  const block = space.outputs + space.inputDim;
  let u: Float64Array = new Float64Array(0);
  let residualNorm = Number.POSITIVE_INFINITY;
  for (let k = 1; k <= space.samples; k++) {
    const before = problemOf(k - 1);
    const atom = chooseAtom(space, before, u);
    const start = new Float64Array(k * block);
    start.set(u);
    start.set(atom, (k - 1) * block);
    const solution = levenbergMarquardt(problemOf(k), start, {
      maxIterations: k === space.samples ? FINAL_ITERATIONS : STAGE_ITERATIONS,
      targetResidual,
      stepTolerance: 1e-9,
      shouldStop: space.shouldStop,
    });
    u = solution.x;
    residualNorm = solution.residualNorm;
  }
  return { x: u, residualNorm };
}

/** Random points with the multipliers that fit best, then Levenberg–Marquardt. */
export function startAtRandom(
  space: StartSpace,
  problem: SampleProblem,
  targetResidual: number,
): { x: Float64Array; residualNorm: number } {
  const { samples, outputs, inputDim } = space;
  const block = outputs + inputDim;
  const points = Array.from({ length: samples }, () => randomPoint(space));
  const multipliers = fitMultipliers(
    points.map((x) => imageOf(problem.objective, x, 0)),
    problem,
    outputs,
  );
  const start = new Float64Array(samples * block);
  points.forEach((x, i) => {
    start.set(multipliers.subarray(i * outputs, (i + 1) * outputs), i * block);
    start.set(x, i * block + outputs);
  });
  return levenbergMarquardt(problem, start, {
    maxIterations: FINAL_ITERATIONS,
    targetResidual,
    stepTolerance: 1e-9,
    shouldStop: space.shouldStop,
  });
}

function fitMultipliers(
  images: readonly Float64Array[],
  { rows, objective }: SampleProblem,
  outputs: number,
): Float64Array {
  const count = images.length * outputs;
  const m = Math.max(rows, count);
  const columns = new Float64Array(m * count);
  images.forEach((image, i) => {
    for (let c = 0; c < outputs; c++) columns.set(image.subarray(c * rows, (c + 1) * rows), (i * outputs + c) * m);
  });
  const right = new Float64Array(m);
  right.set(scaledTargets(objective));
  const factors = factorQr(columns, m, count);
  return solveUpper(factors, applyQTransposed(factors, right), new Float64Array(count));
}

/** One of the best candidates with its multiplier, as a block (g, x). */
function chooseAtom(space: StartSpace, problem: SampleProblem, u: Float64Array): Float64Array {
  const { outputs, inputDim, random } = space;
  const { rows } = problem;
  const residual = problem.residual(u, new Float64Array(rows)).map((value) => -value);
  const tangent = tangentBasis(problem, u);
  const remaining = projectOff(tangent, residual);
  const ranked: { gain: number; block: Float64Array }[] = [];
  for (let trial = 0; trial < CANDIDATES; trial++) {
    const x = randomPoint(space);
    const image = imageOf(problem.objective, x, 0);
    const { gain, multiplier } = explain(image, remaining, tangent, outputs);
    const block = new Float64Array(outputs + inputDim);
    block.set(multiplier);
    block.set(x, outputs);
    ranked.push({ gain, block });
  }
  ranked.sort((a, b) => b.gain - a.gain);
  return ranked[random.integer(CHOICES)]!.block;
}

function tangentBasis(problem: SampleProblem, u: Float64Array): QrFactors | null {
  const { rows, unknowns } = problem;
  if (unknowns === 0 || unknowns >= rows) return null;
  const J = problem.jacobian(u, new Float64Array(rows * unknowns));
  const columns = new Float64Array(rows * unknowns);
  for (let k = 0; k < unknowns; k++) {
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += J[r * unknowns + k]! ** 2;
    const factor = sum > 0 ? 1 / Math.sqrt(sum) : 0;
    for (let r = 0; r < rows; r++) columns[k * rows + r] = J[r * unknowns + k]! * factor;
  }
  return factorQr(columns, rows, unknowns);
}

function projectOff(tangent: QrFactors | null, v: Float64Array): Float64Array {
  if (tangent === null) return v;
  const rotated = applyQTransposed(tangent, v.slice());
  rotated.fill(0, 0, tangent.n);
  return applyQ(tangent, rotated);
}

/** Share of the remaining residual in the span of the projected candidate columns, and the multiplier that takes it. */
function explain(
  image: Float64Array,
  remaining: Float64Array,
  tangent: QrFactors | null,
  outputs: number,
): { gain: number; multiplier: Float64Array } {
  const rows = remaining.length;
  const m = Math.max(rows, outputs);
  const columns = new Float64Array(m * outputs);
  for (let c = 0; c < outputs; c++) {
    columns.set(projectOff(tangent, image.slice(c * rows, (c + 1) * rows)), c * m);
  }
  const factors = factorQr(columns, m, outputs);
  const right = new Float64Array(m);
  right.set(remaining);
  const rotated = applyQTransposed(factors, right);
  return {
    gain: norm2(rotated.subarray(0, outputs)),
    multiplier: solveUpper(factors, rotated, new Float64Array(outputs)),
  };
}
