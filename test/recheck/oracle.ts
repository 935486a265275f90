import { hermiteMatrix } from "../../src/equations/hermite.ts";
import { jacobianMatrix } from "../../src/equations/jacobian.ts";
import { type EquationShape, equationsPerNeuron, momentColumnCount, unknownCount } from "../../src/equations/shape.ts";
import { sideInformationOf, sideMatrix } from "../../src/equations/side-information.ts";
import { checkShape, type ShapeDecision, type ShapeProblem } from "../../src/identifiability/check-shape.ts";
import { gaugeDimension, gaugeWithSide } from "../../src/identifiability/gauge.ts";
import { momentJacobian } from "../../src/identifiability/ranks/moment-jacobian.ts";
import { primeRing } from "../../src/identifiability/ranks/prime-ring.ts";
import { dataRankBound, knownSideBound, nodeRankBound } from "../../src/identifiability/ranks/rank-bounds.ts";
import { isPrime, PrimeField } from "../../src/modular/prime-field.ts";
import { rankProfile } from "../../src/modular/rank.ts";
import { problemOf, type ShapeCase } from "./certificates.ts";

/**
 * Whether a document is a valid proof of its claim, decided without the checker: the problem by `checkShape` from
 * another seed, every minor by the producer's matrices and its elimination, every count and theorem by the producer's
 * bounds. It knows no format; only documents that the checker accepted are shown to it.
 */
export function isValidProof(document: CertificateLike): boolean {
  const problem = problemOf(caseOf(document.problem));
  const { verdict, upTo } = document.claim;
  const decision = decide(problem, JSON.stringify(document.problem));
  const stronger = verdict === "locally-identifiable" && decision.verdict === "globally-identifiable";
  if (decision.verdict !== verdict && !stronger) return false;
  if (JSON.stringify(decision.upTo) !== JSON.stringify(upTo)) return false;
  return document.steps.every((step) => isValidStep(step, problem));
}

const decided = new Map<string, ShapeDecision>();

/** The same problem is decided once, whatever else changes around it. */
function decide(problem: ShapeProblem, key: string): ShapeDecision {
  const known = decided.get(key) ?? checkShape({ ...problem, seed: 97 });
  decided.set(key, known);
  return known;
}

export interface CertificateLike {
  readonly problem: ProblemLike;
  readonly claim: { readonly verdict: string; readonly upTo: readonly string[] };
  readonly steps: readonly StepLike[];
}

interface ProblemLike {
  readonly setting: ShapeCase["setting"] & string;
  readonly inputDim: number;
  readonly samples: number;
  readonly width: number;
  readonly outputs: number;
  readonly activation: readonly string[];
  readonly trained: ShapeCase["trained"] & object;
  readonly bias: string;
  readonly domain: "free" | "sphere";
  readonly loss: ShapeCase["loss"] & (string | null);
  readonly weightDecay: string | null;
}

interface StepLike {
  readonly kind: string;
  readonly matrix?: string;
  readonly inputDim?: number;
  readonly width?: number;
  readonly prime?: number;
  readonly point?: Readonly<Record<string, readonly number[]>>;
  readonly rows?: readonly number[];
  readonly columns?: readonly number[];
  readonly theorem?: string;
  readonly variables?: number | null;
  readonly degree?: number | null;
  readonly bound?: string;
}

function caseOf(problem: ProblemLike): ShapeCase {
  const { setting, inputDim, samples, width, outputs, activation, trained, bias, domain, loss, weightDecay } = problem;
  const text = activation.map((c, k) => `(${c})*z^${k}`).join(" + ");
  const decay = weightDecay === null ? {} : { weightDecay: fraction(weightDecay) };
  const frozenBias = bias === "frozen";
  return { activation: text, setting, inputDim, samples, width, outputs, trained, frozenBias, domain, loss, ...decay };
}

function fraction(text: string): [number, number] {
  const [top, bottom = "1"] = text.split("/");
  return [Number(top), Number(bottom)];
}

function isValidStep(step: StepLike, { shape, samples, knowledge }: ShapeProblem): boolean {
  const free = knowledge?.loss === "softmax" ? { ...shape, outputs: shape.outputs - 1 } : shape;
  const side = sideInformationOf(knowledge!, shape, samples);
  if (step.kind === "generic-full-rank") return isValidMinor(step, { shape: free, samples, side });
  if (step.kind === "counting") {
    const needed = unknownCount(free, samples) - gaugeWithSide(free, side).directionsPerSample * samples;
    const rows = side === null ? 0 : sideMatrixRows(free, side, samples);
    const bounds: Readonly<Record<string, number>> = {
      nodes: nodeRankBound(free, free.width).rank,
      moments: dataRankBound(free, samples).rank,
      "known-side": knownSideBound(free, free.width, samples),
    };
    return bounds[step.bound!]! + rows < needed;
  }
  // A theorem of the certificate for what the producer may know by another one.
  if (step.kind === "interpolation") {
    const space = { ...free, inputDim: step.inputDim! };
    return (
      nodeRankBound(space, space.width).exact && nodeRankBound(space, space.width).rank === momentColumnCount(space)
    );
  }
  if (step.kind === "unique-decomposition") return isTheorem(step, samples, free.outputs);
  return true;
}

