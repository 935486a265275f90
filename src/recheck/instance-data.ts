import { type Equation, listEquations, meet, type Sample, termOf } from "./equations.ts";
import { double, type Fields, listOf, require } from "./json.ts";
import { type NetworkSystem, neuronsOf, positionOf } from "./network-system.ts";
import {
  absolute,
  commonDivisor,
  type Dyadic,
  derivative,
  dot,
  EXACT,
  isAtMost,
  largest,
  subtract,
  toDyadic,
  ZERO,
} from "./numbers.ts";
import type { Problem } from "./problem.ts";
import { gaugeOf } from "./shape.ts";

const { add, multiply } = EXACT;

/** Multipliers below this part of the largest one leave hardly a trace of their sample. */
const LEAST_MULTIPLIER: Dyadic = { mantissa: 1n, exponent: -30 };

/** n samples, exact. */
export type ExactData = readonly Sample<Dyadic>[];

/** Reads n points (n×d) and n multipliers (n×C). */
export function readData(fields: Fields, { samples, inputDim, outputs }: Problem): ExactData {
  const points = fields.read("X", listOf(listOf(double, inputDim), samples));
  const multipliers = fields.read("multipliers", listOf(listOf(double, outputs), samples));
  return points.map((x, i) => ({ x: x.map(toDyadic), g: multipliers[i]!.map(toDyadic) }));
}

/**
 * Requires that a data set solves every equation at the file's nodes within ρ times the size of the known tensor, that
 * every sample counts, and that no two samples are one. All in exact arithmetic, times the common denominator of σ.
 *
 * @throws {@link Rejection} naming the first equation or sample at fault
 */
export function requireFits(problem: Problem, system: NetworkSystem, data: ExactData): void {
  requireProper(problem, data);
  for (const { equation, error, unit } of exactErrors(problem, system, data)) {
    const { layer, neuron } = equation;
    const allowance = multiply(multiply(toDyadic(system.rho), system.known.get(layer)!.size), unit);
    const holds = isAtMost(absolute(error), allowance);
    require(holds, `an equation of the layer ${layer} (neuron ${neuron}) does not hold within ρ`);
  }
}

/** What an equation lacks at a data set and the file's numbers, times `unit`, the common denominator of σ. */
export interface ExactError {
  readonly equation: Equation;
  readonly error: Dyadic;
  readonly unit: Dyadic;
}

/** The errors of all equations, in their order and without rounding. */
export function exactErrors(problem: Problem, system: NetworkSystem, data: ExactData): ExactError[] {
  const { activation, inputDim } = problem;
  const multiple = activation.reduce((m, { denominator: d }) => (m / commonDivisor(m, d)) * d, 1n);
  const whole = (mantissa: bigint): Dyadic => ({ mantissa, exponent: 0 });
  const unit = whole(multiple);
  const sigma = activation.map(({ numerator, denominator }) => whole((numerator * multiple) / denominator));
  const polynomials = [sigma, derivative(EXACT, sigma), unit] as const;
  const neurons = neuronsOf(problem, system, ({ values }, k) => values[k]!);
  const meetings = neurons.map((neuron) => data.map((sample) => meet(EXACT, neuron, sample, polynomials)));
  return listEquations(problem, inputDim).map((equation) => {
    const { layer, neuron } = equation;
    // The equations of an output bias are those of the samples alone, whichever neuron they meet.
    const terms = meetings[Math.max(neuron, 0)]!.map((meeting) => termOf(EXACT, equation, meeting));
    const { values } = system.known.get(layer)!;
    const error = subtract(terms.reduce(add, ZERO), multiply(values[positionOf(problem, equation)]!, unit));
    return { equation, error, unit };
  });
}

/** Every multiplier counts, no point is zero unless a bias sees it, and no two points are one, up to the gauge. */
function requireProper(problem: Problem, data: ExactData): void {
  const least = multiply(largest(data.flatMap(({ g }) => g)), LEAST_MULTIPLIER);
  for (const [i, { x, g }] of data.entries()) {
    const own = largest(g);
    require(own.mantissa !== 0n && isAtMost(least, own), `sample ${i} has a multiplier that is next to nothing`);
    require(problem.bias !== "none" || !isZero(x), `sample ${i} is zero, which leaves no trace`);
    const isNew = data
      .slice(0, i)
      .every((other) => !isZero([gapOf(problem, x, other.x)]) && !isZero([gapOf(problem, other.x, x)]));
    require(isNew, `sample ${i} is another one again`);
  }
}

function isZero(values: readonly Dyadic[]): boolean {
  return values.every(({ mantissa }) => mantissa === 0n);
}

/**
 * Requires Σ_i min_k ‖x_i − x′_k‖² ≥ distance²·Σ_i ‖x_i‖², the norm being the least over the signs or scales of x′_k that
 * the gauge allows.
 *
 * @throws {@link Rejection} if the data sets are nearer
 */
export function requireApart(problem: Problem, first: ExactData, second: ExactData, distance: number): void {
  require(distance > 0, "claim.distance: expected a positive number");
  const squares = first.map(({ x }) =>
    second.map((other) => gapOf(problem, x, other.x)).reduce((a, b) => (isAtMost(a, b) ? a : b)),
  );
  const bound = multiply(toDyadic(distance), toDyadic(distance));
  const total = first.map(({ x }) => dot(EXACT, x, x)).reduce(add, ZERO);
  require(isAtMost(multiply(bound, total), squares.reduce(add, ZERO)), "the two data sets are nearer than claimed");
}

/** ‖x − y‖², or a lower bound of its least value over the gauge. */
export function gapOf(problem: Problem, x: readonly Dyadic[], y: readonly Dyadic[]): Dyadic {
  const gauge = gaugeOf(problem);
  const [xx, xy, yy] = [dot(EXACT, x, x), dot(EXACT, x, y), dot(EXACT, y, y)];
  if (gauge.includes("scale")) return lineDistance(xx, xy, yy);
  const product = gauge.includes("sign") ? absolute(xy) : xy;
  return subtract(add(xx, yy), add(product, product));
}

/** ‖x‖² − (x·y)²/‖y‖², rounded down to 200 binary digits below ‖x‖². */
function lineDistance(xx: Dyadic, xy: Dyadic, yy: Dyadic): Dyadic {
  if (isZero([xx]) || isZero([yy])) return xx;
  const numerator = subtract(multiply(xx, yy), multiply(xy, xy));
  const lift = 200n + BigInt(yy.mantissa.toString(2).length);
  const mantissa = numerator.mantissa < 0n ? 0n : (numerator.mantissa << lift) / yy.mantissa;
  return { mantissa, exponent: numerator.exponent - yy.exponent - Number(lift) };
}
