import { momentDegrees } from "../../equations/shape.ts";
import type { Analysis } from "../analysis.ts";
import { isMixed } from "../decomposition/decomposition.ts";
import type { Condition } from "../result.ts";

/** Holds where samples cannot be mixed orthogonally; fails where that leaves every equation unchanged. */
export function quadraticMixing({ shape, samples, side }: Analysis): Condition | null {
  // Mixing changes norms and outputs, so side information may exclude it.
  if (side !== null) return null;
  const mixed = isMixed(shape, samples);
  const degree = momentDegrees(shape).at(-1) ?? 0;
  return {
    id: "quadratic-mixing",
    status: mixed ? "fails" : "holds",
    basis: "theorem",
    statement: mixed
      ? `The equations see moments up to degree ${degree} only: mixing the ${samples} samples orthogonally changes none of them, so the data are never unique.`
      : "No orthogonal mixing of the samples leaves all moments unchanged.",
    reference: "proofs/quadratic-mixing.md",
    numbers: { degree, samples, outputs: shape.outputs },
  };
}
