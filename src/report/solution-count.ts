import type { SolutionCountAnswer } from "../answers/check-answer.ts";
import type { DataSetCount } from "../counting/count-data-sets.ts";
import { wrap } from "./numbers.ts";

/** The field `solutions` of `check --json`. */
export function solutionCountJson(found: DataSetCount): SolutionCountAnswer {
  const { count, status, proof, theorem, dataSets, real, loops, paths, failedPaths, finished } = found;
  const basis = proof === "known-count" ? "theorem" : proof === "macaulay-bound" ? "probable" : "numerical";
  return { count, status, basis, proof, theorem, found: dataSets.length, real, loops, paths, failedPaths, finished };
}

/** How many data sets share the equations of one random instance, over C, and how far that is proved. */
export function solutionCountLines(found: DataSetCount): string[] {
  return [wrap(countSentence(found), "  ", 78), wrap(searchSentence(found), "  ", 78)];
}

function countSentence({ count, status, proof, theorem }: DataSetCount): string {
  const upTo = "up to permutation and gauge";
  if (status === "continuum") return `A continuum of data sets, ${upTo}.`;
  const sets = `${count} data ${count === 1 ? "set" : "sets"} over the complex numbers, ${upTo}`;
  if (proof === "known-count") return `Exactly ${sets}, by theorem (${theorem}).`;
  if (proof === "macaulay-bound") {
    return `Probably ${sets}: as many as a Macaulay matrix modulo a random prime allows at a random instance.`;
  }
  return `At least ${sets}; no upper bound is known to the tool.`;
}

function searchSentence({ dataSets, real, loops, paths, failedPaths, status, finished }: DataSetCount): string {
  if (status === "continuum") return "Nothing was counted.";
  return (
    `Monodromy at one random instance: ${dataSets.length} found, ${real} of them real; ${loops} closed loops, ` +
    `${paths} paths, ${failedPaths} lost${finished ? "" : "; stopped before it had settled"}.`
  );
}
