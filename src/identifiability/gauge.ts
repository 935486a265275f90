import { type EquationShape, momentDegrees } from "../equations/shape.ts";
import type { SideInformation } from "../equations/side-information.ts";
import type { Gauge } from "./result.ts";

/** The symmetries that no equation of a shape breaks, and how many directions they move the data in. */
export interface GaugeGroup {
  readonly symmetries: readonly Gauge[];
  /** Continuous directions per sample: 1 with the scale gauge, else 0. */
  readonly directionsPerSample: number;
}

/**
 * The gauge of a shape. With x ↦ sx, g ↦ s^{-p}g one moment T_p stays; any further moment, T_0 included, breaks that.
 * With x ↦ −x, g ↦ ±g every moment stays when all degrees seen have the same parity. A nonzero bias, trained or frozen,
 * brings all lower degrees and so breaks both, unless only T_1 is seen. Source: proofs/gauge.md.
 *
 * @remarks With one monomial and T_0 seen, n − min(n, C) scale directions survive but are no product of symmetries of single
 * samples: they count as nullity, not as gauge.
 */
export function gaugeOf(shape: EquationShape): GaugeGroup {
  const symmetries: Gauge[] = ["permutation"];
  const degrees = momentDegrees(shape);
  const parity = (degrees[0] ?? 0) % 2;
  if (degrees.every((degree) => degree % 2 === parity)) symmetries.push("sign");
  const scale = degrees.length === 1 && degrees[0]! > 0;
  if (scale) symmetries.push("scale");
  return { symmetries, directionsPerSample: scale ? 1 : 0 };
}

/** Dimension of the gauge orbits of n samples. */
export function gaugeDimension(shape: EquationShape, samples: number): number {
  return gaugeOf(shape).directionsPerSample * samples;
}

/**
 * The gauge that side information leaves: norms, margins and multiplier equations break every scale. The sign stays in
 * the list, which is weaker than need be where another label excludes it. Source: proofs/side-information.md.
 */
export function gaugeWithSide(shape: EquationShape, side: SideInformation | null): GaugeGroup {
  const gauge = gaugeOf(shape);
  if (side === null) return gauge;
  return { symmetries: gauge.symmetries.filter((symmetry) => symmetry !== "scale"), directionsPerSample: 0 };
}
