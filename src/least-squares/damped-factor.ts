/**
 * The triangular factor of [R; √λ I] for an n×n upper triangular R, and least squares with it.
 *
 * Reflector k meets one row of R and the k+1 rows of the lower block that are not zero yet, so a factorisation costs
 * ⅔n³ flops, a sixth of what a dense 2n×n one takes. Nothing is allocated after the constructor.
 * Source: Moré, "The Levenberg–Marquardt algorithm: implementation and theory" (1978), section 3, with reflectors in the
 * place of rotations.
 */
export class DampedFactor {
  readonly n: number;
  /** Column-major n×n: above the diagonal the new factor, on it the leading entries of the reflectors. */
  private readonly top: Float64Array;
  /** Column-major n×n: the rest of reflector k in the first k+1 entries of column k. */
  private readonly bottom: Float64Array;
  private readonly diagonal: Float64Array;
  private readonly work: Float64Array;
  /** Whether λ = 0 and R has a zero pivot. */
  singular = false;

  constructor(n: number) {
    this.n = n;
    this.top = new Float64Array(n * n);
    this.bottom = new Float64Array(n * n);
    this.diagonal = new Float64Array(n);
    this.work = new Float64Array(n);
  }

  /**
   * Factorises [R; √λ I]; `upper` is R, column-major n×n. With λ = 0 an unknown whose pivot is zero gets a row of its
   * own that holds it at 0: the others are then a least-squares solution, which back substitution alone would miss.
   */
  factorise(upper: Float64Array, lambda: number): void {
    const { n, top, bottom, diagonal } = this;
    const root = Math.sqrt(lambda);
    this.singular = false;
    for (let j = 0; j < n; j++) {
      const at = j * n;
      for (let i = 0; i <= j; i++) {
        top[at + i] = upper[at + i]!;
        bottom[at + i] = 0;
      }
      const deficient = lambda === 0 && upper[at + j] === 0;
      bottom[at + j] = deficient ? 1 : root;
      this.singular ||= deficient;
    }
    for (let k = 0; k < n; k++) {
      const at = k * n;
      const length = this.reflectorLength(k);
      diagonal[k] = -length;
      top[at + k] = top[at + k]! / length + 1;
      for (let i = 0; i <= k; i++) bottom[at + i]! /= length;
      this.reflectRest(k);
    }
  }

  /** y minimising ‖R y − right‖² + λ‖y‖²; `right` and `y` have length n and may be the same array. */
  solve(right: Float64Array, y: Float64Array): Float64Array {
    const { n, top, diagonal, work } = this;
    if (y !== right) y.set(right);
    work.fill(0);
    for (let k = 0; k < n; k++) this.reflect(k, y, work, 0);
    for (let k = n - 1; k >= 0; k--) {
      const value = y[k]! / diagonal[k]!;
      y[k] = value;
      for (let i = 0, at = k * n; i < k; i++) y[i]! -= value * top[at + i]!;
    }
    return y;
  }

  /** y ← R_λ⁻ᵀ y, in place. */
  solveTransposed(y: Float64Array): Float64Array {
    const { n, top, diagonal } = this;
    for (let k = 0; k < n; k++) {
      let sum = y[k]!;
      for (let i = 0, at = k * n; i < k; i++) sum -= top[at + i]! * y[i]!;
      y[k] = sum / diagonal[k]!;
    }
    return y;
  }

  /** Length of column k from the pivot down, with the sign of the pivot. */
  private reflectorLength(k: number): number {
    const { n, top, bottom } = this;
    const at = k * n;
    let size = Math.abs(top[at + k]!);
    for (let i = 0; i <= k; i++) size = Math.max(size, Math.abs(bottom[at + i]!));
    let sum = (top[at + k]! / size) ** 2;
    for (let i = 0; i <= k; i++) sum += (bottom[at + i]! / size) ** 2;
    return size * Math.sqrt(sum) * (top[at + k]! < 0 ? -1 : 1);
  }

  /** Applies reflector k to the columns after it, two at a time: most of the work of a factorisation. */
  private reflectRest(k: number): void {
    const { n, top, bottom } = this;
    const at = k * n;
    const pivot = top[at + k]!;
    let j = k + 1;
    for (; j + 1 < n; j += 2) {
      const first = j * n;
      const second = first + n;
      let a = pivot * top[first + k]!;
      let b = pivot * top[second + k]!;
      for (let i = 0; i <= k; i++) {
        const v = bottom[at + i]!;
        a += v * bottom[first + i]!;
        b += v * bottom[second + i]!;
      }
      a /= -pivot;
      b /= -pivot;
      top[first + k]! += a * pivot;
      top[second + k]! += b * pivot;
      for (let i = 0; i <= k; i++) {
        const v = bottom[at + i]!;
        bottom[first + i]! += a * v;
        bottom[second + i]! += b * v;
      }
    }
    if (j < n) this.reflect(k, top, bottom, j * n);
  }

  /** Applies reflector k to the column at `offset`: entry k of `upper` and entries 0…k of `lower`. */
  private reflect(k: number, upper: Float64Array, lower: Float64Array, offset: number): void {
    const { n, top, bottom } = this;
    const at = k * n;
    const pivot = top[at + k]!;
    let sum = pivot * upper[offset + k]!;
    for (let i = 0; i <= k; i++) sum += bottom[at + i]! * lower[offset + i]!;
    const factor = -sum / pivot;
    upper[offset + k]! += factor * pivot;
    for (let i = 0; i <= k; i++) lower[offset + i]! += factor * bottom[at + i]!;
  }
}
