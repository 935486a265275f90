import { jacobianMatrix } from "../../equations/jacobian.ts";
import { type EquationShape, equationsPerNeuron, momentDegrees, unknownCount } from "../../equations/shape.ts";
import { choosePrimes, PrimeField, RANDOM_PRIME_LOWER_BOUND } from "../../modular/prime-field.ts";
import { nullspace } from "../../modular/rank.ts";
import { createRandom } from "../../random.ts";
import { gaugeDimension, gaugeOf } from "../gauge.ts";
import { primeRing, randomData, randomNodes } from "../ranks/prime-ring.ts";
import { jacobianRankBound } from "../ranks/rank-bounds.ts";
import { oneDrawError } from "../ranks/rank-error.ts";
import type { Basis, Decision } from "../result.ts";
import type { Frame } from "./frame.ts";
import type { KernelSpace } from "./kernel-space.ts";
import { keepsMoments, keepsQuantity } from "./moves.ts";
import { nameDirections } from "./name-directions.ts";
import { gaugeVelocities, type PartialAnswer, type QuantityAnswer, sortQuantities } from "./partial-answer.ts";
import { primeKernel } from "./prime-kernel.ts";
import { quantitiesOfShape } from "./quantities.ts";

/** A question about general data and general nodes of a shape. */
export interface PartialQuestion {
  readonly shape: EquationShape;
  readonly samples: number;
  readonly seed: number;
  /** Softmax cross-entropy: as if there were C − 1 free outputs. */
  readonly softmax?: boolean;
}

/** Draws of prime and point that have to agree. */
const DRAWS = 2;

/** Keeps the points apart from those of the ranks of the same seed. */
const PARTIAL_STREAM = 0x70617274;

/** Larger Jacobians are left alone: multiply-adds of one elimination. */
const LARGEST_WORK = 5e9;

/**
 * What general data of a shape leave determined at a general network, from the null space of the Jacobian modulo primes.
 *
 * A decision that the data are identifiable already says what the null space is: the gauge directions. Otherwise it is
 * computed at two random points; a quantity is free if one of the points of the larger rank says so.
 *
 * @returns null where nothing was decided, or the Jacobian is beyond the limits on work
 * Source: proofs/partial-answers.md.
 */
export function partialAnswerForShape(
  question: PartialQuestion,
  { verdict, basis }: Pick<Decision, "verdict" | "basis">,
): PartialAnswer | null {
  const free = withFreeMultipliers(question);
  if ((momentDegrees(free.shape).at(-1) ?? 0) === 0) return null;
  if (verdict === "globally-identifiable" || verdict === "locally-identifiable") {
    return combine(free, [drawPoint(free, 0, "gauge")], { proved: basis === "theorem" || basis === "certificate" });
  }
  const draws: Draw[] = [];
  for (let draw = 0; draw < DRAWS; draw++) {
    const next = drawPoint(free, draw, "jacobian");
    if (next === null) return null;
    draws.push(next);
  }
  const least = Math.min(...draws.map(({ space }) => space.basis.length));
  const bound = jacobianRankBound(free.shape, free.shape.width, free.samples);
  const proved = unknownCount(free.shape, free.samples) - least === bound;
  const best = draws.filter(({ space }) => space.basis.length === least);
  return combine(free, best, { proved });
}

/** With Σ_c g_ic = 0 the last output repeats the others. */
export function withFreeMultipliers(question: PartialQuestion): PartialQuestion {
  const { shape, softmax } = question;
  return softmax === true ? { ...question, shape: { ...shape, outputs: shape.outputs - 1 }, softmax: false } : question;
}

/** The null space at one random point modulo one prime. */
interface Draw {
  readonly space: KernelSpace<number>;
}

