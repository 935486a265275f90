import type { Analysis } from "../analysis.ts";
import { dataRankBound, knownSideBound, nodeRankBound } from "../ranks/rank-bounds.ts";
import type { Condition } from "../result.ts";

/** Counting: fewer independent equations, or fewer moments, than free unknowns leave a continuum. */
export function counting({ shape, samples, ranks, side }: Analysis): Condition {
  const known = side?.rows ?? 0;
  const nodes = known + Math.min(nodeRankBound(shape, shape.width).rank, knownSideBound(shape, shape.width, samples));
  const moments = known + dataRankBound(shape, samples).rank;
  const freeUnknowns = side?.freeUnknowns ?? ranks.freeUnknowns;
  const holds = Math.min(nodes, moments) >= freeUnknowns;
  const short =
    nodes < freeUnknowns
      ? `At most ${nodes} independent equations face ${freeUnknowns} unknowns`
      : `The moments of ${samples} samples${known > 0 ? " and the side information" : ""} fill at most ${moments} dimensions, with ${freeUnknowns} unknowns`;
  return {
    id: "counting",
    status: holds ? "holds" : "fails",
    basis: "theorem",
    statement: holds
      ? `There are at least as many equations and moments as the ${freeUnknowns} unknowns beyond the gauge.`
      : `${short}: almost every data set lies in a continuum of data sets with the same equations.`,
    reference: "proofs/interpolation.md, section Counting",
    numbers: { freeUnknowns, sideEquations: known, nodeRankBound: nodes, dataRankBound: moments },
  };
}
