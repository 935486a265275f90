// AssemblyScript. Householder QR by panels, I − V T Vᵀ in place of single reflectors (Schreiber & Van Loan 1989), a panel
// being halved until four columns are left (Elmroth & Gustavson 2000). The factors are those of factorQr in ../qr.ts:
// a reflector is I − v vᵀ/v_k, v_k ≥ 1 on the diagonal. The caller passes addresses in bytes and pads with zeros.

import { addTransposedProduct, clear, subtractProduct } from "./tiles";

const LEAF: i32 = 4;
/** Sums of squares outside of these bounds are done again with scaling. */
const TINY: f64 = 1e-280;
const HUGE: f64 = 1e280;

let matrix: usize = 0;
let stride: usize = 0;
/** Rows including padding. */
let rows: i32 = 0;
let columns: i32 = 0;
let panelWidth: i32 = 0;
/** Reflectors of the panel with explicit zeros; row r of the matrix is row r here. */
let panel: usize = 0;
/** First column of the panel. */
let panelStart: i32 = 0;
let triangle: usize = 0;
let triangleStride: usize = 0;
let work: usize = 0;
let diagonal: usize = 0;

/** Rows are a multiple of 4 with the padding; the stride counts numbers; panels are a multiple of 4 wide. */
export function setMatrix(at: usize, rowCount: i32, columnCount: i32, strideCount: i32, width: i32): void {
  matrix = at;
  rows = rowCount;
  columns = columnCount;
  stride = (<usize>strideCount) << 3;
  panelWidth = width;
  triangleStride = (<usize>width) << 3;
}

/** `panelAt`: width columns of the stride; `triangleAt`: 2·width²; `workAt`: 2·width·max(width, columns). */
export function setWorkspace(panelAt: usize, triangleAt: usize, workAt: usize, diagonalAt: usize): void {
  panel = panelAt;
  triangle = triangleAt;
  work = workAt;
  diagonal = diagonalAt;
}

@inline
function bytes(count: i32): usize {
  return (<usize>count) << 3;
}

@inline
function entry(row: i32, column: i32): usize {
  return matrix + (<usize>column) * stride + bytes(row);
}

@inline
function reflector(row: i32, column: i32): usize {
  return panel + (<usize>(column - panelStart)) * stride + bytes(row);
}

/** Entry of T for two columns of the panel. */
@inline
function factor(row: i32, column: i32): usize {
  return triangle + (<usize>(column - panelStart)) * triangleStride + bytes(row - panelStart);
}

@inline
function roundedUp(count: i32): i32 {
  return (count + LEAF - 1) & ~(LEAF - 1);
}

export function factorMatrix(): void {
  for (let k = 0; k < columns; k += panelWidth) {
    const end = min(k + panelWidth, columns);
    startPanel(k, end);
    factorColumns(k, end);
    applyBlock(k, end, entry(0, end), columns - end, true);
  }
}

/**
 * QR of (R; √λ I). The matrix holds `panelWidth` rows to work in and then the lower block; R is apart, by columns of the
 * given stride. Each panel takes its rows of R in, and has as many rows of the lower block as it has columns before its
 * end: row k of the panel is the first row of the matrix. R is overwritten above its diagonal.
 */
export function factorDamped(upper: usize, upperStride: i32, pivots: usize): void {
  const start = matrix;
  const panelAt = panel;
  const upperBytes = bytes(upperStride);
  for (let k = 0; k < columns; k += panelWidth) {
    const end = min(k + panelWidth, columns);
    matrix = start - bytes(k);
    panel = panelAt - bytes(k);
    rows = k + panelWidth + roundedUp(end);
    clear(start + (<usize>k) * stride, stride, panelWidth, columns - k);
    for (let j = k; j < columns; j++) {
      memory.copy(entry(k, j), upper + (<usize>j) * upperBytes + bytes(k), bytes(min(end, j + 1) - k));
    }
    startPanel(k, end);
    factorColumns(k, end);
    applyBlock(k, end, entry(0, end), columns - end, true);
    for (let j = k; j < columns; j++) {
      memory.copy(upper + (<usize>j) * upperBytes + bytes(k), entry(k, j), bytes(min(end, j) - k));
    }
    for (let j = k; j < end; j++) store<f64>(pivots + bytes(j), load<f64>(entry(j, j)));
  }
}

/** Q times `count` columns of the matrix's stride, for the factors that are in the matrix. */
export function applyToColumns(target: usize, count: i32): void {
  for (let k = ((columns - 1) / panelWidth) * panelWidth; k >= 0; k -= panelWidth) {
    const end = min(k + panelWidth, columns);
    startPanel(k, end);
    for (let j = k; j < end; j++) {
      memory.copy(reflector(j, j), entry(j, j), bytes(rows - j));
    }
    completeTriangle(k, end);
    applyBlock(k, end, target, count, false);
  }
}

