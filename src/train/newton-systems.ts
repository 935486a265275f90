import { dot, norm2 } from "../linalg/dense.ts";
import type { Objective } from "./objective.ts";

/** The Hessian H at the point that the objective was linearised at. */
export interface NewtonSystem {
  /** Largest diagonal entry of H: the unit of shifts. */
  readonly scale: number;
  /** (H + shift·I)⁻¹ r, or null if that matrix is not positive definite. */
  solve(r: Float64Array, shift: number): Float64Array | null;
}

/** Larger systems are solved by conjugate gradients: a dense factor of 1200 parameters takes about half a second. */
const LARGEST_DENSE = 1200;

export function newtonSystem(objective: Objective): NewtonSystem {
  return objective.size <= LARGEST_DENSE ? denseSystem(objective) : iterativeSystem(objective);
}

function denseSystem(objective: Objective): NewtonSystem {
  const p = objective.size;
  const H = objective.hessian(new Float64Array(p * p));
  let scale = 0;
  for (let k = 0; k < p; k++) scale = Math.max(scale, Math.abs(H[k * p + k]!));
  let factor: Float64Array | null = null;
  let factoredShift = Number.NaN;
  return {
    scale,
    solve(r, shift) {
      if (shift !== factoredShift) {
        factor = choleskyFactor(H, p, shift);
        factoredShift = shift;
      }
      return factor === null ? null : solveCholesky(factor, p, r);
    },
  };
}

/** L of H + shift·I = L Lᵀ (row-major, lower), or null if a pivot is not positive beyond rounding. */
function choleskyFactor(H: Float64Array, p: number, shift: number): Float64Array | null {
  const L = new Float64Array(p * p);
  for (let i = 0; i < p; i++) {
    const row = i * p;
    for (let j = 0; j < i; j++) L[row + j] = (H[row + j]! - leadingProduct(L, row, j * p, j)) / L[j * p + j]!;
    const pivot = H[row + i]! + shift - leadingProduct(L, row, row, i);
    if (!(pivot > p * Number.EPSILON * Math.abs(H[row + i]!))) return null;
    L[row + i] = Math.sqrt(pivot);
  }
  return L;
}

/** Product of the first `count` entries of the rows at `a` and `b`. */
function leadingProduct(L: Float64Array, a: number, b: number, count: number): number {
  let sum = 0;
  for (let k = 0; k < count; k++) sum += L[a + k]! * L[b + k]!;
  return sum;
}

function solveCholesky(L: Float64Array, p: number, r: Float64Array): Float64Array {
  const s = r.slice();
  for (let i = 0; i < p; i++) {
    let sum = s[i]!;
    for (let k = 0; k < i; k++) sum -= L[i * p + k]! * s[k]!;
    s[i] = sum / L[i * p + i]!;
  }
  for (let i = p - 1; i >= 0; i--) {
    const value = s[i]! / L[i * p + i]!;
    s[i] = value;
    for (let k = 0; k < i; k++) s[k]! -= L[i * p + k]! * value;
  }
  return s;
}

const CG_ACCURACY = 1e-8;
const MOST_CG_STEPS = 2000;

/**
 * Conjugate gradients on Hessian-vector products. H is the decay, plus a part of rank nC, plus a small block per neuron:
 * few steps are needed.
 */
function iterativeSystem(objective: Objective): NewtonSystem {
  const image = new Float64Array(objective.size);
  const all = new Float64Array(objective.size).fill(1 / Math.sqrt(objective.size));
  return {
    scale: norm2(objective.product(all, image)),
    solve(r, shift) {
      const s = new Float64Array(r.length);
      const residual = r.slice();
      const direction = r.slice();
      const target = CG_ACCURACY * norm2(r);
      let square = dot(residual, residual);
      for (let step = 0; step < MOST_CG_STEPS && Math.sqrt(square) > target; step++) {
        objective.product(direction, image);
        const curvature = dot(direction, image) + shift * dot(direction, direction);
        if (!(curvature > 0)) return null;
        const length = square / curvature;
        for (let k = 0; k < s.length; k++) {
          s[k]! += length * direction[k]!;
          residual[k]! -= length * (image[k]! + shift * direction[k]!);
        }
        const next = dot(residual, residual);
        for (let k = 0; k < s.length; k++) direction[k] = residual[k]! + (next / square) * direction[k]!;
        square = next;
      }
      return s;
    },
  };
}
