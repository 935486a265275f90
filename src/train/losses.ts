/** Losses that a network can be trained with. */
export type TrainingLoss = "mse" | "logistic" | "softmax";

export const TRAINING_LOSSES: readonly TrainingLoss[] = ["mse", "logistic", "softmax"];

/** The sum of ℓ(y_i, f(x_i)) over the samples, with its derivatives in the outputs f (n×C, row-major). */
export interface LossSum {
  /** Σ ℓ; writes ∂ℓ/∂f into `slope`, n×C. */
  evaluate(f: Float64Array, slope: Float64Array): number;
  /** Writes (∂²ℓ/∂f²)·v for every sample, n×C. */
  curve(f: Float64Array, v: Float64Array, out: Float64Array): Float64Array;
}

/**
 * mse is ½‖f − y‖², logistic log(1 + e^{−yf}) with y = ±1, softmax the cross-entropy with y a class.
 *
 * @param labels - as in TrainingProblem
 */
export function createLoss(loss: TrainingLoss, labels: Float64Array, outputs: number): LossSum {
  if (loss === "mse") return squaredError(labels);
  return loss === "logistic" ? logistic(labels) : softmax(labels, outputs);
}

function squaredError(labels: Float64Array): LossSum {
  return {
    evaluate(f, slope) {
      let sum = 0;
      for (let k = 0; k < f.length; k++) {
        const difference = f[k]! - labels[k]!;
        slope[k] = difference;
        sum += 0.5 * difference * difference;
      }
      return sum;
    },
    curve(_, v, out) {
      out.set(v);
      return out;
    },
  };
}

function logistic(labels: Float64Array): LossSum {
  return {
    evaluate(f, slope) {
      let sum = 0;
      for (let i = 0; i < f.length; i++) {
        const margin = labels[i]! * f[i]!;
        slope[i] = -labels[i]! / (1 + Math.exp(margin));
        sum += Math.max(0, -margin) + Math.log1p(Math.exp(-Math.abs(margin)));
      }
      return sum;
    },
    curve(f, v, out) {
      for (let i = 0; i < f.length; i++) out[i] = v[i]! / (1 + Math.exp(f[i]!)) / (1 + Math.exp(-f[i]!));
      return out;
    },
  };
}

function softmax(labels: Float64Array, outputs: number): LossSum {
  const p = new Float64Array(outputs);
  return {
    evaluate(f, slope) {
      let sum = 0;
      for (let i = 0; i < labels.length; i++) {
        const at = i * outputs;
        sum += probabilities(f, at, p) - f[at + labels[i]!]!;
        let others = 0;
        for (let c = 0; c < outputs; c++) {
          slope[at + c] = p[c]!;
          if (c !== labels[i]) others += p[c]!;
        }
        // p − 1 would cancel for a sample that is well classified.
        slope[at + labels[i]!] = -others;
      }
      return sum;
    },
    curve(f, v, out) {
      for (let at = 0; at < f.length; at += outputs) {
        probabilities(f, at, p);
        let mean = 0;
        for (let c = 0; c < outputs; c++) mean += p[c]! * v[at + c]!;
        for (let c = 0; c < outputs; c++) out[at + c] = p[c]! * (v[at + c]! - mean);
      }
      return out;
    },
  };
}

/** Writes the softmax of the C outputs at `at` and returns log Σ e^f. */
function probabilities(f: Float64Array, at: number, p: Float64Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < p.length; c++) largest = Math.max(largest, f[at + c]!);
  let sum = 0;
  for (let c = 0; c < p.length; c++) {
    p[c] = Math.exp(f[at + c]! - largest);
    sum += p[c]!;
  }
  for (let c = 0; c < p.length; c++) p[c]! /= sum;
  return largest + Math.log(sum);
}
