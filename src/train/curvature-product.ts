import type { Model, Pass } from "./model.ts";
import type { Tensors } from "./parameters.ts";

/** A point with its passes, and a direction from there. */
interface Moving {
  readonly point: Tensors;
  readonly pass: Pass;
  readonly direction: Tensors;
}

/**
 * First-order change of the two passes along a direction, which is a Hessian-vector product.
 *
 * Source: Pearlmutter, Fast exact multiplication by the Hessian, Neural Computation 6 (1994).
 */
export interface Moved {
  forward(at: Moving): void;
  /** Adds the product without the penalty to `out`; after {@link forward}. */
  backward(at: Moving, out: Tensors): void;
}

type MovedModel = Pick<Model, "samples" | "inputDim" | "width" | "outputs" | "X" | "loss">;

export function createMoved({ samples, inputDim: d, width: m, outputs: C, X, loss }: MovedModel): Moved {
  const dz = new Float64Array(samples * m);
  const df = new Float64Array(samples * C);
  const dpull = new Float64Array(samples * C);
  return {
    forward(at) {
      for (let i = 0; i < samples; i++) {
        for (let c = 0; c < C; c++) df[i * C + c] = at.direction["output-bias"][c]!;
        for (let j = 0; j < m; j++) neuronForward(at, i, j);
      }
      loss.curve(at.pass.f, df, dpull);
      for (let k = 0; k < dpull.length; k++) dpull[k]! /= samples;
    },
    backward(at, out) {
      for (let i = 0; i < samples; i++) {
        for (let j = 0; j < m; j++) {
          const total = neuronBackward(at, out, i, j);
          out.bias[j]! += total;
          for (let e = 0; e < d; e++) out.hidden[j * d + e]! += total * X[i * d + e]!;
        }
        for (let c = 0; c < C; c++) out["output-bias"][c]! += dpull[i * C + c]!;
      }
    },
  };

  function neuronForward({ point, pass, direction }: Moving, i: number, j: number): void {
    let change = direction.bias[j]!;
    for (let e = 0; e < d; e++) change += direction.hidden[j * d + e]! * X[i * d + e]!;
    const k = i * m + j;
    dz[k] = change;
    for (let c = 0; c < C; c++) {
      const [a, da] = [point.output[c * m + j]!, direction.output[c * m + j]!];
      df[i * C + c]! += da * pass.value[k]! + a * pass.slope[k]! * change;
    }
  }

  /** Adds the output rows of neuron j at sample i and returns the change of what reaches its argument. */
  function neuronBackward({ point, pass, direction }: Moving, out: Tensors, i: number, j: number): number {
    const k = i * m + j;
    let back = 0;
    let change = 0;
    for (let c = 0; c < C; c++) {
      const pull = pass.pull[i * C + c]!;
      back += pull * point.output[c * m + j]!;
      change += dpull[i * C + c]! * point.output[c * m + j]! + pull * direction.output[c * m + j]!;
      out.output[c * m + j]! += dpull[i * C + c]! * pass.value[k]! + pull * pass.slope[k]! * dz[k]!;
    }
    return change * pass.slope[k]! + back * pass.bend[k]! * dz[k]!;
  }
}
