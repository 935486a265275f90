import { cite, math } from "./inline.ts";
import { prose } from "./prose.ts";
import type { Theorem } from "./theorem.ts";

/** Theorems about shapes, or about moments and nodes in general. */
export type ShapeTheoremId =
  | "moment-expansion"
  | "gauge"
  | "counting"
  | "quadratic-mixing"
  | "interpolation"
  | "hermite-rank"
  | "reduction"
  | "distinct-neurons"
  | "general-nodes"
  | "jacobian-rank"
  | "terracini"
  | "jennrich"
  | "kruskal"
  | "subgeneric"
  | "perfect"
  | "massarenti-mella"
  | "hessian"
  | "number-of-solutions"
  | "given-data"
  | "kkt-nodes"
  | "side-information";

const sum = math("P(w) = \\sum_i g_i\\,\\sigma(w\\cdot x_i)", "P(w) = Σ_i g_i σ(w·x_i)");

/** In the order in which a report states them. */
export const SHAPE_THEOREMS: Readonly<Record<ShapeTheoremId, Theorem>> = {
  "moment-expansion": {
    title: "Moment expansion",
    page: "proofs/moment-expansion.md",
    content: [
      "In all three settings the equations of the weights are values and gradients of one polynomial ",
      sum,
      " at known nodes, and they are linear in the moment tensors ",
      math("T_k = \\sum_i g_i\\,x_i^{\\otimes k}", "T_k = Σ_i g_i x_i^⊗k"),
      " of the degrees that the activation, the trained layers and the bias bring.",
    ],
  },
  gauge: {
    title: "Gauge",
    page: "proofs/gauge.md",
    content: [
      ...prose("No equation sees the order of the samples; with one degree p ≥ 1 seen, none sees the scale "),
      math("(g_i, x_i) \\sim (s^{-p} g_i, s x_i)", "(g_i, x_i) ~ (s^-p g_i, s x_i)"),
      "; with all degrees of one parity, none sees the sign of a sample. For general data there is no other change of single samples that every equation misses.",
    ],
  },
  counting: {
    title: "Counting",
    page: "proofs/counting.md",
    content: [
      "If fewer independent equations, or dimensions of moments, face the data than there are unknowns beyond the gauge, every data set over the complex numbers, and almost every one over the reals, lies in a continuum of data sets with the same equations.",
    ],
  },
  "quadratic-mixing": {
    title: "Quadratic mixing",
    page: "proofs/quadratic-mixing.md",
    content: [
      ...prose(
        "Let there be two or more samples. With one output and degree p ≤ 2 an orthogonal mixing of the samples in the metric of their multipliers leaves all moments unchanged, with degree 1 and any number of outputs a linear one: ",
      ),
      "the data are never determined.",
    ],
  },
  interpolation: {
    title: "Interpolation at double points",
    page: "proofs/interpolation.md",
    content: [
      "Values and gradients at ",
      math("m", "m"),
      " general nodes have rank ",
      math("\\min\\bigl(m(d+1), \\tbinom{d+p}{p}\\bigr)", "min(m(d+1), C(d+p, p))"),
      " on the polynomials of degree at most ",
      math("p", "p"),
      " in ",
      math("d", "d"),
      " variables, up to the known list of exceptions ",
      cite("alexander-hirschowitz1995"),
      " ",
      cite("brambilla-ottaviani2008"),
      ". Gradients alone have on the forms of degree ",
      math("p", "p"),
      " the rank that this gives for ",
      math("d - 1", "d - 1"),
      ". For other sets of degrees the tool computes the rank, or bounds it from both sides by these.",
    ],
  },
  "hermite-rank": {
    title: "Nodes determine moments",
    page: "proofs/interpolation.md",
    content: [
      "If the Hermite matrix of the nodes, with a row for each equation and a column for each coordinate of a moment tensor that is seen, has full column rank, the equations determine all these moments linearly.",
    ],
  },
  reduction: {
    title: "Reduction to the span",
    page: "proofs/reduction.md",
    content: [
      ...prose("Let the known side G of the hidden layer have rank min(n, d). "),
      "Then its row space is the span of the samples, and the equations may be written in coordinates of that span. ",
      ...prose("With a trained bias the same holds for the points (x_i, 1): rank n shows their affine span."),
    ],
  },
  "distinct-neurons": {
    title: "Distinct neurons",
    page: "proofs/distinct-neurons.md",
    content: [
      "Neurons that coincide up to the symmetries of the activation repeat their equations, and inactive ones give none. The width of all statements is the number of distinct active neurons.",
    ],
  },
  "general-nodes": {
    title: "More nodes than dimensions",
    page: "proofs/general-nodes-global.md",
    content: [
      "Let ",
      math("r", "r"),
      " be the dimension of the set of all ",
      sum,
      " of ",
      math("n", "n"),
      " samples, and let one of them be given. For almost all nodes, chosen independently of it, the equations of ",
      math("m \\ge r + 1", "m ≥ r + 1"),
      " neurons leave no second polynomial of that set.",
    ],
  },
  "jacobian-rank": {
    title: "Local rank",
    page: "proofs/local-rank.md",
    content: [
      "If the Jacobian of the equations with respect to data and multipliers has rank ",
      math("n(d + C)", "n(d + C)"),
      " minus the dimension of the gauge at a data set, that data set is isolated up to the gauge. If the rank is smaller and constant nearby, the data sets with the same equations form a manifold of larger dimension. A full rank at one point carries over to almost all.",
    ],
  },
  terracini: {
    title: "Terracini's lemma",
    page: "proofs/decomposition.md",
    content: [
      "The moments of ",
      math("n", "n"),
      " general samples fill a set whose tangent space is spanned by the tangent spaces of the single samples; if its dimension is below the number of unknowns beyond the gauge, the samples move in a continuum at every width.",
    ],
  },
  jennrich: {
    title: "Jennrich",
    page: "proofs/jennrich.md",
    content: [
      "A tensor ",
      math("\\sum_i g_i\\,x_i^{\\otimes p}", "Σ_i g_i x_i^⊗p"),
      ...prose(
        " with p ≥ 3 and independent points x_i has no other decomposition into n terms, up to order and scale ",
      ),
      cite("harshman1970"),
      ...prose(". With several outputs p = 2 is enough if no two of the multipliers are parallel."),
    ],
  },
  kruskal: {
    title: "Kruskal",
    page: "proofs/kruskal.md",
    content: [
      ...prose(
        "Group the factors of the terms g_i x_i^⊗p into three, p ≥ 3, or with several outputs and p = 2 take the multipliers for one of them. Let κ_1, κ_2, κ_3 be the Kruskal ranks of the vectors in the groups: every κ_h of them are independent. ",
      ),
      "If ",
      math("\\kappa_1 + \\kappa_2 + \\kappa_3 \\ge 2n + 2", "κ_1 + κ_2 + κ_3 ≥ 2n + 2"),
      ", the decomposition into ",
      math("n", "n"),
      " terms is unique up to order and scale ",
      cite("kruskal1977"),
      "; with all factors apart ",
      math("p\\,\\kappa_1 \\ge 2n + p - 1", "p κ_1 ≥ 2n + p - 1"),
      " is enough ",
      cite("sidiropoulos-bro2000"),
      ".",
    ],
  },
  subgeneric: {
    title: "Subgeneric rank",
    page: "proofs/generic-uniqueness.md",
    content: [
      "A general symmetric tensor of degree ",
      math("p \\ge 3", "p ≥ 3"),
      " in ",
      math("v \\ge 2", "v ≥ 2"),
      " variables of rank ",
      math("n < \\tfrac1v\\tbinom{v+p-1}{p}", "n < C(v+p-1, p)/v"),
      " has one decomposition, except for ",
      math("(v, p, n) = (3, 6, 9), (4, 4, 8), (6, 3, 9)", "(v, p, n) = (3, 6, 9), (4, 4, 8), (6, 3, 9)"),
      ", where it has two over the complex numbers ",
      cite("chiantini2017"),
      ".",
    ],
  },
  perfect: {
    title: "Perfect cases",
    page: "proofs/generic-uniqueness.md",
    content: [
      "Where the unknowns are exactly as many as the coordinates, a general symmetric tensor of degree 3 or more has one decomposition only for binary forms of odd degree ",
      math("2n - 1", "2n - 1"),
      ", and for ",
      math("(v, p, n) = (4, 3, 5), (3, 5, 7)", "(v, p, n) = (4, 3, 5), (3, 5, 7)"),
      " ",
      cite("galuppi-mella2019"),
      ".",
    ],
  },
  "massarenti-mella": {
    title: "One sample more",
    page: "proofs/decomposition.md",
    content: [
      "Let two degrees from 1 on be seen, or one degree alone, or let there be several outputs. If the tangent spaces of one general sample more than ",
      math("n", "n"),
      " are still independent, ",
      math("n", "n"),
      " general samples are determined by their moments ",
      cite("massarenti-mella2024"),
      ".",
    ],
  },
  hessian: {
    title: "Hessian criterion",
    page: "proofs/decomposition.md",
    content: [
      "Let the tangent spaces of general samples be independent and not fill the space of moments. If the Hessians, by multiplier and point of a sample, of the forms that vanish on all these tangent spaces have no common kernel but the multiples of the multiplier and the gauge, the samples are determined by their moments ",
      cite("chiantini2014"),
      ".",
    ],
  },
  "number-of-solutions": {
    title: "Number of data sets",
    page: "proofs/number-of-solutions.md",
    content: [
      "For general data the number of complex data sets with the same moments, up to permutation and gauge, is the same; in the listed cases it is known, and monodromy bounds it from below ",
      cite("chiantini-ciliberto2006"),
      ".",
    ],
  },
  "given-data": {
    title: "Given samples",
    page: "proofs/given-data.md",
    content: [
      "Independent samples are taken to general ones by a change of coordinates, so what holds for the shape holds for them, with almost all multipliers. Dependent ones are decided by the rank and the Kruskal ranks at these very points.",
    ],
  },
  "kkt-nodes": {
    title: "Stationary nodes",
    page: "proofs/kkt-nodes.md",
    content: [
      "With the hidden layer trained, the output layer frozen, and two degrees, a frozen bias or several outputs, almost every complex data set has a family of distinct stationary neurons. A rank reached at one exact stationary point is reached at almost all of its component, and no rank is larger than at general nodes. With both layers trained and no hidden bias almost every data set has finitely many; those of one monomial and one output are eigenvectors of the moment tensor ",
      cite("cartwright-sturmfels2013"),
      ".",
    ],
  },
  "side-information": {
    title: "Side information",
    page: "proofs/side-information.md",
    content: [
      "A known loss with its weight decay, equal margins or known norms give equations of single samples: the multiplier is the slope of the loss at the network's output, the margin is one, the norm is one. They add to the equations of the weights and leave no scale of a sample free to move.",
    ],
  },
};
