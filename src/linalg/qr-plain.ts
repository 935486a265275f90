import type { QrFactors } from "./factors.ts";

/** `factorQr` in TypeScript, one reflector after the other; see there. */
export function factorPlain(columns: Float64Array, m: number, n: number): QrFactors {
  const diagonal = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const start = k * m;
    let norm = 0;
    for (let i = k; i < m; i++) norm = Math.max(norm, Math.abs(columns[start + i]!));
    if (norm === 0) continue;
    let sum = 0;
    for (let i = k; i < m; i++) {
      const t = columns[start + i]! / norm;
      sum += t * t;
    }
    norm *= Math.sqrt(sum);
    if (columns[start + k]! < 0) norm = -norm;
    for (let i = k; i < m; i++) columns[start + i]! /= norm;
    columns[start + k]! += 1;
    for (let j = k + 1; j < n; j++) applyReflector(columns, m, k, columns, j * m);
    diagonal[k] = -norm;
  }
  return { m, n, columns, diagonal };
}

/** target ← (I − v vᵀ / v_k) target for the reflector v in column k of `columns`, whose columns have length m. */
export function applyReflector(
  columns: Float64Array,
  m: number,
  k: number,
  target: Float64Array,
  offset: number,
): void {
  const start = k * m;
  const pivot = columns[start + k]!;
  if (pivot === 0) return;
  // Four sums, since one would make every addition wait for the one before.
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = k;
  for (; i + 3 < m; i += 4) {
    s0 += columns[start + i]! * target[offset + i]!;
    s1 += columns[start + i + 1]! * target[offset + i + 1]!;
    s2 += columns[start + i + 2]! * target[offset + i + 2]!;
    s3 += columns[start + i + 3]! * target[offset + i + 3]!;
  }
  for (; i < m; i++) s0 += columns[start + i]! * target[offset + i]!;
  const s = -(s0 + s1 + (s2 + s3)) / pivot;
  for (i = k; i < m; i++) target[offset + i]! += s * columns[start + i]!;
}
