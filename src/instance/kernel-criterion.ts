import { monomialsOfDegree } from "../equations/monomials.ts";
import type { ReducedSystem } from "../equations/reduction.ts";
import { hiddenSide } from "../equations/reduction.ts";
import { floatCoefficients, type KktSystem } from "../equations/system.ts";
import { disturb } from "./disturb.ts";
import { type NumericalRank, numericalRankUnder } from "./numerical-rank.ts";

/** Outcome of the kernel criterion; `applies` says whether its hypotheses other than the nullity hold. */
export interface KernelCriterion {
  readonly applies: boolean;
  /** Why it does not apply. */
  readonly obstacle: string | null;
  readonly rows: number;
  readonly columns: number;
  readonly nullity: number | null;
  readonly rank: NumericalRank | null;
  readonly holds: boolean;
}

/**
 * Kernel criterion: with n = rank G = nullity K the n-sample data set is the only one, from the weights alone.
 *
 * K has a row [−G_j | a_j k c_k · monomials of degree k−1 of w_j, k ∈ D] per neuron, in a basis of the row space of G.
 * Source: proofs/kernel-criterion.md. Decided here in doubles: the basis is numerical.
 */
export function kernelCriterion(
  { system, inputDim }: ReducedSystem,
  samples: number,
  rankG: number,
  entryError: number,
): KernelCriterion {
  const obstacle = obstacleOf(system, samples, inputDim, rankG);
  const support = system.shape.activation.support;
  if (obstacle !== null) {
    return { applies: false, obstacle, rows: 0, columns: 0, nullity: null, rank: null, holds: false };
  }
  const { K, rows, columns } = kernelMatrix(system, support);
  if (rows < columns - samples) {
    return {
      applies: false,
      obstacle: `${rows} neurons are fewer than the ${columns - samples} that nullity ${samples} needs`,
      rows,
      columns,
      nullity: null,
      rank: null,
      holds: false,
    };
  }
  const disturbed = kernelMatrix(disturb(system, entryError), support).K;
  const rank = numericalRankUnder(K, disturbed, { rows, cols: columns, entryError });
  const nullity = columns - rank.rank;
  return { applies: true, obstacle: null, rows, columns, nullity, rank, holds: nullity === samples && rank.clear };
}

function obstacleOf(system: KktSystem, samples: number, inputDim: number, rankG: number): string | null {
  const { outputs, trained, bias, activation } = system.shape;
  if (!trained.has("hidden")) return "the hidden layer gives no equations";
  if (outputs !== 1) return "more than one output";
  if (bias !== "none") return "a hidden bias";
  if (rankG !== samples) return `rank G = ${rankG} differs from n = ${samples}`;
  if (inputDim !== samples) return "the system is not written in the row space of G";
  if (activation.degree < 3) return "no degree of the activation is 3 or more";
  return null;
}

function kernelMatrix(
  system: KktSystem,
  support: readonly number[],
): { K: Float64Array; rows: number; columns: number } {
  const { width: m, inputDim: d } = system.shape;
  const side = hiddenSide(system)!;
  const coefficients = floatCoefficients(system.shape);
  const tables = support.map((k) => monomialsOfDegree(d, k - 1));
  const columns = d + tables.reduce((sum, table) => sum + table.count, 0);
  const K = new Float64Array(m * columns);
  for (let j = 0; j < m; j++) {
    let at = j * columns;
    for (let e = 0; e < d; e++) K[at++] = -side[j * d + e]!;
    support.forEach((k, t) => {
      const table = tables[t]!;
      for (let i = 0; i < table.count; i++) {
        let value = system.output[j]! * k * coefficients[k]! * Math.sqrt(table.multinomials[i]!);
        for (let s = table.starts[i]!; s < table.starts[i + 1]!; s++) {
          value *= system.weights[j * d + table.variables[s]!]! ** table.exponents[s]!;
        }
        K[at++] = value;
      }
    });
  }
  return { K, rows: m, columns };
}
