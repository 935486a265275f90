import type { NetworkEquations } from "../equations/build.ts";
import { rowCount } from "../equations/system.ts";
import { norm2 } from "../linalg/dense.ts";
import { boxAround } from "./box.ts";
import { type Enclosure, encloseZero } from "./enclose-zero.ts";
import { type PlainData, residualOf } from "./fit.ts";
import { type NewtonOperator, type NotCertified, newtonOperator, regionOf } from "./newton-operator.ts";
import { areApart } from "./sample-distances.ts";

/** A data set whose neighbourhood is to be proved empty of other solutions. */
export interface IsolationClaim {
  readonly equations: NetworkEquations;
  /** In the coordinates of the file. */
  readonly data: PlainData;
  /** Least ρ; the residual of the data may raise it. */
  readonly rho: number;
  /** The symmetries of the shape. */
  readonly gauge: readonly string[];
}

/** What is proved about one sample. */
interface CertifiedSample {
  /** Euclidean distance of x from the one zero, at most. */
  readonly radius: number;
  /** Half-width of the region, in each coordinate of x, that holds no other zero. */
  readonly uniqueWithin: number;
  /** The same two for the multiplier; 0 where it is held as the scale gauge. */
  readonly multiplierRadius: number;
  readonly multiplierWithin: number;
}

/** A proof that a region around a data set holds exactly one zero of a square subsystem, for every system within ρ. */
export interface CertifiedSamples {
  readonly perSample: readonly CertifiedSample[];
  readonly data: PlainData;
  /** The n(d + C) equations, or n·d where the scale is gauge. */
  readonly chosenEquations: readonly number[];
  readonly rho: number;
  /** Below 1: how much the Newton operator contracts within the radii. */
  readonly contraction: number;
}

/** Unknowns, and entries of the Jacobian of all equations, beyond which the test takes more than about ten seconds. */
const MOST_UNKNOWNS = 800;
const MOST_ENTRIES = 4e6;

/**
 * Proves that for every system within ρ of a file a region around a data set holds exactly one zero of n(d + C) of its
 * equations, close to the data set: Krawczyk's test with the second derivatives evaluated and the third ones bounded.
 * Every data set in the region that solves all equations is that zero.
 *
 * The points are then distinct, up to the gauge, and no multiplier is 0.
 *
 * Source: Krawczyk, Computing 4 (1969); Rump, Acta Numerica 19 (2010), section 13; proofs/certified-samples.md.
 */
export function certifySamples(claim: IsolationClaim): CertifiedSamples | NotCertified {
  const { equations, data, gauge } = claim;
  const { inputDim: d, outputs } = equations.system.shape;
  const samples = data.points.length / d;
  const unknowns = unknownsOf(samples, d, outputs, gauge.includes("scale"));
  if (gauge.includes("scale") && outputs > 1) return { failed: "the scale of several outputs is not held fixed" };
  if (unknowns.length > MOST_UNKNOWNS || unknowns.length * rowCount(equations.system) > MOST_ENTRIES) {
    return { failed: "there are too many unknowns" };
  }
  const residual = residualOf(equations.system, data);
  if (residual === null)
    return { failed: "the equations are too many for exact arithmetic, or the data are no data set" };
  const rho = Math.max(claim.rho, equations.unitRoundoff, residual);
  const newton = newtonOperator({ box: boxAround(equations.system, rho), system: equations.system, data, unknowns });
  if ("failed" in newton) return newton;
  const zero = encloseZero(newton);
  if ("failed" in zero) return zero;
  const perSample = perSampleOf(newton, zero);
  const separate = areApart(data, d, perSample, gauge);
  if (!separate) return { failed: "two samples are not told apart, or a multiplier may vanish" };
  return { perSample, data, chosenEquations: newton.chosenEquations, rho, contraction: zero.contraction };
}

/** Columns of the Jacobian that vary: the multipliers do not where they fix the scales. */
function unknownsOf(samples: number, d: number, outputs: number, scale: boolean): number[] {
  const all = Array.from({ length: samples * (d + outputs) }, (_, k) => k);
  return scale ? all.filter((k) => k % (d + outputs) >= outputs) : all;
}

/** Stated radii are this much larger than proved: room for a checker that rounds otherwise. */
const ROOM = 1 + 2 ** -6;

function perSampleOf(newton: NewtonOperator, { region, distance }: Enclosure): CertifiedSample[] {
  const widths = regionOf(newton, region);
  const radii = regionOf(newton, distance);
  const { samples, inputDim: d, outputs } = newton;
  return Array.from({ length: samples }, (_, i) => ({
    radius: ROOM * norm2(radii.points.subarray(i * d, (i + 1) * d)),
    uniqueWithin: widths.points[i * d]!,
    multiplierRadius: ROOM * norm2(radii.multipliers.subarray(i * outputs, (i + 1) * outputs)),
    multiplierWithin: widths.multipliers[i * outputs]!,
  }));
}
