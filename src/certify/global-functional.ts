import { monomialsOfDegree } from "../equations/monomials.ts";
import { momentDegrees, symmetricDimension } from "../equations/shape.ts";
import { encloseSolution } from "../interval/enclose-solution.ts";
import { exactly, HALF_ULP, type Interval, multiplyIntervals, upperBound } from "../interval/interval.ts";
import {
  enclosePreconditioned,
  type IntervalMatrix,
  matrixOf,
  scaleColumns,
  scaleRows,
  sumBound,
  transposeInterval,
} from "../interval/interval-matrix.ts";
import { powersOfTwo, type Regularity, regularThroughout } from "../interval/regular.ts";
import { maxAbs, multiply } from "../linalg/dense.ts";
import { hiddenTargets, type SystemBox } from "./box.ts";
import { type Form, multiplyForms } from "./global-polynomial.ts";
import { kernelDegrees, kernelMatrix, kernelWork } from "./kernel.ts";
import { momentEquations, momentWork } from "./moments.ts";

/** A polynomial by its homogeneous parts. */
export type Polynomial = readonly Form[];

/**
 * What linear equations fix of the functional Λ(f) = Σ_i g_ic f(x_i) of the data sets of every system of a box: H·T = G, where
 * T holds Λ of the monomials of all degrees seen (`moments`), or of the monomials of lower degree times a coordinate, one
 * column for each coordinate (`kernel`).
 */
export interface MomentFunctional {
  readonly route: "kernel" | "moments";
  readonly variables: number;
  readonly outputs: number;
  /** The degrees of f for which Λ(f) is determined, ascending. */
  readonly degrees: readonly number[];
  readonly H: IntervalMatrix;
  readonly G: IntervalMatrix;
  readonly proof: Regularity;
  /** An enclosure of T. */
  readonly T: IntervalMatrix;
}

/** Entries times columns of the largest matrix that is tried. */
const WORK_LIMIT = 2e7;

/** The functional that the Hermite matrix determines; null where it is not proved to have full column rank. */
export function momentFunctional(box: SystemBox): MomentFunctional | null {
  const { shape } = box;
  if (!(momentWork(shape) <= WORK_LIMIT)) return null;
  const { matrix: H, rightSide: G } = momentEquations(box);
  return solve({
    route: "moments",
    variables: shape.inputDim,
    outputs: shape.outputs,
    degrees: momentDegrees(shape),
    H,
    G,
  });
}

/** The functional that the matrix of the kernel criterion determines, in the coordinates of the box. */
export function kernelFunctional(box: SystemBox): MomentFunctional | null {
  const { shape, weights } = box;
  const { inputDim: v, width: m, outputs } = shape;
  if (!shape.trained.has("hidden") || !(kernelWork(shape, v) <= WORK_LIMIT)) return null;
  const H = kernelMatrix(box, { rows: Array.from({ length: v }, (_, e) => e), nodes: weights });
  const G = matrixOf(hiddenTargets(box), m, v);
  return solve({ route: "kernel", variables: v, outputs, degrees: kernelDegrees(shape).map((l) => l + 1), H, G });
}

/** Proves full column rank and encloses T, then once more with every row scaled to the size of its error. */
function solve(system: Omit<MomentFunctional, "proof" | "T">): MomentFunctional | null {
  const proof = regularThroughout(system.H);
  if (proof === null) return null;
  const first = { ...system, proof, T: encloseSolution(proof, system.G) };
  const scale = powersOfTwo(rowErrors(first));
  const [H, G] = [scaleRows(system.H, scale), scaleRows(system.G, scale)];
  const better = regularThroughout(H);
  return better === null ? first : { ...system, H, G, proof: better, T: encloseSolution(better, G) };
}

/** How far a row of H·T − G may be from that of the midpoints: the noise that a left inverse should keep small. */
function rowErrors({ H, G, T }: MomentFunctional): Float64Array {
  const size = T.mid.map(Math.abs);
  const spread = multiply(H.rad, size, { rows: H.rows, cols: H.cols, width: T.cols });
  return Float64Array.from({ length: H.rows }, (_, row) => {
    const [from, to] = [row * T.cols, (row + 1) * T.cols];
    return maxAbs(G.rad.subarray(from, to)) + maxAbs(spread.subarray(from, to));
  });
}