function startPanel(k: i32, end: i32): void {
  panelStart = k;
  const width = roundedUp(end - k);
  const first = k & ~(LEAF - 1);
  clear(panel + bytes(first), stride, rows - first, width);
  clear(triangle, triangleStride, width, width);
}

/** T of the columns [k, end) from their reflectors alone. */
function completeTriangle(k: i32, end: i32): void {
  if (end - k <= LEAF) {
    for (let j = k; j < end; j++) {
      const pivot = load<f64>(reflector(j, j));
      store<f64>(factor(j, j), pivot == 0 ? 0.0 : 1.0 / pivot);
    }
    joinLeaf(k, end);
    return;
  }
  const middle = middleOf(k, end);
  completeTriangle(k, middle);
  completeTriangle(middle, end);
  joinTriangles(k, middle, end);
}

@inline
function middleOf(k: i32, end: i32): i32 {
  return k + roundedUp((end - k + 1) >> 1);
}

function factorColumns(k: i32, end: i32): void {
  if (end - k <= LEAF) {
    for (let j = k; j < end; j++) {
      makeReflector(j);
      for (let other = j + 1; other < end; other++) applyReflector(j, entry(0, other));
    }
    joinLeaf(k, end);
    return;
  }
  const middle = middleOf(k, end);
  factorColumns(k, middle);
  applyBlock(k, middle, entry(0, middle), end - middle, true);
  factorColumns(middle, end);
  joinTriangles(k, middle, end);
}

/** Replaces column k from its diagonal on by the reflector that clears it; the new diagonal entry goes aside. */
function makeReflector(k: i32): void {
  const from = entry(k, k);
  const count = rows - k;
  let norm = lengthOf(from, count);
  if (norm == 0) {
    store<f64>(diagonal + bytes(k), 0.0);
    return;
  }
  if (load<f64>(from) < 0) norm = -norm;
  const to = reflector(k, k);
  const divisor = f64x2.splat(norm);
  const pairs = bytes(count & ~1);
  for (let at: usize = 0; at < pairs; at += 16) {
    const v = f64x2.div(v128.load(from + at), divisor);
    v128.store(from + at, v);
    v128.store(to + at, v);
  }
  if (count & 1) {
    const v = load<f64>(from + pairs) / norm;
    store<f64>(from + pairs, v);
    store<f64>(to + pairs, v);
  }
  const pivot = load<f64>(from) + 1;
  store<f64>(from, pivot);
  store<f64>(to, pivot);
  store<f64>(factor(k, k), 1.0 / pivot);
  store<f64>(diagonal + bytes(k), -norm);
}

function lengthOf(x: usize, count: i32): f64 {
  const pairs = bytes(count & ~1);
  let sums = f64x2.splat(0), more = f64x2.splat(0);
  let at: usize = 0;
  for (; at + 32 <= pairs; at += 32) {
    const a = v128.load(x + at);
    const b = v128.load(x + at, 16);
    sums = f64x2.add(sums, f64x2.mul(a, a));
    more = f64x2.add(more, f64x2.mul(b, b));
  }
  for (; at < bytes(count); at += 8) {
    const a = load<f64>(x + at);
    more = f64x2.add(more, f64x2.replace_lane(f64x2.splat(0), 0, a * a));
  }
  sums = f64x2.add(sums, more);
  const sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  return sum > TINY && sum < HUGE ? Math.sqrt(sum) : scaledLength(x, count);
}

function scaledLength(x: usize, count: i32): f64 {
  let largest: f64 = 0;
  for (let at: usize = 0; at < bytes(count); at += 8) largest = max(largest, abs(load<f64>(x + at)));
  if (largest == 0) return 0;
  let sum: f64 = 0;
  for (let at: usize = 0; at < bytes(count); at += 8) {
    const t = load<f64>(x + at) / largest;
    sum += t * t;
  }
  return largest * Math.sqrt(sum);
}

/** One reflector on one column; rows are taken from a multiple of 4 on, where the reflector has zeros. */
function applyReflector(k: i32, column: usize): void {
  const first = k & ~(LEAF - 1);
  const v = reflector(first, k);
  const c = column + bytes(first);
  const end = bytes(rows - first);
  let sums = f64x2.splat(0), more = f64x2.splat(0);
  for (let at: usize = 0; at < end; at += 32) {
    sums = f64x2.add(sums, f64x2.mul(v128.load(v + at), v128.load(c + at)));
    more = f64x2.add(more, f64x2.mul(v128.load(v + at, 16), v128.load(c + at, 16)));
  }
  sums = f64x2.add(sums, more);
  const s = (f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1)) * load<f64>(factor(k, k));
  const scale = f64x2.splat(s);
  for (let at: usize = 0; at < end; at += 32) {
    v128.store(c + at, f64x2.sub(v128.load(c + at), f64x2.mul(scale, v128.load(v + at))));
    v128.store(c + at, f64x2.sub(v128.load(c + at, 16), f64x2.mul(scale, v128.load(v + at, 16))), 16);
  }
}

