import { encloseSolution } from "../interval/enclose-solution.ts";
import { addIntervals, exactly, type Interval, multiplyIntervals } from "../interval/interval.ts";
import { type IntervalMatrix, matrixOf, minorOf, transposeInterval } from "../interval/interval-matrix.ts";
import { type Regularity, regularThroughout } from "../interval/regular.ts";
import { hiddenTargets, type SystemBox } from "./box.ts";
import { type MinorChoice, selectMinor } from "./select-minor.ts";

/** A proof that the known side has rank n throughout a box, and the coordinates x = G_Jᵀ y that it gives. */
export interface SpanProof extends MinorChoice {
  readonly regularity: Regularity;
  /** The nodes u_j = G_J w_j, m×n. */
  readonly nodes: readonly Interval[];
}

/** Products of the nodes in the coordinates of the span, m·d·n, that take about a second. */
const WORK_LIMIT = 5e6;

/**
 * Tries to prove that an n×n minor G_JJ′ of the known side of the hidden layer is regular throughout the box. Then every
 * n samples that solve a system of the box are a basis of the row space of its known side.
 *
 * Source: proofs/instance-certificates.md, proofs/reduction.md.
 */
export function proveSpan(box: SystemBox, samples: number): SpanProof | null {
  const { inputDim: d, width: m, trained } = box.shape;
  if (!trained.has("hidden") || samples > Math.min(d, m) || m * d * samples > WORK_LIMIT) return null;
  const G = matrixOf(hiddenTargets(box), m, d);
  const choice = selectMinor(G, samples);
  if (choice === null) return null;
  const regularity = regularThroughout(transposeInterval(minorOf(G, choice.rows, choice.columns)));
  if (regularity === null) return null;
  return { ...choice, regularity, nodes: spanNodes(box, G, choice.rows) };
}

/** u_j = G_J w_j. */
function spanNodes(box: SystemBox, G: IntervalMatrix, rows: readonly number[]): Interval[] {
  const { inputDim: d, width: m } = box.shape;
  const nodes: Interval[] = [];
  for (let j = 0; j < m; j++) {
    for (const row of rows) {
      let sum = exactly(0);
      for (let e = 0; e < d; e++) {
        const entry = { mid: G.mid[row * d + e]!, rad: G.rad[row * d + e]! };
        sum = addIntervals(sum, multiplyIntervals(entry, box.weights[j * d + e]!));
      }
      nodes.push(sum);
    }
  }
  return nodes;
}

/**
 * The box in the coordinates of the span: d becomes n, the nodes u_j, and the hidden known side p_j with
 * p_j G_JJ′ = G_jJ′, which is the unit vector for j in J.
 */
export function boxInSpan(box: SystemBox, span: SpanProof): SystemBox {
  const { inputDim: d, width: m } = box.shape;
  const n = span.rows.length;
  const G = matrixOf(hiddenTargets(box), m, d);
  const all = Array.from({ length: m }, (_, j) => j);
  const solved = encloseSolution(span.regularity, transposeInterval(minorOf(G, all, span.columns)));
  const hidden = (j: number): Interval[] => {
    const place = span.rows.indexOf(j);
    if (place >= 0) return Array.from({ length: n }, (_, e) => exactly(e === place ? 1 : 0));
    return Array.from({ length: n }, (_, e) => ({ mid: solved.mid[e * m + j]!, rad: solved.rad[e * m + j]! }));
  };
  return replaceHidden(box, span.nodes, hidden);
}

/** The box in other coordinates, as many as a node has: these nodes, and this known side of each neuron of the hidden layer. */
export function replaceHidden(
  box: SystemBox,
  nodes: readonly Interval[],
  hidden: (neuron: number) => readonly Interval[],
): SystemBox {
  const { shape, targets } = box;
  const { inputDim: d, width: m, outputs } = shape;
  const others = (targets.length - (shape.trained.has("output-bias") ? outputs : 0)) / m - d;
  const rows: Interval[] = [];
  for (let j = 0; j < m; j++) {
    const at = j * (d + others) + d;
    rows.push(...hidden(j), ...targets.slice(at, at + others));
  }
  rows.push(...targets.slice(m * (d + others)));
  return { ...box, shape: { ...shape, inputDim: nodes.length / m }, weights: nodes, targets: rows };
}
