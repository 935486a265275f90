import type { Analysis } from "../analysis.ts";
import type { Decomposition, DecompositionTheorem } from "../decomposition/decomposition.ts";
import type { Condition } from "../result.ts";

const SOURCES: Readonly<Record<DecompositionTheorem, string>> = {
  "one-sample": "proofs/decomposition.md, section One sample",
  jennrich: "Harshman 1970; proofs/decomposition.md, section Jennrich",
  kruskal: "Kruskal 1977; proofs/decomposition.md, section Several outputs",
  subgeneric: "Chiantini, Ottaviani & Vannieuwenhoven 2017, TAMS 369; proofs/decomposition.md",
  perfect: "Galuppi & Mella 2019, Crelle 757; proofs/decomposition.md",
  "two-divisors": "proofs/number-of-solutions.md, section Exactly two data sets",
  "low-moments": "proofs/number-of-solutions.md, section Low moments follow from the high ones",
  "two-decompositions": "Chiantini, Ottaviani & Vannieuwenhoven 2017, TAMS 369; proofs/decomposition.md",
  "massarenti-mella": "Massarenti & Mella 2024; proofs/decomposition.md",
  hessian: "Chiantini, Ottaviani & Vannieuwenhoven 2014, SIMAX 35; proofs/decomposition.md, section Hessian criterion",
  mixing: "proofs/quadratic-mixing.md",
};

/** Step B: whether P determines its samples, up to the gauge. */
export function decompositionUnique({ shape, samples, ranks, decomposition }: Analysis): Condition {
  const { status, theorem, variables, degree, scaleDegree } = decomposition;
  return {
    id: "decomposition-unique",
    status,
    basis:
      theorem === "massarenti-mella" || theorem === "hessian"
        ? "certificate"
        : status === "unknown"
          ? "probable"
          : "theorem",
    statement: describe(decomposition, samples),
    reference: theorem === null ? "proofs/decomposition.md" : SOURCES[theorem],
    numbers: {
      theorem,
      variables,
      degree,
      samples,
      outputs: shape.outputs,
      scaleDegree,
      capacity: ranks.sampleCapacity,
    },
  };
}

function describe({ status, theorem, variables, degree, scaleDegree }: Decomposition, samples: number): string {
  if (theorem === "mixing") return "P does not determine its samples: they can be mixed.";
  if (theorem === "one-sample") return "P determines its one sample.";
  if (theorem === "massarenti-mella") {
    return `P determines its ${samples} samples: the data-side rank is still full with one sample more.`;
  }
  if (theorem === "hessian") {
    return `P determines its ${samples} samples: at general samples the Hessians of the forms that vanish on all tangent spaces have no common kernel.`;
  }
  if (theorem === "two-divisors") {
    return `Exactly two data sets over C have the moments of ${samples} general samples; the second is real for some data.`;
  }
  const tensor = `The tensor of degree ${degree} in ${variables} variables`;
  if (theorem === "two-decompositions") {
    const rest =
      status === "fails" ? "the second may be real or not" : "whether the other moments tell them apart is open";
    return `${tensor} has exactly two decompositions into ${samples} powers over C; ${rest}.`;
  }
  if (status === "holds") {
    const scales = scaleDegree === null ? "" : `; the moments of degree ${scaleDegree} fix the scales`;
    return `${tensor} determines its ${samples} general terms${scales}.`;
  }
  if (status === "fails") return "No equation sees the points.";
  return `No theorem known to the tool decides whether P determines ${samples} general samples.`;
}
