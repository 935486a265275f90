import { levenbergMarquardt } from "../../least-squares/levenberg-marquardt.ts";
import { norm2 } from "../../linalg/dense.ts";
import { applyQ, applyQTransposed, factorQr, type QrFactors, solveUpper } from "../../linalg/qr.ts";
import { imageOf, type SampleProblem } from "../../objective/sample-problem.ts";
import type { Random } from "../../random.ts";
import type { PathRecorder } from "../path-recorder.ts";
import type { SearchContext } from "../search-context.ts";
import { type Attempt, randomFor, type Strategy } from "../strategy.ts";

/** Of the candidates of one step; the best one is taken (bench/results/strategies.md). */
const CANDIDATES = 100;
/** One candidate in so many follows the known side: the others cover directions that it is weak in. */
const SPECTRAL_EVERY = 4;
const STAGE_ITERATIONS = 40;
/** A stage that gains less than this share of ‖r‖² in a step has done what it can: the next atom changes the picture. */
const STAGE_TOLERANCE = 1e-3;

/**
 * Grows a data set one sample at a time: among random candidate points, the one that explains most of the
 * whitened residual after projection off the tangent space of the samples so far, then Levenberg–Marquardt on all of
 * them; the last sample is left to the refinement.
 */
export const growingByAtoms: Strategy = {
  name: "atoms",
  method: ["growing-by-atoms"],
  attempts: Number.POSITIVE_INFINITY,
  obstacle: (context) => (context.whitened() === null ? "the moments are too many to be whitened" : null),
  attempt(context, index, recorder?: PathRecorder): Attempt {
    const whitened = context.whitened()!;
    const onIterate = recorder?.beginElsewhere("growing by atoms");
    const random = randomFor("atoms", context, index);
    let u: Float64Array = addAtom(context, random, whitened.problemFor(0), new Float64Array(0));
    for (let k = 1; k < context.samples && !context.shouldStop(); k++) {
      const problem = whitened.problemFor(k);
      const { x } = levenbergMarquardt(problem, u, {
        maxIterations: STAGE_ITERATIONS,
        targetResidual: whitened.target,
        costTolerance: STAGE_TOLERANCE,
        shouldStop: context.shouldStop,
        ...(onIterate && { onIterate }),
      });
      recorder?.event("sample added");
      u = addAtom(context, random, problem, x);
    }
    return { unknowns: complete(context, u), starts: 1 };
  },
};

/** The unknowns with one more sample. */
function addAtom(context: SearchContext, random: Random, problem: SampleProblem, u: Float64Array): Float64Array {
  const atom = chooseAtom(context, random, problem, u);
  const grown = new Float64Array(u.length + atom.length);
  grown.set(u);
  grown.set(atom, u.length);
  return grown;
}

/** A growth that was stopped, filled up with zeros. */
function complete({ samples, inputDim, outputs }: SearchContext, u: Float64Array): Float64Array {
  const length = samples * (inputDim + outputs);
  if (u.length === length) return u;
  const full = new Float64Array(length);
  full.set(u);
  return full;
}

/** The best candidate with its multiplier, as a block (g, x). */
function chooseAtom(context: SearchContext, random: Random, problem: SampleProblem, u: Float64Array): Float64Array {
  const { outputs, inputDim } = context;
  const { rows } = problem;
  const residual = problem.residual(u, new Float64Array(rows)).map((value) => -value);
  const tangent = tangentBasis(problem, u);
  const remaining = projectOff(tangent, residual);
  const sampler = context.points();
  const best = { gain: Number.NEGATIVE_INFINITY, block: new Float64Array(outputs + inputDim) };
  for (let trial = 0; trial < CANDIDATES; trial++) {
    const x = trial % SPECTRAL_EVERY === 0 ? sampler.spectral(random) : sampler.isotropic(random);
    const image = imageOf(problem.objective, x, 0);
    const { gain, multiplier } = explain(image, remaining, tangent, outputs);
    if (!(gain > best.gain)) continue;
    best.gain = gain;
    best.block.set(multiplier);
    best.block.set(x, outputs);
  }
  return best.block;
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
