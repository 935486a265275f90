import type { Analysis } from "../analysis.ts";
import type { SideRanks } from "../ranks/side-ranks.ts";
import type { Condition } from "../result.ts";

/** What loss, margins and norms add; null where nothing is known. */
export function sideInformation({ side }: Analysis): Condition | null {
  if (side === null) return null;
  const { sphere, multiplierScale, margins } = side.side;
  const parts = [
    ...(sphere ? ["the norm of every sample is 1"] : []),
    ...(multiplierScale === null ? [] : ["every multiplier is the slope of the loss at the network's output"]),
    ...(margins ? ["the margin y_i f(x_i) of every sample is 1"] : []),
  ];
  return {
    id: "side-information",
    status: "holds",
    basis: "theorem",
    statement: `Known besides the weights: ${parts.join("; ")}. That adds ${side.rows} equations and fixes every scale.`,
    reference: "proofs/side-information.md",
    numbers: { equations: side.rows, freeUnknowns: side.freeUnknowns },
  };
}

/** Local identifiability from equations and side information together. */
export function jacobianWithSideInformation(
  { shape }: Analysis,
  { jacobian, freeUnknowns, rows, bound }: SideRanks,
): Condition {
  const rank = jacobian?.ranks.at(-1) ?? null;
  const common = {
    id: "jacobian-full-rank",
    reference: "rank modulo primes; proofs/side-information.md",
    numbers: {
      jacobianRank: rank,
      freeUnknowns,
      inputDim: shape.inputDim,
      sideEquations: rows,
      errorProbability: jacobian?.errorProbability ?? null,
      primes: jacobian?.primes ?? [],
    },
  };
  if (rank === null) {
    const statement = `The rank of the Jacobian in ${freeUnknowns} free unknowns was not computed: too large, or no general samples of norm 1.`;
    return { ...common, status: "unknown", basis: "probable", statement };
  }
  if (rank === freeUnknowns) {
    const statement = `With the side information the Jacobian has full rank ${rank}: finitely many data sets fit.`;
    return { ...common, status: "holds", basis: "certificate", statement };
  }
  return {
    ...common,
    status: "fails",
    basis: bound < freeUnknowns ? "theorem" : "probable",
    statement: `Even with the side information the Jacobian has rank ${rank} of ${freeUnknowns}: the data move in a continuum.`,
  };
}
