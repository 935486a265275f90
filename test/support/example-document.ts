import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Block, Inline, ProofPage, ReportDocument, Section } from "../../src/document/tree.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

export const text = (content: string): Inline => ({ kind: "text", text: content });
export const math = (tex: string, plain: string): Inline => ({ kind: "math", tex, plain });

/** A page of proofs/ as it is stored. */
function storedProof(path: string): ProofPage {
  return { path, markdown: readFileSync(`${root}${path}`, "utf8") };
}

/** Every page of proofs/. */
export function storedProofs(): ProofPage[] {
  return readdirSync(`${root}proofs`)
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => storedProof(`proofs/${name}`));
}

const reference = (to: string): Inline => ({ kind: "reference", to });

const setting: Section = {
  id: "setting",
  title: [text("Setting")],
  blocks: [
    {
      kind: "paragraph",
      content: [
        text("The network has width "),
        math("m = 40", "m = 40"),
        text(", inputs in "),
        math("\\mathbb{R}^4", "R^4"),
        text(" and the activation "),
        math("\\sigma(z) = z + \\tfrac12 z^2 + z^3", "σ(z) = z + 1/2 z² + z³"),
        text(". At a stationary point its weights satisfy the equations "),
        { kind: "citation", key: "shen2026", place: "equation (4)" },
        text(" below, with "),
        { kind: "emphasis", text: "multipliers" },
        text(" "),
        math("g_i", "g_i"),
        text(" that are "),
        { kind: "strong", text: "not zero" },
        text("; the tensor is "),
        { kind: "code", text: "fc1.weight" },
        text(". A longer formula in a line is "),
        math(
          "\\lVert\\hat x_i - x_i\\rVert \\le \\kappa\\,\\rho\\,\\lVert W\\rVert_F\\,\\sqrt{m\\,(d+1)}\\,\\max_j \\lvert a_j\\rvert",
          "|x̂_i - x_i| <= κ ρ |W|_F sqrt(m (d+1)) max_j |a_j|",
        ),
        text("."),
      ],
    },
    {
      kind: "displayed-math",
      lines: [
        "G_j &= \\sum_{i=1}^{4} a_j\\,g_i\\,\\sigma'(w_j\\cdot x_i)\\,x_i, \\qquad j = 1, \\dots, 40,",
        "&= a_j\\Bigl(\\sum_i g_i x_i + \\sum_i g_i (w_j\\cdot x_i)\\,x_i + 3\\sum_i g_i (w_j\\cdot x_i)^2\\,x_i\\Bigr)",
      ],
      plain: [
        "G_j = sum_i a_j g_i σ'(w_j·x_i) x_i,  j = 1, ..., 40,",
        "    = a_j (sum_i g_i x_i + sum_i g_i (w_j·x_i) x_i + 3 sum_i g_i (w_j·x_i)² x_i)",
      ],
    },
    {
      kind: "list",
      ordered: false,
      items: [[text("20 unknowns: four samples and their multipliers;")], [text("160 equations, one a weight.")]],
    },
    { kind: "list", ordered: true, items: [[text("Interpolate the moments.")], [text("Decompose them.")]] },
  ],
};

const counts: Block = {
  kind: "table",
  id: "counts",
  caption: [text("What is counted, and the least width "), math("m", "m"), text(" at which each step works.")],
  columns: [
    { title: [text("quantity")], align: "left" },
    { title: [text("value")], align: "right" },
    { title: [text("needed")], align: "right" },
    { title: [text("where it comes from")], align: "left", wraps: true },
  ],
  rows: [
    [[text("unknowns")], [text("20")], [], [text("four samples of dimension 4 and four multipliers")]],
    [
      [text("rank of the Jacobian")],
      [text("20")],
      [text("20")],
      [text("singular values above the tolerance of "), reference("spectrum")],
    ],
    [
      [text("moment columns")],
      [text("34")],
      [text("9 neurons")],
      [text("monomials of degree 1, 2 and 3 in four variables | each once")],
    ],
  ],
};

