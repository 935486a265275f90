import { packUnknowns } from "../../equations/system.ts";
import { walkNullSpace } from "../../solve/null-space-walk.ts";
import type { Claim, Experiment } from "../experiment.ts";
import { plantSystem } from "../instances.ts";
import { measuredPair } from "../rows.ts";
import type { ShapeText } from "../shapes.ts";

/** A walk along the null space ends at a second data set. */
export const nullSpaceWalk: Claim = {
  id: "null-space-walk",
  statement:
    "Where the Jacobian has constant deficient rank, a walk along its null space reaches a second data set with the same equations.",
  ofSourcePaper: false,
  page: "proofs/null-space-walk.md",
  experiments: [
    ...walkPair(
      "d = 3, n = 2, m = 20: degree 2",
      "degree 3",
      { activation: "z + z^2", inputDim: 3, width: 20 },
      { activation: "z + z^2 + z^3" },
      2,
    ),
    ...walkPair(
      "z + z^2 + z^3, d = 3, n = 3: m = 3",
      "m = 4",
      { activation: "z + z^2 + z^3", inputDim: 3, width: 3 },
      { width: 4 },
      3,
    ),
    ...walkPair(
      "1 + z^3, d = 3, n = 2, m = 20, T_0 seen",
      "with z^2 as well",
      { activation: "1 + z^3", inputDim: 3, width: 20, trained: ["hidden", "output"] },
      { activation: "1 + z^2 + z^3" },
      2,
    ),
  ],
};

/** Data sets count as different from here on, relative to their norm. */
const APART = 1e-3;

/** Sixteen roundings, root mean square of rows divided by their largest entry. */
const FLOOR = 16 * 2 ** -53;

/** The second data set fits to rounding; a shape of full rank has none. */
function walkPair(
  what: string,
  repaired: string,
  text: ShapeText,
  change: Partial<ShapeText>,
  n: number,
): Experiment[] {
  return measuredPair(
    {
      satisfied: `${what}: a second data set`,
      violated: `${what}, changed to ${repaired}: none`,
      error: "residual",
      limit: "floor",
    },
    ({ random }, satisfied) => {
      const { equations, points, multipliers } = plantSystem(random, satisfied ? text : { ...text, ...change }, n);
      const { system } = equations;
      const pair = walkNullSpace(system, packUnknowns(system.shape, points, multipliers), {
        random,
        residualFloor: FLOOR,
        rankTolerance: 1e-12,
        scaleGauge: false,
        signGauge: false,
        shouldStop: () => false,
      });
      const reached = pair !== null && pair.distance >= APART;
      return { error: reached ? Math.max(...pair.relativeResiduals) : Number.POSITIVE_INFINITY, limit: FLOOR };
    },
  );
}
