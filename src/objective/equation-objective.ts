import {
  activationDerivatives,
  floatCoefficients,
  type KktSystem,
  rowCount,
  rowsPerNeuron,
} from "../equations/system.ts";
import { dot } from "../linalg/dense.ts";
import type { BlockLayout, SampleCurvature, SampleObjective } from "./sample-objective.ts";
import { problemOf, type SampleProblem } from "./sample-problem.ts";

/**
 * The equations of a network as an objective, in the metric of the rows: each divided by the largest entry of its tensor.
 *
 * Source: proofs/moment-expansion.md, equations (1)–(4), and their derivatives.
 */
export function equationObjective(system: KktSystem): SampleObjective {
  const { shape, targets, rowScale } = system;
  const rows = rowCount(system);
  const neuron = createNeuron(system);
  return {
    outputs: shape.outputs,
    inputDim: shape.inputDim,
    rows,
    targets,
    rowScale,
    image: (points, at, out) => fillImage(system, neuron, points, at, out),
    addValue: (u, at, out) => addSample(system, neuron, u, at, out),
    fillJacobian: (u, at, out, layout) => fillSampleJacobian(system, neuron, { u, at }, out, layout),
    curvature: (weights) => equationCurvature(system, weights),
  };
}

/** The scaled equations for a fixed number of samples. */
export function equationProblem(system: KktSystem, samples: number): SampleProblem {
  return problemOf(equationObjective(system), samples);
}

/** σ and its first three derivatives at one neuron and one point. */
interface Neuron {
  readonly s: Float64Array;
  /** Fills `s` at neuron j and the point at offset `at`. */
  evaluate(j: number, points: Float64Array, at: number): void;
}

function createNeuron({ shape, weights, bias }: KktSystem): Neuron {
  const { inputDim: d } = shape;
  const coefficients = floatCoefficients(shape);
  const s = new Float64Array(4);
  return {
    s,
    evaluate(j, points, at) {
      let z = bias[j]!;
      for (let e = 0; e < d; e++) z += weights[j * d + e]! * points[at + e]!;
      activationDerivatives(coefficients, z, s);
    },
  };
}

/** g·a_j */
function weightedOutput({ shape, output }: KktSystem, u: Float64Array, at: number, j: number): number {
  let sum = 0;
  for (let c = 0; c < shape.outputs; c++) sum += u[at + c]! * output[c * shape.width + j]!;
  return sum;
}

function fillImage(
  system: KktSystem,
  { s, evaluate }: Neuron,
  points: Float64Array,
  at: number,
  out: Float64Array,
): Float64Array {
  const { shape, output } = system;
  const { outputs, width: m, trained } = shape;
  const counts = rowsPerNeuron(shape);
  const rows = rowCount(system);
  let row = 0;
  const emit = (entryOf: (c: number) => number): void => {
    for (let c = 0; c < outputs; c++) out[c * rows + row] = entryOf(c);
    row++;
  };
  for (let j = 0; j < m; j++) {
    evaluate(j, points, at);
    const bySlope = (factor: number) => (c: number) => output[c * m + j]! * s[1]! * factor;
    for (let e = 0; e < counts.hidden; e++) emit(bySlope(points[at + e]!));
    if (counts.bias > 0) emit(bySlope(1));
    for (let own = 0; own < counts.output; own++) emit((c) => (c === own ? s[0]! : 0));
  }
  if (trained.has("output-bias")) for (let own = 0; own < outputs; own++) emit((c) => (c === own ? 1 : 0));
  return out;
}

function addSample(system: KktSystem, { s, evaluate }: Neuron, u: Float64Array, at: number, out: Float64Array): void {
  const { shape } = system;
  const { outputs, width: m, trained } = shape;
  const counts = rowsPerNeuron(shape);
  let row = 0;
  for (let j = 0; j < m; j++) {
    evaluate(j, u, at + outputs);
    const slope = weightedOutput(system, u, at, j) * s[1]!;
    for (let e = 0; e < counts.hidden; e++) out[row++]! += slope * u[at + outputs + e]!;
    if (counts.bias > 0) out[row++]! += slope;
    for (let c = 0; c < counts.output; c++) out[row++]! += u[at + c]! * s[0]!;
  }
  if (trained.has("output-bias")) for (let c = 0; c < outputs; c++) out[row++]! += u[at + c]!;
}

