import { hiddenSide, type ReducedSystem, rescale, spectrumOf } from "../equations/reduction.ts";
import { norm2 } from "../linalg/dense.ts";
import { createMomentSystem, type MomentSystem, momentsFit } from "../objective/moment-metric.ts";
import type { Random } from "../random.ts";
import { leastSquaresMoments, tensorNorms } from "./moment-tensors.ts";

/**
 * The system in the unit of length that its moments suggest, a power of two so that nothing is rounded; unchanged where the
 * moments are too many.
 */
export function inTypicalUnits(reduced: ReducedSystem, precision: number): ReducedSystem {
  if (!momentsFit(reduced.system.shape)) return reduced;
  const length = typicalLength(momentRatios(createMomentSystem(reduced.system), precision));
  return rescale(reduced, 2 ** Math.round(Math.log2(length)));
}

/** ‖T_{l+1}‖/‖T_l‖ of the least-squares moments: norms of points, more and more of the largest ones. */
function momentRatios(moments: MomentSystem, precision: number): number[] {
  const tau = Math.min(1e-3, 1e-10 * (precision / 2 ** -53));
  const { tables } = moments.map;
  const norms = tensorNorms(leastSquaresMoments(moments, tau), moments.map);
  const ratios: number[] = [];
  for (let t = 1; t < norms.length; t++) {
    const gap = tables[t]!.degree - tables[t - 1]!.degree;
    if (norms[t]! > 0 && norms[t - 1]! > 0) ratios.push((norms[t]! / norms[t - 1]!) ** (1 / gap));
  }
  return ratios;
}

/** Geometric mean of the ratios; 1 where the moments say nothing. */
function typicalLength(ratios: readonly number[]): number {
  if (ratios.length === 0) return 1;
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
}

/** Draws start points of the norms that the moments suggest. */
export interface PointSampler {
  /** A uniform direction. */
  isotropic(random: Random): Float64Array;
  /** A direction with the covariance GᵀG of the known side: along the mean of data that are not centred. */
  spectral(random: Random): Float64Array;
}

/** Norms are spread by half a decade either way, and by a whole one where the moments say that they differ. */
const LEAST_SPREAD = 0.5;
const LARGEST_SPREAD = 1;

/**
 * A sampler for a system in typical units.
 *
 * @param moments - null where there are too many: the unit of length is then all that is known about norms
 */
export function createPointSampler(
  { system, inputDim: d }: ReducedSystem,
  moments: MomentSystem | null,
  precision: number,
): PointSampler {
  const ratios = moments === null ? [] : momentRatios(moments, precision);
  const length = typicalLength(ratios);
  const decades = ratios.length < 2 ? 0 : Math.log10(Math.max(...ratios) / Math.min(...ratios));
  const spread = Math.min(Math.max(decades, LEAST_SPREAD), LARGEST_SPREAD);
  const side = hiddenSide(system);
  const spectrum = side === null ? null : spectrumOf(side, system.shape.width, d, precision);
  const withNorm = (x: Float64Array, random: Random): Float64Array => {
    const factor = (length * 10 ** (spread * (2 * random.uniform() - 1))) / (norm2(x) || 1);
    return x.map((value) => value * factor);
  };
  const isotropic = (random: Random): Float64Array =>
    withNorm(
      Float64Array.from({ length: d }, () => random.normal()),
      random,
    );
  return {
    isotropic,
    spectral(random) {
      if (spectrum === null || spectrum.rank === 0) return isotropic(random);
      const x = new Float64Array(d);
      for (let i = 0; i < spectrum.rank; i++) {
        const size = random.normal() * spectrum.singularValues[i]!;
        for (let e = 0; e < d; e++) x[e]! += size * spectrum.Vt[i * d + e]!;
      }
      return withNorm(x, random);
    },
  };
}