/**
 * Encloses Λ(f r) of one output for polynomials f and forms r of doubles; one row for each f. For `kernel` the r are linear.
 *
 * Source: proofs/global-error.md, "Functionals".
 */
export function valuesOf(
  functional: MomentFunctional,
  output: number,
  polynomials: readonly Polynomial[],
  forms: readonly Form[],
): IntervalMatrix {
  if (functional.route === "moments") {
    const products = polynomials.flatMap((f) => forms.map((r) => f.map((part) => multiplyForms(part, r))));
    const values = encloseFunctionals(functional, coefficientsOf(functional, output, products));
    return { ...values, rows: polynomials.length, cols: forms.length };
  }
  const rows = encloseFunctionals(functional, coefficientsOf(functional, output, polynomials));
  const R = Float64Array.from(forms.flatMap(({ coefficients }) => coefficients.map(({ mid }) => mid)));
  return transposeInterval(enclosePreconditioned(R, forms.length, transposeInterval(rows)));
}

/** The rows c with c·T = Λ(f), a polynomial a row; for `kernel`, T has the rows l!/α!·Λ(x^α x_e). */
function coefficientsOf(
  { route, variables: v, outputs, degrees, H }: MomentFunctional,
  output: number,
  polynomials: readonly Polynomial[],
): IntervalMatrix {
  const lower = route === "kernel" ? 1 : 0;
  const starts = new Map<number, number>();
  let start = (output * H.cols) / outputs;
  for (const degree of degrees) {
    starts.set(degree - lower, start);
    start += symmetricDimension(v, degree - lower);
  }
  const mid = new Float64Array(polynomials.length * H.cols);
  const rad = new Float64Array(polynomials.length * H.cols);
  for (const [row, polynomial] of polynomials.entries()) {
    for (const { degree, coefficients } of polynomial) {
      const at = row * H.cols + starts.get(degree)!;
      const shares = route === "kernel" ? inverseMultinomials(v, degree) : null;
      coefficients.forEach((value, k) => {
        const entry = shares === null ? value : multiplyIntervals(value, shares[k]!);
        mid[at + k] = entry.mid;
        rad[at + k] = entry.rad;
      });
    }
  }
  return { rows: polynomials.length, cols: H.cols, mid, rad };
}

/** α!/l!. */
function inverseMultinomials(v: number, degree: number): Interval[] {
  return Array.from(monomialsOfDegree(v, degree).multinomials, (count): Interval => {
    const mid = 1 / count;
    return Number.isInteger(Math.log2(count)) ? exactly(mid) : { mid, rad: upperBound(mid * HALF_ULP) };
  });
}

/** c·T for the rows c of a box: b·(H·T) + (c − b·H)·T with b ≈ c·H⁺, |T| from its enclosure. */
function encloseFunctionals({ H, G, proof, T }: MomentFunctional, C: IntervalMatrix): IntervalMatrix {
  const { rows: m, cols } = H;
  const scaled = scaleColumns({ ...C, rad: new Float64Array(C.rad.length) }, proof.columnScale);
  const B = multiply(scaled.mid, proof.inverse, { rows: C.rows, cols, width: m });
  const values = enclosePreconditioned(B, C.rows, G);
  const product = enclosePreconditioned(B, C.rows, H);
  const defect = product.mid.map((value, at) => {
    const difference = Math.abs(C.mid[at]! - value);
    return upperBound(difference * (1 + 2 * HALF_ULP) + product.rad[at]! + C.rad[at]!);
  });
  const size = T.mid.map((value, at) => upperBound(Math.abs(value) + T.rad[at]!));
  const spread = multiply(defect, size, { rows: C.rows, cols, width: G.cols });
  return {
    ...values,
    rad: values.rad.map((value, at) => upperBound(value + sumBound(spread[at]!, cols))),
  };
}
