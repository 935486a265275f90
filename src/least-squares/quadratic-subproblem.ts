import { dot, norm2 } from "../linalg/dense.ts";
import { factorCholesky, solveLower, solveLowerTransposed } from "./cholesky.ts";

const LENGTH_TOLERANCE = 0.1;
const MOST_TRIALS = 40;
const INVERSE_ITERATIONS = 3;

/**
 * Minimises gᵀs + ½ sᵀH s over ‖s‖ ≤ Δ for a symmetric H that need not be positive definite: s solves (H + λI) s = −g
 * with λ ≥ 0 so large that H + λI is positive semidefinite, and λ(Δ − ‖s‖) = 0 up to a tenth of Δ.
 *
 * In the hard case, where g has no part along the lowest eigenvector z, the step is completed to the boundary along z.
 * Source: Moré & Sorensen, SIAM J. Sci. Stat. Comput. 4 (1983) 553–572.
 */
export class QuadraticSubproblem {
  private readonly n: number;
  private readonly shifted: Float64Array;
  private readonly factor: Float64Array;
  private readonly probe: Float64Array;
  private lower = 0;
  private upper = 0;
  /** Whether the last step is the unconstrained minimum. */
  interior = false;

  constructor(n: number) {
    this.n = n;
    this.shifted = new Float64Array(n * n);
    this.factor = new Float64Array(n * n);
    this.probe = new Float64Array(n);
  }

  /** Writes the step into `s`. False if no shift could be found: H is not finite. */
  solve(H: Float64Array, g: Float64Array, delta: number, s: Float64Array): boolean {
    this.boundShift(H, g, delta);
    if (!Number.isFinite(this.upper)) return false;
    let lambda = this.lower > 0 ? this.between() : 0;
    for (let trial = 0; trial < MOST_TRIALS; trial++) {
      if (!this.factorise(H, lambda)) {
        this.lower = Math.max(this.lower, lambda);
        lambda = this.between();
        continue;
      }
      const length = this.stepFor(g, s);
      this.interior = lambda === 0 && length <= delta;
      if (this.interior || Math.abs(length - delta) <= LENGTH_TOLERANCE * delta) return true;
      if (this.narrow(lambda, length - delta)) return this.complete(s, delta);
      const next = lambda + this.newtonChange(s, length, delta);
      lambda = next > this.lower && next < this.upper ? next : this.between();
    }
    this.interior = false;
    return this.factorise(H, this.upper) && this.stepFor(g, s) > 0 && this.complete(s, delta);
  }

  /** Takes λ for a bound. True in the hard case: no λ that is left makes the step long enough. */
  private narrow(lambda: number, excess: number): boolean {
    if (excess > 0) this.lower = Math.max(this.lower, lambda);
    else this.upper = Math.min(this.upper, lambda);
    return excess < 0 && this.upper - this.lower <= LENGTH_TOLERANCE * this.upper;
  }

  /** λ lies above minus the smallest diagonal entry and below ‖g‖/Δ − the least Gershgorin bound. */
  private boundShift(H: Float64Array, g: Float64Array, delta: number): void {
    const { n } = this;
    this.lower = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < n; i++) {
      let off = 0;
      for (let j = 0; j < n; j++) if (j !== i) off += Math.abs(H[i * n + j]!);
      this.lower = Math.max(this.lower, -H[i * n + i]!);
      least = Math.min(least, H[i * n + i]! - off);
    }
    const upper = norm2(g) / delta - Math.min(least, 0);
    this.upper = Math.max(upper * (1 + LENGTH_TOLERANCE), 2 * this.lower, Number.MIN_VALUE);
  }

  /** A shift between the bounds, nearer to the lower one on a logarithmic scale. */
  private between(): number {
    const { lower, upper } = this;
    return Math.max(Math.sqrt(lower * upper), lower + 0.01 * (upper - lower));
  }

  private factorise(H: Float64Array, lambda: number): boolean {
    const { n, shifted } = this;
    shifted.set(H);
    for (let i = 0; i < n; i++) shifted[i * n + i]! += lambda;
    return factorCholesky(shifted, this.factor, n);
  }

  private stepFor(g: Float64Array, s: Float64Array): number {
    for (let k = 0; k < s.length; k++) s[k] = -g[k]!;
    solveLowerTransposed(this.factor, solveLower(this.factor, s));
    return norm2(s);
  }

  private newtonChange(s: Float64Array, length: number, delta: number): number {
    const { probe } = this;
    for (let k = 0; k < s.length; k++) probe[k] = s[k]! / length;
    const slope = norm2(solveLower(this.factor, probe));
    return (length - delta) / delta / slope / slope;
  }

  /** Adds so much of the lowest eigenvector, by inverse iteration, that the step ends on the boundary. */
  private complete(s: Float64Array, delta: number): boolean {
    const { probe, factor } = this;
    for (let k = 0; k < probe.length; k++) probe[k] = 1 + 0.5 * Math.sin(k + 1);
    for (let i = 0; i < INVERSE_ITERATIONS; i++) {
      solveLowerTransposed(factor, solveLower(factor, probe));
      const size = norm2(probe);
      for (let k = 0; k < probe.length; k++) probe[k]! /= size;
    }
    const half = dot(s, probe);
    const length = norm2(s);
    const room = (delta - length) * (delta + length);
    const root = Math.sqrt(half * half + room);
    // The nearer of the two points of the boundary.
    const t = room / (half < 0 ? half - root : half + root);
    for (let k = 0; k < s.length; k++) s[k]! += t * probe[k]!;
    return true;
  }
}
