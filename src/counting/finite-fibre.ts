import { jacobianMatrix } from "../equations/jacobian.ts";
import { type EquationShape, equationCount, momentColumnCount, unknownCount } from "../equations/shape.ts";
import { gaugeDimension } from "../identifiability/gauge.ts";
import { momentJacobian } from "../identifiability/ranks/moment-jacobian.ts";
import { primeRing, randomData, randomNodes } from "../identifiability/ranks/prime-ring.ts";
import { choosePrimes, PrimeField } from "../modular/prime-field.ts";
import { rankProfile } from "../modular/rank.ts";
import { createRandom } from "../random.ts";

/**
 * Whether general data have only finitely many data sets with the same moments, or the same equations at the shape's
 * width: full rank of the derivative, up to the gauge.
 *
 * @remarks True is proved by the minor modulo the prime; false is wrong with the probability of an unlucky draw modulo a
 * prime above 2²⁴.
 */
export function hasFiniteFibre(
  shape: EquationShape,
  samples: number,
  { level, seed }: { readonly level: "moments" | "equations"; readonly seed: number },
): boolean {
  const field = new PrimeField(choosePrimes(seed, 1)[0]!);
  const random = createRandom(seed, 42);
  const unknowns = unknownCount(shape, samples);
  const data = randomData(field, shape, samples, random);
  const wanted = unknowns - gaugeDimension(shape, samples);
  if (level === "moments") {
    return rankProfile(momentJacobian(field, shape, data), unknowns, momentColumnCount(shape), field.p).rank === wanted;
  }
  const { entries } = jacobianMatrix(primeRing(field), shape, randomNodes(field, shape, random), data);
  return rankProfile(Float64Array.from(entries), equationCount(shape), unknowns, field.p).rank === wanted;
}
