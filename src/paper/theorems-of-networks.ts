import { cite, math } from "./inline.ts";
import { prose } from "./prose.ts";
import type { Theorem } from "./theorem.ts";

/** Theorems about the weights of one network, or the data recovered from them. */
export type NetworkTheoremId =
  | "catalecticant"
  | "kernel-criterion"
  | "instance-certificates"
  | "error-bound"
  | "certified-samples"
  | "global-error"
  | "witness"
  | "sample-splitting";

/** In the order in which a report states them. */
export const NETWORK_THEOREMS: Readonly<Record<NetworkTheoremId, Theorem>> = {
  catalecticant: {
    title: "Catalecticant criterion",
    page: "proofs/catalecticant.md",
    content: [
      ...prose("Let T_p be known, p ≥ 2k + 1. "),
      "If its flattening of degrees ",
      math("(k, p-k)", "(k, p-k)"),
      ...prose(
        " has rank n, the decomposition of T_p into n terms is unique up to order and scale; if the rank is larger, there is none. ",
      ),
      "If a second moment ",
      math("T_a", "T_a"),
      " with ",
      math("k \\le a < p", "k ≤ a < p"),
      " is known, it fixes the scales, and the signs where ",
      math("p - a", "p - a"),
      " is odd.",
    ],
  },
  "kernel-criterion": {
    title: "Kernel criterion",
    page: "proofs/kernel-criterion.md",
    content: [
      "Let the known side ",
      math("G", "G"),
      " of the hidden layer have rank ",
      math("n", "n"),
      ", write it and the nodes in a basis of its row space, and let ",
      math("K", "K"),
      " have the rows ",
      math(
        "[-G_j \\mid a_j k c_k \\cdot \\text{monomials of degree } k-1 \\text{ of } w_j]",
        "[-G_j | a_j k c_k · monomials of degree k-1 of w_j]",
      ),
      " (one output and no bias; with more there are more columns). If the kernel of ",
      math("K", "K"),
      " has dimension ",
      math("n", "n"),
      " and a degree of the activation is 3 or more, at most one data set of ",
      math("n", "n"),
      " samples solves the equations, up to what the hidden layer does not see: scale with one degree, sign with degrees of one parity.",
    ],
  },
  "instance-certificates": {
    title: "Proofs about a file",
    page: "proofs/instance-certificates.md",
    content: [
      ...prose(
        "A matrix H whose entries are known to lie in intervals has full column rank throughout if ‖I − A H‖ < 1 for an approximate inverse A, ",
      ),
      "evaluated with bounds for every rounding ",
      cite("rump2010"),
      ...prose(". So a rank is proved at once for every system within ρ of the file."),
    ],
  },
  "error-bound": {
    title: "Error of the samples",
    page: "proofs/error-bound.md",
    content: [
      "To first order an error of the equations reaches the samples through the pseudo-inverse of the Jacobian. With independent rounding errors of known size this gives the expected error of each sample; ten times that and twice the last step of the iteration are printed as the estimated bound. It is no proof.",
    ],
  },
  "certified-samples": {
    title: "Isolated zero",
    page: "proofs/certified-samples.md",
    content: [
      "If Newton's operator for a square choice of the equations maps a box around the printed samples into itself and contracts it, for every system within ",
      math("\\rho", "ρ"),
      " of the file, each of these systems has at most one data set in the box, and it is within the stated radius ",
      cite("krawczyk1969"),
      ".",
    ],
  },
  "global-error": {
    title: "Global bound",
    page: "proofs/global-error.md",
    content: [
      ...prose(
        "Ratios of moments, evaluated for every system within ρ of the file, are matrices whose eigenvalues are the coordinates of the samples. ",
      ),
      "If their Gershgorin discs are apart, every data set of ",
      math("n", "n"),
      " samples that solves such a system has one sample in each disc: there is one data set only, and it is within the stated distance of the printed one.",
    ],
  },
  witness: {
    title: "Two data sets",
    page: "proofs/null-space-walk.md",
    content: [
      "From a data set that solves the equations one walks along the null space of the Jacobian and corrects after each step, or a search starts elsewhere; where that ends at the floor is a second data set with the same equations, whatever theory says ",
      cite("ben-israel1966"),
      ".",
    ],
  },
  "sample-splitting": {
    title: "Sample splitting",
    page: "proofs/sample-splitting.md",
    content: [
      "At a stationary point of the search, replace a sample by ",
      math("x_i \\pm \\varepsilon v", "x_i ± ε v"),
      " with half its multiplier each. The objective changes by ",
      math("\\tfrac{\\varepsilon^2}{2} v^{\\mathsf T} S_i v", "(ε²/2) vᵀ S_i v"),
      " to leading order; a negative eigenvalue of the splitting matrix ",
      math("S_i", "S_i"),
      " gives a direction of descent that the unsplit sample does not have ",
      cite("shen2026"),
      " ",
      cite("liu2019"),
      ".",
    ],
  },
};
