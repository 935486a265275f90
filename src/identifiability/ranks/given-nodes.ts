import type { Rational } from "../../algebra/rational.ts";
import { hermiteMatrix } from "../../equations/hermite.ts";
import type { Nodes } from "../../equations/ring-tools.ts";
import { type EquationShape, equationCount, momentColumnCount } from "../../equations/shape.ts";
import { choosePrimes, PrimeField } from "../../modular/prime-field.ts";
import { rankProfile } from "../../modular/rank.ts";
import { fitsLimits } from "./block-ranks.ts";
import { primeRing } from "./prime-ring.ts";

/** The rank of the Hermite matrix at given nodes modulo a prime: at least so much over the rationals. */
export interface GivenNodesRank {
  readonly rank: number;
  readonly columns: number;
  readonly prime: number;
}

/**
 * Whether these very nodes, taken exactly, determine the moments: full rank modulo a prime proves full rank.
 *
 * @param nodes - exact numbers; doubles are dyadic rationals
 * @returns null beyond the limits on memory and work, or if every prime tried divides a denominator
 * Source: proofs/interpolation.md, section Given nodes
 */
export function givenNodesRank(shape: EquationShape, nodes: Nodes<Rational>, seed: number): GivenNodesRank | null {
  const [rows, columns] = [equationCount(shape), momentColumnCount(shape)];
  if (!fitsLimits(rows, columns)) return null;
  const numbers = [...nodes.weights, ...nodes.bias, ...nodes.output, ...shape.activation.coefficients];
  const usable = (prime: number): boolean => numbers.every(({ denominator }) => denominator % BigInt(prime) !== 0n);
  const prime = choosePrimes(seed, 8).find(usable);
  if (prime === undefined) return null;
  const field = new PrimeField(prime);
  const residues = (values: readonly Rational[]): number[] =>
    values.map(({ numerator, denominator }) => field.fromRational(numerator, denominator));
  const { weights, bias, output } = nodes;
  const point = { weights: residues(weights), bias: residues(bias), output: residues(output) };
  const { entries } = hermiteMatrix(primeRing(field), shape, point);
  const { rank } = rankProfile(Float64Array.from(entries), rows, columns, prime);
  return { rank, columns, prime };
}
