import { derivativeCoefficients } from "../../algebra/activation.ts";
import { multiply, type Rational, rational } from "../../algebra/rational.ts";
import { hermiteMatrix } from "../../equations/hermite.ts";
import { jacobianMatrix } from "../../equations/jacobian.ts";
import { type DataPoints, evaluate, type Nodes } from "../../equations/ring-tools.ts";
import { type EquationShape, equationCount, momentColumnCount, unknownCount } from "../../equations/shape.ts";
import { choosePrimes } from "../../modular/prime-field.ts";
import { createRandom, type Random } from "../../random.ts";
import { type PadicRing, padicRank, padicRing } from "./padic.ts";

/** A network that is an exact stationary point of its own data, over the p-adic integers. */
export interface KktPoint {
  readonly ring: PadicRing;
  readonly nodes: Nodes<bigint>;
  readonly data: DataPoints<bigint>;
}

/** Ranks at such a point. */
export interface KktRanks {
  readonly width: number;
  readonly hermite: number;
  readonly jacobian: number;
  readonly prime: number;
}

const KKT_STREAM = 0x6b6b74;

/** Most entries of a matrix over the p-adic integers that is eliminated here, and most of its columns. */
const LARGEST_ENTRY_COUNT = 60_000;
const LARGEST_COLUMN_COUNT = 160;

/** Whether stationary neurons form a curve: the hidden layer is stationary, and output weights are free to differ. */
export function hasStationaryCurve({ setting, trained, activation, bias, outputs }: EquationShape): boolean {
  const moving = trained.has("hidden") && !trained.has("output");
  // One monomial in (x, 1) is homogeneous in (w, b): with one output its curve is a line of parallel neurons.
  const directions = activation.support.length >= 2 || bias === "frozen" || outputs >= 2;
  return setting === "kkt" && moving && directions;
}

/**
 * A stationary point with `shape.width` distinct neurons: every node satisfies w_j = Σ_i (a_j·g_i) σ′(w_j·x_i + b_j) x_i,
 * and b_j likewise where the bias is trained.
 *
 * One neuron is chosen first, w = Σ s_i x_i with random s_i, and the multipliers are what makes it stationary. The others
 * have output weights (and frozen biases) that are the same modulo p; Newton's method finds them (Hensel's lemma).
 *
 * @returns null if the first neuron is singular modulo p, an event of probability about n/p
 * Source: proofs/kkt-nodes.md
 */
export function drawKktPoint(shape: EquationShape, samples: number, seed: number): KktPoint | null {
  const { width, outputs, inputDim: d, bias } = shape;
  // Neurons that agree modulo p differ in divided differences: the k-th costs k digits.
  const digits = width + 6;
  const [prime] = choosePrimes(seed, 1);
  const ring = padicRing(BigInt(prime!), digits);
  const random = createRandom(seed, KKT_STREAM);
  const family = createFamily(ring, shape, samples, random);
  if (family === null) return null;
  const weights: bigint[] = [];
  const shifts: bigint[] = [];
  const output = new Array<bigint>(outputs * width).fill(0n);
  for (let j = 0; j < width; j++) {
    const neuron = family.neuron(j === 0 ? () => 0n : () => ring.multiply(ring.p, draw(random, ring.p)));
    weights.push(...neuron.w.slice(0, d));
    shifts.push(bias === "trained" ? neuron.w[d]! : neuron.shift);
    for (let c = 0; c < outputs; c++) output[c * width + j] = neuron.a[c]!;
  }
  return { ring, nodes: { weights, bias: shifts, output }, data: family.data };
}

/** Lower bounds of the generic ranks at stationary points of this width; null where too large or singular. */
export function kktRanks(shape: EquationShape, samples: number, seed: number): KktRanks | null {
  const rows = equationCount(shape);
  const columns = [momentColumnCount(shape), unknownCount(shape, samples)];
  if (Math.max(...columns) > LARGEST_COLUMN_COUNT || rows * Math.max(...columns) > LARGEST_ENTRY_COUNT) return null;
  const point = drawKktPoint(shape, samples, seed);
  if (point === null) return null;
  const { ring, nodes, data } = point;
  const H = hermiteMatrix(ring, shape, nodes);
  const J = jacobianMatrix(ring, shape, nodes, data);
  return {
    width: shape.width,
    hermite: padicRank(ring, H.entries, H.rows, H.cols),
    jacobian: padicRank(ring, J.entries, J.rows, J.cols),
    prime: Number(ring.p),
  };
}

interface StationaryNeuron {
  /** (w, b) with a trained bias, else w. */
  readonly w: readonly bigint[];
  /** Frozen bias, 0 without one. */
  readonly shift: bigint;
  readonly a: readonly bigint[];
}

interface StationaryFamily {
  readonly data: DataPoints<bigint>;
  /** The neuron whose output weights and frozen bias differ by these multiples of p from the first one's. */
  neuron(change: () => bigint): StationaryNeuron;
}

