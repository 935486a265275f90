import { monomialsOfDegree } from "../equations/monomials.ts";
import { taylorExpansion } from "../equations/ring-tools.ts";
import { type EquationShape, symmetricDimension } from "../equations/shape.ts";
import { exactly, type Interval, multiplyIntervals } from "../interval/interval.ts";
import { type IntervalMatrix, matrixOf } from "../interval/interval-matrix.ts";
import { type Regularity, regularThroughout } from "../interval/regular.ts";
import type { SystemBox } from "./box.ts";
import { intervalRing } from "./interval-ring.ts";
import type { SpanProof } from "./span.ts";

/** The nodes in the coordinates that the criterion is written in: as many as there are rows. */
type KernelCoordinates = Pick<SpanProof, "rows" | "nodes">;

/** Entries times columns of the largest matrix that is tried: about a second. */
const WORK_LIMIT = 2e7;

/**
 * Tries to prove the kernel criterion throughout a box: full column rank of the matrix with a row for each neuron and the
 * entries a_jc σ^{(l+1)}(b_j)/l! · (monomials of degree l of u_j), with l + 1 ∈ D without a bias and l < p with one.
 *
 * @returns null where nothing is proved, among them every activation of degree below 3
 * Source: proofs/kernel-criterion.md, "The same criterion without $G$"; proofs/instance-certificates.md.
 */
export function proveKernel(box: SystemBox, span: KernelCoordinates): Regularity | null {
  if (box.shape.activation.degree < 3) return null;
  if (!(kernelWork(box.shape, span.rows.length) <= WORK_LIMIT)) return null;
  return regularThroughout(kernelMatrix(box, span));
}

/** Entries times columns of the matrix in n coordinates; infinite where it has fewer rows than columns. */
export function kernelWork(shape: EquationShape, variables: number): number {
  const perOutput = kernelDegrees(shape).map((l) => symmetricDimension(variables, l));
  const columns = shape.outputs * perOutput.reduce((sum, count) => sum + count, 0);
  return shape.width < columns ? Number.POSITIVE_INFINITY : shape.width * columns ** 2;
}

/** The degrees l of the monomials: those of σ′ seen at the nodes. */
export function kernelDegrees({ activation, bias }: EquationShape): number[] {
  if (bias === "none") return activation.support.map((k) => k - 1);
  return Array.from({ length: activation.degree }, (_, l) => l);
}

/** The matrix of the kernel criterion: a row for each neuron; columns output by output, degree by degree. */
export function kernelMatrix(box: SystemBox, span: KernelCoordinates): IntervalMatrix {
  const degrees = kernelDegrees(box.shape);
  const { width: m, outputs } = box.shape;
  const n = span.rows.length;
  const taylor = taylorExpansion(intervalRing, box.shape);
  const entries: Interval[] = [];
  for (let j = 0; j < m; j++) {
    const s = taylor(box.bias[j]!);
    const powers = monomialValues(span.nodes.slice(j * n, (j + 1) * n), degrees);
    for (let c = 0; c < outputs; c++) {
      const a = box.output[c * m + j]!;
      degrees.forEach((l, t) => {
        const factor = multiplyIntervals(a, multiplyIntervals(exactly(l + 1), s[l + 1]!));
        for (const monomial of powers[t]!) entries.push(multiplyIntervals(factor, monomial));
      });
    }
  }
  return matrixOf(entries, m, entries.length / m);
}

/** The monomials of each degree at one node. */
function monomialValues(node: readonly Interval[], degrees: readonly number[]): Interval[][] {
  return degrees.map((l) => {
    const { count, starts, variables, exponents } = monomialsOfDegree(node.length, l);
    return Array.from({ length: count }, (_, i) => {
      let product = exactly(1);
      for (let s = starts[i]!; s < starts[i + 1]!; s++) {
        for (let e = 0; e < exponents[s]!; e++) product = multiplyIntervals(product, node[variables[s]!]!);
      }
      return product;
    });
  });
}
