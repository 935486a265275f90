// AssemblyScript. Two loops over a pair of vectors. ./dense exports them for one reason: the compiler would otherwise put
// them into their callers, where they run at half the speed.

/** Scalar product; `bytes` is a multiple of 64. */
export function dot(x: usize, y: usize, bytes: usize): f64 {
  let s = f64x2.splat(0), t = f64x2.splat(0), u = f64x2.splat(0), w = f64x2.splat(0);
  for (const end = x + bytes; x < end; x += 64, y += 64) {
    s = f64x2.add(s, f64x2.mul(v128.load(x), v128.load(y)));
    t = f64x2.add(t, f64x2.mul(v128.load(x, 16), v128.load(y, 16)));
    u = f64x2.add(u, f64x2.mul(v128.load(x, 32), v128.load(y, 32)));
    w = f64x2.add(w, f64x2.mul(v128.load(x, 48), v128.load(y, 48)));
  }
  s = f64x2.add(f64x2.add(s, t), f64x2.add(u, w));
  return f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
}

/** x, y ← c x − s y, s x + c y; `bytes` is a multiple of 32. */
export function rotate(x: usize, y: usize, bytes: usize, cosine: f64, sine: f64): void {
  const c = f64x2.splat(cosine);
  const s = f64x2.splat(sine);
  for (const end = x + bytes; x < end; x += 32, y += 32) {
    const a = v128.load(x);
    const b = v128.load(y);
    const d = v128.load(x, 16);
    const e = v128.load(y, 16);
    v128.store(x, f64x2.sub(f64x2.mul(c, a), f64x2.mul(s, b)));
    v128.store(y, f64x2.add(f64x2.mul(s, a), f64x2.mul(c, b)));
    v128.store(x, f64x2.sub(f64x2.mul(c, d), f64x2.mul(s, e)), 16);
    v128.store(y, f64x2.add(f64x2.mul(s, d), f64x2.mul(c, e)), 16);
  }
}
