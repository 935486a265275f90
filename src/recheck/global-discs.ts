import { list } from "./equations.ts";
import { down, exactly, INTERVALS, type Interval, up } from "./intervals.ts";
import { require } from "./json.ts";

const { add, multiply } = INTERVALS;

/** Matrices M_e = diag(x̂_he) + Δ_e that have common eigenvectors: the printed values and the enclosed rest. */
export interface CommutingMatrices {
  /** x̂_h, or x̂_h/η(x̂_h): n rows of v doubles. */
  readonly printed: readonly (readonly number[])[];
  /** Δ_e by coordinate, row and column. */
  readonly differences: readonly (readonly (readonly Interval[])[])[];
}

/** The one eigenvector whose largest component is the h-th, that component 1, and its eigenvalues less the printed ones. */
export interface JointEigenvalue {
  readonly deviations: readonly Interval[];
  /** Bounds of the sizes of the components. */
  readonly components: readonly number[];
}

const SHARPENINGS = 4;

export const sizeOf = ({ low, high }: Interval): number => Math.max(-low, high, 0);

/**
 * Shows that each row belongs to exactly one common eigenvector: where the h-th component of an eigenvector is its largest, its
 * eigenvalue is in the Gershgorin disc of row h of every combination of the matrices, and a disc apart from the others holds
 * exactly one eigenvalue.
 *
 * @param forms - combinations Σ_e c_e M_e to look at besides the M_e
 * @throws {@link Rejection} if for some row no combination has its disc apart
 */
export function requireJointEigenvalues(
  matrices: CommutingMatrices,
  forms: readonly (readonly number[])[],
): JointEigenvalue[] {
  const v = matrices.differences.length;
  const units = list(v, (e) => list(v, (k) => (k === e ? 1 : 0)));
  const combined = [...units, ...forms].map((form) => combine(matrices, form));
  return matrices.printed.map((_, h) => {
    const ones = matrices.printed.map(() => 1);
    const isApart = combined.some((M) => M.every((_row, j) => j === h || gap(disc(M, h, ones), disc(M, j, ones)) > 0));
    require(isApart, `the disc of sample ${h} is not apart from the others`);
    let components = ones;
    for (let step = 0; step < SHARPENINGS; step++) components = sharpen(combined, h, components);
    const deviations = matrices.differences.map((difference) => disc(difference, h, components));
    return { deviations, components };
  });
}

/** Σ_e c_e M_e. */
function combine({ printed, differences }: CommutingMatrices, form: readonly number[]): Interval[][] {
  return printed.map((row, h) =>
    printed.map((_, j) => {
      const terms = form.flatMap((c, e) => {
        const rest = multiply(exactly(c), differences[e]![h]![j]!);
        return j === h ? [multiply(exactly(c), exactly(row[e]!)), rest] : [rest];
      });
      return terms.reduce(add);
    }),
  );
}

/** m_hh ± Σ_{j ≠ h} |m_hj| y_j. */
function disc(M: readonly (readonly Interval[])[], h: number, components: readonly number[]): Interval {
  const radius = M[h]!.reduce((sum, entry, j) => (j === h ? sum : up(sum + up(sizeOf(entry) * components[j]!))), 0);
  const { low, high } = M[h]![h]!;
  return { low: down(low - radius), high: up(high + radius) };
}

/** A lower bound of the distance of two intervals; 0 or less where they may meet. */
function gap(a: Interval, b: Interval): number {
  return Math.max(down(a.low - b.high), down(b.low - a.high));
}

/** y_j |λ − m_jj| ≤ Σ_{l ≠ j} |m_jl| y_l, for the eigenvalue λ of each combination. */
function sharpen(
  combined: readonly (readonly (readonly Interval[])[])[],
  h: number,
  components: readonly number[],
): number[] {
  return components.map((known, j) => {
    if (j === h) return 1;
    const bounds = combined.map((M) => {
      const distance = gap(disc(M, h, components), M[j]![j]!);
      const rest = M[j]!.reduce((sum, entry, l) => (l === j ? sum : up(sum + up(sizeOf(entry) * components[l]!))), 0);
      return distance > 0 ? up(rest / distance) : known;
    });
    return Math.min(known, ...bounds);
  });
}
