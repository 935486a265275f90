import type { Ring } from "../../src/algebra/ring.ts";
import type { DataPoints, Nodes } from "../../src/equations/ring-tools.ts";
import type { EquationShape, TrainedLayer } from "../../src/equations/shape.ts";
import { dualRing, seed } from "./dual.ts";

/**
 * Left side of the equations straight from the definition: the multipliers pair with f(x_i), f(x) = Σ_j a_j σ(w_j·x + b_j)
 * + c, and each equation is the derivative of Σ_i g_i·f(x_i) by one parameter, taken with dual numbers.
 *
 * Rows as documented for a system: neuron by neuron (hidden d, bias 1, output C), then C of the output bias.
 */
export function leftSide<T>(ring: Ring<T>, shape: EquationShape, nodes: Nodes<T>, data: DataPoints<T>): T[] {
  const neurons = Array.from({ length: shape.width }, (_, j) => neuronRows(ring, shape, nodes, data, j));
  return [...neurons.flat(), ...outputBiasRows(ring, shape, data)];
}

function neuronRows<T>(
  ring: Ring<T>,
  shape: EquationShape,
  { weights, bias, output }: Nodes<T>,
  { points, multipliers }: DataPoints<T>,
  j: number,
): T[] {
  const { inputDim: d, width: m, outputs, trained } = shape;
  const a = Array.from({ length: outputs }, (_, c) => output[c * m + j]!);
  const parameters = [...weights.slice(j * d, (j + 1) * d), bias[j]!, ...a];
  const layerOf = (k: number): TrainedLayer => (k < d ? "hidden" : k === d ? "bias" : "output");
  const constants = { points: seed(ring, points, -1), multipliers: seed(ring, multipliers, -1) };
  return parameters
    .map((_, k) => k)
    .filter((k) => trained.has(layerOf(k)))
    .map((k) => neuronShare(dualRing(ring), shape, seed(ring, parameters, k), constants).slope);
}

function outputBiasRows<T>(ring: Ring<T>, { trained, outputs }: EquationShape, { multipliers }: DataPoints<T>): T[] {
  if (!trained.has("output-bias")) return [];
  return Array.from({ length: outputs }, (_, c) =>
    multipliers.filter((_, at) => at % outputs === c).reduce<T>((sum, g) => ring.add(sum, g), ring.zero),
  );
}

/** Σ_i (g_i·a) σ(w·x_i + b) for one neuron with parameters (w, b, a). */
function neuronShare<T>(
  ring: Ring<T>,
  { activation, inputDim: d, outputs }: EquationShape,
  parameters: readonly T[],
  { points, multipliers }: DataPoints<T>,
): T {
  let total = ring.zero;
  for (let i = 0; i < points.length / d; i++) {
    let z: T = parameters[d]!;
    for (let e = 0; e < d; e++) z = ring.add(z, ring.multiply(parameters[e]!, points[i * d + e]!));
    let sigma = ring.zero;
    let power = ring.one;
    for (const c of activation.coefficients) {
      sigma = ring.add(sigma, ring.multiply(ring.fromRational(c), power));
      power = ring.multiply(power, z);
    }
    let pairing = ring.zero;
    for (let c = 0; c < outputs; c++) {
      pairing = ring.add(pairing, ring.multiply(multipliers[i * outputs + c]!, parameters[d + 1 + c]!));
    }
    total = ring.add(total, ring.multiply(pairing, sigma));
  }
  return total;
}

/** Exact Jacobian of {@link leftSide} in (g_1, x_1, …), row-major, one dual number per column. */
export function leftSideJacobian<T>(
  ring: Ring<T>,
  shape: EquationShape,
  nodes: Nodes<T>,
  data: DataPoints<T>,
): { rows: number; cols: number; entries: T[] } {
  const { inputDim: d, outputs } = shape;
  const dual = dualRing(ring);
  const samples = data.multipliers.length / outputs;
  const constantNodes = {
    weights: seed(ring, nodes.weights, -1),
    bias: seed(ring, nodes.bias, -1),
    output: seed(ring, nodes.output, -1),
  };
  const columns: T[][] = [];
  for (let i = 0; i < samples; i++) {
    for (let k = 0; k < outputs + d; k++) {
      const multipliers = seed(ring, data.multipliers, k < outputs ? i * outputs + k : -1);
      const points = seed(ring, data.points, k < outputs ? -1 : i * d + k - outputs);
      columns.push(leftSide(dual, shape, constantNodes, { points, multipliers }).map(({ slope }) => slope));
    }
  }
  const rows = columns[0]?.length ?? 0;
  const cols = columns.length;
  return {
    rows,
    cols,
    entries: Array.from({ length: rows * cols }, (_, at) => columns[at % cols]![(at - (at % cols)) / cols]!),
  };
}
