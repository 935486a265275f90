/**
 * Unevaluated sums of two doubles, about 106 bits. Values live in pairs of a {@link DoubleDouble} accumulator so that
 * inner loops allocate nothing. Source: Dekker, Numer. Math. 18 (1971); Knuth, TAOCP vol. 2, theorem 4.2.2.B.
 */
export class DoubleDouble {
  hi = 0;
  lo = 0;

  set(hi: number, lo = 0): this {
    this.hi = hi;
    this.lo = lo;
    return this;
  }

  copy(other: DoubleDouble): this {
    this.hi = other.hi;
    this.lo = other.lo;
    return this;
  }

  /** this ← this + (hi + lo). */
  add(hi: number, lo = 0): this {
    const sum = this.hi + hi;
    const back = sum - this.hi;
    const error = this.hi - (sum - back) + (hi - back) + this.lo + lo;
    this.hi = sum + error;
    this.lo = error - (this.hi - sum);
    return this;
  }

  /** this ← this · (hi + lo). */
  multiply(hi: number, lo = 0): this {
    const product = this.hi * hi;
    const error = productError(this.hi, hi, product) + this.hi * lo + this.lo * hi;
    this.hi = product + error;
    this.lo = error - (this.hi - product);
    return this;
  }

  /** this ← this + a·b, for doubles a and b. */
  addProduct(a: number, b: number): this {
    const product = a * b;
    return this.add(product, productError(a, b, product));
  }

  get value(): number {
    return this.hi + this.lo;
  }
}

const SPLITTER = 2 ** 27 + 1;

/** a·b − fl(a·b), exactly (barring overflow above 2⁹⁹⁶). */
function productError(a: number, b: number, product: number): number {
  const at = SPLITTER * a;
  const ah = at - (at - a);
  const al = a - ah;
  const bt = SPLITTER * b;
  const bh = bt - (bt - b);
  const bl = b - bh;
  return ah * bh - product + ah * bl + al * bh + al * bl;
}