/** T of at most four columns, whose diagonal is there: T_ij = −τ_j Σ_l T_il (v_lᵀ v_j). */
function joinLeaf(k: i32, end: i32): void {
  const first = k & ~(LEAF - 1);
  clear(work, triangleStride, LEAF, LEAF);
  addTransposedProduct(reflector(first, k), stride, LEAF, reflector(first, k), stride, LEAF, rows - first, work, triangleStride);
  for (let j = k + 1; j < end; j++) {
    const tau = load<f64>(factor(j, j));
    const products = work + (<usize>(j - k)) * triangleStride;
    for (let i = k; i < j; i++) {
      let sum: f64 = 0;
      for (let l = i; l < j; l++) sum += load<f64>(factor(i, l)) * load<f64>(products + bytes(l - k));
      store<f64>(factor(i, j), -tau * sum);
    }
  }
}

/** The block of T between two neighbours: −T₁ (V₁ᵀ V₂) T₂. */
function joinTriangles(k: i32, middle: i32, end: i32): void {
  const left = middle - k;
  const right = end - middle;
  const first = middle & ~(LEAF - 1);
  clear(work, triangleStride, left, right);
  addTransposedProduct(reflector(first, k), stride, left, reflector(first, middle), stride, right, rows - first, work, triangleStride);
  // Column by column from the last: (V₁ᵀ V₂) T₂ needs only the columns before it.
  for (let j = right - 1; j >= 0; j--) {
    const target = work + (<usize>j) * triangleStride;
    combine(target, left, work, triangle + (<usize>(middle - panelStart + j)) * triangleStride + bytes(middle - panelStart), j);
  }
  for (let j = 0; j < right; j++) {
    const source = work + (<usize>j) * triangleStride;
    const target = factor(k, middle + j);
    for (let l = 0; l < left; l++) {
      const scale = -load<f64>(source + bytes(l));
      const column = factor(k, k + l);
      for (let i = 0; i <= l; i++) {
        const at = bytes(i);
        store<f64>(target + at, load<f64>(target + at) + scale * load<f64>(column + at));
      }
    }
  }
}

/** target ← Σ_{l ≤ j} column_l · weight_l, where column j is the target itself. */
function combine(target: usize, count: i32, block: usize, weights: usize, j: i32): void {
  const own = f64x2.splat(load<f64>(weights + bytes(j)));
  const end = bytes(count);
  for (let at: usize = 0; at < end; at += 16) v128.store(target + at, f64x2.mul(own, v128.load(target + at)));
  for (let l = 0; l < j; l++) {
    const weight = f64x2.splat(load<f64>(weights + bytes(l)));
    const column = block + (<usize>l) * triangleStride;
    for (let at: usize = 0; at < end; at += 16) {
      v128.store(target + at, f64x2.add(v128.load(target + at), f64x2.mul(weight, v128.load(column + at))));
    }
  }
}

/** C ← (I − V Tᵀ Vᵀ) C, or with T in place of Tᵀ; V the reflectors [k, end) of the panel, C columns of all rows. */
function applyBlock(k: i32, end: i32, target: usize, count: i32, transposed: bool): void {
  if (count <= 0) return;
  const width = roundedUp(end - k);
  const first = k & ~(LEAF - 1);
  const length = rows - first;
  const second = work + (<usize>count) * triangleStride;
  const V = reflector(first, k);
  const C = target + bytes(first);
  clear(work, triangleStride, width, 2 * count);
  addTransposedProduct(V, stride, width, C, stride, count, length, work, triangleStride);
  let T = factor(k, k);
  if (!transposed) {
    transposeTriangle(T, width);
    T = triangle + (<usize>panelWidth) * triangleStride;
  }
  addTransposedProduct(T, triangleStride, width, work, triangleStride, count, width, second, triangleStride);
  subtractProduct(V, stride, width, second, triangleStride, count, length, C, stride);
}

/** Writes Tᵀ behind T. */
function transposeTriangle(T: usize, width: i32): void {
  const to = triangle + (<usize>panelWidth) * triangleStride;
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < width; j++) {
      store<f64>(to + (<usize>i) * triangleStride + bytes(j), load<f64>(T + (<usize>j) * triangleStride + bytes(i)));
    }
  }
}
