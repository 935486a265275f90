import type { Rational } from "../../algebra/rational.ts";
import { type EquationShape, symmetricDimension, unknownCount } from "../../equations/shape.ts";
import { InternalError } from "../../errors.ts";
import { isPrime, MODULUS_LIMIT, PrimeField, RANDOM_PRIME_LOWER_BOUND } from "../../modular/prime-field.ts";
import { rankProfile } from "../../modular/rank.ts";
import { createRandom, type Random } from "../../random.ts";
import { gaugeDimension } from "../gauge.ts";
import { fitsLimits, type ModularPoint } from "./block-ranks.ts";
import { type CyclicConfiguration, type CyclicNode, type CyclicSample, modeMatrix } from "./cyclic-modes.ts";
import { jacobianRankBound, leastWidth } from "./rank-bounds.ts";
import { homogeneousShape } from "./unit-points.ts";

/** Keeps these points apart from other uses of the same seed. */
const CYCLIC_STREAM = 0x6379636c;

/** A nonzero minor of one mode. */
interface ModeMinor {
  /** k, a divisor of the order, or 0: it stands for all modes with the same greatest common divisor with the order. */
  readonly mode: number;
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

/** Minors of the Jacobian at points and nodes that a cyclic group permutes, which prove that it has full rank. */
export interface CyclicPoint {
  /** Dimension of the space that the group acts on. */
  readonly inputDim: number;
  /** Samples of the configuration, at least as many as asked about: fewer samples are fewer columns. */
  readonly samples: number;
  readonly order: number;
  /** Neurons that are enough. */
  readonly width: number;
  /** Whether fewer neurons are too few by a proved bound. */
  readonly least: boolean;
  readonly prime: number;
  /** Of that order modulo the prime. */
  readonly root: number;
  /** One neuron per orbit, then those in place; one sample per orbit. */
  readonly point: ModularPoint;
  readonly minors: readonly ModeMinor[];
}

/** Nonzero coordinates of a point per orbit of samples, if there are several: few, since they cost time. */
const SUPPORT_PER_ORBIT = 8;

/** The numbers of a configuration before it is drawn. */
interface Plan {
  readonly space: EquationShape;
  readonly affine: boolean;
  readonly samples: number;
  readonly order: number;
  readonly width: number;
  /** Rank that every mode must have. */
  readonly required: number;
}

/** Configurations tried at most. */
const LARGEST_PLAN_COUNT = 3;

/**
 * Looks for a cyclic configuration at which the Jacobian has full rank. It splits into one block per character of the
 * group, of which one per divisor of the order is enough, so that n(d + C) unknowns cost far less than their cube.
 * Source: proofs/unit-points.md, section "Cyclic points".
 *
 * @returns null if none is found, which says nothing, or all are beyond the limits
 * @throws {@link InternalError} if a bound of the rank is contradicted
 */
export function findCyclicPoint(
  shape: EquationShape,
  samples: number,
  seed: number,
  shouldStop: () => boolean = () => false,
): CyclicPoint | null {
  const least = leastWidthByBound(shape, samples);
  if (least === null) return null;
  for (const plan of plans(shape, samples, least).slice(0, LARGEST_PLAN_COUNT)) {
    const found = minorsOfPlan(plan, shape.activation.coefficients, seed, shouldStop);
    if (found === null) continue;
    const { space, order, width } = plan;
    if (width < least) {
      throw new InternalError(`full rank of the Jacobian with ${width} neurons, but a bound asks for ${least}`);
    }
    return { inputDim: space.inputDim, samples: plan.samples, order, width, least: width === least, ...found };
  }
  return null;
}

/** The least width that the proved bounds of the rank allow; null if no width does. */
function leastWidthByBound(shape: EquationShape, samples: number): number | null {
  const free = unknownCount(shape, samples) - gaugeDimension(shape, samples);
  return leastWidth((width) => jacobianRankBound(shape, width, samples) >= free, 4 * free);
}

/** Configurations within the limits that would tell something: first those of least width, then cheap ones. */
function plans(shape: EquationShape, samples: number, least: number): Plan[] {
  const whole = homogeneousShape(shape);
  if (whole === null) return [];
  // In the span of the samples: the other coordinates of at least n neurons determine the rest.
  const space = { ...whole, inputDim: Math.min(whole.inputDim, samples) };
  const affine = shape.bias === "trained";
  const scale = gaugeDimension(shape, 1);
  const planFor = (order: number): Plan => {
    const orbits = Math.ceil(samples / order);
    const required = orbits * (space.inputDim + space.outputs - (affine ? 1 : 0) - scale);
    const width = widthForModes({ space, order, required });
    return { space, affine, samples: orbits * order, order, width, required };
  };
  return divisors(space.inputDim)
    .map(planFor)
    .filter((plan) => plan.width <= Math.max(least, shape.width) && plan.width >= space.inputDim && isAffordable(plan))
    .sort((a, b) => Number(a.width > least) - Number(b.width > least) || cost(a) - cost(b));
}

function cost({ order, required }: Plan): number {
  return divisors(order).length * required ** 3;
}

/**
 * The least number of neurons whose equations fill every mode: whole orbits, and neurons in place for the rest. These are
 * nodes in a space of inputDim/h dimensions, where the moments of P bound what they can add; beyond that, one more orbit.
 */
function widthForModes({ space, order, required }: Pick<Plan, "space" | "order" | "required">): number {
  const { inputDim, outputs, trained, activation } = space;
  const perOrbit = inputDim + (trained.has("output") ? outputs : 0);
  const orbits = Math.floor(required / perOrbit);
  const perNeuron = inputDim / order;
  const inPlace = Math.ceil((required - orbits * perOrbit) / perNeuron);
  const moments = activation.support.reduce((sum, degree) => sum + symmetricDimension(perNeuron, degree), 0);
  return orbits * order + (inPlace * perNeuron <= outputs * moments && inPlace < order ? inPlace : order);
}

function isAffordable({ space, order, samples, width }: Plan): boolean {
  const cols = (samples / order) * (space.inputDim + space.outputs);
  const rows = Math.ceil(width / order) * (space.inputDim + space.outputs) + space.outputs;
  return fitsLimits(rows, cols, divisors(order).length);
}

interface FoundMinors {
  readonly prime: number;
  readonly root: number;
  readonly point: ModularPoint;
  readonly minors: readonly ModeMinor[];
}

function minorsOfPlan(
  plan: Plan,
  coefficients: readonly Rational[],
  seed: number,
  shouldStop: () => boolean,
): FoundMinors | null {
  const random = createRandom(seed, CYCLIC_STREAM + Math.floor(seed / 2 ** 32));
  const field = new PrimeField(primeWithRoot(plan.order, coefficients, random));
  const root = rootOfOrder(field, plan.order, random);
  const setup = drawConfiguration(field, plan, coefficients, random);
  const minors: ModeMinor[] = [];
  for (const mode of divisors(plan.order).map((divisor) => divisor % plan.order)) {
    if (shouldStop()) return null;
    const { rows, cols, entries } = modeMatrix(field, setup, root, mode);
    const { rank, pivotRows, pivotColumns } = rankProfile(entries, rows, cols, field.p);
    if (rank < plan.required) return null;
    minors.push({ mode, rows: Array.from(pivotRows), columns: Array.from(pivotColumns) });
  }
  return { prime: field.p, root, point: pointOf(setup), minors };
}

function drawConfiguration(
  field: PrimeField,
  { space, affine, order, samples, width }: Plan,
  coefficients: readonly Rational[],
  random: Random,
): CyclicConfiguration {
  const { inputDim, outputs, trained, bias } = space;
  const draw = (length: number): number[] => Array.from({ length }, () => field.random(random));
  const node = (fixed: boolean): CyclicNode => {
    const weights = draw(inputDim);
    const constant = weights.map((_, f) => weights[f - (f % order)]!);
    return {
      weights: fixed ? constant : weights,
      bias: bias === "none" ? 0 : field.random(random),
      output: draw(outputs),
      fixed,
    };
  };
  const orbits = Math.floor(width / order);
  const nodes = Array.from({ length: orbits + (width % order) }, (_, j) => node(j >= orbits));
  const layers = { output: trained.has("output"), outputBias: trained.has("output-bias") };
  const sampleOrbits = samples / order;
  const nonzero = sampleOrbits === 1 ? 1 : Math.min(inputDim, SUPPORT_PER_ORBIT * sampleOrbits);
  const inSamples = Array.from({ length: sampleOrbits }, (): CyclicSample => {
    return { point: sparsePoint(field, inputDim, nonzero, random), multipliers: draw(outputs) };
  });
  return { coefficients, inputDim, outputs, order, layers, affine, nodes, samples: inSamples };
}

/** A point with that many nonzero coordinates, the first ones, whose sum is 1; e_1 for one. */
function sparsePoint(field: PrimeField, inputDim: number, nonzero: number, random: Random): number[] {
  const point = new Array<number>(inputDim).fill(0);
  let first = 1;
  for (let f = 1; f < nonzero; f++) {
    point[f] = field.random(random);
    first = field.sub(first, point[f]!);
  }
  point[0] = first;
  return point;
}

function pointOf({ nodes, samples, outputs }: CyclicConfiguration): ModularPoint {
  return {
    weights: nodes.flatMap(({ weights }) => weights),
    bias: nodes.map(({ bias }) => bias),
    output: Array.from({ length: outputs }, (_, c) => nodes.map(({ output }) => output[c]!)).flat(),
    points: samples.flatMap(({ point }) => point),
    multipliers: samples.flatMap(({ multipliers }) => multipliers),
  };
}

/** A random prime p ≡ 1 modulo the order, so that the field has the roots of unity, that divides no denominator. */
function primeWithRoot(order: number, coefficients: readonly Rational[], random: Random): number {
  const steps = Math.floor((MODULUS_LIMIT - RANDOM_PRIME_LOWER_BOUND) / order);
  const start = Math.ceil(RANDOM_PRIME_LOWER_BOUND / order);
  for (;;) {
    const candidate = (start + random.integer(steps)) * order + 1;
    const usable = candidate < MODULUS_LIMIT && isPrime(candidate);
    if (usable && coefficients.every((c) => c.denominator % BigInt(candidate) !== 0n)) return candidate;
  }
}

/** An element of that exact order. */
function rootOfOrder(field: PrimeField, order: number, random: Random): number {
  const factors = divisors(order).filter((q) => q > 1 && isPrime(q));
  for (;;) {
    const root = power(field, 1 + random.integer(field.p - 1), (field.p - 1) / order);
    if (factors.every((q) => power(field, root, order / q) !== 1)) return root;
  }
}

function power(field: PrimeField, base: number, exponent: number): number {
  let result = 1;
  let square = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = field.mul(result, square);
    square = field.mul(square, square);
  }
  return result;
}

/** Divisors in increasing order. */
function divisors(n: number): number[] {
  const found = new Set<number>();
  for (let k = 1; k * k <= n; k++) if (n % k === 0) found.add(k).add(n / k);
  return [...found].sort((a, b) => a - b);
}
