import type { PrimeField } from "../../modular/prime-field.ts";
import { nullspace, rowRankProfile } from "../../modular/rank.ts";
import type { Random } from "../../random.ts";
import { primeRing } from "../ranks/prime-ring.ts";
import { type Frame, pointOf } from "./frame.ts";
import type { KernelSpace } from "./kernel-space.ts";
import { differential, range } from "./quantities.ts";

/** A null space modulo a prime, at random nodes and data. */
export interface PrimeKernelParts {
  readonly field: PrimeField;
  /** Draws the combination that stands for a space: a nonzero linear form vanishes on it with probability 1/p. */
  readonly random: Random;
  readonly frame: Omit<Frame<number>, "ring">;
  readonly basis: readonly (readonly number[])[];
  /** Tells whether a velocity is a null vector. */
  contains(velocity: readonly number[]): boolean;
}

/** The exact answers about a null space over a prime field. */
export function primeKernel({ field, random, frame: parts, basis, contains }: PrimeKernelParts): KernelSpace<number> {
  const frame: Frame<number> = { ...parts, ring: primeRing(field) };
  const { inputDim, outputs, samples } = frame;
  const block = inputDim + outputs;
  const unknowns = samples * block;
  let annihilators: number[][] | null = null;
  return {
    frame,
    basis,
    contains,
    independent(vectors) {
      if (vectors.length === 0) return [];
      return Array.from(rowRankProfile(Float64Array.from(vectors.flat()), vectors.length, unknowns, field.p).pivotRows);
    },
    supportedOn(moving) {
      // Combinations of the basis whose entries at the other samples vanish.
      const fixed = range(samples).filter((i) => !moving.includes(i));
      if (basis.length === 0 || fixed.length === 0) return basis.map((vector) => [...vector]);
      const rows = fixed.flatMap((i) => Array.from({ length: block }, (_, k) => basis.map((v) => v[i * block + k]!)));
      const combinations = nullspace(Float64Array.from(rows.flat()), rows.length, basis.length, field.p);
      return combinations.map((combination) => combine(field, basis, combination));
    },
    probes: (velocities) =>
      velocities.length === 0
        ? []
        : [
            combine(
              field,
              velocities,
              Float64Array.from(velocities, () => field.random(random)),
            ),
          ],
    judge(quantity, velocities) {
      if (quantity.kind === "span") annihilators ??= annihilatorsOf(frame, field);
      const stays = velocities.every((v) =>
        differential(frame, quantity, v, annihilators ?? []).every((entry) => entry === 0),
      );
      return stays ? "determined" : "free";
    },
  };
}

function combine(field: PrimeField, basis: readonly (readonly number[])[], combination: Float64Array): number[] {
  const sum = new Array<number>(basis[0]!.length).fill(0);
  for (const [b, vector] of basis.entries()) {
    const factor = combination[b]!;
    if (factor === 0) continue;
    for (const [k, value] of vector.entries()) sum[k] = field.add(sum[k]!, field.mul(factor, value));
  }
  return sum;
}

/** A basis of the vectors y with y·x_i = 0 for all samples. */
function annihilatorsOf(frame: Frame<number>, field: PrimeField): number[][] {
  const rows = Array.from({ length: frame.samples }, (_, i) => pointOf(frame, frame.unknowns, i));
  return nullspace(Float64Array.from(rows.flat()), rows.length, frame.inputDim, field.p).map((y) => Array.from(y));
}
