import type { Basis } from "./result.ts";

const STRENGTH: readonly Basis[] = ["theorem", "certificate", "probable", "numerical"];

/** The weakest basis of a chain of statements; "theorem" for an empty one. */
export function weakestBasis(bases: readonly Basis[]): Basis {
  return STRENGTH[Math.max(0, ...bases.map((basis) => STRENGTH.indexOf(basis)))]!;
}

/** The strongest basis among some statements, or null if there are none. */
export function strongestBasis(bases: readonly Basis[]): Basis | null {
  return STRENGTH.find((basis) => bases.includes(basis)) ?? null;
}
