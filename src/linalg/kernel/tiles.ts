// AssemblyScript. The two products of column-major matrices on which everything here rests, in tiles of eight registers
// of two numbers. Strides are in bytes; rows come in fours, and what lies in the padding must be zero or finite.

/** Rows that are taken at once, so that a block of the left factor stays in the first-level cache. */
const ROW_BLOCK: i32 = 128;
/** Columns of the left factor that are taken at once. */
const COLUMN_BLOCK: i32 = 32;

/** W += Vᵀ C: V has `rows`×p, p a multiple of 4, C has `rows`×q; W is p×q. */
export function addTransposedProduct(
  V: usize, vStride: usize, p: i32,
  C: usize, cStride: usize, q: i32,
  rows: i32, W: usize, wStride: usize,
): void {
  for (let row = 0; row < rows; row += ROW_BLOCK) {
    const count = min(ROW_BLOCK, rows - row);
    const offset = (<usize>row) << 3;
    for (let i = 0; i < p; i += COLUMN_BLOCK) {
      const iEnd = min(i + COLUMN_BLOCK, p);
      for (let j = 0; j < q; j += 2) {
        const c = C + (<usize>j) * cStride + offset;
        const w = W + (<usize>j) * wStride;
        // An odd last column is its own partner; its second sum is dropped.
        const partner: usize = j + 1 < q ? cStride : 0;
        for (let k = i; k < iEnd; k += 4) {
          addDots(V + (<usize>k) * vStride + offset, vStride, c, partner, count, w + ((<usize>k) << 3), wStride);
        }
      }
    }
  }
}

/** Four columns of V against two of C. */
function addDots(v: usize, vStride: usize, c: usize, partner: usize, rows: i32, w: usize, wStride: usize): void {
  const v1 = v + vStride;
  const v2 = v1 + vStride;
  const v3 = v2 + vStride;
  const d = c + partner;
  let s0 = f64x2.splat(0), s1 = f64x2.splat(0), s2 = f64x2.splat(0), s3 = f64x2.splat(0);
  let t0 = f64x2.splat(0), t1 = f64x2.splat(0), t2 = f64x2.splat(0), t3 = f64x2.splat(0);
  const end = (<usize>rows) << 3;
  for (let at: usize = 0; at < end; at += 32) {
    let x = v128.load(c + at);
    let y = v128.load(d + at);
    let a = v128.load(v + at);
    s0 = f64x2.add(s0, f64x2.mul(a, x));
    t0 = f64x2.add(t0, f64x2.mul(a, y));
    a = v128.load(v1 + at);
    s1 = f64x2.add(s1, f64x2.mul(a, x));
    t1 = f64x2.add(t1, f64x2.mul(a, y));
    a = v128.load(v2 + at);
    s2 = f64x2.add(s2, f64x2.mul(a, x));
    t2 = f64x2.add(t2, f64x2.mul(a, y));
    a = v128.load(v3 + at);
    s3 = f64x2.add(s3, f64x2.mul(a, x));
    t3 = f64x2.add(t3, f64x2.mul(a, y));
    x = v128.load(c + at, 16);
    y = v128.load(d + at, 16);
    a = v128.load(v + at, 16);
    s0 = f64x2.add(s0, f64x2.mul(a, x));
    t0 = f64x2.add(t0, f64x2.mul(a, y));
    a = v128.load(v1 + at, 16);
    s1 = f64x2.add(s1, f64x2.mul(a, x));
    t1 = f64x2.add(t1, f64x2.mul(a, y));
    a = v128.load(v2 + at, 16);
    s2 = f64x2.add(s2, f64x2.mul(a, x));
    t2 = f64x2.add(t2, f64x2.mul(a, y));
    a = v128.load(v3 + at, 16);
    s3 = f64x2.add(s3, f64x2.mul(a, x));
    t3 = f64x2.add(t3, f64x2.mul(a, y));
  }
  addPair(w, s0, s1);
  addPair(w + 16, s2, s3);
  if (partner != 0) {
    addPair(w + wStride, t0, t1);
    addPair(w + wStride + 16, t2, t3);
  }
}

