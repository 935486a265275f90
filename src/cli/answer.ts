import type { FileAnswer, OptionsAnswer } from "../answers/input-answer.ts";
import type { ProblemAnswer } from "../answers/problem-answer.ts";
import type { NetworkDecision } from "../audit/check-network.ts";
import type { PartialFindings } from "../audit/partial-findings.ts";
import type { DataSetCount } from "../counting/count-data-sets.ts";
import type { Decision } from "../identifiability/result.ts";

/** Everything that `check` found out, before it is written down. */
export interface Answer {
  readonly decision: Decision;
  readonly problem: ProblemAnswer;
  readonly network: NetworkDecision | null;
  /** Null where the verdict has no proof that can be rechecked. */
  readonly certificate: object | null;
  readonly findings: PartialFindings;
  readonly solutions: DataSetCount | null;
  /** Of a network; a shape has neither. */
  readonly files?: readonly FileAnswer[];
  readonly options?: OptionsAnswer;
  readonly inputHash: string;
  /** The seed used: that of a problem file, or of the options. */
  readonly seed: number;
}
