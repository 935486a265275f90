import { type EquationShape, momentDegrees, symmetricDimension } from "../../equations/shape.ts";
import type { SideInformation } from "../../equations/side-information.ts";
import { gaugeOf } from "../gauge.ts";
import { type SingleTensor, singleTensor } from "../ranks/rank-bounds.ts";
import { haveTwoDivisors, withLowMoments } from "./two-data-sets.ts";

/** The theorem that decides whether P determines its samples. */
export type DecompositionTheorem =
  | "one-sample"
  | "jennrich"
  | "kruskal"
  | "subgeneric"
  | "perfect"
  | "two-decompositions"
  | "two-divisors"
  | "low-moments"
  | "massarenti-mella"
  | "hessian"
  | "mixing";

/** Whether P determines n general samples, up to the gauge (step B). */
export interface Decomposition {
  readonly status: "holds" | "fails" | "unknown";
  readonly theorem: DecompositionTheorem | null;
  /** Variables and degree of the tensor that the theorem is about; null without one. */
  readonly variables: number | null;
  readonly degree: number | null;
  /** A lower degree that fixes the scales; null where none is needed. */
  readonly scaleDegree: number | null;
}

/** Forms with exactly two decompositions: [variables, degree, samples]. Source: Chiantini et al. 2017, TAMS 369. */
const TWO_DECOMPOSITIONS: readonly (readonly [number, number, number])[] = [
  [3, 6, 9],
  [4, 4, 8],
  [6, 3, 9],
];

/** Perfect cases beyond binary forms: [variables, degree, samples]. Source: Galuppi & Mella 2019, Crelle 757. */
const PERFECT: readonly (readonly [number, number, number])[] = [
  [4, 3, 5],
  [3, 5, 7],
];

/**
 * Whether the moments of n general samples, or of n general samples on the sphere, determine these samples.
 *
 * @param capacity - most samples with full data-side rank, null where unknown; only Massarenti–Mella uses it
 * @param side - what is known beside the moments
 * Source: proofs/decomposition.md, proofs/quadratic-mixing.md, proofs/side-information.md
 */
export function decideDecomposition(
  shape: EquationShape,
  samples: number,
  capacity: number | null,
  side: SideInformation | null = null,
): Decomposition {
  if (side === null) return decideGeneral(shape, samples, capacity);
  const { sphere, margins } = side;
  // Two scales may satisfy the same multiplier equation; norms and margins leave only the sign.
  if (gaugeOf(shape).symmetries.includes("scale") && !sphere && !margins) return undecided("unknown", null);
  if (!sphere) {
    const decision = decideGeneral(shape, samples, capacity);
    return decision.status === "fails" ? undecided("unknown", null) : decision;
  }
  return decideOnSphere(shape, samples);
}

/** Points (x, 1) with ‖x‖ = 1 lie on a quadric, so theorems on general points speak of T_p, or of independent points. */
function decideOnSphere(shape: EquationShape, samples: number): Decomposition {
  const degree = momentDegrees(shape).at(-1) ?? 0;
  // On a line there are two points of norm 1, and no general ones.
  if (degree === 0 || (shape.inputDim === 1 && samples > 1)) return undecided("unknown", null);
  if (samples === 1) return { ...undecided("holds", "one-sample"), scaleDegree: lowerDegree(shape, samples) };
  if (isMixed(shape, samples)) return undecided("unknown", null);
  const whole = singleTensor(shape);
  const usable = whole !== null && (whole.variables === shape.inputDim || samples <= whole.variables);
  const candidates = usable ? [whole, null] : [null];
  const decisions = candidates.map((tensor) => decideTensor(shape, samples, degree, tensor));
  return decisions.find((decision) => decision?.status === "holds") ?? undecided("unknown", null);
}

function decideGeneral(shape: EquationShape, samples: number, capacity: number | null): Decomposition {
  const degrees = momentDegrees(shape);
  const degree = degrees.at(-1) ?? 0;
  if (degree === 0) return undecided("fails", null);
  if (samples === 1) return { ...undecided("holds", "one-sample"), scaleDegree: lowerDegree(shape, samples) };
  if (isMixed(shape, samples)) return undecided("fails", "mixing");
  const top = decideTensor(shape, samples, degree, singleTensor(shape));
  if (top?.status === "holds") return top;
  if (massarentiMella(shape, samples, capacity)) return undecided("holds", "massarenti-mella");
  return decideByHighMoments(shape, samples, degree) ?? top ?? undecided("unknown", null);
}

