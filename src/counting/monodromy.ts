import type { Complex } from "./complex-linear.ts";
import { type Fingerprints, sameFingerprint } from "./fingerprint.ts";

/** A target of the square system with a solution. */
export interface SolvedTarget {
  readonly target: Complex;
  readonly solution: Complex;
}

/** One data set that solves the square system for one target. */
export interface FoundSolution {
  readonly y: Complex;
  readonly fingerprint: Float64Array;
}

export interface MonodromyResult {
  /** Solutions for the first target, the given one first. */
  readonly solutions: readonly FoundSolution[];
  /** Independent closed loops of the graph of targets along which every solution was followed. */
  readonly loops: number;
  readonly paths: number;
  readonly failedPaths: number;
  /** Whether every solution was followed along every edge: the set is closed under all loops. */
  readonly closed: boolean;
}

export interface MonodromyQuestion {
  /** Follows a solution along straight lines through the targets; null where it was lost. */
  readonly track: (start: Complex, targets: readonly Complex[]) => Complex | null;
  readonly fingerprints: Fingerprints;
  readonly base: SolvedTarget;
  readonly nextTarget: () => SolvedTarget;
  /** A target that the edge between two others passes through. */
  readonly detour: (from: Complex, to: Complex) => Complex;
  readonly maxLoops: number;
  readonly shouldStop: () => boolean;
  /** Told after every path; returning true ends the search. */
  readonly onFound: (solutions: readonly FoundSolution[], loops: number) => boolean;
}

/**
 * Solutions for one target by monodromy along the edges of a growing complete graph of targets.
 *
 * Every solution known at one target is followed to every other; what arrives and is new is followed further. Once nothing
 * is left to follow, one more target opens new loops, until `maxLoops`.
 * Source: Duff, Hill, Jensen, Lee, Leykin & Sommars, Solving polynomial systems via homotopy continuation and monodromy,
 * IMA J. Numer. Anal. 39 (2019).
 */
export function collectByMonodromy(question: MonodromyQuestion): MonodromyResult {
  const graph = createGraph(question);
  graph.addTarget(question.base);
  for (let k = 0; k < 2; k++) graph.addTarget(question.nextTarget());
  let ended = false;
  while (!ended && !question.shouldStop()) {
    const edge = graph.widestEdge();
    if (edge === null) {
      if (graph.loops() >= question.maxLoops) break;
      graph.addTarget(question.nextTarget());
      continue;
    }
    graph.follow(edge);
    ended = question.onFound(graph.perTarget[0]!, graph.loops());
  }
  return {
    solutions: graph.perTarget[0]!,
    loops: graph.loops(),
    paths: graph.counts.paths,
    failedPaths: graph.counts.failed,
    closed: graph.widestEdge() === null,
  };
}

interface Edge {
  readonly from: number;
  readonly to: number;
}

interface Graph {
  readonly perTarget: FoundSolution[][];
  readonly counts: { paths: number; failed: number };
  addTarget(start: SolvedTarget): void;
  /** The edge with most solutions to follow; null if there are none. */
  widestEdge(): Edge | null;
  /** Follows one solution along the edge. */
  follow(edge: Edge): void;
  loops(): number;
}

function createGraph({ track, detour, fingerprints }: MonodromyQuestion): Graph {
  const targets: Complex[] = [];
  const perTarget: FoundSolution[][] = [];
  const counts = { paths: 0, failed: 0 };
  /** detours[v][w], v < w, is a target between v and w. */
  const detours: Complex[][] = [];
  /** done[v][w] holds the solutions of v whose continuation to w is known. */
  const done: Set<number>[][] = [];
  const identify = (at: number, y: Complex): number => {
    const fingerprint = fingerprints.of(y);
    const known = perTarget[at]!.findIndex((other) => sameFingerprint(other.fingerprint, fingerprint));
    return known >= 0 ? known : perTarget[at]!.push({ y, fingerprint }) - 1;
  };
  return {
    perTarget,
    counts,
    addTarget({ target, solution }) {
      for (const [v, row] of detours.entries()) row[targets.length] = detour(targets[v]!, target);
      detours.push([]);
      targets.push(target);
      perTarget.push([]);
      for (const row of done) row.push(new Set());
      done.push(targets.map(() => new Set()));
      identify(targets.length - 1, solution);
    },
    widestEdge() {
      let best: Edge | null = null;
      let most = 0;
      for (let from = 0; from < targets.length; from++) {
        for (let to = 0; to < targets.length; to++) {
          const waiting = from === to ? 0 : perTarget[from]!.length - done[from]![to]!.size;
          if (waiting > most) {
            most = waiting;
            best = { from, to };
          }
        }
      }
      return best;
    },
    follow({ from, to }) {
      const known = done[from]![to]!;
      const at = perTarget[from]!.findIndex((_, k) => !known.has(k));
      counts.paths++;
      known.add(at);
      const y = track(perTarget[from]![at]!.y, [
        targets[from]!,
        detours[Math.min(from, to)]![Math.max(from, to)]!,
        targets[to]!,
      ]);
      if (y === null) counts.failed++;
      else done[to]![from]!.add(identify(to, y));
    },
    loops: () => ((targets.length - 1) * (targets.length - 2)) / 2,
  };
}
