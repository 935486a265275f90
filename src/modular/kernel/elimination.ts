// AssemblyScript. Recursive elimination P A = L E modulo p on centred residues in float64; the same algorithm as
// eliminatePlain in ../elimination-plain.ts, which explains the steps. Nothing is allocated: the caller passes the
// addresses (in bytes) of the zero-padded matrix and of the work areas, and sizes them with the constants below.

const BAND_WIDTH: i32 = 8;
const TILE: i32 = 4;
const PACKED_DEPTH: i32 = 256;
const PACKED_ROWS: i32 = 64;
const PACKED_COLUMNS: i32 = 1024;

let matrix: usize = 0;
let rows: i32 = 0;
let columns: i32 = 0;
let strideBytes: usize = 0;
let modulus: f64 = 0;
let reciprocal: f64 = 0;
let terms: i32 = 0;
let rowOrder: usize = 0;
let pivots: usize = 0;
let packedLeft: usize = 0;
let packedRight: usize = 0;
let rank: i32 = 0;

/** Columns are a multiple of 8; stride counts numbers, not bytes. */
export function setShape(rowCount: i32, columnCount: i32, stride: i32): void {
  rows = rowCount;
  columns = columnCount;
  strideBytes = (<usize>stride) << 3;
}

export function setModulus(p: f64, termsPerReduction: i32): void {
  modulus = p;
  reciprocal = 1.0 / p;
  terms = termsPerReduction;
}

export function setAddresses(matrixAt: usize, packedAt: usize, rowOrderAt: usize, pivotsAt: usize): void {
  matrix = matrixAt;
  packedLeft = packedAt;
  packedRight = packedAt + 8 * PACKED_ROWS * PACKED_DEPTH;
  rowOrder = rowOrderAt;
  pivots = pivotsAt;
}

/** Returns the rank. */
export function eliminate(): i32 {
  rank = 0;
  for (let row = 0; row < rows; row++) store<i32>(rowOrder + ((<usize>row) << 2), row);
  if (columns > 0) eliminateColumns(0, columns);
  return rank;
}

@inline
function address(row: i32, column: i32): usize {
  return matrix + (<usize>row) * strideBytes + ((<usize>column) << 3);
}

@inline
function pivotColumn(index: i32): i32 {
  return load<i32>(pivots + ((<usize>index) << 2));
}

@inline
function reduced(x: f64): f64 {
  return x - modulus * nearest(x * reciprocal);
}

@inline
function reducedPair(x: v128): v128 {
  const quotient = f64x2.nearest(f64x2.mul(x, f64x2.splat(reciprocal)));
  return f64x2.sub(x, f64x2.mul(quotient, f64x2.splat(modulus)));
}

@inline
function splitAt(start: i32, end: i32): i32 {
  return start + ((end - start + 2 * BAND_WIDTH - 1) / (2 * BAND_WIDTH)) * BAND_WIDTH;
}

function eliminateColumns(column: i32, columnEnd: i32): void {
  if (rank == rows) return;
  if (columnEnd - column <= BAND_WIDTH) {
    eliminateBand(column);
    return;
  }
  const middle = splitAt(column, columnEnd);
  const first = rank;
  eliminateColumns(column, middle);
  const last = rank;
  if (last > first) {
    solveUnitLower(first, last, middle, columnEnd);
    subtractProduct(last, rows, middle, columnEnd, first, last);
  }
  eliminateColumns(middle, columnEnd);
}

function eliminateBand(column: i32): void {
  for (let t = 0; t < BAND_WIDTH && rank < rows; t++) {
    const pivotRow = findPivot(column + t);
    if (pivotRow < 0) continue;
    swapRows(pivotRow, rank);
    eliminateBelow(column, t);
    store<i32>(pivots + ((<usize>rank) << 2), column + t);
    rank++;
  }
}

function findPivot(column: i32): i32 {
  for (let row = rank; row < rows; row++) if (load<f64>(address(row, column)) != 0.0) return row;
  return -1;
}

