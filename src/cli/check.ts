import { type Activation, parseActivation } from "../algebra/activation.ts";
import { checkNetwork, type NetworkDecision } from "../audit/check-network.ts";
import type { EquationShape, TrainedLayer } from "../equations/shape.ts";
import { UsageError } from "../errors.ts";
import { checkShape } from "../identifiability/check-shape.ts";
import type { FullRankEvidence } from "../identifiability/evidence.ts";
import type { Decision, Verdict } from "../identifiability/result.ts";
import { checkJson } from "../report/check-json.ts";
import { checkText } from "../report/check-text.ts";
import type { Detail } from "../report/detail.ts";
import { type ProblemStatement, stateProblem } from "../report/problem.ts";
import { hashInputs, readInput } from "./files.ts";
import type { ExitCode, Io } from "./io.ts";
import { loadQuestion } from "./network-question.ts";
import type { CommonOptions, NetworkOptions } from "./options.ts";
import { readProblemFile } from "./problem-file.ts";
import { type Progress, progressFor, styleFor } from "./terminal.ts";
import { toolStamp } from "./version.ts";

export interface CheckOptions extends CommonOptions, NetworkOptions {
  readonly inputDim?: number;
  readonly samples?: number;
  readonly width?: number;
  readonly outputs?: number;
  readonly frozenBias?: boolean;
  readonly data?: string;
  readonly detail: Detail;
  readonly require?: Verdict;
}

interface Answer {
  readonly decision: Decision;
  readonly problem: ProblemStatement;
  readonly network: NetworkDecision | null;
  readonly evidence: readonly FullRankEvidence[];
  readonly inputHash: string;
}

/** `kktid check`: a shape, a problem file, or a network. */
export function runCheck(target: string | undefined, options: CheckOptions, io: Io): ExitCode {
  const started = performance.now();
  const progress = progressFor(io, options.quiet === true || options.json === true);
  const answer = answerFor(target, options, progress);
  progress.clear();
  const { decision, problem, network, evidence, inputHash } = answer;
  if (options.json) {
    const totalSeconds = (performance.now() - started) / 1000;
    const stamp = { tool: toolStamp(), inputHash, seed: options.seed, totalSeconds };
    io.stdout.write(`${JSON.stringify(checkJson(decision, problem, stamp, { network, evidence }))}\n`);
  } else {
    io.stdout.write(checkText(decision, problem, styleFor(io), { network, detail: options.detail }));
  }
  if (options.require === undefined || meets(decision.verdict, options.require)) return 0;
  io.stderr.write(`kktid: required ${options.require}, got ${decision.verdict}\n`);
  return 1;
}

function answerFor(target: string | undefined, options: CheckOptions, progress: Progress): Answer {
  if (target === undefined) return checkGivenShape(shapeFromOptions(options), options, progress, []);
  if (/\.ya?ml$/i.test(target)) {
    const bytes = readInput(target);
    const file = readProblemFile(bytes, target);
    const shape = shapeOf({ ...file, activation: parseActivation(file.activation) });
    return checkGivenShape(
      { shape, samples: file.samples },
      { ...options, seed: file.seed ?? options.seed },
      progress,
      [bytes],
    );
  }
  return checkGivenNetwork(target, options, progress);
}

function checkGivenShape(
  { shape, samples }: { readonly shape: EquationShape; readonly samples: number },
  options: CheckOptions,
  progress: Progress,
  bytes: readonly Uint8Array[],
): Answer {
  const decision = checkShape({ shape, samples, seed: options.seed }, progress.show);
  const problem = stateProblem(shape, samples);
  const inputHash = hashInputs({ problem, seed: options.seed }, bytes);
  return { decision, problem, network: null, evidence: decision.evidence, inputHash };
}

function checkGivenNetwork(file: string, options: CheckOptions, progress: Progress): Answer {
  const { samples } = options;
  if (samples === undefined) throw new UsageError("the number of training samples is needed", "pass -n N");
  rejectShapeOptions(options);
  const { question, data, bytes } = loadQuestion(file, options, options.data, progress);
  const network = checkNetwork({ ...question, samples }, data);
  const problem = stateProblem(network.evidence.equations.system.shape, samples);
  const { seed, weightPrecision } = options;
  const inputHash = hashInputs({ problem, seed, weightPrecision }, bytes);
  return { decision: network, problem, network, evidence: [], inputHash };
}

function rejectShapeOptions({ inputDim, width, outputs }: CheckOptions): void {
  if (inputDim !== undefined || width !== undefined || outputs !== undefined) {
    throw new UsageError("-d, -m and --outputs describe a shape; a network file has its own", "leave them out");
  }
}

function shapeFromOptions(options: CheckOptions): { shape: EquationShape; samples: number } {
  const { activation, inputDim, samples, width } = options;
  if (activation === undefined || inputDim === undefined || samples === undefined || width === undefined) {
    throw new UsageError(
      "a shape needs -a POLY, -d D, -n N and -m M",
      "or name a network file: kktid check network.npz -a 'z + z^2 + z^3' -n 4",
    );
  }
  if (options.data !== undefined) throw new UsageError("--data needs a network file");
  return { shape: shapeOf({ ...options, inputDim, width, activation: parseActivation(activation) }), samples };
}

interface ShapeParts {
  readonly activation: Activation;
  readonly setting?: EquationShape["setting"] | undefined;
  readonly inputDim: number;
  readonly width: number;
  readonly outputs?: number | undefined;
  readonly trained?: readonly TrainedLayer[] | undefined;
  readonly frozenBias?: boolean | undefined;
}

function shapeOf({
  activation,
  setting = "kkt",
  inputDim,
  width,
  outputs = 1,
  trained,
  frozenBias,
}: ShapeParts): EquationShape {
  const layers = new Set<TrainedLayer>(trained ?? ["hidden"]);
  if (layers.has("bias") && frozenBias) throw new UsageError("--frozen-bias: the bias cannot be trained as well");
  const bias = layers.has("bias") ? "trained" : frozenBias ? "frozen" : "none";
  return { setting, activation, inputDim, width, outputs, trained: layers, bias };
}

/** Global is local, too; the other verdicts only meet themselves. */
function meets(verdict: Verdict, required: Verdict): boolean {
  return verdict === required || (required === "locally-identifiable" && verdict === "globally-identifiable");
}
