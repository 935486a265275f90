import type { Block, Inline, Reference, Section } from "../document/tree.ts";
import { InternalError } from "../errors.ts";

type ReferenceData = Omit<Reference, "key">;

/** Every work that a report can cite. A field that is not certain is left out. */
const WORKS: Readonly<Record<string, ReferenceData>> = {
  shen2026: {
    type: "inproceedings",
    authors: ["Shen", "Wang", "Qian", "Lei"],
    title: "Data Reconstruction: Identifiability and Optimization with Sample Splitting",
    booktitle: "International Conference on Machine Learning",
    year: 2026,
    arxiv: "2602.08723",
  },
  haim2022: {
    type: "inproceedings",
    authors: ["Niv Haim", "Gal Vardi", "Gilad Yehudai", "Ohad Shamir", "Michal Irani"],
    title: "Reconstructing Training Data from Trained Neural Networks",
    booktitle: "Advances in Neural Information Processing Systems",
    year: 2022,
    arxiv: "2206.07758",
  },
  buzaglo2023: {
    type: "inproceedings",
    authors: ["Gon Buzaglo", "Niv Haim", "Gilad Yehudai", "Gal Vardi", "Yakir Oz", "Yaniv Nikankin", "Michal Irani"],
    title: "Deconstructing Data Reconstruction: Multiclass, Weight Decay and General Losses",
    booktitle: "Advances in Neural Information Processing Systems",
    year: 2023,
    arxiv: "2307.01827",
  },
  loo2024: {
    type: "inproceedings",
    authors: ["Noel Loo", "Ramin Hasani", "Mathias Lechner", "Alexander Amini", "Daniela Rus"],
    title: "Understanding Reconstruction Attacks with the Neural Tangent Kernel and Dataset Distillation",
    booktitle: "International Conference on Learning Representations",
    year: 2024,
    arxiv: "2302.01428",
  },
  wang2022: {
    type: "misc",
    authors: ["Zihan Wang", "Jason D. Lee", "Qi Lei"],
    title: "Reconstructing Training Data from Model Gradient, Provably",
    year: 2022,
    arxiv: "2212.03714",
  },
  "alexander-hirschowitz1995": {
    type: "article",
    authors: ["James Alexander", "André Hirschowitz"],
    title: "Polynomial interpolation in several variables",
    journal: "Journal of Algebraic Geometry",
    volume: "4",
    year: 1995,
    pages: "201–222",
  },
  "brambilla-ottaviani2008": {
    type: "article",
    authors: ["Maria Chiara Brambilla", "Giorgio Ottaviani"],
    title: "On the Alexander–Hirschowitz theorem",
    journal: "Journal of Pure and Applied Algebra",
    volume: "212",
    year: 2008,
  },
  harshman1970: {
    type: "article",
    authors: ["Richard A. Harshman"],
    title:
      "Foundations of the PARAFAC procedure: Models and conditions for an “explanatory” multi-modal factor analysis",
    journal: "UCLA Working Papers in Phonetics",
    volume: "16",
    year: 1970,
  },
  kruskal1977: {
    type: "article",
    authors: ["Joseph B. Kruskal"],
    title:
      "Three-way arrays: rank and uniqueness of trilinear decompositions, with application to arithmetic complexity and statistics",
    journal: "Linear Algebra and its Applications",
    volume: "18",
    year: 1977,
    pages: "95–138",
  },
  "sidiropoulos-bro2000": {
    type: "article",
    authors: ["Nicholas D. Sidiropoulos", "Rasmus Bro"],
    title: "On the uniqueness of multilinear decomposition of N-way arrays",
    journal: "Journal of Chemometrics",
    volume: "14",
    year: 2000,
    pages: "229–239",
  },
  chiantini2014: {
    type: "article",
    authors: ["Luca Chiantini", "Giorgio Ottaviani", "Nick Vannieuwenhoven"],
    title: "An algorithm for generic and low-rank specific identifiability of complex tensors",
    journal: "SIAM Journal on Matrix Analysis and Applications",
    volume: "35",
    year: 2014,
  },
  chiantini2017: {
    type: "article",
    authors: ["Luca Chiantini", "Giorgio Ottaviani", "Nick Vannieuwenhoven"],
    title: "On generic identifiability of symmetric tensors of subgeneric rank",
    journal: "Transactions of the American Mathematical Society",
    volume: "369",
    year: 2017,
  },
  "chiantini-ciliberto2006": {
    type: "article",
    authors: ["Luca Chiantini", "Ciro Ciliberto"],
    title: "On the concept of k-secant order of a variety",
    journal: "Journal of the London Mathematical Society",
    year: 2006,
  },
  "galuppi-mella2019": {
    type: "article",
    authors: ["Francesco Galuppi", "Massimiliano Mella"],
    title: "Identifiability of homogeneous polynomials and Cremona transformations",
    journal: "Journal für die reine und angewandte Mathematik",
    volume: "757",
    year: 2019,
  },
  "massarenti-mella2024": {
    type: "article",
    authors: ["Alex Massarenti", "Massimiliano Mella"],
    title: "Bronowski's conjecture and the identifiability of projective varieties",
    journal: "Duke Mathematical Journal",
    year: 2024,
  },
  "cartwright-sturmfels2013": {
    type: "article",
    authors: ["Dustin Cartwright", "Bernd Sturmfels"],
    title: "The number of eigenvalues of a tensor",
    journal: "Linear Algebra and its Applications",
    volume: "438",
    year: 2013,
  },
  krawczyk1969: {
    type: "article",
    authors: ["Rudolf Krawczyk"],
    title: "Newton-Algorithmen zur Bestimmung von Nullstellen mit Fehlerschranken",
    journal: "Computing",
    volume: "4",
    year: 1969,
    pages: "187–201",
  },
  rump2010: {
    type: "article",
    authors: ["Siegfried M. Rump"],
    title: "Verification methods: Rigorous results using floating-point arithmetic",
    journal: "Acta Numerica",
    volume: "19",
    year: 2010,
    pages: "287–449",
  },
  more1978: {
    type: "inproceedings",
    authors: ["Jorge J. Moré"],
    title: "The Levenberg–Marquardt algorithm: implementation and theory",
    booktitle: "Numerical Analysis",
    publisher: "Springer",
    year: 1978,
    pages: "105–116",
  },
  "golub-pereyra1973": {
    type: "article",
    authors: ["Gene H. Golub", "Victor Pereyra"],
    title: "The differentiation of pseudo-inverses and nonlinear least squares problems whose variables separate",
    journal: "SIAM Journal on Numerical Analysis",
    volume: "10",
    year: 1973,
    pages: "413–432",
  },
  wedin1972: {
    type: "article",
    authors: ["Per-Åke Wedin"],
    title: "Perturbation bounds in connection with singular value decomposition",
    journal: "BIT",
    volume: "12",
    year: 1972,
    pages: "99–111",
  },
  "ben-israel1966": {
    type: "article",
    authors: ["Adi Ben-Israel"],
    title: "A Newton–Raphson method for the solution of systems of equations",
    journal: "Journal of Mathematical Analysis and Applications",
    volume: "15",
    year: 1966,
    pages: "243–252",
  },
  liu2019: {
    type: "inproceedings",
    authors: ["Qiang Liu", "Lemeng Wu", "Dilin Wang"],
    title: "Splitting Steepest Descent for Growing Neural Architectures",
    booktitle: "Advances in Neural Information Processing Systems",
    year: 2019,
    arxiv: "1910.02366",
  },
  wu2020: {
    type: "misc",
    authors: ["Lemeng Wu", "Mao Ye", "Qi Lei", "Jason D. Lee", "Qiang Liu"],
    title: "Steepest Descent Neural Architecture Optimization: Escaping Local Optimum with Signed Neural Splitting",
    year: 2020,
    arxiv: "2003.10392",
  },
};