function drawPoint(question: PartialQuestion, draw: number, kernel: "gauge"): Draw;
function drawPoint(question: PartialQuestion, draw: number, kernel: "jacobian"): Draw | null;
function drawPoint(question: PartialQuestion, draw: number, kernel: "gauge" | "jacobian"): Draw | null {
  const { shape, samples, seed } = question;
  const field = new PrimeField(usablePrimes(shape, seed)[draw]!);
  const random = createRandom(seed, PARTIAL_STREAM + draw);
  const data = randomData(field, shape, samples, random);
  const block = shape.inputDim + shape.outputs;
  const unknowns = Array.from({ length: samples }, (_, i) => [
    ...data.multipliers.slice(i * shape.outputs, (i + 1) * shape.outputs),
    ...data.points.slice(i * shape.inputDim, (i + 1) * shape.inputDim),
  ]).flat();
  const degree = momentDegrees(shape).at(-1)!;
  const frame: Omit<Frame<number>, "ring"> = { ...shape, samples, degree, unknowns };
  if (kernel === "gauge") {
    const scales = gaugeVelocities({ frame: { ...frame, ring: primeRing(field) } }, isScaleGauge(shape));
    return { space: primeKernel({ field, random, frame, basis: scales, contains: inGauge(scales, block, field) }) };
  }
  const found = jacobianKernel(question, { field, draw, data });
  return found === null ? null : { space: primeKernel({ field, random, frame, ...found }) };
}

/** Whether a velocity is a combination of the scale directions, which have disjoint supports. */
function inGauge(
  scales: readonly number[][],
  block: number,
  field: PrimeField,
): (velocity: readonly number[]) => boolean {
  const leading = scales.map((direction) => direction.findIndex((entry) => entry !== 0));
  return (velocity) => {
    if (scales.length === 0) return velocity.every((entry) => entry === 0);
    return scales.every((direction, i) => {
      const at = leading[i]!;
      const factor = field.mul(velocity[at]!, field.inverse(direction[at]!));
      const own = velocity.slice(i * block, (i + 1) * block);
      return own.every((entry, k) => entry === field.mul(factor, direction[i * block + k]!));
    });
  };
}

interface PointModulo {
  readonly field: PrimeField;
  readonly draw: number;
  readonly data: { readonly points: readonly number[]; readonly multipliers: readonly number[] };
}

/**
 * The null space of the Jacobian, from as many general neurons as give its full row space: a general neuron that adds
 * nothing is followed by none that does.
 */
function jacobianKernel(
  { shape, samples, seed }: PartialQuestion,
  { field, draw, data }: PointModulo,
): { basis: number[][]; contains: (velocity: readonly number[]) => boolean } | null {
  const random = createRandom(seed, PARTIAL_STREAM + DRAWS + draw);
  const cols = unknownCount(shape, samples);
  const nodes = randomNodes(field, shape, random);
  const perNeuron = Math.max(1, equationsPerNeuron(shape));
  let width = Math.min(shape.width, Math.ceil(cols / perNeuron) + shape.inputDim + 2);
  for (;;) {
    const rows = width * perNeuron + shape.outputs;
    if (rows * cols * Math.min(rows, cols) > LARGEST_WORK) return null;
    const J = matrixOf(shape, width);
    const basis = nullspace(J.entries, J.rows, cols, field.p).map((vector) => Array.from(vector));
    const next = width < shape.width ? matrixOf(shape, width + 1) : null;
    if (next === null || basis.every((vector) => annihilates(next, vector, field, width * perNeuron))) {
      return { basis, contains: (velocity) => annihilates(next ?? J, velocity, field) };
    }
    width = Math.min(shape.width, Math.ceil(1.5 * width) + 1);
  }

  function matrixOf(full: EquationShape, neurons: number): { rows: number; entries: Float64Array } {
    const { inputDim: d, outputs, width: m } = full;
    const part = {
      weights: nodes.weights.slice(0, neurons * d),
      bias: nodes.bias.slice(0, neurons),
      output: Array.from({ length: outputs }, (_, c) => nodes.output.slice(c * m, c * m + neurons)).flat(),
    };
    const { rows, entries } = jacobianMatrix(primeRing(field), { ...full, width: neurons }, part, data);
    return { rows, entries: Float64Array.from(entries) };
  }
}

