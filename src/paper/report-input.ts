import type { CheckAnswer } from "../answers/check-answer.ts";
import type { Answer } from "../answers/parse-answer.ts";
import type { RecoverAnswer } from "../answers/recover-answer.ts";
import { UsageError } from "../errors.ts";
import type { ReportInput } from "./paper.ts";

/**
 * What a report is about, from the answers that were given: one of any kind, or one of check and one of recover.
 *
 * @throws {@link UsageError} if there are none, two of a kind, or kinds that no report joins
 */
export function reportInput(answers: readonly Answer[]): ReportInput {
  const [first] = answers;
  if (first === undefined) throw new UsageError("no answer to report on", "give a network or the JSON of an answer");
  if (answers.length === 1 && first.schema === "kktid.verify/1") return { kind: "verify", verify: first };
  if (answers.length === 1 && first.schema === "kktid.sweep/1") return { kind: "sweep", sweep: first };
  const checks = answers.filter((answer): answer is CheckAnswer => answer.schema === "kktid.check/1");
  const recoveries = answers.filter((answer): answer is RecoverAnswer => answer.schema === "kktid.recover/1");
  if (checks.length > 1 || recoveries.length > 1 || checks.length + recoveries.length < answers.length) {
    throw new UsageError(
      `no report joins ${answers.map(({ schema }) => schema).join(" and ")}`,
      "give one answer, or that of check and that of recover about the same network",
    );
  }
  return { kind: "problem", check: checks[0] ?? null, recover: recoveries[0] ?? null };
}