function isTheorem({ theorem, variables: v, degree: p }: StepLike, n: number, C: number): boolean {
  switch (theorem) {
    case "jennrich":
      return n <= v! && (p! >= 3 || C >= 2);
    case "subgeneric":
      return n * v! < binomial(v! + p! - 1, p!) && !["3,6,9", "4,4,8", "6,3,9"].includes(`${v},${p},${n}`);
    case "perfect":
      return (v === 2 && p === 2 * n - 1) || ["4,3,5", "3,5,7"].includes(`${v},${p},${n}`);
    case "kruskal":
      return Math.min(C, n) + 2 * Math.min(v!, n) >= 2 * n + 2;
    case "one-sample":
      return n === 1;
    default:
      // These stand on a data-side minor, a step of its own, or on the decision as a whole.
      return ["massarenti-mella", "hessian", "low-moments"].includes(theorem!);
  }
}

function binomial(n: number, k: number): number {
  return k === 0 ? 1 : (binomial(n - 1, k - 1) * n) / k;
}

type Side = ReturnType<typeof sideInformationOf>;

interface MinorContext {
  readonly shape: EquationShape;
  readonly samples: number;
  readonly side: Side;
}

function sideMatrixRows({ outputs }: EquationShape, side: NonNullable<Side>, samples: number): number {
  const perSample = (side.multiplierScale === null ? 0 : outputs) + Number(side.margins) + Number(side.sphere);
  return samples * perSample;
}

/** The minor is regular modulo its prime, and as large as the rank that the shape needs. */
function isValidMinor(step: StepLike, { shape, samples, side }: MinorContext): boolean {
  const { matrix, inputDim, width = 0, prime, point, rows, columns } = step;
  if (!isPrime(prime!) || new Set(rows).size !== rows!.length || new Set(columns).size !== columns!.length)
    return false;
  const at: EquationShape = { ...shape, inputDim: inputDim!, width };
  const { entries, cols, needed } = matrixOf(matrix!, { shape: at, samples, side }, new PrimeField(prime!), point!);
  if (rows!.length !== needed || columns!.length !== needed) return false;
  const minor = Float64Array.from(rows!.flatMap((row) => columns!.map((column) => entries[row * cols + column]!)));
  return rankProfile(minor, needed, needed, prime!).rank === needed;
}

function matrixOf(
  matrix: string,
  { shape, samples, side }: MinorContext,
  field: PrimeField,
  given: Readonly<Record<string, readonly number[]>>,
): { entries: ArrayLike<number>; cols: number; needed: number } {
  const ring = primeRing(field);
  const { weights = [], output = [], points = [], multipliers = [], labels = [] } = given;
  const nodes = { weights, bias: given.bias ?? new Array<number>(shape.width).fill(0), output };
  const data = { points, multipliers };
  if (matrix === "hermite") return { ...hermiteMatrix(ring, shape, nodes), needed: momentColumnCount(shape) };
  if (matrix === "jacobian") {
    const equations = jacobianMatrix(ring, shape, nodes, data);
    const sides = side === null ? [] : sideMatrix(ring, shape, side, { nodes, data, labels }).entries;
    const scales = gaugeWithSide(shape, side).directionsPerSample * samples;
    const needed = unknownCount(shape, samples) - scales;
    return { entries: [...equations.entries, ...sides], cols: equations.cols, needed };
  }
  if (matrix === "data-side") {
    const transposed = momentJacobian(field, shape, data);
    const count = momentColumnCount(shape);
    const samples = multipliers.length / shape.outputs;
    const cols = unknownCount(shape, samples);
    const entries = Array.from(
      { length: count * cols },
      (_, k) => transposed[(k % cols) * count + Math.floor(k / cols)]!,
    );
    return { entries, cols, needed: cols - gaugeDimension(shape, samples) };
  }
  return { ...knownSide(ring, shape, nodes, data), needed: samples };
}

/** The hidden equations (and the bias) are linear in the multipliers: derivative by them times them. */
function knownSide(
  ring: ReturnType<typeof primeRing>,
  shape: EquationShape,
  nodes: { weights: readonly number[]; bias: readonly number[]; output: readonly number[] },
  data: { points: readonly number[]; multipliers: readonly number[] },
): { entries: number[]; cols: number } {
  const { entries, cols } = jacobianMatrix(ring, shape, nodes, data);
  const { inputDim: d, outputs: C } = shape;
  const width = d + (shape.trained.has("bias") ? 1 : 0);
  const known: number[] = [];
  for (let j = 0; j < shape.width; j++) {
    for (let e = 0; e < width; e++) {
      const row = (j * equationsPerNeuron(shape) + e) * cols;
      let sum = 0;
      for (const [k, g] of data.multipliers.entries()) {
        const column = Math.floor(k / C) * (C + d) + (k % C);
        sum = ring.add(sum, ring.multiply(entries[row + column]!, g));
      }
      known.push(sum);
    }
  }
  return { entries: known, cols: width };
}
