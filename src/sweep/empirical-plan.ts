import { formatRational, fromNumber, multiply, parseRational } from "../algebra/rational.ts";
import type { EmpiricalPlan } from "./grid.ts";
import type { GridContent } from "./grid-schema.ts";

const DEFAULT_STARTS = 40;
const DEFAULT_ACCEPT_ERROR = 1e-2;
/** μ for data of norm 1; it goes with the square of the norm, as the equations of the hidden layer do. */
const DEFAULT_WEIGHT_DECAY = "1/100";

/** The plan of empirical cells with its defaults filled in; null where the grid has none. */
export function planOf({ empirical, problem }: GridContent): EmpiricalPlan | null {
  if (empirical === undefined) return null;
  const { norm = 1 } = empirical;
  const known = problem.loss === "hard-margin" ? undefined : problem.loss;
  const square = multiply(fromNumber(norm), fromNumber(norm));
  const usual = formatRational(multiply(parseRational(DEFAULT_WEIGHT_DECAY), square));
  return {
    seeds: empirical.seeds,
    data: empirical.data ?? (problem.domain === "sphere" ? "sphere" : "gaussian"),
    norm,
    loss: known ?? empirical.loss ?? "mse",
    weightDecay: problem.weightDecay ?? empirical.weightDecay ?? usual,
    maxStarts: empirical.maxStarts ?? DEFAULT_STARTS,
    acceptError: empirical.acceptError ?? DEFAULT_ACCEPT_ERROR,
  };
}

/** What is known of the training has to be what is trained. */
export function empiricalProblems({ empirical, problem }: GridContent): string[] {
  if (empirical === undefined) return [];
  const problems: string[] = [];
  if (problem.loss === "hard-margin") {
    problems.push("problem.loss: hard-margin is a limit that no training reaches; leave empirical out");
  }
  for (const field of ["loss", "weightDecay"] as const) {
    if (problem[field] !== undefined && empirical[field] !== undefined && problem[field] !== empirical[field]) {
      problems.push(`empirical.${field}: problem.${field} says ${problem[field]}; leave it out here`);
    }
  }
  if (problem.domain === "sphere" && (empirical.data === "gaussian" || (empirical.norm ?? 1) !== 1)) {
    problems.push("empirical.data: with problem.domain sphere every norm is 1; leave data and norm out");
  }
  return problems;
}
