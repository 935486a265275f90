import { parseActivation } from "../algebra/activation.ts";
import type { TrainedLayer } from "../equations/shape.ts";
import { UsageError } from "../errors.ts";
import { type Expansion, expandEquations } from "../expansion/expansion.ts";
import { expansionCounts } from "../report/expand-counts.ts";
import { expandJson } from "../report/expand-json.ts";
import { expandLatex } from "../report/expand-latex.ts";
import { expandMacaulay2 } from "../report/expand-macaulay2.ts";
import type { ProgramQuestion } from "../report/expand-program.ts";
import { expandSage } from "../report/expand-sage.ts";
import { expandText } from "../report/expand-text.ts";
import { plainStyle } from "../report/style.ts";
import { asDocument } from "./document.ts";
import type { ExpandAnswer } from "./expand-answer.ts";
import type { ExpandOptions } from "./options.ts";
import { biasOf } from "./shape-check.ts";
import { toolStamp } from "./tool.ts";
import { requireExpandOptions } from "./validate.ts";

/** How {@link Equations} can be written. */
export type EquationFormat = "text" | "latex" | "macaulay2" | "sage";

/** The equations of a shape: the document that `kktid expand --json` prints, and a way to write them. */
export interface Equations extends ExpandAnswer {
  /**
   * The equations for a reader, or as a program that solves a random instance.
   *
   * @throws {@link UsageError} if a program is asked for without an input dimension
   */
  readonly format: (format: EquationFormat) => string;
}

/**
 * Writes out the equations of a shape in the moment tensors of its data.
 *
 * @example
 * ```ts
 * const equations = expand({ activation: "z + z^2 + z^3", inputDim: 2, samples: 2 });
 * equations.counts.leastWidth; // neurons whose equations are as many as the moments
 * equations.format("latex");
 * ```
 * @throws {@link UsageError} if an option is missing, unknown or of a wrong kind, or options contradict each other
 * @throws {@link ActivationError} if the activation is not a polynomial with rational coefficients
 * @throws {@link ResourceLimitError} if there are too many terms to write
 */
export function expand(options: ExpandOptions): Equations {
  requireExpandOptions(options);
  const { inputDim = null, outputs = 1, trained, frozenBias, setting = "kkt", samples = null, width = null } = options;
  const layers = new Set<TrainedLayer>(trained ?? ["hidden"]);
  const expansion = expandEquations({
    setting,
    activation: parseActivation(options.activation),
    inputDim,
    outputs,
    trained: layers,
    bias: biasOf(layers, frozenBias),
  });
  const sizes = { samples, width };
  const tool = toolStamp();
  const name = `${tool.name} ${tool.version}`;
  const document = asDocument<ExpandAnswer>(expandJson(expansion, sizes, tool));
  const format = (kind: EquationFormat): string => {
    if (kind === "text") return expandText(expansion, sizes, plainStyle);
    if (kind === "latex") return expandLatex(expansion, name);
    if (kind === "macaulay2") return expandMacaulay2(programQuestion(expansion, options, name));
    if (kind === "sage") return expandSage(programQuestion(expansion, options, name));
    throw new UsageError(`format: expected text, latex, macaulay2 or sage, got ${String(kind)}`);
  };
  return { ...document, format };
}

/** Samples of a program where none are given: one sample has no second one to be confused with. */
const DEFAULT_SAMPLES = 2;

function programQuestion(expansion: Expansion, options: ExpandOptions, tool: string): ProgramQuestion {
  const { coordinates } = expansion;
  if (coordinates === null) {
    throw new UsageError("inputDim: a program is written for one input dimension", "give it, such as inputDim: 2");
  }
  const { leastWidth } = expansionCounts(expansion, { samples: null, width: null });
  if (leastWidth === null) {
    throw new UsageError(
      "trained: an output bias alone has nothing to compute, its equation is Σ g_i",
      'name another layer as well, such as ["hidden", "output-bias"]',
    );
  }
  const { samples = DEFAULT_SAMPLES, width = leastWidth, seed = 1 } = options;
  return { expansion, coordinates, samples, width, seed, tool };
}
