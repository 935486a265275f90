import { fails, holds, type Rule } from "./derivation.ts";

/** What a condition looks at: the shape alone, the weights of one network, or a data set beside them. */
type Needs = "shape" | "weights" | "data set";

/** A line of the table of all conditions. */
export interface ConditionEntry {
  readonly id: string;
  /** The question that the condition answers. */
  readonly question: string;
  readonly needs: readonly Needs[];
  /** What follows where it holds, or where it fails. */
  readonly implies: string;
  /** The page that states and proves it. */
  readonly page: string;
}

const onShape: readonly Needs[] = ["shape"];
const onWeights: readonly Needs[] = ["weights"];
const onData: readonly Needs[] = ["weights", "data set"];

/** Every condition that a verdict can rest on. {@link SHAPE_RULES} and {@link INSTANCE_RULES} say how they combine. */
export const CONDITIONS: readonly ConditionEntry[] = [
  {
    id: "gauge",
    question: "Which changes of the data can no equation see?",
    needs: onShape,
    implies: "every verdict is up to these changes",
    page: "proofs/gauge.md",
  },
  {
    id: "counting",
    question: "Are there as many independent equations, and moments, as unknowns beyond the gauge?",
    needs: ["shape", "weights"],
    implies: "fails: a continuum of data sets, for almost all data",
    page: "proofs/counting.md",
  },
  {
    id: "quadratic-mixing",
    question: "Can samples be mixed orthogonally without changing a moment?",
    needs: onShape,
    implies: "fails: a continuum of data sets, always",
    page: "proofs/quadratic-mixing.md",
  },
  {
    id: "nodes-determine-moments",
    question: "Do the nodes determine every moment tensor (step A)?",
    needs: ["shape", "weights"],
    implies: "holds: P is known, so only step B is left",
    page: "proofs/interpolation.md",
  },
  {
    id: "reduction",
    question: "Does the known side show the span of the samples, and do the nodes determine the moments there?",
    needs: onShape,
    implies: "holds: P is known, so only step B is left",
    page: "proofs/general-nodes-global.md",
  },
  {
    id: "general-nodes-global",
    question: "Are there more general nodes than the dimension of all candidates P?",
    needs: onShape,
    implies: "holds: only one P of n samples fits, so only step B is left",
    page: "proofs/general-nodes-global.md",
  },
  {
    id: "decomposition-unique",
    question: "Does P determine its samples (step B)?",
    needs: onShape,
    implies: "holds, with P known: one data set",
    page: "proofs/decomposition.md",
  },
  {
    id: "terracini",
    question: "Do the moments determine the samples to first order?",
    needs: onShape,
    implies: "fails: a continuum of data sets at every width",
    page: "proofs/decomposition.md",
  },
  {
    id: "jacobian-full-rank",
    question: "Do the equations determine data and multipliers to first order beyond the gauge?",
    needs: ["shape", "weights", "data set"],
    implies: "holds: finitely many data sets; fails: a continuum, for almost all data",
    page: "proofs/local-rank.md",
  },
  {
    id: "side-information",
    question: "Which equations do loss, weight decay, margins or norms add?",
    needs: ["shape", "weights", "data set"],
    implies: "more equations, and a smaller gauge",
    page: "proofs/side-information.md",
  },
  {
    id: "nodes-are-general",
    question: "May the nodes be taken as general?",
    needs: onShape,
    implies: "unknown: an identifiable verdict is conditional",
    page: "proofs/general-nodes-global.md",
  },
  {
    id: "data-are-general",
    question: "Are the given samples as good as general ones?",
    needs: ["shape", "data set"],
    implies: "holds: the verdict about the shape is about these samples, too",
    page: "proofs/given-data.md",
  },
  {
    id: "kkt-nodes",
    question: "What do genuine stationary points show, whose nodes depend on the data?",
    needs: onShape,
    implies: "holds: the ranks of general nodes are reached at stationary points, too",
    page: "proofs/kkt-nodes.md",
  },
  {
    id: "weights-within-rho",
    question: "How far may the stored numbers be from an exact system?",
    needs: onWeights,
    implies: "every instance statement is about all systems within ρ",
    page: "proofs/error-bound.md",
  },
  {
    id: "distinct-neurons",
    question: "How many neurons are active and distinct?",
    needs: onWeights,
    implies: "fails: the width counts only with its distinct neurons",
    page: "proofs/distinct-neurons.md",
  },
  {
    id: "given-nodes",
    question: "Do the file's own nodes, taken exactly, determine every moment tensor (ntk, gradient)?",
    needs: onWeights,
    implies: "holds: rounding of the known side is all that stands between the equations and the moments",
    page: "proofs/interpolation.md",
  },
  {
    id: "known-side-spans-samples",
    question: "Is the row space of the known side the span of the samples?",
    needs: onWeights,
    implies: "holds: the equations may be written in that span",
    page: "proofs/reduction.md",
  },
  {
    id: "catalecticant",
    question: "Has the flattening of the top moment tensor rank n?",
    needs: onWeights,
    implies: "holds, with the moments known: the top tensor has one decomposition",
    page: "proofs/catalecticant.md",
  },
  {
    id: "scales-fixed",
    question: "Does a second degree fix scale and sign of every sample?",
    needs: onWeights,
    implies: "holds, with a unique top tensor: one data set",
    page: "proofs/catalecticant.md",
  },
  {
    id: "kernel-criterion",
    question: "Has the kernel of K dimension n = rank G?",
    needs: onWeights,
    implies: "holds: at most one data set",
    page: "proofs/kernel-criterion.md",
  },
  {
    id: "data-set-fits",
    question: "Does a data set solve the equations to their rounding floor?",
    needs: onData,
    implies: "holds: a data set exists, at which first-order statements are made",
    page: "proofs/error-bound.md",
  },
  {
    id: "second-data-set",
    question: "Does a second data set solve the same equations?",
    needs: onData,
    implies: "holds: not identifiable, shown",
    page: "proofs/null-space-walk.md",
  },
];

