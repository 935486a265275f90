import type { SpectrumAnswer } from "../answers/problem-answer.ts";
import type { RankSpectrum } from "../audit/rank-spectra.ts";

/** The spectra behind the ranks of an answer; null where it rests on none. */
export function spectraJson(spectra: readonly RankSpectrum[]): readonly SpectrumAnswer[] | null {
  if (spectra.length === 0) return null;
  return spectra.map(({ name, singularValues, tolerance, rank }) => ({
    name,
    singularValues: Array.from(singularValues),
    tolerance,
    rank,
  }));
}
