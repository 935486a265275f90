import type { LinearModel } from "./linear-model.ts";
import type { LeastSquaresSolution } from "./status.ts";

/** The record of a solve that ended at the point where `model` was evaluated last. */
export function solutionAt(
  model: LinearModel,
  found: Omit<LeastSquaresSolution, "gradientNorm" | "rank" | "conditionNumber">,
): LeastSquaresSolution {
  let values: Float64Array | undefined;
  const singularValues = (): Float64Array => {
    values ??= model.singularValues();
    return values;
  };
  return {
    ...found,
    gradientNorm: model.gradientCosine,
    rank() {
      const S = singularValues();
      const least = Math.max(model.rows, model.n) * Number.EPSILON * (S[0] ?? 0);
      return S.filter((value) => value > least).length;
    },
    conditionNumber() {
      const S = singularValues();
      if (S.length < model.n) return Number.POSITIVE_INFINITY;
      return S.length === 0 ? 1 : S[0]! / S.at(-1)!;
    },
  };
}
