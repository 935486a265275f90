import type { SampleEquations } from "../objective/sample-objective.ts";

/**
 * Equations of single samples with weights: the rows of sample i times √ω_i, so that their part of F is Σ ω_i·½‖r_i‖².
 * With weights that are shared out at a split, a split with ε = 0 changes nothing.
 *
 * @param weights - ω, one a sample, not negative
 * @param block - C + d
 * Source: proofs/sample-splitting.md, statement 6.
 */
export function familyWeighted(side: SampleEquations, weights: Float64Array, block: number): SampleEquations {
  const { rowsPerSample: rows } = side;
  return {
    rowsPerSample: rows,
    value(u, sample, out, row) {
      side.value(u, sample, out, row);
      const factor = Math.sqrt(weights[sample.index]!);
      for (let r = row; r < row + rows; r++) out[r]! *= factor;
    },
    fillJacobian(u, sample, out, layout) {
      side.fillJacobian(u, sample, out, layout);
      const factor = Math.sqrt(weights[sample.index]!);
      for (let r = 0; r < rows; r++) {
        const from = layout.offset + r * layout.stride;
        for (let k = from; k < from + block; k++) out[k]! *= factor;
      }
    },
    addCurvature(u, sample, own, vectors) {
      const factor = Math.sqrt(weights[sample.index]!);
      side.addCurvature(
        u,
        sample,
        own.map((value) => value * factor),
        vectors,
      );
    },
  };
}
