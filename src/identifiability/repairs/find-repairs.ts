import { activationFromCoefficients } from "../algebra/activation.ts";
import { one, type Rational, zero } from "../algebra/rational.ts";
import { type EquationShape, momentColumnCount, momentDegrees, symmetricDimension } from "../equations/shape.ts";
import { type Analysis, analyzeShape, type ShapeQuestion } from "./analysis.ts";
import { type BareDecision, decideShape } from "./decide-shape.ts";
import { decideDecomposition } from "./decomposition.ts";
import type { Repair, Verdict } from "./result.ts";

/** Alternatives with more moments than this are not recomputed, so not proposed. */
const LARGEST_RECOMPUTED = 700;

/** The largest degree that an activation may have. */
const LARGEST_DEGREE = 12;

const ORDER: readonly Verdict[] = ["inconclusive", "nonidentifiable", "locally-identifiable", "globally-identifiable"];

/** Changes that make the data identifiable, or more so, each checked by computing the changed shape. */
export function findRepairs(question: ShapeQuestion, analysis: Analysis, decision: BareDecision): Repair[] {
  if (decision.verdict === "globally-identifiable") return [];
  return [
    ...widerNetworks(analysis, decision),
    ...fewerSamples(analysis, decision),
    ...otherShapes(question).flatMap((other) => recompute(question, other, decision.verdict)),
  ];
}

function widerNetworks({ shape }: Analysis, { verdict, thresholds }: BareDecision): Repair[] {
  const { widthForLocal, widthForGlobal } = thresholds;
  const repairs: Repair[] = [];
  if (verdict !== "locally-identifiable" && widthForLocal !== null && widthForLocal > shape.width) {
    const because = "the Jacobian then has full rank at general nodes: locally-identifiable";
    repairs.push({ change: `at least ${widthForLocal} hidden neurons`, because });
  }
  if (widthForGlobal !== null && widthForGlobal > shape.width) {
    const because = "the nodes then determine P, and P determines the samples: globally-identifiable";
    repairs.push({ change: `at least ${widthForGlobal} hidden neurons`, because });
  }
  return repairs;
}

function fewerSamples({ shape, samples, ranks }: Analysis, { verdict }: BareDecision): Repair[] {
  const capacity = ranks.sampleCapacity;
  if (capacity === null || capacity < 1) return [];
  const repairs: Repair[] = [];
  const unique = largestUnique(shape, Math.min(capacity, samples - 1), capacity);
  if (samples > capacity && verdict === "nonidentifiable" && capacity !== unique) {
    const because = "the data-side rank is then full: locally-identifiable with enough neurons";
    repairs.push({ change: `at most ${capacity} samples`, because });
  }
  if (unique !== null && decideDecomposition(shape, samples, capacity).status !== "holds") {
    const because = "P then determines its samples: globally-identifiable with enough neurons";
    repairs.push({ change: unique === 1 ? "one sample" : `at most ${unique} samples`, because });
  }
  return repairs;
}

/** The most samples up to a limit that P determines, or null. */
function largestUnique(shape: EquationShape, limit: number, capacity: number): number | null {
  for (let n = limit; n >= 1; n--) if (decideDecomposition(shape, n, capacity).status === "holds") return n;
  return null;
}

interface Change {
  readonly text: string;
  readonly shape: EquationShape;
}

/** Shapes that see more moments of the same samples. */
function otherShapes({ shape }: ShapeQuestion): Change[] {
  const changes: Change[] = [];
  const degree = shape.activation.degree;
  const added = degree < 2 ? 3 : degree + 1;
  const largestDegree = momentDegrees(shape).at(-1) ?? 0;
  if (largestDegree > 0 && added <= LARGEST_DEGREE) {
    const coefficients: Rational[] = [...shape.activation.coefficients];
    while (coefficients.length < added) coefficients.push(zero);
    const activation = activationFromCoefficients([...coefficients, one]);
    changes.push({ text: `the activation ${activation.text}`, shape: { ...shape, activation } });
  }
  if (shape.bias === "none" && shape.trained.has("hidden")) {
    const trained = new Set([...shape.trained, "bias"] as const);
    changes.push({ text: "a trained hidden bias", shape: { ...shape, trained, bias: "trained" } });
  }
  return changes;
}

/** The change as a repair, with the width it needs, if the recomputed shape has a better verdict. */
function recompute(question: ShapeQuestion, { text, shape }: Change, verdict: Verdict): Repair[] {
  if (boundColumns(shape) > LARGEST_RECOMPUTED || question.samples * shape.inputDim > LARGEST_RECOMPUTED) return [];
  const better = (candidate: Verdict): boolean => ORDER.indexOf(candidate) > ORDER.indexOf(verdict);
  const at = (width: number): BareDecision =>
    decideShape(analyzeShape({ ...question, shape: { ...shape, width } }, () => undefined));
  const same = at(shape.width);
  if (better(same.verdict))
    return [{ change: text, because: `recomputed with ${shape.width} neurons: ${same.verdict}` }];
  const width = same.thresholds.widthForGlobal ?? same.thresholds.widthForLocal;
  if (width === null || width <= shape.width) return [];
  const wider = at(width).verdict;
  if (!better(wider)) return [];
  return [
    { change: `${text} and at least ${width} hidden neurons`, because: `recomputed with ${width} neurons: ${wider}` },
  ];
}

function boundColumns(shape: EquationShape): number {
  return Math.max(momentColumnCount(shape), symmetricDimension(shape.inputDim, shape.activation.degree));
}
