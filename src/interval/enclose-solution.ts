import { DimensionMismatchError } from "../errors.ts";
import { HALF_ULP, lowerBound, upperBound } from "./interval.ts";
import { enclosePreconditioned, type IntervalMatrix, scaleRows, sumBound } from "./interval-matrix.ts";
import { applyBound, type Regularity } from "./regular.ts";

const SHARPENINGS = 2;

/**
 * Encloses every T with H·T = G for some H of a box and some G of another (G has one column a right side).
 *
 * From T = A·G + (I − A·H)T follows ‖T‖ ≤ ‖A·G‖/(1 − q), then |T − A·G| ≤ |I − A·H||T|. The system may be
 * overdetermined: whatever solves it lies in the enclosure, and where nothing does the enclosure says nothing.
 *
 * @param proof - what {@link regularThroughout} found for the box of H
 * @throws {@link DimensionMismatchError} if the right side has another number of rows than H
 * Source: proofs/instance-certificates.md.
 */
export function encloseSolution(proof: Regularity, rightSide: IntervalMatrix): IntervalMatrix {
  const { inverse, defect, weights, contraction, columnScale } = proof;
  const n = weights.length;
  if (inverse.length !== n * rightSide.rows) {
    throw new DimensionMismatchError("rows of the right side", inverse.length / n, rightSide.rows);
  }
  const first = enclosePreconditioned(inverse, n, rightSide);
  const { cols } = rightSide;
  const rad = new Float64Array(n * cols);
  for (let c = 0; c < cols; c++) {
    const size = Float64Array.from({ length: n }, (_, i) =>
      upperBound(Math.abs(first.mid[i * cols + c]!) + first.rad[i * cols + c]!),
    );
    const spread = spreadOf(size, { defect, weights, contraction });
    for (let i = 0; i < n; i++) rad[i * cols + c] = upperBound(first.rad[i * cols + c]! + spread[i]!);
  }
  return scaleRows({ rows: n, cols, mid: first.mid, rad }, columnScale);
}

/** Bounds of |I − A·H||T| for all T with |T| ≤ size + |I − A·H||T|. */
function spreadOf(
  size: Float64Array,
  { defect, weights, contraction }: Pick<Regularity, "defect" | "weights" | "contraction">,
): Float64Array {
  const norm = size.reduce((largest, value, i) => Math.max(largest, upperBound(value / weights[i]!)), 0);
  const bound = upperBound(norm / lowerBound(1 - contraction));
  let spread = applyBound(
    defect,
    weights.map((weight) => upperBound(weight * bound)),
  );
  for (let step = 0; step < SHARPENINGS; step++) {
    spread = applyBound(
      defect,
      size.map((value, i) => sumBound(value + spread[i]! * (1 + HALF_ULP), 2)),
    );
  }
  return spread;
}