/** Adds the sums of the two halves of `s` and of `t` to two neighbours. */
@inline
function addPair(at: usize, s: v128, t: v128): void {
  const low = v128.shuffle<f64>(s, t, 0, 2);
  const high = v128.shuffle<f64>(s, t, 1, 3);
  v128.store(at, f64x2.add(v128.load(at), f64x2.add(low, high)));
}

/** C −= V W: V has `rows`×p, W has p×q, C has `rows`×q. */
export function subtractProduct(
  V: usize, vStride: usize, p: i32,
  W: usize, wStride: usize, q: i32,
  rows: i32, C: usize, cStride: usize,
): void {
  for (let row = 0; row < rows; row += ROW_BLOCK) {
    const end = min(row + ROW_BLOCK, rows);
    for (let j = 0; j < q; j += 4) {
      const w = W + (<usize>j) * wStride;
      const c = C + (<usize>j) * cStride;
      const present = q - j;
      for (let i = row; i < end; i += 4) {
        const offset = (<usize>i) << 3;
        if (present >= 4) subtractQuad(V + offset, vStride, p, w, wStride, c + offset, cStride);
        else for (let t = 0; t < present; t++) {
          subtractSingle(V + offset, vStride, p, w + (<usize>t) * wStride, c + offset + (<usize>t) * cStride);
        }
      }
    }
  }
}

/** Four rows by four columns. */
function subtractQuad(v: usize, vStride: usize, p: i32, w: usize, wStride: usize, c: usize, cStride: usize): void {
  const c1 = c + cStride;
  const c2 = c1 + cStride;
  const c3 = c2 + cStride;
  let s0 = v128.load(c), t0 = v128.load(c, 16);
  let s1 = v128.load(c1), t1 = v128.load(c1, 16);
  let s2 = v128.load(c2), t2 = v128.load(c2, 16);
  let s3 = v128.load(c3), t3 = v128.load(c3, 16);
  const w1 = w + wStride;
  const w2 = w1 + wStride;
  const w3 = w2 + wStride;
  const end = (<usize>p) << 3;
  for (let at: usize = 0; at < end; at += 8) {
    const x = v128.load(v);
    const y = v128.load(v, 16);
    v += vStride;
    let a = v128.load64_splat(w + at);
    s0 = f64x2.sub(s0, f64x2.mul(a, x));
    t0 = f64x2.sub(t0, f64x2.mul(a, y));
    a = v128.load64_splat(w1 + at);
    s1 = f64x2.sub(s1, f64x2.mul(a, x));
    t1 = f64x2.sub(t1, f64x2.mul(a, y));
    a = v128.load64_splat(w2 + at);
    s2 = f64x2.sub(s2, f64x2.mul(a, x));
    t2 = f64x2.sub(t2, f64x2.mul(a, y));
    a = v128.load64_splat(w3 + at);
    s3 = f64x2.sub(s3, f64x2.mul(a, x));
    t3 = f64x2.sub(t3, f64x2.mul(a, y));
  }
  v128.store(c, s0);
  v128.store(c, t0, 16);
  v128.store(c1, s1);
  v128.store(c1, t1, 16);
  v128.store(c2, s2);
  v128.store(c2, t2, 16);
  v128.store(c3, s3);
  v128.store(c3, t3, 16);
}

function subtractSingle(v: usize, vStride: usize, p: i32, w: usize, c: usize): void {
  let s = v128.load(c), t = v128.load(c, 16);
  const end = (<usize>p) << 3;
  for (let at: usize = 0; at < end; at += 8) {
    const a = v128.load64_splat(w + at);
    s = f64x2.sub(s, f64x2.mul(a, v128.load(v)));
    t = f64x2.sub(t, f64x2.mul(a, v128.load(v, 16)));
    v += vStride;
  }
  v128.store(c, s);
  v128.store(c, t, 16);
}

/** Writes zeros into `columns` columns of `rows` rows. */
export function clear(at: usize, stride: usize, rows: i32, columns: i32): void {
  for (let j = 0; j < columns; j++) memory.fill(at + (<usize>j) * stride, 0, (<usize>rows) << 3);
}
