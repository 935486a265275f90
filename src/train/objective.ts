import { activationDerivatives } from "../equations/system.ts";
import { createMoved } from "./curvature-product.ts";
import { denseHessian } from "./dense-hessian.ts";
import type { Model, Pass } from "./model.ts";
import { type Layout, type Tensors, tensorsAt } from "./parameters.ts";

/** L(θ) = (1/n) Σ ℓ + ½ Σ decay·θ² in doubles, with work space allocated once. */
export interface Objective {
  readonly size: number;
  /** L(θ); writes ∇L. */
  evaluate(theta: Float64Array, gradient: Float64Array): number;
  /** Moves the point that {@link product} and {@link hessian} are taken at. */
  linearise(theta: Float64Array): void;
  /** Writes ∇²L·v at the point of {@link linearise}. */
  product(v: Float64Array, out: Float64Array): Float64Array;
  /** Writes ∇²L at the point of {@link linearise}, p×p. */
  hessian(out: Float64Array): Float64Array;
}

/** @remarks An evaluation costs 4nm(d + C) flops, a Hessian-vector product twice that. */
export function createObjective(model: Model): Objective {
  const { samples: n, width: m, outputs: C, layout, frozen, loss } = model;
  const pass: Pass = {
    value: new Float64Array(n * m),
    slope: new Float64Array(n * m),
    bend: new Float64Array(n * m),
    f: new Float64Array(n * C),
    pull: new Float64Array(n * C),
  };
  const moved = createMoved(model);
  const scratch = zeroTensors(frozen);
  let point = frozen;
  const run = (theta: Float64Array): number => {
    point = tensorsAt(layout, frozen, theta);
    forward(model, point, pass);
    const total = loss.evaluate(pass.f, pass.pull);
    for (let k = 0; k < n * C; k++) pass.pull[k]! /= n;
    return total / n;
  };
  return {
    size: layout.size,
    evaluate(theta, gradient) {
      const mean = run(theta);
      gradient.fill(0);
      backward(model, point, pass, tensorsAt(layout, scratch, gradient));
      return mean + addPenalty(layout, theta, gradient);
    },
    linearise(theta) {
      run(theta.slice());
    },
    product(v, out) {
      out.fill(0);
      const direction = tensorsAt(layout, zeroTensors(frozen), v);
      moved.forward({ point, pass, direction });
      moved.backward({ point, pass, direction }, tensorsAt(layout, scratch, out));
      for (const { start, end, decay } of layout.segments) {
        for (let k = start; k < end; k++) out[k]! += decay * v[k]!;
      }
      return out;
    },
    hessian: (out) => denseHessian(model, point, pass, out),
  };
}

function zeroTensors(like: Tensors): Tensors {
  return {
    hidden: new Float64Array(like.hidden.length),
    bias: new Float64Array(like.bias.length),
    output: new Float64Array(like.output.length),
    "output-bias": new Float64Array(like["output-bias"].length),
  };
}

function addPenalty({ segments }: Layout, theta: Float64Array, gradient: Float64Array): number {
  let sum = 0;
  for (const { start, end, decay } of segments) {
    for (let k = start; k < end; k++) {
      gradient[k]! += decay * theta[k]!;
      sum += 0.5 * decay * theta[k]! * theta[k]!;
    }
  }
  return sum;
}

function forward(
  { coefficients, samples, inputDim: d, width: m, outputs: C, X }: Model,
  point: Tensors,
  pass: Pass,
): void {
  const { hidden, bias, output } = point;
  const taylor = new Float64Array(3);
  for (let i = 0; i < samples; i++) {
    for (let c = 0; c < C; c++) pass.f[i * C + c] = point["output-bias"][c]!;
    for (let j = 0; j < m; j++) {
      let z = bias[j]!;
      for (let e = 0; e < d; e++) z += hidden[j * d + e]! * X[i * d + e]!;
      activationDerivatives(coefficients, z, taylor);
      const k = i * m + j;
      pass.value[k] = taylor[0]!;
      pass.slope[k] = taylor[1]!;
      pass.bend[k] = taylor[2]!;
      for (let c = 0; c < C; c++) pass.f[i * C + c]! += output[c * m + j]! * taylor[0]!;
    }
  }
}

/** Adds the gradient of the mean loss. */
function backward(
  { samples, inputDim: d, width: m, outputs: C, X }: Model,
  { output }: Tensors,
  pass: Pass,
  out: Tensors,
): void {
  for (let i = 0; i < samples; i++) {
    for (let j = 0; j < m; j++) {
      const k = i * m + j;
      let back = 0;
      for (let c = 0; c < C; c++) {
        back += pass.pull[i * C + c]! * output[c * m + j]!;
        out.output[c * m + j]! += pass.pull[i * C + c]! * pass.value[k]!;
      }
      back *= pass.slope[k]!;
      out.bias[j]! += back;
      for (let e = 0; e < d; e++) out.hidden[j * d + e]! += back * X[i * d + e]!;
    }
    for (let c = 0; c < C; c++) out["output-bias"][c]! += pass.pull[i * C + c]!;
  }
}