function swapRows(i: i32, j: i32): void {
  if (i == j) return;
  const first = address(i, 0);
  const second = address(j, 0);
  for (let at: usize = 0; at < strideBytes; at += 16) {
    const saved = v128.load(first + at);
    v128.store(first + at, v128.load(second + at));
    v128.store(second + at, saved);
  }
  const orderI = rowOrder + ((<usize>i) << 2);
  const orderJ = rowOrder + ((<usize>j) << 2);
  const saved = load<i32>(orderI);
  store<i32>(orderI, load<i32>(orderJ));
  store<i32>(orderJ, saved);
}

/** Clears column `column + t` below row `rank` within the band of eight columns from `column`. */
function eliminateBelow(column: i32, t: i32): void {
  const pivotAt = address(rank, column);
  const inverse = inverseModulo(load<f64>(pivotAt + ((<usize>t) << 3)));
  // The pivot row with zeros up to the pivot, so that whole pairs can be updated.
  const masked = packedLeft;
  for (let j = 0; j < BAND_WIDTH; j++) {
    const offset = (<usize>j) << 3;
    store<f64>(masked + offset, j > t ? load<f64>(pivotAt + offset) : 0.0);
  }
  const w0 = v128.load(masked);
  const w1 = v128.load(masked, 16);
  const w2 = v128.load(masked, 32);
  const w3 = v128.load(masked, 48);
  const end = address(rows, column);
  const inColumn = (<usize>t) << 3;
  for (let at = pivotAt + strideBytes; at < end; at += strideBytes) {
    const entry = load<f64>(at + inColumn);
    if (entry == 0.0) continue;
    const factor = reduced(entry * inverse);
    const f = f64x2.splat(factor);
    if (t < 1) v128.store(at, reducedPair(f64x2.sub(v128.load(at), f64x2.mul(f, w0))));
    if (t < 3) v128.store(at, reducedPair(f64x2.sub(v128.load(at, 16), f64x2.mul(f, w1))), 16);
    if (t < 5) v128.store(at, reducedPair(f64x2.sub(v128.load(at, 32), f64x2.mul(f, w2))), 32);
    if (t < 7) v128.store(at, reducedPair(f64x2.sub(v128.load(at, 48), f64x2.mul(f, w3))), 48);
    store<f64>(at + inColumn, factor);
  }
}

/** Centred inverse by the extended Euclidean algorithm. */
function inverseModulo(x: f64): f64 {
  let remainder = <i32>modulus;
  let nextRemainder = <i32>x;
  if (nextRemainder < 0) nextRemainder += remainder;
  let coefficient = 0;
  let nextCoefficient = 1;
  while (nextRemainder != 0) {
    const quotient = remainder / nextRemainder;
    const rest = remainder - quotient * nextRemainder;
    remainder = nextRemainder;
    nextRemainder = rest;
    const next = coefficient - quotient * nextCoefficient;
    coefficient = nextCoefficient;
    nextCoefficient = next;
  }
  return reduced(<f64>coefficient);
}

/** L X = B in place for rows [row, rowEnd) and columns [column, columnEnd). */
function solveUnitLower(row: i32, rowEnd: i32, column: i32, columnEnd: i32): void {
  if (rowEnd - row > BAND_WIDTH) {
    const middle = splitAt(row, rowEnd);
    solveUnitLower(row, middle, column, columnEnd);
    subtractProduct(middle, rowEnd, column, columnEnd, row, middle);
    solveUnitLower(middle, rowEnd, column, columnEnd);
    return;
  }
  for (let i = row + 1; i < rowEnd; i++) {
    for (let j = column; j < columnEnd; j += 2) {
      const at = address(i, j);
      let sum = v128.load(at);
      for (let k = row; k < i; k++) {
        const factor = v128.load64_splat(address(i, pivotColumn(k)));
        sum = f64x2.sub(sum, f64x2.mul(factor, v128.load(address(k, j))));
      }
      v128.store(at, reducedPair(sum));
    }
  }
}

/** Block minus L[rows, pivots first..last) times rows first..last; tiles may touch three rows past the block. */
function subtractProduct(row: i32, rowEnd: i32, column: i32, columnEnd: i32, first: i32, last: i32): void {
  for (let k = first; k < last; k += PACKED_DEPTH) {
    const kEnd = min(k + PACKED_DEPTH, last);
    for (let j = column; j < columnEnd; j += PACKED_COLUMNS) {
      const jEnd = min(j + PACKED_COLUMNS, columnEnd);
      packRight(k, kEnd, j, jEnd);
      for (let i = row; i < rowEnd; i += PACKED_ROWS) {
        const iEnd = min(i + PACKED_ROWS, rowEnd);
        packLeft(i, iEnd, k, kEnd);
        subtractPacked(i, iEnd, j, jEnd, kEnd - k);
      }
    }
  }
}

