import { encloseSolution } from "../interval/enclose-solution.ts";
import { addIntervals, exactly, type Interval, multiplyIntervals } from "../interval/interval.ts";
import {
  enclosePreconditioned,
  entryOf,
  type IntervalMatrix,
  matrixOf,
  minorOf,
  transposeInterval,
} from "../interval/interval-matrix.ts";
import { regularThroughout } from "../interval/regular.ts";
import { multiply, transpose } from "../linalg/dense.ts";
import { computeSvd } from "../linalg/svd.ts";
import { hiddenTargets, type SystemBox } from "./box.ts";
import { approximateInverse, pointMatrix } from "./global-inverse.ts";
import { replaceHidden, type SpanProof } from "./span.ts";

/** What the rows of V are near: the samples themselves, which suits samples of very different size, or their principal axes. */
type FrameStyle = "samples" | "axes";

/** Coordinates x = Vᵀ z of the span of the samples with V = B·G_J. */
export interface Frame {
  /** Rows J and columns J′ of the known side; `nodes` are those of the frame, V w_j. */
  readonly span: SpanProof;
  /** B, n×n. */
  readonly basis: Float64Array;
  /** V, n×d. */
  readonly vectors: IntervalMatrix;
  /** The box in the coordinates z. */
  readonly box: SystemBox;
}

/**
 * The coordinates of the span that suit a data set. Every n samples that solve a system of the box are a basis of the row
 * space of G, so that V is one as well as soon as B·G_JJ′ is regular.
 *
 * @param points - n×d, the printed samples
 * @returns null where the printed samples are nearly dependent, or B·G_JJ′ is not proved regular
 * Source: proofs/global-error.md, "Coordinates".
 */
export function frameAround(box: SystemBox, span: SpanProof, points: Float64Array, style: FrameStyle): Frame | null {
  const { inputDim: d, width: m } = box.shape;
  const n = span.rows.length;
  const all = (count: number): number[] => Array.from({ length: count }, (_, k) => k);
  const G = matrixOf(hiddenTargets(box), m, d);
  const rowsJ = minorOf(G, span.rows, all(d));
  const basis = basisFor(rowsJ, points, style);
  if (basis === null) return null;
  const vectors = enclosePreconditioned(basis, n, rowsJ);
  const ownRows = inverseRows(basis, n);
  const regularity = regularThroughout(transposeInterval(minorOf(vectors, all(n), span.columns)));
  if (regularity === null || ownRows === null) return null;
  const solved = encloseSolution(regularity, transposeInterval(minorOf(G, all(m), span.columns)));
  const hidden = (j: number): Interval[] => {
    const place = span.rows.indexOf(j);
    return all(n).map((e) => (place >= 0 ? entryOf(ownRows, e, place) : entryOf(solved, e, j)));
  };
  const nodes = nodesIn(box, vectors);
  return { span: { ...span, regularity, nodes }, basis, vectors, box: replaceHidden(box, nodes, hidden) };
}

/** B with B·G_J ≈ the printed samples or their principal axes, in doubles: a choice. */
function basisFor(rowsJ: IntervalMatrix, points: Float64Array, style: FrameStyle): Float64Array | null {
  const { rows: n, cols: d, mid } = rowsJ;
  const inverse = approximateInverse(transpose(mid, n, d), d, n);
  if (inverse === null) return null;
  const { Vt, S } = computeSvd(points, n, d);
  const size = S[0]! / Math.sqrt(n);
  const wanted = style === "samples" ? points : Vt.slice(0, n * d).map((value) => value * size);
  return multiply(wanted, transpose(inverse, n, d), { rows: n, cols: d, width: n });
}

/** B⁻ᵀ: column r is the known side of neuron J_r, as G_J = B⁻¹V. */
function inverseRows(basis: Float64Array, n: number): IntervalMatrix | null {
  const regularity = regularThroughout(pointMatrix(transpose(basis, n, n), n, n));
  const unit = Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0));
  return regularity === null ? null : encloseSolution(regularity, pointMatrix(unit, n, n));
}

/** V w_j, m×n. */
function nodesIn({ shape, weights }: SystemBox, vectors: IntervalMatrix): Interval[] {
  const { inputDim: d, width: m } = shape;
  const nodes: Interval[] = [];
  for (let j = 0; j < m; j++) {
    for (let i = 0; i < vectors.rows; i++) {
      let sum = exactly(0);
      for (let e = 0; e < d; e++) {
        sum = addIntervals(sum, multiplyIntervals(entryOf(vectors, i, e), weights[j * d + e]!));
      }
      nodes.push(sum);
    }
  }
  return nodes;
}
