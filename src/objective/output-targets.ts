/** What a loss says of the outputs of one sample: κ g_c = t_c(f), or t_c(f) = 0 where κ = 0. */
export interface OutputTargets {
  /** t, length C; slopes ∂t_c/∂f_a, C×C. */
  readonly values: Float64Array;
  readonly slopes: Float64Array;
  /** Fills both at the outputs f of sample `index`. */
  evaluate(f: Float64Array, index: number): void;
  /** Σ_c ω_c Σ_b ∂²t_c/∂f_a∂f_b v_b for every a, at the outputs last evaluated. */
  bend(omega: Float64Array, v: Float64Array): Float64Array;
}

/** Loss by which the multipliers follow from the outputs; "margin" is y f = 1. */
export type OutputLaw = "mse" | "logistic" | "softmax" | "margin";

/**
 * t = −∂ℓ/∂f for the loss, and y − f for the margin.
 *
 * @param labels - mse: n×C; logistic and margin: n of ±1; softmax: n classes
 * Source: proofs/side-information.md.
 */
export function createOutputTargets(law: OutputLaw, labels: Float64Array, outputs: number): OutputTargets {
  if (law === "logistic") return logistic(labels);
  if (law === "softmax") return softmax(labels, outputs);
  return difference(labels, outputs);
}

/** t = y − f */
function difference(labels: Float64Array, C: number): OutputTargets {
  const values = new Float64Array(C);
  const slopes = new Float64Array(C * C);
  for (let c = 0; c < C; c++) slopes[c * C + c] = -1;
  return {
    values,
    slopes,
    evaluate(f, index) {
      for (let c = 0; c < C; c++) values[c] = labels[index * C + c]! - f[c]!;
    },
    bend: () => new Float64Array(C),
  };
}

/** t = y/(1 + e^{yf}), without the cancellation of [y = 1] − sigmoid(f). */
function logistic(labels: Float64Array): OutputTargets {
  const values = new Float64Array(1);
  const slopes = new Float64Array(1);
  let curvature = 0;
  return {
    values,
    slopes,
    evaluate(f, index) {
      const y = labels[index]!;
      const p = 1 / (1 + Math.exp(y * f[0]!));
      values[0] = y * p;
      slopes[0] = -p * (1 - p);
      curvature = y * p * (1 - p) * (1 - 2 * p);
    },
    bend: (omega, v) => Float64Array.of(omega[0]! * curvature * v[0]!),
  };
}

/** t_c = [y = c] − s_c with s the softmax of f. */
function softmax(labels: Float64Array, C: number): OutputTargets {
  const values = new Float64Array(C);
  const slopes = new Float64Array(C * C);
  const s = new Float64Array(C);
  return {
    values,
    slopes,
    evaluate(f, index) {
      const y = labels[index]!;
      fillProbabilities(f, s);
      let others = 0;
      for (let c = 0; c < C; c++) if (c !== y) others += s[c]!;
      // 1 − s_y would cancel for a sample that is well classified.
      for (let c = 0; c < C; c++) values[c] = c === y ? others : -s[c]!;
      for (let k = 0; k < C * C; k++) slopes[k] = s[Math.floor(k / C)]! * s[k % C]!;
      for (let c = 0; c < C; c++) slopes[c * (C + 1)]! -= s[c]!;
    },
    bend(omega, v) {
      // ∂²t_c/∂f_a∂f_b = −s_c((δ_ca − s_a)(δ_cb − s_b) − s_a(δ_ab − s_b))
      let mean = 0;
      for (let b = 0; b < C; b++) mean += s[b]! * v[b]!;
      let total = 0;
      let crossed = 0;
      for (let c = 0; c < C; c++) {
        total += omega[c]! * s[c]!;
        crossed += omega[c]! * s[c]! * (v[c]! - mean);
      }
      return Float64Array.from({ length: C }, (_, a) => {
        const own = omega[a]! * s[a]! * (v[a]! - mean);
        return -(own - s[a]! * crossed - total * s[a]! * (v[a]! - mean));
      });
    },
  };
}

function fillProbabilities(f: Float64Array, s: Float64Array): void {
  const largest = f.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (let c = 0; c < s.length; c++) {
    s[c] = Math.exp(f[c]! - largest);
    sum += s[c]!;
  }
  for (let c = 0; c < s.length; c++) s[c]! /= sum;
}
