import { UsageError } from "../errors.ts";
import { norm2 } from "../linalg/dense.ts";
import type { Domain } from "./domain.ts";

/** The unknowns from `offset` on, `length` of them, have norm `radius`. */
export interface SphereBlock {
  readonly offset: number;
  readonly length: number;
  readonly radius: number;
}

/**
 * Blocks of unknowns on spheres, the other unknowns free. A step lives in the tangent space at x, in the orthonormal
 * basis that a Householder reflector of x gives; the point it leads to is scaled back to the sphere.
 *
 * Source: Absil, Mahony & Sepulchre, Optimization Algorithms on Matrix Manifolds (2008), sections 4.1.1 and 8.4
 * (retraction by projection; Gauss–Newton on a manifold).
 *
 * @throws {@link UsageError} if blocks overlap, leave the unknowns, or have no positive radius
 */
export function spheres(unknowns: number, blocks: readonly SphereBlock[]): Domain {
  const sorted = blocks.toSorted((a, b) => a.offset - b.offset);
  requireDisjoint(unknowns, sorted);
  const free = freeUnknowns(unknowns, sorted);
  const dimension = unknowns - sorted.length;
  const reflectors = sorted.map(({ length }) => new Float64Array(length));
  const tangent = new Float64Array(Math.max(0, ...sorted.map(({ length }) => length)));

  return {
    unknowns,
    dimension,
    fixedCoordinates: false,
    restrict(x, _r, J, out) {
      for (const [b, block] of sorted.entries()) setReflector(x, block, reflectors[b]!);
      for (let row = 0; row * unknowns < J.length; row++) {
        let at = row * dimension;
        for (const k of free) out[at++] = J[row * unknowns + k]!;
        sorted.forEach(({ offset, length }, b) => {
          const v = reflectors[b]!;
          const start = row * unknowns + offset;
          let sum = 0;
          for (let k = 0; k < length; k++) sum += J[start + k]! * v[k]!;
          for (let k = 1; k < length; k++) out[at++] = J[start + k]! - sum * v[k]!;
        });
      }
    },
    move(x, step, out) {
      let at = 0;
      for (const k of free) out[k] = x[k]! + step[at++]!;
      sorted.forEach((block, b) => {
        const v = reflectors[b]!;
        const { offset, length, radius } = block;
        let sum = 0;
        for (let k = 1; k < length; k++) sum += v[k]! * step[at + k - 1]!;
        for (let k = 0; k < length; k++) tangent[k] = x[offset + k]! + (k > 0 ? step[at + k - 1]! : 0) - sum * v[k]!;
        at += length - 1;
        const factor = radius / norm2(tangent.subarray(0, length));
        for (let k = 0; k < length; k++) out[offset + k] = tangent[k]! * factor;
      });
    },
    scaledNorm(x, scale) {
      let sum = 0;
      let at = 0;
      for (const k of free) sum += (x[k]! * scale[at++]!) ** 2;
      for (const { length, radius } of sorted) {
        let largest = 0;
        for (let k = 1; k < length; k++) largest = Math.max(largest, scale[at++]!);
        sum += (radius * largest) ** 2;
      }
      return Math.sqrt(sum);
    },
    project(x) {
      const out = x.slice();
      for (const { offset, length, radius } of sorted) {
        const block = out.subarray(offset, offset + length);
        const size = norm2(block);
        if (!(size > 0)) throw new UsageError(`unknowns from ${offset} on: no point of the sphere is nearest to zero`);
        block.forEach((value, k) => {
          block[k] = (value / size) * radius;
        });
      }
      return out;
    },
  };
}

/** √2 times the unit normal v of the reflector I − v vᵀ that takes x/‖x‖ to ∓e₁; its other columns span the tangent space. */
function setReflector(x: Float64Array, { offset, length }: SphereBlock, v: Float64Array): void {
  for (let k = 0; k < length; k++) v[k] = x[offset + k]!;
  const size = norm2(v);
  for (let k = 0; k < length; k++) v[k]! /= size;
  v[0]! += v[0]! < 0 ? -1 : 1;
  const factor = Math.SQRT2 / norm2(v);
  for (let k = 0; k < length; k++) v[k]! *= factor;
}

function freeUnknowns(unknowns: number, sorted: readonly SphereBlock[]): number[] {
  const inside = new Set(sorted.flatMap(({ offset, length }) => Array.from({ length }, (_, k) => offset + k)));
  return Array.from({ length: unknowns }, (_, k) => k).filter((k) => !inside.has(k));
}

function requireDisjoint(unknowns: number, sorted: readonly SphereBlock[]): void {
  let end = 0;
  for (const { offset, length, radius } of sorted) {
    if (offset < end || length < 1 || offset + length > unknowns) {
      throw new UsageError(
        `sphere at ${offset}: ${length} unknowns overlap another block or leave the ${unknowns} unknowns`,
      );
    }
    if (!(radius > 0 && Number.isFinite(radius))) throw new UsageError(`sphere at ${offset}: radius ${radius}`);
    end = offset + length;
  }
}
