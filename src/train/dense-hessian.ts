import type { Model, Pass } from "./model.ts";
import type { Tensors } from "./parameters.ts";

/**
 * Writes ∇²L as a full p×p matrix: (1/n) Σ_i J_iᵀ D_i J_i with the outputs' Jacobian J_i (C×p) and the loss's curvature
 * D_i, plus a small block per neuron from the curvature of f, plus the decay.
 *
 * @remarks About nCp² flops, which is a tenth of p Hessian-vector products.
 */
export function denseHessian(model: Model, point: Tensors, pass: Pass, H: Float64Array): Float64Array {
  const { samples: n, outputs: C, layout } = model;
  const p = layout.size;
  H.fill(0);
  const coordinates = createCoordinates(model);
  const curvature = lossCurvature(model, pass);
  const J = Array.from({ length: C }, () => new Float64Array(p));
  const weighted = new Float64Array(p);
  for (let i = 0; i < n; i++) {
    for (const row of J) row.fill(0);
    fillSample(model, { point, pass, coordinates, i }, J, H);
    for (let c = 0; c < C; c++) {
      weighted.fill(0);
      for (let k = 0; k < C; k++) addScaled(weighted, J[k]!, curvature[k]![i * C + c]! / n);
      addOuterProduct(H, J[c]!, weighted);
    }
  }
  for (const { start, end, decay } of layout.segments) for (let k = start; k < end; k++) H[k * p + k]! += decay;
  for (let a = 0; a < p; a++) for (let b = 0; b < a; b++) H[b * p + a] = H[a * p + b]!;
  return H;
}

/** Where the parameters of one neuron stand in θ; −1 where they are frozen. */
interface Coordinates {
  /** Index of w_j0. */
  hidden(j: number): number;
  bias(j: number): number;
  /** Index of a_cj. */
  output(c: number, j: number): number;
  /** Index of the output bias c. */
  outputBias(c: number): number;
}

function createCoordinates({ layout, inputDim: d, width: m }: Model): Coordinates {
  const starts = new Map(layout.segments.map(({ layer, start }) => [layer, start]));
  const from = (start: number | undefined, offset: number): number => (start === undefined ? -1 : start + offset);
  const [hidden, bias] = [starts.get("hidden"), starts.get("bias")];
  const [output, outputBias] = [starts.get("output"), starts.get("output-bias")];
  return {
    hidden: (j) => from(hidden, j * d),
    bias: (j) => from(bias, j),
    output: (c, j) => from(output, c * m + j),
    outputBias: (c) => from(outputBias, c),
  };
}

/** Entry k holds the k-th columns of all D_i, n×C. */
function lossCurvature({ samples: n, outputs: C, loss }: Model, { f }: Pass): Float64Array[] {
  return Array.from({ length: C }, (_, k) => {
    const axis = Float64Array.from({ length: n * C }, (_, at) => (at % C === k ? 1 : 0));
    return loss.curve(f, axis, new Float64Array(n * C));
  });
}

interface SampleAt {
  readonly point: Tensors;
  readonly pass: Pass;
  readonly coordinates: Coordinates;
  readonly i: number;
}

/** Fills the rows of J_i and adds the blocks of the neurons to the lower triangle of H. */
function fillSample(model: Model, at: SampleAt, J: readonly Float64Array[], H: Float64Array): void {
  const { width: m, outputs: C } = model;
  const { coordinates } = at;
  for (let c = 0; c < C; c++) {
    const index = coordinates.outputBias(c);
    if (index >= 0) J[c]![index] = 1;
  }
  for (let j = 0; j < m; j++) {
    const neuron: NeuronAt = { ...at, j, argument: argumentDerivative(model, at, j) };
    fillNeuron(model, neuron, J);
    addBlock(model, neuron, H);
  }
}

/** ∂z/∂θ of one neuron's argument z = w·x + b: indices into θ, ascending, and values. */
interface SparseVector {
  readonly indices: readonly number[];
  readonly values: readonly number[];
}

interface NeuronAt extends SampleAt {
  readonly j: number;
  readonly argument: SparseVector;
}

function argumentDerivative({ inputDim: d, X }: Model, { coordinates, i }: SampleAt, j: number): SparseVector {
  const indices: number[] = [];
  const values: number[] = [];
  const first = coordinates.hidden(j);
  for (let e = 0; first >= 0 && e < d; e++) {
    indices.push(first + e);
    values.push(X[i * d + e]!);
  }
  if (coordinates.bias(j) >= 0) {
    indices.push(coordinates.bias(j));
    values.push(1);
  }
  return { indices, values };
}

function fillNeuron(
  { width: m, outputs: C }: Model,
  { point, pass, coordinates, i, j, argument: { indices, values } }: NeuronAt,
  J: readonly Float64Array[],
): void {
  for (let c = 0; c < C; c++) {
    const row = J[c]!;
    const slope = point.output[c * m + j]! * pass.slope[i * m + j]!;
    for (let a = 0; a < indices.length; a++) row[indices[a]!] = slope * values[a]!;
    const output = coordinates.output(c, j);
    if (output >= 0) row[output] = pass.value[i * m + j]!;
  }
}

/** Σ_c ∂L/∂f_c ∇²f_c of one neuron: a_j σ″ z′z′ᵀ, and σ′ z′ between a_cj and (w_j, b_j). */
function addBlock(
  { width: m, outputs: C, layout: { size: p } }: Model,
  { point, pass, coordinates, i, j, argument: { indices, values } }: NeuronAt,
  H: Float64Array,
): void {
  let back = 0;
  for (let c = 0; c < C; c++) {
    const pull = pass.pull[i * C + c]!;
    back += pull * point.output[c * m + j]!;
    const output = coordinates.output(c, j);
    if (output < 0) continue;
    const slope = pull * pass.slope[i * m + j]!;
    for (let a = 0; a < indices.length; a++) H[output * p + indices[a]!]! += slope * values[a]!;
  }
  const bend = back * pass.bend[i * m + j]!;
  for (let a = 0; a < indices.length; a++) {
    const row = indices[a]! * p;
    for (let b = 0; b <= a; b++) H[row + indices[b]!]! += bend * values[a]! * values[b]!;
  }
}

function addScaled(target: Float64Array, v: Float64Array, factor: number): void {
  if (factor === 0) return;
  for (let k = 0; k < v.length; k++) target[k]! += factor * v[k]!;
}

/** Adds the lower triangle of u vᵀ. */
function addOuterProduct(H: Float64Array, u: Float64Array, v: Float64Array): void {
  const p = u.length;
  for (let a = 0; a < p; a++) {
    const factor = u[a]!;
    if (factor === 0) continue;
    const row = a * p;
    for (let b = 0; b <= a; b++) H[row + b]! += factor * v[b]!;
  }
}