/** How the references of conditions name a work, and its key. */
export const WORKS_BY_NAME: readonly (readonly [name: RegExp, key: string])[] = [
  [/^Alexander & Hirschowitz 1995$/, "alexander-hirschowitz1995"],
  [/^Harshman 1970$/, "harshman1970"],
  [/^Kruskal 1977$/, "kruskal1977"],
  [/^Sidiropoulos & Bro 2000$/, "sidiropoulos-bro2000"],
  [/^Chiantini, Ottaviani & Vannieuwenhoven 2014/, "chiantini2014"],
  [/^Chiantini, Ottaviani & Vannieuwenhoven 2017/, "chiantini2017"],
  [/^Galuppi & Mella 2019/, "galuppi-mella2019"],
  [/^Massarenti & Mella 2024$/, "massarenti-mella2024"],
];

/** The works that a document cites, in the order of first citation. */
export function referencesOf(summary: readonly Inline[], sections: readonly Section[]): Reference[] {
  const keys = new Set<string>();
  visitInlines(summary, sections, (inline) => {
    if (inline.kind === "citation") keys.add(inline.key);
  });
  return [...keys].map((key) => {
    const work = WORKS[key];
    if (work === undefined) throw new InternalError(`no work has the key ${key}`);
    return { key, ...work };
  });
}

/** Calls `visit` for every inline of a document, in the order of reading. */
export function visitInlines(
  summary: readonly Inline[],
  sections: readonly Section[],
  visit: (inline: Inline) => void,
): void {
  summary.forEach(visit);
  for (const { title, blocks } of sections) {
    title.forEach(visit);
    for (const block of blocks) inlinesOf(block).forEach(visit);
  }
}

function inlinesOf(block: Block): readonly Inline[] {
  switch (block.kind) {
    case "paragraph":
      return block.content;
    case "statement":
      return [...block.title, ...block.content];
    case "list":
      return block.items.flat();
    case "table":
      return [...block.caption, ...block.columns.flatMap(({ title }) => title), ...block.rows.flat(2)];
    case "figure":
    case "images":
      return block.caption;
    case "code":
    case "displayed-math":
      return [];
  }
}
