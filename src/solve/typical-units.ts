import type { MomentMap } from "../equations/moments.ts";
import type { ReducedSystem } from "../equations/reduction.ts";
import { rescale } from "../equations/reduction.ts";
import { norm2 } from "../linalg/dense.ts";
import { createMomentSystem, type MomentSystem, momentsFit } from "../objective/moment-metric.ts";

/** The system in the unit of length that its moments suggest; unchanged where the moments are too many. */
export function inTypicalUnits(reduced: ReducedSystem, precision: number): ReducedSystem {
  if (!momentsFit(reduced.system.shape)) return reduced;
  const tau = Math.min(1e-3, 1e-10 * (precision / 2 ** -53));
  return rescale(reduced, estimateLength(createMomentSystem(reduced.system), tau));
}

/**
 * Typical norm of a training point, from the ratios ‖T_{l+1}‖/‖T_l‖ of the least-squares moments.
 *
 * @returns a factor for the unit of length; 1 where the moments say nothing
 */
function estimateLength({ system, map, svd, rotatedTargets }: MomentSystem, tau: number): number {
  const { outputs } = system.shape;
  const N = map.columns;
  const T = new Float64Array(N);
  for (let i = 0; i < svd.k; i++) {
    if (svd.S[i]! < tau * svd.S[0]! || svd.S[i] === 0) break;
    const factor = rotatedTargets[i]! / svd.S[i]!;
    for (let c = 0; c < N; c++) T[c]! += factor * svd.Vt[i * N + c]!;
  }
  const norms = map.tables.map((_, t) => degreeNorm(T, map, t, outputs));
  const logs: number[] = [];
  for (let t = 1; t < norms.length; t++) {
    const gap = map.tables[t]!.degree - map.tables[t - 1]!.degree;
    if (norms[t]! > 0 && norms[t - 1]! > 0) logs.push(Math.log(norms[t]! / norms[t - 1]!) / gap);
  }
  if (logs.length === 0) return 1;
  return Math.exp(logs.reduce((sum, value) => sum + value, 0) / logs.length);
}

function degreeNorm(T: Float64Array, map: MomentMap, table: number, outputs: number): number {
  const start = map.tables.slice(0, table).reduce((sum, { count }) => sum + count, 0);
  const parts: number[] = [];
  for (let c = 0; c < outputs; c++) {
    const from = c * map.perOutput + start;
    parts.push(norm2(T.subarray(from, from + map.tables[table]!.count)));
  }
  return Math.hypot(...parts);
}
