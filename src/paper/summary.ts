import type { ProblemFacts, Summary } from "./facts.ts";
import { summaryOfCheck } from "./summary-check.ts";
import { summaryOfRecovery } from "./summary-recover.ts";

/** One or two sentences that are true as they stand: what was decided or recovered, how well, under which assumption. */
export function summaryOf(facts: ProblemFacts): Summary {
  const { check, recover } = facts;
  return recover === null ? summaryOfCheck(facts, check!) : summaryOfRecovery(facts, recover);
}
