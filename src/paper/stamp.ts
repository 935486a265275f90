import type { ProblemAnswer } from "../answers/problem-answer.ts";
import type { RecoverAnswer } from "../answers/recover-answer.ts";
import type { Stamp } from "../document/tree.ts";
import type { ProblemFacts } from "./facts.ts";

/** What makes the same report again. */
export function stampOf(facts: ProblemFacts, commands: readonly string[] | undefined): Stamp {
  const answer = (facts.recover ?? facts.check)!;
  return {
    tool: answer.tool.name,
    version: answer.tool.version,
    seed: answer.seed,
    inputHash: facts.check?.inputHash ?? answer.inputHash,
    commands: commands ?? commandsOf(facts),
  };
}

/** The command lines that make and check the answers; files are those of the certificates where these name them. */
function commandsOf(facts: ProblemFacts): string[] {
  const { check, recover, problem, scope, verdictCertificate, dataCertificate } = facts;
  const options = scope === "generic" ? shapeOptions(problem) : networkOptions(facts);
  const made = (command: string, seed: number, more: readonly string[] = []): string =>
    [`kktid ${command} ${options}`, ...more, `--seed ${seed} --json > ${command}.json`].join(" ");
  return [
    ...(check === null ? [] : [made("check", check.seed)]),
    ...(recover === null ? [] : [made("recover", recover.seed, recoveryOptions(recover))]),
    ...(verdictCertificate === null ? [] : ["kktid recheck check.json"]),
    ...(dataCertificate === null ? [] : ["kktid recheck recover.json"]),
  ];
}

function shapeOptions(problem: ProblemAnswer): string {
  const { inputDim, samples, width, outputs, bias } = problem;
  return [
    `-a ${quoted(problem.activation)} -d ${inputDim} -n ${samples} -m ${width}`,
    ...(outputs > 1 ? [`--outputs ${outputs}`] : []),
    ...(problem.setting === "kkt" ? [] : [`--setting ${problem.setting}`]),
    ...(bias === "frozen" ? ["--frozen-bias"] : []),
    ...commonOptions(problem),
  ].join(" ");
}

function networkOptions({ problem, verdictCertificate, dataCertificate }: ProblemFacts): string {
  const certificate = verdictCertificate ?? dataCertificate;
  const file = certificate?.network?.file ?? "NETWORK";
  const beside = {
    kkt: [],
    ntk: [`--setting ntk --init ${quoted(certificate?.init?.file ?? "INIT")}`],
    gradient: [`--setting gradient --gradient ${quoted(certificate?.gradient?.file ?? "GRADIENT")}`],
  }[problem.setting];
  return [
    `${quoted(file)} -a ${quoted(problem.activation)} -n ${problem.samples}`,
    ...beside,
    ...commonOptions(problem),
  ].join(" ");
}

/** What recover was told beside the question; the document does not name the file of the true data. */
function recoveryOptions({ problem, knowledge, units, truth }: RecoverAnswer): string[] {
  const { loss = null, weightDecay = null, labels = null, known = null, domain = "free" } = knowledge ?? {};
  return [
    ...(domain === "sphere" && problem.domain === "free" ? ["--domain sphere"] : []),
    ...(typeof domain === "object" ? [`--domain box=${domain.box.join(",")}`] : []),
    ...(loss === null || problem.loss !== null ? [] : [`--loss ${loss}`]),
    ...(weightDecay === null || problem.weightDecay !== null ? [] : [`--weight-decay ${weightDecay}`]),
    ...(labels === null ? [] : [`--labels=${labels.join(",")}`]),
    ...(known === null ? [] : [`--known ${quoted(known.file)}`]),
    ...(units.scaler === null ? [] : [`--scaler ${quoted(units.scaler.file)}`]),
    ...(truth === null ? [] : ["--truth TRUTH"]),
  ];
}

function commonOptions({ trained, domain, loss, weightDecay }: ProblemAnswer): string[] {
  return [
    `--trained ${trained.join(",")}`,
    ...(domain === "sphere" ? ["--domain sphere"] : []),
    ...(loss === null ? [] : [`--loss ${loss}`]),
    ...(weightDecay === null ? [] : [`--weight-decay ${weightDecay}`]),
  ];
}

/** A word of a shell, quoted where it has to be. */
function quoted(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
