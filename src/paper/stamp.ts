import type { CheckAnswer } from "../answers/check-answer.ts";
import type { FileAnswer, OptionsAnswer } from "../answers/input-answer.ts";
import type { ProblemAnswer } from "../answers/problem-answer.ts";
import type { RecoverAnswer } from "../answers/recover-answer.ts";
import type { Stamp } from "../document/tree.ts";
import { fileNamed, type ProblemFacts } from "./facts.ts";

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

/** The command lines that make and check the answers. */
function commandsOf(facts: ProblemFacts): string[] {
  const { check, recover, verdictCertificate, dataCertificate, savedAs } = facts;
  const made = (command: "check" | "recover", options: readonly string[], seed: number): string =>
    [`kktid ${command}`, ...options, `--seed ${seed} --json > ${shellWord(savedAs[command])}`].join(" ");
  return [
    ...(check === null ? [] : [made("check", checkOptions(check, facts), check.seed)]),
    ...(recover === null ? [] : [made("recover", recoverOptions(recover, facts), recover.seed)]),
    ...(verdictCertificate === null ? [] : [`kktid recheck ${shellWord(savedAs.check)}`]),
    ...(dataCertificate === null ? [] : [`kktid recheck ${shellWord(savedAs.recover)}`]),
  ];
}

function checkOptions(check: CheckAnswer, facts: ProblemFacts): string[] {
  if (check.scope === "generic") return [shapeOptions(check.problem), ...(check.solutions === null ? [] : ["--count"])];
  const { problem, options } = check;
  const known = options === undefined ? commonOptions(problem) : givenOptions(options);
  return [...networkOptions(problem, facts), ...known, ...fileOptions(check.files, { data: "--data" })];
}

function recoverOptions(recover: RecoverAnswer, facts: ProblemFacts): string[] {
  const { problem, options, files } = recover;
  if (options === undefined) {
    return [...networkOptions(problem, facts), ...commonOptions(problem), ...statedKnowledge(recover)];
  }
  const beside = fileOptions(files, { data: "--truth", known: "--known", scaler: "--scaler" });
  return [...networkOptions(problem, facts, options.samples), ...givenOptions(options), ...beside];
}

function shapeOptions(problem: ProblemAnswer): string {
  const { inputDim, samples, width, outputs, bias } = problem;
  return [
    `-a ${shellWord(problem.activation)} -d ${inputDim} -n ${samples} -m ${width}`,
    ...(outputs > 1 ? [`--outputs ${outputs}`] : []),
    ...(problem.setting === "kkt" ? [] : [`--setting ${problem.setting}`]),
    ...(bias === "frozen" ? ["--frozen-bias"] : []),
    ...commonOptions(problem),
  ].join(" ");
}

/** The files of the network and its setting, the activation and the number of samples. */
function networkOptions(problem: ProblemAnswer, facts: ProblemFacts, asked?: OptionsAnswer["samples"]): string[] {
  const beside = {
    kkt: [],
    ntk: [`--setting ntk --init ${shellWord(fileNamed(facts, "init") ?? "INIT")}`],
    gradient: [`--setting gradient --gradient ${shellWord(fileNamed(facts, "gradient") ?? "GRADIENT")}`],
  }[problem.setting];
  const samples = asked === undefined || asked === "auto" ? (asked ?? problem.samples) : asked.join("..");
  return [
    `${shellWord(fileNamed(facts, "network") ?? "NETWORK")} -a ${shellWord(problem.activation)} -n ${samples}`,
    ...beside,
  ];
}

function fileOptions(
  files: readonly FileAnswer[] | undefined,
  names: Readonly<Partial<Record<FileAnswer["role"], string>>>,
): string[] {
  return (files ?? []).flatMap(({ role, name }) => {
    const option = names[role];
    return option === undefined ? [] : [`${option} ${shellWord(name)}`];
  });
}

/** The options that were given, in the words of the command line. */
function givenOptions(options: OptionsAnswer): string[] {
  const { trained, unpenalised, domain, labels, tensorNames = {} } = options;
  const plain = [
    ["--weight-precision", options.weightPrecision] as const,
    ["--strategy", options.strategy] as const,
    ["--loss", options.loss] as const,
    ["--weight-decay", options.weightDecay] as const,
    ["--gradient-of", options.gradientOf] as const,
    ["--accept-error", options.acceptError] as const,
    ["--max-starts", options.maxStarts] as const,
    ...Object.entries(tensorNames).map(([part, name]) => [optionOf(part), name] as const),
  ];
  return [
    ...(trained === undefined ? [] : [`--trained ${trained.join(",")}`]),
    ...(unpenalised === undefined ? [] : [`--unpenalised ${unpenalised.join(",")}`]),
    ...(domain === undefined ? [] : [`--domain ${domain === "sphere" ? domain : `box=${domain.box.join(",")}`}`]),
    ...plain.flatMap(([option, value]) => (value === undefined ? [] : [`${option} ${shellWord(String(value))}`])),
    ...(labels === undefined ? [] : [`--labels=${labels.join(",")}`]),
  ];
}

/** `hiddenWeight` as `--hidden-weight`. */
function optionOf(part: string): string {
  return `--${part.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** What recover was told beside the question, in documents of older versions, which do not name the true data. */
function statedKnowledge({ problem, knowledge, units, truth }: RecoverAnswer): string[] {
  const { loss = null, weightDecay = null, labels = null, known = null, domain = "free" } = knowledge ?? {};
  return [
    ...(domain === "sphere" && problem.domain === "free" ? ["--domain sphere"] : []),
    ...(typeof domain === "object" ? [`--domain box=${domain.box.join(",")}`] : []),
    ...(loss === null || problem.loss !== null ? [] : [`--loss ${loss}`]),
    ...(weightDecay === null || problem.weightDecay !== null ? [] : [`--weight-decay ${weightDecay}`]),
    ...(labels === null ? [] : [`--labels=${labels.join(",")}`]),
    ...(known === null ? [] : [`--known ${shellWord(known.file)}`]),
    ...(units.scaler === null ? [] : [`--scaler ${shellWord(units.scaler.file)}`]),
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
export function shellWord(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
