import type { KernelSpace } from "./kernel-space.ts";
import { type MoveKind, NAMED_MOVES, type NamedMove } from "./moves.ts";
import { pairsOf, range } from "./quantities.ts";

/** Independent null directions under one name. */
export interface NamedDirection {
  readonly kind: MoveKind;
  /** The samples that move, from 0; for a shape an example of them, since general samples are all alike. */
  readonly samples: readonly number[];
  /** Null directions that this name adds to those before it. */
  readonly dimension: number;
  /** Whether they are a symmetry of single samples, which no question about the data can avoid. */
  readonly gauge: boolean;
}

/** Beyond this many samples, subsets are not searched: what has no name moves all of them. */
const MOST_SEARCHED_SAMPLES = 9;

/**
 * Splits the null space into named moves, then what is left into motions of as few samples as possible.
 *
 * @returns directions whose dimensions add up to that of the null space (in doubles: to what the tolerance tells apart)
 * Source: proofs/partial-answers.md, section "Named directions".
 */
export function nameDirections<T>(space: KernelSpace<T>, scaleIsGauge: boolean): NamedDirection[] {
  const found: (readonly T[])[] = [];
  const directions: NamedDirection[] = [];
  const nullity = space.basis.length;
  /** Keeps the vectors that add to what was found; how many. */
  const keep = (vectors: readonly (readonly T[])[]): number[] => {
    const old = found.length;
    const fresh = space.independent([...found, ...vectors]).filter((k) => k >= old);
    for (const k of fresh) found.push(vectors[k - old]!);
    return fresh.map((k) => k - old);
  };
  for (const move of NAMED_MOVES) {
    if (found.length >= nullity || (move.oneOutput && space.frame.outputs > 1)) continue;
    const tuples = tuplesOf(move, space.frame.samples).map((samples) => ({
      samples,
      velocity: move.velocity(space.frame, samples),
    }));
    const inside = tuples.filter(({ velocity }) => space.contains(velocity));
    for (const k of keep(inside.map(({ velocity }) => velocity))) {
      const gauge = move.kind === "scale" && scaleIsGauge;
      directions.push({ kind: move.kind, samples: inside[k]!.samples, dimension: 1, gauge });
    }
  }
  for (const samples of subsetsBySize(space.frame.samples)) {
    if (found.length >= nullity) break;
    const dimension = keep(space.supportedOn(samples)).length;
    const kind = samples.length === 1 ? "single" : "joint";
    if (dimension > 0) directions.push({ kind, samples, dimension, gauge: false });
  }
  return directions;
}

function tuplesOf({ tuple }: NamedMove, samples: number): (readonly number[])[] {
  if (tuple === "one") return range(samples).map((i) => [i]);
  const pairs = pairsOf(samples);
  return tuple === "pair" ? pairs : pairs.flatMap(([i, k]) => [[i, k] as const, [k, i] as const]);
}

/** Nonempty subsets of the samples, small ones first; only the whole beyond the limit. */
function subsetsBySize(samples: number): (readonly number[])[] {
  if (samples > MOST_SEARCHED_SAMPLES) return [range(samples)];
  const subsets = range(2 ** samples - 1).map((mask) => range(samples).filter((i) => ((mask + 1) >> i) & 1));
  return subsets.sort((a, b) => a.length - b.length || compare(a, b));
}

function compare(a: readonly number[], b: readonly number[]): number {
  const k = a.findIndex((value, at) => value !== b[at]);
  return k < 0 ? 0 : a[k]! - b[k]!;
}
