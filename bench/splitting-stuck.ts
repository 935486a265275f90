import { norm2 } from "../src/linalg/dense.ts";
import { curvaturesAt } from "../src/splitting/least-curvature.ts";
import { ARMS, type ArmSpace, armSpace } from "./splitting-arms.ts";
import type { SplittingInstance } from "./splitting-settings.ts";

/** How random starts ended: those that found nothing, and as a control those that did. */
export interface Ends {
  readonly stuck: number;
  /** Stuck with a sample that cancels others or has left the range of norms, see {@link RUNAWAY_FACTOR}. */
  readonly runaway: number;
  /** Stuck without any positive split that promises a thousandth of F within half of ‖x‖. */
  readonly stable: number;
  readonly fits: number;
  /** Fits that the same test would call runaway. */
  readonly runawayFits: number;
}

/** A part ‖φ(x_i) g_i‖ above this many ‖G‖, or a norm this far from the typical one either way. */
export const RUNAWAY_FACTOR = 10;
const PROMISE = 1e-3;
const LARGEST_STEP = 0.5;

/** The ends of the first random starts of an instance; `fit`: residual of a fit over that of rounding. */
export function endsOf({ context }: SplittingInstance, starts: number, fit: number): Ends {
  const arm = armSpace(context, { steps: 0 }, () => false);
  const count = { stuck: 0, runaway: 0, stable: 0, fits: 0, runawayFits: 0 };
  for (let index = 0; index < starts; index++) {
    const { u, residualNorm } = ARMS["restart"]!(arm, index);
    const fitted = residualNorm <= fit * arm.whitened.noise;
    const { runaway, stable } = describe(arm, u, residualNorm);
    count[fitted ? "fits" : "stuck"]++;
    if (runaway) count[fitted ? "runawayFits" : "runaway"]++;
    if (stable && !fitted) count.stable++;
  }
  return count;
}

function describe(
  { context, whitened }: ArmSpace,
  u: Float64Array,
  residualNorm: number,
): { readonly runaway: boolean; readonly stable: boolean } {
  const { objective } = whitened;
  const problem = whitened.problemFor(context.samples);
  const curvatures = curvaturesAt(objective, problem.residual(u, new Float64Array(problem.rows)));
  const samples = Array.from({ length: context.samples }, (_, i) => {
    const at = i * problem.block;
    const part = new Float64Array(objective.rows);
    objective.addValue(u, at, part);
    // In the units of the search a typical point has norm one.
    const size = norm2(u.subarray(at + objective.outputs, at + problem.block));
    const largest = Math.max(norm2(part) / objective.targetNorm, size, 1 / size);
    const promise = -curvatures.extreme(u, i).eigenvalue * (LARGEST_STEP * size) ** 2;
    return { largest, promise };
  });
  return {
    runaway: samples.some(({ largest }) => largest > RUNAWAY_FACTOR),
    stable: samples.every(({ promise }) => promise < PROMISE * residualNorm ** 2),
  };
}
