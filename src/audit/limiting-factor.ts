import { norm2 } from "../linalg/dense.ts";
import { type FittedData, freeDirections } from "./fitted-data.ts";
import type { NetworkEvidence } from "./network-evidence.ts";
import { stationarityOf } from "./stationarity.ts";

/**
 * What keeps the errors from being smaller.
 *
 * - "search": no fit reached the floor. - "equations": directions that no equation sees. - "iteration": the last step of the
 * refinement is not small against the expected error. - "stationarity": the residual of the fit, above rounding: training
 * stopped early, or the gradient is noisy. - "weight-precision": the error of the weights that was asked for. -
 * "file-rounding": the format of the file; only more digits, or knowledge beside the weights, would help.
 */
export type LimitingFactor =
  | "search"
  | "equations"
  | "iteration"
  | "stationarity"
  | "weight-precision"
  | "file-rounding";

/** Errors this many times those of rounding alone have another cause. */
const ABOVE_ROUNDING = 2;

/** The first of the causes that explains the errors of a fit. */
export function limitingFactor(found: FittedData, evidence: NetworkEvidence): LimitingFactor {
  if (!found.reachedFloor) return "search";
  if (freeDirections(found, evidence) > 0) return "equations";
  const { reduced, entryError, equations } = evidence;
  const step = norm2(found.point.lastStep) * reduced.scale;
  if (step > Math.max(...found.errors.expectedErrors)) return "iteration";
  if (entryError > equations.unitRoundoff) return "weight-precision";
  return stationarityOf(found, evidence).boundFactor > ABOVE_ROUNDING ? "stationarity" : "file-rounding";
}