/** Whether J v = 0, in the rows from `firstRow` on. */
function annihilates(
  { rows, entries }: { readonly rows: number; readonly entries: Float64Array },
  v: readonly number[],
  field: PrimeField,
  firstRow = 0,
): boolean {
  const moving = v.flatMap((entry, k) => (entry === 0 ? [] : [k]));
  for (let r = firstRow; r < rows; r++) {
    let sum = 0;
    for (const k of moving) sum = field.add(sum, field.mul(entries[r * v.length + k]!, v[k]!));
    if (sum !== 0) return false;
  }
  return true;
}

/** Answers of several points of the same rank: free at one of them is free in general. */
function combine(
  { shape, samples }: PartialQuestion,
  draws: readonly Draw[],
  { proved }: { readonly proved: boolean },
): PartialAnswer {
  const scaleIsGauge = isScaleGauge(shape);
  const nullity = draws[0]!.space.basis.length;
  const gauge = gaugeDimension(shape, samples);
  const answers = draws.map(({ space }) =>
    sortQuantities(space, quantitiesOfShape(space.frame), { scaleIsGauge, basis: "probable" }),
  );
  const [first] = answers;
  const directions = nameDirections(draws[0]!.space, scaleIsGauge);
  const degree = draws[0]!.space.frame.degree;
  // Moves that keep what is seen are null vectors by their formulas; where they span everything, so is the rank known.
  const seen = momentDegrees(shape);
  const closedForm = directions.every(({ kind }) => keepsMoments(kind, seen, degree));
  const exact = proved || (closedForm && draws.length > 1);
  const freeBasis: Basis = exact ? "certificate" : "probable";
  const basisOf = (quantity: QuantityAnswer): Basis =>
    exact && closedForm && directions.every(({ kind }) => keepsQuantity(kind, quantity, degree))
      ? "certificate"
      : "probable";
  const moved = (answer: QuantityAnswer): boolean =>
    answers.some(({ free }) => free.some((other) => isSame(answer, other)));
  const all = [...first!.determined, ...first!.free];
  const free = all.filter(moved).map((answer) => ({ ...answer, basis: freeBasis }));
  const determined = all.filter((answer) => !moved(answer)).map((answer) => ({ ...answer, basis: basisOf(answer) }));
  const basis = [...free, ...determined].some((answer) => answer.basis === "probable") ? "probable" : "certificate";
  return {
    scope: "generic",
    assumesGeneralNodes: shape.setting === "kkt",
    samples,
    degree,
    nullity,
    gaugeDimension: gauge,
    determined,
    free,
    undecided: [],
    directions,
    multiplierSigns: shape.outputs === 1 ? { positive: null, negative: null } : null,
    basis,
    errorProbability: basis === "probable" ? drawError(shape, samples) ** draws.length : 0,
  };
}

/** Chance that one draw misses the generic rank, or that the velocity drawn for its null space misses a change. */
function drawError(shape: EquationShape, samples: number): number {
  return Math.min(1, oneDrawError(shape, unknownCount(shape, samples)) + 1 / RANDOM_PRIME_LOWER_BOUND);
}

function isSame(a: QuantityAnswer, b: QuantityAnswer): boolean {
  return a.kind === b.kind && a.degree === b.degree;
}

function isScaleGauge(shape: EquationShape): boolean {
  return gaugeOf(shape).directionsPerSample > 0;
}

/** Primes that divide no denominator of the activation. */
export function usablePrimes({ activation }: EquationShape, seed: number): number[] {
  for (let count = 2 * DRAWS; ; count *= 2) {
    const primes = choosePrimes(seed, count).filter((prime) =>
      activation.coefficients.every((c) => c.denominator % BigInt(prime) !== 0n),
    );
    if (primes.length >= DRAWS) return primes;
  }
}
