import type { EquationShape } from "../equations/shape.ts";
import { packUnknowns, unpackUnknowns } from "../equations/system.ts";
import { norm2 } from "../linalg/dense.ts";
import { matchPoints } from "./match.ts";

/** Root mean square of the points for coordinates, of the multipliers for multipliers. */
export function typicalSizes(shape: EquationShape, u: Float64Array): Float64Array {
  const { points, multipliers } = unpackUnknowns(shape, u);
  const pointSize = norm2(points) / Math.sqrt(points.length) || 1;
  const multiplierSize = norm2(multipliers) / Math.sqrt(multipliers.length) || 1;
  return packUnknowns(
    shape,
    new Float64Array(points.length).fill(pointSize),
    new Float64Array(multipliers.length).fill(multiplierSize),
  );
}

/** How far two data sets are apart, after the best assignment of the samples and the gauge. */
interface Move {
  /** Distance of the points over the norm of the first. */
  readonly distance: number;
  /** Least distance of a sample over its norm. */
  readonly leastMove: number;
}

/** Compares two data sets up to the order of the samples, and up to scale and sign where these are gauge. */
export function moveBetween(
  shape: EquationShape,
  first: Float64Array,
  second: Float64Array,
  gauge: { readonly scale: boolean; readonly sign: boolean },
): Move {
  const d = shape.inputDim;
  const a = gaugedPoints(shape, first, gauge.scale);
  const b = gaugedPoints(shape, second, gauge.scale);
  const { errors } = matchPoints(b, a, d, { sign: gauge.sign });
  const moves = errors.map((error, i) => error / (norm2(a.subarray(i * d, (i + 1) * d)) || 1));
  return { distance: norm2(errors) / norm2(a), leastMove: Math.min(...moves) };
}

/** With one monomial, x·|g|^{1/p} does not change under the scale gauge. */
function gaugedPoints(shape: EquationShape, u: Float64Array, scaleGauge: boolean): Float64Array {
  const { points, multipliers } = unpackUnknowns(shape, u);
  if (!scaleGauge) return points;
  const { inputDim: d, outputs, activation } = shape;
  return points.map((value, k) => {
    const i = Math.floor(k / d);
    return value * norm2(multipliers.subarray(i * outputs, (i + 1) * outputs)) ** (1 / activation.degree);
  });
}

/** Takes the scale directions (−p g_i, x_i) off a velocity. */
export function withoutScale(shape: EquationShape, u: Float64Array, v: Float64Array, unit: Float64Array): Float64Array {
  const { inputDim: d, outputs, activation } = shape;
  const block = d + outputs;
  const free = v.slice();
  for (let at = 0; at < u.length; at += block) {
    const tangent = new Float64Array(block);
    for (let k = 0; k < block; k++) tangent[k] = (u[at + k]! / unit[at + k]!) * (k < outputs ? -activation.degree : 1);
    const length = norm2(tangent);
    let along = 0;
    for (let k = 0; k < block; k++) along += (tangent[k]! / length) * v[at + k]!;
    for (let k = 0; k < block; k++) free[at + k]! -= (along * tangent[k]!) / length;
  }
  return free;
}

/** Least relative move of a sample per relative move of the fastest one. */
export function evenMove(shape: EquationShape, u: Float64Array, v: Float64Array, unit: Float64Array): number {
  const moves = relativeMoves(shape, u, v, unit);
  return Math.min(...moves) / Math.max(...moves);
}

/** The velocity with a fastest sample moving at one norm per unit of time. */
export function normalised(shape: EquationShape, u: Float64Array, v: Float64Array, unit: Float64Array): Float64Array {
  const fastest = Math.max(...relativeMoves(shape, u, v, unit));
  return v.map((value) => value / fastest);
}

function relativeMoves(shape: EquationShape, u: Float64Array, v: Float64Array, unit: Float64Array): number[] {
  const block = shape.inputDim + shape.outputs;
  const moves: number[] = [];
  for (let at = 0; at < u.length; at += block) {
    const x = u.subarray(at + shape.outputs, at + block);
    const move = v.subarray(at + shape.outputs, at + block).map((value, k) => value * unit[at + shape.outputs + k]!);
    moves.push(norm2(move) / (norm2(x) || 1));
  }
  return moves;
}
