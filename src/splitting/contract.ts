import { norm2 } from "../linalg/dense.ts";
import { applyQTransposed, factorQr, solveUpper } from "../linalg/qr.ts";
import { imageOf, scaledTargets } from "../objective/sample-problem.ts";
import { type Family, objectiveAt, type ProblemFactory } from "./split-sample.ts";

/** How one sample was saved. */
export type Contraction =
  | { readonly kind: "merged"; readonly samples: readonly [number, number] }
  | { readonly kind: "pruned"; readonly samples: readonly [number] };

export interface ContractedFamily {
  readonly family: Family;
  readonly contraction: Contraction;
  readonly objective: number;
}

/**
 * All families with one sample less, lowest objective first: each sample left out, with the multipliers of the others
 * fitted anew, and each pair of samples within `mergeRadius` replaced by their mean with the sum of their multipliers.
 *
 * @param mergeRadius - distance of two points, relative to the larger norm
 * @remarks Leaving out costs a QR of rows × (n − 1)C each.
 */
export function contractions(problemOf: ProblemFactory, family: Family, mergeRadius: number): ContractedFamily[] {
  const n = family.weights.length;
  const found: ContractedFamily[] = [];
  const offer = (reduced: Family, contraction: Contraction): void => {
    const objective = objectiveAt(problemOf, reduced);
    if (Number.isFinite(objective)) found.push({ family: reduced, contraction, objective });
  };
  for (let i = 0; i < n; i++) offer(leaveOut(problemOf, family, i), { kind: "pruned", samples: [i] });
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const merged = merge(problemOf, family, [i, j], mergeRadius);
      if (merged !== null) offer(merged, { kind: "merged", samples: [i, j] });
    }
  }
  return found.sort((a, b) => a.objective - b.objective);
}

function withoutSample({ u, weights }: Family, sample: number, block: number): Family {
  const rest = new Float64Array(u.length - block);
  rest.set(u.subarray(0, sample * block));
  rest.set(u.subarray((sample + 1) * block), sample * block);
  return { u: rest, weights: weights.filter((_, i) => i !== sample) };
}

/** The family without a sample; the multipliers of the others solve their linear least-squares problem. */
function leaveOut(problemOf: ProblemFactory, family: Family, sample: number): Family {
  const { objective, block } = problemOf(family.weights.length, family.weights);
  const { outputs: C, rows } = objective;
  const rest = withoutSample(family, sample, block);
  const count = rest.weights.length * C;
  const m = Math.max(rows, count);
  const columns = new Float64Array(m * count);
  for (let i = 0, k = 0; i < rest.weights.length; i++) {
    const image = imageOf(objective, rest.u, i * block + C);
    for (let c = 0; c < C; c++, k++) columns.set(image.subarray(c * rows, (c + 1) * rows), k * m);
  }
  const right = new Float64Array(m);
  right.set(scaledTargets(objective));
  const factors = factorQr(columns, m, count);
  const multipliers = solveUpper(factors, applyQTransposed(factors, right), new Float64Array(count));
  for (let i = 0; i < rest.weights.length; i++) rest.u.set(multipliers.subarray(i * C, (i + 1) * C), i * block);
  return rest;
}

/** Two samples as one: multipliers add, points average with the sizes of their multipliers; null if they lie apart. */
function merge(
  problemOf: ProblemFactory,
  family: Family,
  [i, j]: readonly [number, number],
  mergeRadius: number,
): Family | null {
  const { u, weights } = family;
  const { objective, block } = problemOf(weights.length, weights);
  const C = objective.outputs;
  const [first, second] = [i, j].map((k) => u.subarray(k * block, (k + 1) * block)) as [Float64Array, Float64Array];
  const [x, y] = [first.subarray(C), second.subarray(C)];
  const distance = norm2(x.map((value, e) => value - y[e]!));
  if (!(distance <= mergeRadius * Math.max(norm2(x), norm2(y)))) return null;
  const [a, b] = [norm2(first.subarray(0, C)), norm2(second.subarray(0, C))];
  const share = a + b > 0 ? a / (a + b) : 0.5;
  const rest = withoutSample(family, j, block);
  for (let k = 0; k < block; k++) {
    rest.u[i * block + k] = k < C ? first[k]! + second[k]! : share * first[k]! + (1 - share) * second[k]!;
  }
  rest.weights[i] = weights[i]! + weights[j]!;
  return rest;
}