/** How the conditions on a shape decide, the strongest and shortest argument first. */
export const SHAPE_RULES: readonly Rule[] = [
  {
    verdict: "nonidentifiable",
    premises: [[fails("counting")]],
    because: "fewer independent equations or moments than unknowns leave a continuum",
  },
  {
    verdict: "nonidentifiable",
    premises: [[fails("quadratic-mixing")]],
    because: "mixing the samples changes no equation",
  },
  {
    verdict: "nonidentifiable",
    premises: [[fails("jacobian-full-rank")]],
    because: "a Jacobian of generic rank below the unknowns leaves a continuum",
  },
  {
    verdict: "nonidentifiable",
    premises: [[fails("terracini")]],
    because: "all moments together leave a continuum",
  },
  {
    verdict: "globally-identifiable",
    premises: [
      [holds("decomposition-unique")],
      [holds("nodes-determine-moments"), holds("general-nodes-global"), holds("reduction")],
    ],
    support: [holds("jacobian-full-rank")],
    because: "the equations determine P, and P determines its samples",
  },
  {
    verdict: "locally-identifiable",
    premises: [[holds("jacobian-full-rank")]],
    because: "a Jacobian of full rank leaves finitely many data sets",
  },
];

/** How the conditions on one network decide. A witness outweighs everything: it is shown, not inferred. */
export const INSTANCE_RULES: readonly Rule[] = [
  {
    verdict: "nonidentifiable",
    premises: [[holds("second-data-set")]],
    because: "two data sets solve the same equations",
  },
  {
    verdict: "globally-identifiable",
    premises: [[holds("kernel-criterion")], [holds("data-set-fits")]],
    because: "at most one data set solves the equations, and one was found",
  },
  {
    verdict: "globally-identifiable",
    premises: [
      [holds("nodes-determine-moments")],
      [holds("catalecticant")],
      [holds("scales-fixed")],
      [holds("data-set-fits")],
    ],
    because: "the nodes determine the moments, the top tensor its samples, a second degree their scales",
  },
  {
    verdict: "locally-identifiable",
    premises: [[holds("jacobian-full-rank")], [holds("data-set-fits")]],
    because: "the data set found is isolated",
  },
];
