import { divide, multiply, rational } from "../../algebra/rational.ts";
import {
  type EquationShape,
  equationCount,
  equationsPerNeuron,
  momentColumnCount,
  unknownCount,
} from "../../equations/shape.ts";
import type { SideInformation } from "../../equations/side-information.ts";
import { type Analysis, analyzeShape } from "../analysis.ts";
import { decideShape } from "../decide-shape.ts";
import { ranksAtWidth } from "../ranks/shape-ranks.ts";
import type { Verdict } from "../result.ts";

/** A shape with a number of samples: what a repair changes. */
export interface Variant {
  readonly shape: EquationShape;
  readonly samples: number;
}

/** Runs the check on changed shapes; null where that would take more work than is left for all of them. */
export interface Recheck {
  analysis(variant: Variant): Analysis | null;
  /** The verdict, from the analysis of another width where that has the same ranks. */
  verdict(variant: Variant): Verdict | null;
}

/**
 * Work of all re-runs for one question, in matrix entries built (see {@link analysisWork}): a few hundred milliseconds. A
 * count instead of a clock keeps the answer the same on every machine.
 */
const WORK_BUDGET = 3e6;

/** Work of an analysis beside its matrices, and operations of an elimination that take as long as building an entry. */
const FIXED_WORK = 4e4;
const OPERATIONS_PER_ENTRY = 500;

/** A {@link Recheck} with the seed and the side information of the analysis that is already known. */
export function createRecheck(known: Analysis): Recheck {
  const analyses = new Map<string, Analysis>([[variantKey(known), known]]);
  const widths = new Map<string, Analysis>([[familyKey(known), known]]);
  let left = WORK_BUDGET;
  const analysis = (variant: Variant): Analysis | null => {
    const found = analyses.get(variantKey(variant));
    if (found !== undefined) return found;
    const side = sideFor(known, variant.samples);
    const work = analysisWork(variant, side);
    if (work > left) return null;
    left -= work;
    const { shape, samples } = variant;
    const result = analyzeShape({ shape, samples, seed: known.seed, side });
    analyses.set(variantKey(variant), result);
    widths.set(familyKey(variant), result);
    return result;
  };
  const verdict = (variant: Variant): Verdict | null => {
    const { width } = variant.shape;
    const relative = widths.get(familyKey(variant));
    const shortcut = relative === undefined ? null : verdictAtOtherWidth(relative, width);
    if (shortcut !== null) return shortcut;
    const result = analysis(variant);
    return result === null ? null : decideShape(result).verdict;
  };
  return { analysis, verdict };
}

function variantKey(variant: Variant): string {
  return `${familyKey(variant)},${variant.shape.width}`;
}

/** The same for all widths. */
function familyKey({ shape, samples }: Variant): string {
  const { setting, activation, inputDim, outputs, trained, bias } = shape;
  return [setting, activation.text, inputDim, outputs, bias, samples, ...[...trained].sort()].join();
}

/** The side information for another number of samples: the loss is a mean, so its scale grows with n. */
function sideFor({ side, samples: known }: Analysis, samples: number): SideInformation | null {
  if (side === null || side.side.multiplierScale === null) return side?.side ?? null;
  const ratio = divide(rational(BigInt(samples)), rational(BigInt(known)));
  return { ...side.side, multiplierScale: multiply(side.side.multiplierScale, ratio) };
}

/** Size of the square matrices of an analysis: Hermite, data side, Jacobian, and the Jacobian with side information. */
function analysisWork({ shape, samples }: Variant, side: SideInformation | null): number {
  const moments = momentColumnCount(shape) + equationsPerNeuron(shape);
  const unknowns = unknownCount(shape, samples) + equationsPerNeuron(shape);
  const elimination = (size: number): number => size ** 2 + size ** 3 / OPERATIONS_PER_ENTRY;
  const withSide = side === null ? 0 : elimination(Math.max(unknowns, equationCount(shape)));
  return FIXED_WORK + 2 * elimination(moments) + elimination(unknowns) + withSide;
}

/**
 * The verdict of the same shape at another width, or null where only a new analysis can tell: the ranks of every width
 * come from one elimination, which a new analysis with the same seed would repeat. Source: proofs/repairs.md.
 */
function verdictAtOtherWidth(analysis: Analysis, width: number): Verdict | null {
  if (width === analysis.shape.width) return decideShape(analysis).verdict;
  if (analysis.side !== null) return null;
  const { verdict } = decideShape(withWidth(analysis, width));
  const { hermite, jacobian } = analysis.ranks;
  // Where not all ranks are there, what follows from those that are is still true.
  const complete = hermite?.saturated === true && jacobian?.saturated === true;
  return complete || verdict !== "inconclusive" ? verdict : null;
}

/** The analysis of the same shape at another width, with the ranks that are known there. */
export function withWidth(analysis: Analysis, width: number): Analysis {
  const { shape, ranks, reducedRanks } = analysis;
  if (width === shape.width) return analysis;
  return {
    ...analysis,
    shape: { ...shape, width },
    ranks: ranksAtWidth(ranks, width),
    reducedRanks: reducedRanks === null ? null : ranksAtWidth(reducedRanks, width),
  };
}

/** How much a verdict says in favour of identifiability; 0 as well where it is not known. */
export function strength(verdict: Verdict | null): 0 | 1 | 2 {
  if (verdict === "globally-identifiable") return 2;
  return verdict === "locally-identifiable" ? 1 : 0;
}

/**
 * Neighbouring integers between two that differ under a test, `before` like `from` and `after` like `to`.
 *
 * @param reaches - false at `from`, true at `to`; neither end is tested
 */
export function findBoundary(
  from: number,
  to: number,
  reaches: (value: number) => boolean,
): { readonly before: number; readonly after: number } {
  let [before, after] = [from, to];
  while (Math.abs(after - before) > 1) {
    const middle = Math.trunc((before + after) / 2);
    if (reaches(middle)) after = middle;
    else before = middle;
  }
  return { before, after };
}