const evidence: Section = {
  id: "evidence",
  title: [text("Verdict and evidence at width "), math("m", "m")],
  blocks: [
    counts,
    {
      kind: "statement",
      id: "kruskal",
      title: [text("Kruskal "), { kind: "citation", key: "kruskal1977", place: "Theorem 4a" }],
      content: [
        text("If "),
        math("k_A + k_B + k_C \\ge 2n + 2", "k_A + k_B + k_C >= 2n + 2"),
        text(", the decomposition is unique. See "),
        { kind: "link", href: "proofs/catalecticant.md", text: "proofs/catalecticant.md" },
        text(" and "),
        { kind: "link", href: "https://arxiv.org/abs/2602.08723", text: "the paper" },
        text("."),
      ],
    },
    {
      kind: "figure",
      id: "spectrum",
      caption: [text("Singular values of the Jacobian; "), reference("counts"), text(" names the ranks.")],
      description: "Twenty singular values between 210 and 0.01, all above the tolerance 4e-13.",
      figure: {
        kind: "spectrum",
        spectra: [
          {
            name: "Jacobian",
            singularValues: Array.from({ length: 20 }, (_, index) => 210 * 0.6 ** index),
            tolerance: 4e-13,
            rank: 20,
          },
        ],
      },
    },
    {
      kind: "images",
      id: "pictures",
      caption: [text("Recovered and true samples.")],
      description: "Two rows of three pictures of 4 by 4 pixels; the rows look the same.",
      height: 4,
      width: 4,
      rows: ["recovered", "true"].map((title) => ({
        title,
        images: [1, 2, 3].map((sample) => ({
          title: `sample ${sample}`,
          pixels: Array.from({ length: 16 }, (_, pixel) => ((pixel * sample) % 16) / 15),
        })),
      })),
    },
  ],
};

const repetition: Section = {
  id: "certificate",
  title: [text("Certificate")],
  blocks: [
    {
      kind: "paragraph",
      content: [text("The verdict of "), reference("evidence"), text(" rests on "), reference("kruskal"), text(".")],
    },
    {
      kind: "code",
      language: "console",
      text: "kktid recheck iris.certificate.json\nkktid check examples/networks/iris-hidden-layer.npz -a 'z + 1/2 z^2 + z^3' -n 4 --weight-precision 1e-13 --seed 1 --json",
    },
    { kind: "code", language: "json", text: '{\n  "verdict": "globally-identifiable"\n}' },
  ],
};

/** A report with every kind of node, written by hand. */
export const exampleDocument: ReportDocument = {
  title: "Does iris-hidden-layer.npz determine its training data?",
  summary: [
    text("4 of 4 samples are determined and were recovered to ±"),
    math("3\\cdot10^{-13}", "3e-13"),
    text(", assuming that the network is stationary to working precision."),
  ],
  outcome: "determined",
  sections: [
    {
      id: "question",
      title: [text("Question")],
      blocks: [{ kind: "paragraph", content: [text("Which training data fit the weights of this file?")] }],
    },
    setting,
    evidence,
    repetition,
  ],
  references: [
    {
      key: "shen2026",
      type: "misc",
      authors: ["Y. Shen", "Z. Wang", "J. Qian", "S. Lei"],
      title: "Training data from stationary points",
      year: 2026,
      arxiv: "2602.08723",
    },
    {
      key: "kruskal1977",
      type: "article",
      authors: ["J. B. Kruskal"],
      title: "Three-way arrays: rank and uniqueness of trilinear decompositions",
      year: 1977,
      journal: "Linear Algebra and its Applications",
      volume: "18",
      number: "2",
      pages: "95-138",
      doi: "10.1016/0024-3795(77)90069-6",
    },
  ],
  proofs: [storedProof("proofs/catalecticant.md"), storedProof("proofs/moment-expansion.md")],
  stamp: {
    tool: "kktid",
    version: "0.1.0",
    seed: 1,
    inputHash: "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
    commands: [
      "kktid report examples/networks/iris-hidden-layer.npz -a 'z + 1/2 z^2 + z^3' -n 4 --format html --out iris.html",
    ],
  },
};