/** Where low moments that are not seen follow from the high ones, or two sets lie on an elliptic curve; else null. */
function decideByHighMoments(shape: EquationShape, samples: number, degree: number): Decomposition | null {
  const whole = withLowMoments(shape, samples);
  const lifted = whole === null ? null : decideTensor(whole, samples, degree, singleTensor(whole));
  if (lifted?.status === "holds") return { ...lifted, theorem: "low-moments" };
  if (lifted?.theorem === "two-decompositions") return { ...lifted, status: "fails" };
  return haveTwoDivisors(shape, samples) ? undecided("fails", "two-divisors") : null;
}

/** The decision where the Hessian criterion proves what no other theorem does. */
export const UNIQUE_BY_HESSIAN: Decomposition = undecided("holds", "hessian");

/**
 * Whether samples can be mixed: all moments have degree at most 2 and one output, or at most 1, and there are two
 * samples to mix. Source: proofs/quadratic-mixing.md.
 */
export function isMixed(shape: EquationShape, samples: number): boolean {
  const degree = momentDegrees(shape).at(-1) ?? 0;
  return samples >= 2 && (degree <= 1 || (degree === 2 && shape.outputs === 1));
}

function undecided(status: Decomposition["status"], theorem: DecompositionTheorem | null): Decomposition {
  return { status, theorem, variables: null, degree: null, scaleDegree: null };
}

/** The tensor of highest degree, in d + 1 variables where all lower degrees are seen; null if no theorem speaks. */
function decideTensor(
  shape: EquationShape,
  samples: number,
  degree: number,
  whole: SingleTensor | null,
): Decomposition | null {
  const variables = whole?.variables ?? shape.inputDim;
  const theorem = uniqueTensor(shape.outputs, { variables, degree, samples });
  if (theorem === null) return null;
  if (theorem === "two-decompositions") {
    // The other moments, or the other outputs, may tell the two apart.
    const status = whole !== null && shape.outputs === 1 ? "fails" : "unknown";
    return { status, theorem, variables, degree, scaleDegree: null };
  }
  if (whole !== null) return { status: "holds", theorem, variables, degree, scaleDegree: null };
  const scaleDegree = lowerDegree(shape, samples);
  return scaleDegree === null ? null : { status: "holds", theorem, variables, degree, scaleDegree };
}

/** The largest degree below p whose tensors g_i ⊗ x_i^{⊗a} are independent in general, n ≤ C·N_a. */
function lowerDegree(shape: EquationShape, samples: number): number | null {
  const lower = momentDegrees(shape).slice(0, -1);
  return lower.findLast((a) => samples <= shape.outputs * symmetricDimension(shape.inputDim, a)) ?? null;
}

interface TensorQuestion {
  readonly variables: number;
  readonly degree: number;
  readonly samples: number;
}

/**
 * What is known of general tensors Σ g_i ⊗ x_i^{⊗p}, g_i ∈ R^C: their terms are unique up to scale. Several outputs
 * are contracted to one for p ≥ 3; for p = 2 they are the third factor that Kruskal asks for.
 */
function uniqueTensor(outputs: number, { variables, degree, samples }: TensorQuestion): DecompositionTheorem | null {
  if (degree === 2) {
    if (outputs >= 2 && samples <= variables) return "jennrich";
    const kruskal = Math.min(outputs, samples) + 2 * Math.min(variables, samples) >= 2 * samples + 2;
    return kruskal ? "kruskal" : null;
  }
  if (samples <= variables) return "jennrich";
  if (variables === 1) return null;
  const listed = (table: readonly (readonly [number, number, number])[]): boolean =>
    table.some(([v, p, n]) => v === variables && p === degree && n === samples);
  if (listed(TWO_DECOMPOSITIONS)) return "two-decompositions";
  if (samples * variables < symmetricDimension(variables, degree)) return "subgeneric";
  const binary = variables === 2 && degree === 2 * samples - 1;
  return binary || listed(PERFECT) ? "perfect" : null;
}

/**
 * Massarenti–Mella: full data-side rank at n + 1 samples, which then also fit into the space of moments.
 *
 * @remarks The theorem asks for a nondegenerate Gauss map, which fails for one monomial with T_0 and one output.
 */
function massarentiMella(shape: EquationShape, samples: number, capacity: number | null): boolean {
  if (capacity === null || capacity < samples + 1) return false;
  const withTrace = momentDegrees(shape).filter((degree) => degree >= 1).length;
  return shape.outputs > 1 || withTrace >= 2 || singleTensor(shape) !== null;
}
