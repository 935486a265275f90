import { createRandom, type Random } from "../random.ts";
import type { SplitTree } from "../splitting/split-tree.ts";
import type { PathRecorder } from "./path-recorder.ts";
import type { SearchContext } from "./search-context.ts";

/** Names of the strategies, as `--strategy` takes them. */
export type StrategyName =
  | "kernel"
  | "dual"
  | "jennrich"
  | "subspace-power"
  | "atoms"
  | "spectral"
  | "random"
  | "splitting";

/** A data set to start the refinement from. */
export interface Attempt {
  /** n(C + d) unknowns of the reduced system. */
  readonly unknowns: Float64Array;
  /** Local searches that went into it. */
  readonly starts: number;
  /** Splits that it took, in the order of time. */
  readonly tree?: SplitTree;
}

/**
 * A way to find data sets that are close to a solution.
 *
 * An attempt is a pure function of the context and its index: its random numbers come from {@link randomFor}, and
 * nothing is carried from one attempt to the next. So attempts may run in any order, on any thread, and the answer is
 * that of the first one of the schedule that reaches the floor.
 */
export interface Strategy {
  readonly name: StrategyName;
  /** What it is called in the `method` of a result. */
  readonly method: readonly string[];
  /** Different attempts it has to offer: 1 where nothing is random. */
  readonly attempts: number;
  /** Why it cannot be used on this system; null where it can. */
  obstacle(context: SearchContext): string | null;
  /**
   * Null where nothing came of it.
   *
   * @param recorder - is told the iterations on all samples that the attempt makes; changes nothing
   */
  attempt(context: SearchContext, index: number, recorder?: PathRecorder): Attempt | null;
}

/** The random numbers of one attempt. */
export function randomFor(name: StrategyName, { seed }: SearchContext, index: number): Random {
  let hash = 0x811c9dc5; // FNV-1a
  for (const character of `${name}/${index}`) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
  return createRandom(seed, hash >>> 0);
}
