import type { KktSystem } from "../equations/system.ts";
import { rowVariances } from "./noise-model.ts";

/**
 * Rounding of the weights and of their gradient leaves a residual of a few unit roundoffs at the best fit; on networks
 * trained to a stationary point it was at most 2 (bench/results/networks.md), while wrong fits stayed above 1000.
 */
const FLOOR_IN_ROUNDOFFS = 16;
/** A residual within this factor of the modelled rounding counts as rounding … */
const NOISE_MARGIN = 4;
/** … up to this multiple of the least floor: a far-off fit must not excuse itself by its own cancellation. */
const LARGEST_FLOOR = 64;

/** The floor where rounding of the nodes adds nothing to that of the known side. */
export function leastFloorAt(precision: number): number {
  return FLOOR_IN_ROUNDOFFS * precision;
}

/**
 * Residual at which a fit is as good as the numbers of the file allow, root mean square of the scaled rows: a few unit
 * roundoffs, or more where rounding of the nodes themselves moves the equations by more (large ‖x‖, large curvature).
 *
 * @param precision - relative precision of the weights
 */
export function residualFloorAt(system: KktSystem, unknowns: Float64Array, precision: number): number {
  const variances = rowVariances(system, unknowns, precision);
  const noise = Math.sqrt(variances.reduce((sum, value) => sum + value, 0) / variances.length);
  const least = leastFloorAt(precision);
  return Math.min(Math.max(least, NOISE_MARGIN * noise), LARGEST_FLOOR * least);
}
