import { type EquationShape, unknownCount } from "../../equations/shape.ts";
import type { Analysis } from "../analysis.ts";
import { gaugeDimension } from "../gauge.ts";
import type { ShapeRanks } from "../ranks/shape-ranks.ts";
import type { Condition, Verdict } from "../result.ts";
import { hasStationaryCurve, type KktRanks, kktRanks } from "../stationary/kkt-nodes.ts";

const common = { id: "kkt-nodes", reference: "proofs/kkt-nodes.md" } as const;

/**
 * What is known of genuine stationary points, whose nodes depend on the data; null for other settings, whose nodes are
 * general.
 *
 * @param verdict - the verdict at general nodes: which ranks have to be reached at stationary points
 */
export function kktNodes(analysis: Analysis, verdict: Verdict): Condition | null {
  const { shape } = analysis;
  // The stationary points drawn here know nothing of norms, losses or margins.
  if (shape.setting !== "kkt" || !shape.trained.has("hidden") || analysis.side !== null) return null;
  if (verdict === "nonidentifiable") return carriesOver();
  if (hasStationaryCurve(shape)) return onCurve(analysis, verdict);
  if (shape.trained.has("output")) return shape.bias === "frozen" ? notComputed() : amongCriticalPoints(shape);
  return amongEigenvectors(shape);
}

function notComputed(): Condition {
  const statement = "Ranks at genuine stationary points were not computed.";
  return { ...common, status: "unknown", basis: "probable", statement, numbers: {} };
}

/** Ranks only drop at special nodes, so what general nodes leave open almost all stationary ones do, too. */
function carriesOver(): Condition {
  return {
    ...common,
    status: "holds",
    basis: "theorem",
    statement:
      "Stationary nodes have at most the ranks of general ones: at almost every stationary point the continuum is there as well.",
    numbers: {},
  };
}

/** With the output layer frozen the stationary neurons of a data set form a curve; ranks are computed on it. */
function onCurve(analysis: Analysis, verdict: Verdict): Condition {
  const { reduction, reducedRanks, ranks, samples, seed } = analysis;
  // Stationary nodes lie in the span of the samples.
  const space = reduction === null ? ranks : reducedRanks;
  const width = space === null ? null : widthNeeded(space, analysis.shape.width, verdict);
  const found = space === null || width === null ? null : kktRanks({ ...space.shape, width }, samples, seed);
  if (space === null || found === null) {
    return notComputed();
  }
  const free = unknownCount(space.shape, samples) - gaugeDimension(space.shape, samples);
  const reached = found.jacobian === free && (verdict !== "globally-identifiable" || reachesMoments(space, found));
  return {
    ...common,
    status: reached ? "holds" : "unknown",
    basis: "probable",
    statement: reached
      ? `At ${found.width} distinct stationary neurons of one data set, exact in the ${found.prime}-adic numbers, the ranks are those of general nodes: almost every choice of that many neurons on the curve of stationary ones serves as well.`
      : `At ${found.width} distinct stationary neurons the Jacobian has rank at least ${found.jacobian} of ${free}, the Hermite matrix at least ${found.hermite} of ${space.momentColumns}.`,
    numbers: {
      width: found.width,
      inputDim: space.shape.inputDim,
      jacobianRank: found.jacobian,
      freeUnknowns: free,
      momentRank: found.hermite,
      momentColumns: space.momentColumns,
      prime: found.prime,
    },
  };
}

/** The least width whose ranks the verdict needs; null where it is unknown or more than the network has. */
function widthNeeded({ widthForLocal, widthForMoments }: ShapeRanks, width: number, verdict: Verdict): number | null {
  const needed = verdict === "globally-identifiable" ? [widthForMoments, widthForLocal] : [widthForLocal];
  const known = needed.filter((value) => value !== null);
  if (known.length < needed.length) return null;
  const most = Math.max(...known);
  return most <= width ? most : null;
}

function reachesMoments({ momentColumns }: ShapeRanks, { hermite }: KktRanks): boolean {
  return hermite === momentColumns;
}

/** With hidden and output layer stationary a neuron solves w = P(w)∇P(w): finitely many for general P (Bézout). */
function amongCriticalPoints({ activation, inputDim, bias }: EquationShape): Condition {
  const variables = inputDim + (bias === "trained" ? 1 : 0);
  const bound = (2 * activation.degree - 1) ** variables;
  return {
    ...common,
    status: "unknown",
    basis: "theorem",
    statement: `With hidden and output layer trained every neuron is one of at most ${bound} isolated critical points of ½‖w‖² − ½P(w)², and training usually makes neurons coincide: only the ranks of the trained network itself can tell.`,
    numbers: { criticalPoints: bound },
  };
}

/** One monomial, one output: stationary neurons (with a trained bias) are eigenvectors (Cartwright & Sturmfels 2013). */
function amongEigenvectors({ activation, inputDim, bias }: EquationShape): Condition {
  const p = activation.degree;
  const d = inputDim + (bias === "trained" ? 1 : 0);
  const bound = p === 1 ? 1 : p === 2 ? d : ((p - 1) ** d - 1) / (p - 2);
  return {
    ...common,
    status: "unknown",
    basis: "theorem",
    statement: `Stationary neurons of one monomial are eigenvectors of the moment tensor: at most ${bound} distinct directions for general data, whatever the width.`,
    numbers: { directions: bound },
  };
}