interface Sample {
  readonly u: Float64Array;
  readonly at: number;
}

function fillSampleJacobian(
  system: KktSystem,
  { s, evaluate }: Neuron,
  { u, at }: Sample,
  out: Float64Array,
  { stride, offset }: BlockLayout,
): void {
  const { shape, weights, output } = system;
  const { inputDim: d, outputs, width: m, trained } = shape;
  const counts = rowsPerNeuron(shape);
  const x = at + outputs;
  let to = offset;
  /** A row a_c·slope·factor by g_c and bend·factor·w by x, with `own` more by the coordinate `unit`. */
  const hiddenRow = (j: number, factor: number, ga: number): void => {
    for (let c = 0; c < outputs; c++) out[to + c] = output[c * m + j]! * s[1]! * factor;
    const bend = ga * s[2]! * factor;
    for (let f = 0; f < d; f++) out[to + outputs + f] = bend * weights[j * d + f]!;
  };
  for (let j = 0; j < m; j++) {
    evaluate(j, u, x);
    const ga = weightedOutput(system, u, at, j);
    for (let e = 0; e < counts.hidden; e++, to += stride) {
      hiddenRow(j, u[x + e]!, ga);
      out[to + outputs + e]! += ga * s[1]!;
    }
    if (counts.bias > 0) {
      hiddenRow(j, 1, ga);
      to += stride;
    }
    for (let c = 0; c < counts.output; c++, to += stride) {
      out.fill(0, to, to + outputs);
      out[to + c] = s[0]!;
      const slope = u[at + c]! * s[1]!;
      for (let f = 0; f < d; f++) out[to + outputs + f] = slope * weights[j * d + f]!;
    }
  }
  if (!trained.has("output-bias")) return;
  for (let c = 0; c < outputs; c++, to += stride) {
    out.fill(0, to, to + outputs + d);
    out[to + c] = 1;
  }
}

/**
 * With ω the weights of one neuron's rows and p = ω_hidden·x + ω_bias, the neuron adds (g·a) σ′(z) p + (ω_output·g) σ(z)
 * to the weighted sum; this is its second derivative times v = (γ, ξ).
 */
function equationCurvature(system: KktSystem, weights: Float64Array): SampleCurvature {
  const { shape, output } = system;
  const { inputDim: d, outputs: C, width: m } = shape;
  const counts = rowsPerNeuron(shape);
  const stride = counts.hidden + counts.bias + counts.output;
  const { s, evaluate } = createNeuron(system);
  return (u, at, v, out) => {
    const x = u.subarray(at + C, at + C + d);
    const g = u.subarray(at, at + C);
    const [gamma, xi] = [v.subarray(0, C), v.subarray(C)];
    for (let j = 0; j < m; j++) {
      evaluate(j, u, at + C);
      const w = system.weights.subarray(j * d, (j + 1) * d);
      const hidden = weights.subarray(j * stride, j * stride + counts.hidden);
      const byBias = counts.bias > 0 ? weights[j * stride + counts.hidden]! : 0;
      const outer = weights.subarray(j * stride + counts.hidden + counts.bias, (j + 1) * stride);
      const p = dot(hidden, x) + byBias;
      const pv = dot(hidden, xi);
      const zv = dot(w, xi);
      const ga = weightedOutput(system, u, at, j);
      const gv = weightedOutput(system, v, 0, j);
      const byMultiplier = s[2]! * zv * p + s[1]! * pv;
      for (let c = 0; c < C; c++) out[c]! += output[c * m + j]! * byMultiplier;
      addMultiple(out, 0, s[1]! * zv, outer);
      const along =
        gv * s[2]! * p + ga * (s[3]! * zv * p + s[2]! * pv) + dot(outer, gamma) * s[1]! + dot(outer, g) * s[2]! * zv;
      const across = gv * s[1]! + ga * s[2]! * zv;
      addMultiple(out, C, along, w);
      addMultiple(out, C, across, hidden);
    }
  };
}

/** out[at …] += factor·v */
function addMultiple(out: Float64Array, at: number, factor: number, v: Float64Array): void {
  for (let k = 0; k < v.length; k++) out[at + k]! += factor * v[k]!;
}