function packRight(row: i32, rowEnd: i32, column: i32, columnEnd: i32): void {
  let to = packedRight;
  for (let j = column; j < columnEnd; j += TILE) {
    for (let at = address(row, j), end = address(rowEnd, j); at < end; at += strideBytes) {
      v128.store(to, v128.load(at));
      v128.store(to, v128.load(at, 16), 16);
      to += 32;
    }
  }
}

/** Rows past `rowEnd` are packed as zeros, so that a tile leaves what lies behind the block as it is. */
function packLeft(row: i32, rowEnd: i32, first: i32, last: i32): void {
  let to = packedLeft;
  for (let i = row; i < rowEnd; i += TILE) {
    const present = min(TILE, rowEnd - i);
    for (let k = first; k < last; k++) {
      let at = address(i, pivotColumn(k));
      if (present == TILE) {
        store<f64>(to, load<f64>(at));
        store<f64>(to, load<f64>(at + strideBytes), 8);
        store<f64>(to, load<f64>(at + 2 * strideBytes), 16);
        store<f64>(to, load<f64>(at + 3 * strideBytes), 24);
      } else {
        for (let t = 0; t < TILE; t++, at += strideBytes) {
          store<f64>(to + ((<usize>t) << 3), t < present ? load<f64>(at) : 0.0);
        }
      }
      to += 32;
    }
  }
}

function subtractPacked(row: i32, rowEnd: i32, column: i32, columnEnd: i32, depth: i32): void {
  const panelBytes = (<usize>depth) << 5;
  let right = packedRight;
  for (let j = column; j < columnEnd; j += TILE) {
    let left = packedLeft;
    for (let i = row; i < rowEnd; i += TILE) {
      subtractTile(address(i, j), left, right, depth);
      left += panelBytes;
    }
    right += panelBytes;
  }
}

/** Four rows by four columns in eight registers of two; reduces after every `terms` products. */
function subtractTile(target: usize, left: usize, right: usize, depth: i32): void {
  for (let rest = depth; rest > 0; rest -= terms) {
    let s00 = f64x2.splat(0), s01 = f64x2.splat(0);
    let s10 = f64x2.splat(0), s11 = f64x2.splat(0);
    let s20 = f64x2.splat(0), s21 = f64x2.splat(0);
    let s30 = f64x2.splat(0), s31 = f64x2.splat(0);
    const end = left + ((<usize>min(rest, terms)) << 5);
    do {
      const b0 = v128.load(right);
      const b1 = v128.load(right, 16);
      let a = v128.load64_splat(left);
      s00 = f64x2.add(s00, f64x2.mul(a, b0));
      s01 = f64x2.add(s01, f64x2.mul(a, b1));
      a = v128.load64_splat(left, 8);
      s10 = f64x2.add(s10, f64x2.mul(a, b0));
      s11 = f64x2.add(s11, f64x2.mul(a, b1));
      a = v128.load64_splat(left, 16);
      s20 = f64x2.add(s20, f64x2.mul(a, b0));
      s21 = f64x2.add(s21, f64x2.mul(a, b1));
      a = v128.load64_splat(left, 24);
      s30 = f64x2.add(s30, f64x2.mul(a, b0));
      s31 = f64x2.add(s31, f64x2.mul(a, b1));
      left += 32;
      right += 32;
    } while (left < end);
    subtractQuad(target, s00, s01);
    subtractQuad(target + strideBytes, s10, s11);
    subtractQuad(target + 2 * strideBytes, s20, s21);
    subtractQuad(target + 3 * strideBytes, s30, s31);
  }
}

@inline
function subtractQuad(at: usize, first: v128, second: v128): void {
  v128.store(at, reducedPair(f64x2.sub(v128.load(at), first)));
  v128.store(at, reducedPair(f64x2.sub(v128.load(at, 16), second)), 16);
}
