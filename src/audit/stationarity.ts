import { rowVariances } from "../solve/noise-model.ts";
import type { FittedData } from "./fitted-data.ts";
import type { NetworkEvidence } from "./network-evidence.ts";

/** How far the weights are from a system that the best fit solves exactly, and what that does to the bounds. */
export interface Stationarity {
  /** Root mean square of the residual of the best fit, relative to the largest entry of each tensor. */
  readonly distance: number;
  /** The distance in half ulps of the file. */
  readonly roundoffs: number;
  /** Factor by which the assumed errors of the equations, and so the bounds, exceed those of rounding alone. */
  readonly boundFactor: number;
  /** The `--weight-precision` at which this residual counts as the error of the weights; null where it does already. */
  readonly neededPrecision: number | null;
}

/** A residual above this is no training that merely stopped early. */
export const EARLY_STOP = 1e-2;

/** Residual over assumed precision at which a fit is accepted; the floor is at least sixteen times the precision. */
const ACCEPTED = 8;

/** Reads the distance off the residual that no data explain. Source: proofs/error-bound.md, section "Noise". */
export function stationarityOf(found: FittedData, { reduced, equations }: NetworkEvidence): Stationarity {
  const distance = found.point.relativeResidual;
  const rounding = rowVariances(reduced.system, found.point.unknowns, equations.unitRoundoff);
  const alone = Math.sqrt(rounding.reduce((sum, value) => sum + value, 0) / rounding.length);
  return {
    distance,
    roundoffs: distance / equations.unitRoundoff,
    boundFactor: Math.max(1, found.errors.equationError / alone),
    neededPrecision: found.reachedFloor ? null : roundUp(distance / ACCEPTED),
  };
}

/** The next number with one digit. */
function roundUp(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  return Number((Math.ceil(value / unit) * unit).toPrecision(1));
}
