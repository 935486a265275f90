import { parseActivation } from "../algebra/activation.ts";
import type { Setting, TrainedLayer } from "../equations/shape.ts";
import { UsageError } from "../errors.ts";
import { type Expansion, type ExpansionShape, expandEquations } from "../expansion/expansion.ts";
import { toolStamp } from "../library/tool.ts";
import { type ExpansionSizes, expansionCounts } from "../report/expand-counts.ts";
import type { ExpandFormat } from "../report/expand-format.ts";
import { expandJson } from "../report/expand-json.ts";
import { expandLatex } from "../report/expand-latex.ts";
import { expandMacaulay2 } from "../report/expand-macaulay2.ts";
import type { ProgramQuestion } from "../report/expand-program.ts";
import { expandSage } from "../report/expand-sage.ts";
import { expandText } from "../report/expand-text.ts";
import type { ExitCode, Io } from "./io.ts";
import { styleFor } from "./terminal.ts";

export interface ExpandOptions {
  readonly activation?: string;
  readonly inputDim?: number;
  readonly outputs?: number;
  readonly trained?: readonly TrainedLayer[];
  readonly frozenBias?: boolean;
  readonly setting?: Setting;
  readonly format?: ExpandFormat;
  readonly json?: boolean;
  readonly samples?: number;
  readonly width?: number;
  readonly seed?: number;
}

/** Samples of a program where -n is left out: one sample has no second one to be confused with. */
const DEFAULT_SAMPLES = 2;

/**
 * `kktid expand`: the moment-tensor equations of a shape as text, LaTeX, JSON, or a Macaulay2 or Sage program.
 *
 * @throws {@link UsageError} if the options contradict each other, or a program is asked for without -d
 * @throws {@link ActivationError} if -a is not a polynomial
 * @throws {@link ResourceLimitError} if there are too many terms to write
 */
export function runExpand(options: ExpandOptions, io: Io): ExitCode {
  const format = formatOf(options);
  const expansion = expandEquations(shapeFrom(options));
  io.stdout.write(render(expansion, format, options, io));
  return 0;
}

function formatOf({ format, json }: ExpandOptions): ExpandFormat {
  if (json && format !== undefined && format !== "json") {
    throw new UsageError(`--json and --format ${format} ask for two documents`, "leave one of them out");
  }
  return json ? "json" : (format ?? "text");
}

function shapeFrom(options: ExpandOptions): ExpansionShape {
  const { activation, inputDim, outputs = 1, trained = ["hidden"], frozenBias, setting = "kkt" } = options;
  if (activation === undefined) {
    throw new UsageError("expand needs the activation", "pass -a, such as kktid expand -a 'z + z^2 + z^3' -d 2");
  }
  requirePositive("-d", inputDim, "leave it out for the equations in every dimension");
  requirePositive("--outputs", outputs, "a network has one output or more");
  requirePositive("-n", options.samples, "leave it out to count per sample");
  requirePositive("-m", options.width, "leave it out to count per neuron");
  if (trained.length === 0) throw new UsageError("--trained names no layer", "name one, such as --trained hidden");
  if (frozenBias && trained.includes("bias")) {
    throw new UsageError(
      "--frozen-bias contradicts bias in --trained",
      "leave one of them out: a frozen bias is known",
    );
  }
  const bias = trained.includes("bias") ? "trained" : frozenBias ? "frozen" : "none";
  return {
    setting,
    activation: parseActivation(activation),
    inputDim: inputDim ?? null,
    outputs,
    trained: new Set(trained),
    bias,
  };
}

function requirePositive(option: string, value: number | undefined, hint: string): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 1)) return;
  throw new UsageError(`${option}: expected a positive integer, got ${value}`, hint);
}

function render(expansion: Expansion, format: ExpandFormat, options: ExpandOptions, io: Io): string {
  const sizes: ExpansionSizes = { samples: options.samples ?? null, width: options.width ?? null };
  const stamp = toolStamp();
  const tool = `${stamp.name} ${stamp.version}`;
  switch (format) {
    case "text":
      return expandText(expansion, sizes, styleFor(io));
    case "latex":
      return expandLatex(expansion, tool);
    case "json":
      return `${JSON.stringify(expandJson(expansion, sizes, stamp))}\n`;
    case "macaulay2":
      return expandMacaulay2(programQuestion(expansion, format, options, tool));
    case "sage":
      return expandSage(programQuestion(expansion, format, options, tool));
  }
}

function programQuestion(
  expansion: Expansion,
  format: ExpandFormat,
  options: ExpandOptions,
  tool: string,
): ProgramQuestion {
  const { coordinates } = expansion;
  if (coordinates === null) {
    throw new UsageError(`--format ${format} writes a program for one input dimension`, "pass -d, such as -d 2");
  }
  const { leastWidth } = expansionCounts(expansion, { samples: null, width: null });
  if (leastWidth === null) {
    throw new UsageError(
      `--format ${format}: an output bias alone has nothing to compute, its equation is Σ g_i`,
      "name another layer in --trained as well, such as --trained hidden,output-bias",
    );
  }
  const { samples = DEFAULT_SAMPLES, width = leastWidth, seed = 1 } = options;
  return { expansion, coordinates, samples, width, seed, tool };
}