/** Data for which one random neuron is stationary, and the neurons beside it. */
function createFamily(ring: PadicRing, shape: EquationShape, samples: number, random: Random): StationaryFamily | null {
  const { inputDim: d, outputs, bias, activation } = shape;
  const slope = derivativeCoefficients(activation).map((c) => ring.fromRational(c));
  const bend = secondDerivative(derivativeCoefficients(activation)).map((c) => ring.fromRational(c));
  const points = Array.from({ length: samples * d }, () => draw(random, ring.p));
  const lifted = Array.from({ length: samples }, (_, i) => [
    ...points.slice(i * d, (i + 1) * d),
    ...(bias === "trained" ? [1n] : []),
  ]);
  const factors = lifted.map(() => draw(random, ring.p));
  const first = lifted[0]!.map((_, e) =>
    lifted.reduce((sum, y, i) => ring.add(sum, ring.multiply(factors[i]!, y[e]!)), 0n),
  );
  const shift = bias === "frozen" ? draw(random, ring.p) : 0n;
  const firstOutput = Array.from({ length: outputs }, () => draw(random, ring.p));
  const multipliers: bigint[] = [];
  for (const [i, y] of lifted.entries()) {
    const slopeHere = evaluate(ring, slope, ring.add(shift, dot(ring, first, y)));
    if (!ring.isUnit(slopeHere) || !ring.isUnit(firstOutput[0]!)) return null;
    const rest = Array.from({ length: outputs - 1 }, () => draw(random, ring.p));
    // a·g_i σ′(w·x_i + b) = s_i, solved for the first multiplier.
    const wanted = ring.multiply(factors[i]!, ring.inverse(slopeHere));
    const others = dot(ring, firstOutput.slice(1), rest);
    const multiplier = ring.multiply(ring.add(wanted, ring.negate(others)), ring.inverse(firstOutput[0]!));
    multipliers.push(multiplier, ...rest);
  }
  const data = { points, multipliers };
  const gs = lifted.map((_, i) => multipliers.slice(i * outputs, (i + 1) * outputs));
  const step = newtonStep(ring, { lifted, gs, slope, bend });
  if (step(first, shift, firstOutput) === null) return null;
  return {
    data,
    neuron(change) {
      const a = firstOutput.map((value) => ring.add(value, change()));
      const moved = bias === "frozen" ? ring.add(shift, change()) : shift;
      let w: readonly bigint[] = first;
      // The number of correct digits doubles with every step.
      for (let correct = 1; correct < 2 * ring.digits; correct *= 2) w = step(w, moved, a)!;
      return { w, shift: moved, a };
    },
  };
}

interface FamilyEquations {
  readonly lifted: readonly (readonly bigint[])[];
  readonly gs: readonly (readonly bigint[])[];
  readonly slope: readonly bigint[];
  readonly bend: readonly bigint[];
}

/** One Newton step for w = Σ_i (a·g_i) σ′(w·y_i + b) y_i; null where the derivative is singular modulo p. */
function newtonStep(
  ring: PadicRing,
  { lifted, gs, slope, bend }: FamilyEquations,
): (w: readonly bigint[], shift: bigint, a: readonly bigint[]) => bigint[] | null {
  return (w, shift, a) => {
    const size = w.length;
    const residual = [...w];
    const derivative: bigint[][] = w.map((_, e) => w.map((_, f) => (e === f ? 1n : 0n)));
    lifted.forEach((y, i) => {
      const z = ring.add(shift, dot(ring, w, y));
      const weight = dot(ring, a, gs[i]!);
      const first = ring.multiply(weight, evaluate(ring, slope, z));
      const second = ring.multiply(weight, evaluate(ring, bend, z));
      for (let e = 0; e < size; e++) {
        residual[e] = ring.add(residual[e]!, ring.negate(ring.multiply(first, y[e]!)));
        const row = derivative[e]!;
        for (let f = 0; f < size; f++) {
          row[f] = ring.add(row[f]!, ring.negate(ring.multiply(second, ring.multiply(y[e]!, y[f]!))));
        }
      }
    });
    const step = solveUnimodular(ring, derivative, residual);
    return step === null ? null : w.map((value, e) => ring.add(value, ring.negate(step[e]!)));
  };
}

/** The solution of a square system whose determinant is a unit, or null if it is none. */
function solveUnimodular(
  ring: PadicRing,
  matrix: readonly (readonly bigint[])[],
  right: readonly bigint[],
): bigint[] | null {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    const at = rows.findIndex((row, i) => i >= column && ring.isUnit(row[column]!));
    if (at < 0) return null;
    [rows[column], rows[at]] = [rows[at]!, rows[column]!];
    const inverse = ring.inverse(rows[column]![column]!);
    const pivot = rows[column]!.map((value) => ring.multiply(value, inverse));
    rows[column] = pivot;
    rows.forEach((row, i) => {
      if (i === column) return;
      const factor = row[column]!;
      rows[i] = row.map((value, j) => ring.add(value, ring.negate(ring.multiply(factor, pivot[j]!))));
    });
  }
  return rows.map((row) => row[size]!);
}

function secondDerivative(slope: readonly Rational[]): Rational[] {
  return slope.slice(1).map((c, k) => multiply(c, rational(BigInt(k + 1))));
}

function dot(ring: PadicRing, a: readonly bigint[], b: readonly bigint[]): bigint {
  return a.reduce((sum, value, k) => ring.add(sum, ring.multiply(value, b[k]!)), 0n);
}

function draw(random: Random, p: bigint): bigint {
  return 1n + BigInt(random.integer(Number(p) - 1));
}
