import type { KktSystem } from "../equations/system.ts";
import { HALF_ULP, type Interval, upperBound } from "../interval/interval.ts";
import { applyBound, type Regularity, regularThroughout } from "../interval/regular.ts";
import type { SystemBox } from "./box.ts";
import { exactResiduals, type PlainData } from "./fit.ts";
import { meetingsOf, type Region } from "./meeting.ts";
import { boundCurvature } from "./row-curvature.ts";
import { boundDisplacement } from "./row-displacement.ts";
import { areModerate, type RowProblem } from "./row-reading.ts";
import { boundRemainder } from "./row-remainder.ts";
import { chooseEquations, jacobianBox, placesOf } from "./zero-equations.ts";

/** Why nothing is proved; it says nothing about the data. */
export interface NotCertified {
  readonly failed: string;
}

/** Which unknowns there are: positions in the list of C multipliers and d coordinates of every sample. */
export interface UnknownLayout {
  readonly samples: number;
  readonly inputDim: number;
  readonly outputs: number;
  readonly unknowns: readonly number[];
}

/**
 * Bounds of u ↦ u − A F_S(u) around a data set û for every system S of a box, F as many equations as unknowns and A an
 * approximate inverse of their Jacobian; t are half-widths, one an unknown.
 */
export interface NewtonOperator extends UnknownLayout {
  readonly chosenEquations: readonly number[];
  /** Of |A F_S(û)|. */
  readonly displacement: Float64Array;
  /** Of |I − A F_S′(û)| t. */
  linear(halfWidths: Float64Array): Float64Array;
  /** Of ½|A F_S″(û)|[t, t]. */
  curvature(halfWidths: Float64Array): Float64Array;
  /** Of |A F_S‴(u)|[t, t, t]/6 wherever |u − û| ≤ t. */
  remainder(halfWidths: Float64Array): Float64Array;
}

interface NewtonProblem {
  readonly box: SystemBox;
  /** The file's numbers, the middle of the box. */
  readonly system: KktSystem;
  readonly data: PlainData;
  readonly unknowns: readonly number[];
}

/** Products of second derivatives, N·n·m·(d + C)², that are summed: about half a second. */
const SUMMED_WORK = 3e8;

/** Chooses equations and their approximate inverse, and prepares the bounds. */
export function newtonOperator({ box, system, data, unknowns }: NewtonProblem): NewtonOperator | NotCertified {
  const { inputDim, outputs } = box.shape;
  const square = chooseEquations(box, jacobianBox(box, data), unknowns);
  if (square === null) return { failed: `the equations leave some of ${unknowns.length} unknowns open` };
  const regularity = regularThroughout(square.jacobian);
  if (regularity === null) return { failed: "the test does not contract: ‖I − A·J‖ at the data is above 1/2" };
  const all = placesOf(box);
  const exact = exactResiduals(system, data);
  const problem: RowProblem = {
    box,
    data,
    inverse: unscaledInverse(regularity),
    places: square.equations.map((row) => all[row]!),
    residuals: square.equations.map((row): Interval => {
      const mid = exact[row]!;
      return { mid, rad: upperBound(Math.abs(mid) * HALF_ULP + box.targets[row]!.rad) };
    }),
    meetings: meetingsOf(box, data),
  };
  const layout = { samples: data.points.length / inputDim, inputDim, outputs, unknowns };
  const isSummed = unknowns.length * layout.samples * box.shape.width * (inputDim + outputs) ** 2 <= SUMMED_WORK;
  if (!areModerate(problem)) return { failed: "a number is too large" };
  return {
    ...layout,
    chosenEquations: square.equations,
    displacement: boundDisplacement(problem),
    linear: (halfWidths) => linearPart(regularity, halfWidths),
    curvature: (halfWidths) => boundCurvature(problem, regionOf(layout, halfWidths), isSummed),
    remainder: (halfWidths) => boundRemainder(problem, regionOf(layout, halfWidths)),
  };
}

/** The rows of A for unknowns in their own units: a scaling by powers of two. */
function unscaledInverse({ inverse, columnScale }: Regularity): Float64Array {
  const size = columnScale.length;
  return inverse.map((value, at) => value * columnScale[Math.floor(at / size)]!);
}

function linearPart({ defect, columnScale }: Regularity, halfWidths: Float64Array): Float64Array {
  const inUnits = halfWidths.map((value, k) => upperBound(value / columnScale[k]!));
  return applyBound(defect, inUnits).map((value, k) => upperBound(value * columnScale[k]!));
}

/** Half-widths by unknown as half-widths of points and multipliers; those of a number that is held are 0. */
export function regionOf({ samples, inputDim: d, outputs, unknowns }: UnknownLayout, halfWidths: Float64Array): Region {
  const points = new Float64Array(samples * d);
  const multipliers = new Float64Array(samples * outputs);
  unknowns.forEach((unknown, k) => {
    const [i, place] = [Math.floor(unknown / (d + outputs)), unknown % (d + outputs)];
    if (place < outputs) multipliers[i * outputs + place] = halfWidths[k]!;
    else points[i * d + place - outputs] = halfWidths[k]!;
  });
  return { points, multipliers };
}
