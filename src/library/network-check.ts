import type { FileAnswer, OptionsAnswer } from "../answers/input-answer.ts";
import type { ProblemAnswer } from "../answers/problem-answer.ts";
import type { NetworkDecision } from "../audit/check-network.ts";
import { checkKnowing } from "../audit/knowledge-check.ts";
import { findingsForNetwork, NO_FINDINGS, type PartialFindings } from "../audit/partial-findings.ts";
import { stateProblem } from "../report/problem.ts";
import { certifiedFiles, filesJson } from "./answer-inputs.ts";
import { networkCertificate } from "./network-certificate.ts";
import type { AskedNetwork } from "./network-question.ts";
import { hashInputs } from "./tool.ts";

/** What was found out about a network, before it is written down. */
export interface NetworkAnswer {
  readonly network: NetworkDecision;
  readonly problem: ProblemAnswer;
  /** Null where the verdict has no proof that can be rechecked. */
  readonly certificate: object | null;
  readonly findings: PartialFindings;
  readonly files: readonly FileAnswer[];
  readonly options: OptionsAnswer;
  readonly inputHash: string;
  readonly seed: number;
}

/** Decides one network, with its certificate and the parts that are determined. */
export function answerNetwork(asked: AskedNetwork, samples: number): NetworkAnswer {
  const { question, data, files, stated } = asked;
  const { seed, weightPrecision, loss, weightDecay, domain } = stated;
  const network = checkKnowing({ ...question, samples }, data);
  const problem = stateProblem(network.evidence.equations.system.shape, samples);
  return {
    network,
    problem,
    certificate: networkCertificate(network, { ...question, samples }, certifiedFiles(files)),
    // Parts and slack are those of the layers' equations alone.
    findings: network.data?.knowledge === undefined ? findingsForNetwork(network, samples) : NO_FINDINGS,
    files: filesJson(files),
    options: asked.given,
    inputHash: hashInputs(
      { problem, seed, weightPrecision, loss, weightDecay, domain },
      files.map(({ bytes }) => bytes),
    ),
    seed,
  };
}
