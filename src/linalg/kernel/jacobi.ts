// AssemblyScript. One-sided Jacobi: plane rotations until vectors are orthogonal to each other; the same algorithm as
// orthogonalisePlain in ../jacobi-plain.ts, which explains the steps. A vector has `head` numbers that count, and
// `total` that are rotated; both are multiples of 8, and padding is zero.

import { dot, rotate } from "./vectors";

/** Vectors that are rotated against each other while they are in the cache. */
const BLOCK: i32 = 16;

let vectors: usize = 0;
let stride: usize = 0;
let headBytes: usize = 0;
let totalBytes: usize = 0;
/** Squares of the lengths, and the numbers of the vectors from the longest to the shortest. */
let squares: usize = 0;
let order: usize = 0;
let tolerance: f64 = 0;
let negligible: f64 = 0;

@inline
function vector(index: i32): usize {
  return vectors + (<usize>index) * stride;
}

@inline
function numberAt(position: i32): i32 {
  return load<i32>(order + ((<usize>position) << 2));
}

@inline
function squareOf(index: i32): f64 {
  return load<f64>(squares + ((<usize>index) << 3));
}

@inline
function setSquare(index: i32, value: f64): void {
  store<f64>(squares + ((<usize>index) << 3), value);
}

/** Addresses in bytes; `squaresAt`: a number a vector, `orderAt`: an i32 a vector; strides and lengths in numbers. */
export function setVectors(at: usize, strideCount: i32, head: i32, total: i32, squaresAt: usize, orderAt: usize): void {
  vectors = at;
  stride = (<usize>strideCount) << 3;
  headBytes = (<usize>head) << 3;
  totalBytes = (<usize>total) << 3;
  squares = squaresAt;
  order = orderAt;
}

/** Returns the number of sweeps; it ends at `sweeps` or when a sweep rotates nothing. */
export function orthogonalise(count: i32, bound: f64, least: f64, sweeps: i32): i32 {
  tolerance = bound;
  negligible = least;
  for (let i = 0; i < count; i++) store<i32>(order + ((<usize>i) << 2), i);
  for (let sweep = 1; sweep <= sweeps; sweep++) {
    sortVectors(count);
    if (!rotateAll(count)) return sweep;
  }
  return sweeps;
}

function sortVectors(count: i32): void {
  for (let i = 0; i < count; i++) setSquare(i, dot(vector(i), vector(i), headBytes));
  for (let i = 1; i < count; i++) {
    const index = numberAt(i);
    const square = squareOf(index);
    let at = i;
    for (; at > 0 && squareOf(numberAt(at - 1)) < square; at--) {
      store<i32>(order + ((<usize>at) << 2), numberAt(at - 1));
    }
    store<i32>(order + ((<usize>at) << 2), index);
  }
}

function rotateAll(count: i32): bool {
  let rotated = false;
  for (let first = 0; first < count; first += BLOCK) {
    const firstEnd = min(first + BLOCK, count);
    for (let second = first; second < count; second += BLOCK) {
      const secondEnd = min(second + BLOCK, count);
      for (let i = first; i < firstEnd; i++) {
        for (let j = max(second, i + 1); j < secondEnd; j++) {
          if (rotatePair(numberAt(i), numberAt(j))) rotated = true;
        }
      }
    }
  }
  return rotated;
}

function rotatePair(i: i32, j: i32): bool {
  const alpha = squareOf(i);
  const beta = squareOf(j);
  if (alpha < negligible || beta < negligible) return false;
  const x = vector(i);
  const y = vector(j);
  const gamma = dot(x, y, headBytes);
  if (abs(gamma) <= tolerance * Math.sqrt(alpha) * Math.sqrt(beta)) return false;
  const zeta = (beta - alpha) / (2 * gamma);
  const size = abs(zeta);
  // Beyond 1e8 the root is |ζ| to rounding, and ζ² could overflow.
  const tangent = copysign(size < 1e8 ? 1 / (size + Math.sqrt(1 + size * size)) : 0.5 / size, zeta);
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  rotate(x, y, totalBytes, cosine, cosine * tangent);
  const change = tangent * gamma;
  setSquare(i, updated(x, alpha, alpha - change));
  setSquare(j, updated(y, beta, beta + change));
  return true;
}

/** The new square, from the vector itself where the update cancelled. */
@inline
function updated(x: usize, before: f64, after: f64): f64 {
  return after > 1e-3 * before ? after : dot(x, x, headBytes);
}
