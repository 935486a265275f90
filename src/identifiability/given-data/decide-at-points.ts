import { one, type Rational } from "../../algebra/rational.ts";
import { type EquationShape, momentDegrees } from "../../equations/shape.ts";
import { gaugeOf } from "../gauge.ts";
import { singleTensor } from "../ranks/rank-bounds.ts";
import { kruskalRank, type PowerVectors, powerVectors } from "./kruskal-rank.ts";

/** The theorem that decides whether P determines these very samples. */
type PointTheorem = "one-sample" | "jennrich" | "kruskal" | "reshaped-kruskal" | "mixing";

/** Whether P determines the given samples, whatever their nonzero multipliers. */
export interface PointDecomposition {
  readonly status: "holds" | "fails" | "unknown";
  readonly theorem: PointTheorem | null;
  readonly degree: number;
  /** d, or d + 1 where the vectors are (x, 1). */
  readonly variables: number;
  /** Proved lower bounds of the Kruskal ranks of the h-th powers, h = 1 … p − 2, at index h − 1. */
  readonly kruskalRanks: readonly number[];
  /** p_1 + p_2 + p_3 = p with the largest sum of Kruskal ranks; null unless reshaping was needed. */
  readonly partition: readonly [number, number, number] | null;
  /** Whether the vectors are independent: then data in general position behave no better. */
  readonly independent: boolean;
}

/**
 * Decides step B for given points: Jennrich, Kruskal, and reshaped Kruskal with the best partition of the degree.
 *
 * @param points - n×d, exact
 * Source: Kruskal 1977; Sidiropoulos & Bro 2000; proofs/given-data.md.
 */
export function decideAtPoints(
  shape: EquationShape,
  points: readonly (readonly Rational[])[],
  seed: number,
): PointDecomposition {
  const degree = momentDegrees(shape).at(-1) ?? 0;
  const lifted = singleTensor(shape)?.variables === shape.inputDim + 1;
  const vectors = powerVectors(lifted ? points.map((x) => [...x, one]) : points, seed);
  const n = points.length;
  const independent = vectors.rank(1) === n;
  const common = { degree, variables: shape.inputDim + (lifted ? 1 : 0), independent };
  const undecided = { ...common, theorem: null, kruskalRanks: [], partition: null };
  if (degree === 0) return { ...undecided, status: "fails" };
  if (n >= 2 && (degree <= 1 || (degree === 2 && shape.outputs === 1))) {
    return { ...undecided, status: "fails", theorem: "mixing" };
  }
  if (!lifted && !scalesAreFixed(shape, vectors)) return { ...undecided, status: "unknown" };
  if (n === 1 && independent) return { ...undecided, status: "holds", theorem: "one-sample" };
  if (degree < 3) return { ...undecided, status: "unknown" };
  if (independent) return { ...undecided, status: "holds", theorem: "jennrich" };
  return reshape(vectors, degree, undecided);
}

/** Kruskal's condition with all factors apart, else the best grouping into three. */
function reshape(
  vectors: PowerVectors,
  degree: number,
  undecided: Omit<PointDecomposition, "status">,
): PointDecomposition {
  const n = vectors.samples;
  const kruskalRanks = Array.from({ length: degree - 2 }, (_, h) => kruskalRank(vectors, h + 1));
  const found = { ...undecided, kruskalRanks };
  if (degree * kruskalRanks[0]! >= 2 * n + degree - 1) return { ...found, status: "holds", theorem: "kruskal" };
  const sum = (partition: readonly number[]): number => partition.reduce((total, h) => total + kruskalRanks[h - 1]!, 0);
  const best = partitionsInThree(degree).reduce((a, b) => (sum(b) > sum(a) ? b : a));
  return sum(best) >= 2 * n + 2
    ? { ...found, status: "holds", theorem: "reshaped-kruskal", partition: best }
    : { ...found, status: "unknown", partition: best };
}

function partitionsInThree(degree: number): [number, number, number][] {
  const partitions: [number, number, number][] = [];
  for (let a = 1; a <= degree / 3; a++) {
    for (let b = a; b <= (degree - a) / 2; b++) partitions.push([a, b, degree - a - b]);
  }
  return partitions;
}

/**
 * Whether scale and sign of every sample are gauge, or fixed by lower degrees a whose powers x_i^{⊗a} are independent:
 * s_i^{p−a} = 1 then, and one of them, or the gauge, must take care of the sign.
 */
function scalesAreFixed(shape: EquationShape, vectors: PowerVectors): boolean {
  const degrees = momentDegrees(shape);
  const top = degrees.at(-1)!;
  const { symmetries } = gaugeOf(shape);
  if (symmetries.includes("scale")) return true;
  const fixing = degrees.filter((a) => a > 0 && a < top && vectors.rank(a) === vectors.samples);
  return fixing.length > 0 && (symmetries.includes("sign") || fixing.some((a) => (top - a) % 2 === 1));
}
