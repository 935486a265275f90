import type { Ring } from "../algebra/ring.ts";
import { type DataPoints, evaluate, integersOf, type Nodes, type RingMatrix, unitVector } from "./ring-tools.ts";
import { type EquationShape, equationCount, unknownCount } from "./shape.ts";

/**
 * The Jacobian of the equations in (g_1, x_1, …, g_n, x_n) at the given data, over any ring.
 *
 * Rows as in the Hermite matrix; columns sample by sample, C multipliers before d coordinates.
 * Source: proofs/moment-expansion.md, equations (1)–(4), differentiated.
 */
export function jacobianMatrix<T>(
  ring: Ring<T>,
  shape: EquationShape,
  nodes: Nodes<T>,
  { points, multipliers }: DataPoints<T>,
): RingMatrix<T> {
  const { inputDim: d, outputs, width: m, trained } = shape;
  const samples = multipliers.length / outputs;
  const rows = equationCount(shape);
  const cols = unknownCount(shape, samples);
  const entries = new Array<T>(rows * cols).fill(ring.zero);
  const sigma = activationDerivatives(ring, shape);
  for (let i = 0; i < samples; i++) {
    const x = points.slice(i * d, (i + 1) * d);
    const g = multipliers.slice(i * outputs, (i + 1) * outputs);
    let row = 0;
    const emit = (byMultiplier: readonly T[], byPoint: readonly T[]): void => {
      const offset = row++ * cols + i * (outputs + d);
      for (let c = 0; c < outputs; c++) entries[offset + c] = byMultiplier[c]!;
      for (let f = 0; f < d; f++) entries[offset + outputs + f] = byPoint[f]!;
    };
    for (let j = 0; j < m; j++) {
      const w = nodes.weights.slice(j * d, (j + 1) * d);
      const a = Array.from({ length: outputs }, (_, c) => nodes.output[c * m + j]!);
      emitNeuron(ring, shape, { x, g, w, a, s: sigma(innerProduct(ring, w, x, nodes.bias[j]!)) }, emit);
    }
    const zeros = new Array<T>(d).fill(ring.zero);
    if (trained.has("output-bias"))
      for (let c = 0; c < outputs; c++) emit(unitVector(ring, outputs, c, ring.one), zeros);
  }
  return { rows, cols, entries };
}

interface NeuronAtSample<T> {
  readonly x: readonly T[];
  readonly g: readonly T[];
  readonly w: readonly T[];
  readonly a: readonly T[];
  /** σ, σ′, σ″ at w·x + b. */
  readonly s: readonly [T, T, T];
}

function emitNeuron<T>(
  ring: Ring<T>,
  { trained, outputs }: EquationShape,
  { x, g, w, a, s }: NeuronAtSample<T>,
  emit: (byMultiplier: readonly T[], byPoint: readonly T[]) => void,
): void {
  const [s0, s1, s2] = s;
  const ga = innerProduct(ring, g, a, ring.zero);
  const first = ring.multiply(ga, s1);
  const second = ring.multiply(ga, s2);
  const byWeight = a.map((value) => ring.multiply(value, s1));
  if (trained.has("hidden")) {
    x.forEach((coordinate, e) => {
      const bend = ring.multiply(second, coordinate);
      const byPoint = w.map((value) => ring.multiply(bend, value));
      byPoint[e] = ring.add(byPoint[e]!, first);
      emit(
        byWeight.map((value) => ring.multiply(value, coordinate)),
        byPoint,
      );
    });
  }
  if (trained.has("bias")) {
    emit(
      byWeight,
      w.map((value) => ring.multiply(second, value)),
    );
  }
  if (trained.has("output")) {
    for (let c = 0; c < outputs; c++) {
      const slope = ring.multiply(g[c]!, s1);
      emit(
        unitVector(ring, outputs, c, s0),
        w.map((value) => ring.multiply(slope, value)),
      );
    }
  }
}

function activationDerivatives<T>(ring: Ring<T>, { activation }: EquationShape): (z: T) => [T, T, T] {
  const integer = integersOf(ring);
  const derivative = (polynomial: readonly T[]): T[] =>
    polynomial.slice(1).map((c, k) => ring.multiply(c, integer(k + 1)));
  const value = activation.coefficients.map((c) => ring.fromRational(c));
  const slope = derivative(value);
  const bend = derivative(slope);
  return (z) => [evaluate(ring, value, z), evaluate(ring, slope, z), evaluate(ring, bend, z)];
}

function innerProduct<T>(ring: Ring<T>, a: readonly T[], b: readonly T[], start: T): T {
  return a.reduce((sum, value, k) => ring.add(sum, ring.multiply(value, b[k]!)), start);
}
