import type { Claim, Experiment } from "../verify/experiment.ts";
import { type RunOptions, runClaims, type TestedClaim, type TestedRow } from "../verify/run-claims.ts";

/** One row of a run: an experiment of a claim. */
export interface PlannedRow {
  readonly claim: Claim;
  readonly experiment: Experiment;
}

/** Every row of the claims, in their order. */
export function rowsOf(claims: readonly Claim[], long: boolean): PlannedRow[] {
  return claims.flatMap((claim) =>
    claim.experiments.filter(({ onlyLong }) => long || onlyLong !== true).map((experiment) => ({ claim, experiment })),
  );
}

/** Tests one row: the trials depend on seed, claim and row alone, so any thread finds the same. */
export function testRow({ claim, experiment }: PlannedRow, options: RunOptions): TestedRow {
  const [tested] = runClaims([{ ...claim, experiments: [experiment] }], options);
  return tested!.rows[0]!;
}

/** The claims with their rows again. */
export function claimsOf(
  claims: readonly Claim[],
  planned: readonly PlannedRow[],
  tested: readonly TestedRow[],
): TestedClaim[] {
  return claims.map((claim) => {
    const { id, statement, ofSourcePaper, page } = claim;
    const rows = tested.filter((_, k) => planned[k]!.claim === claim);
    return { id, statement, ofSourcePaper, page, rows, passed: rows.length > 0 && rows.every(({ passed }) => passed) };
  });
}
