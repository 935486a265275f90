import { formatRational } from "../algebra/rational.ts";
import { TRAINED_LAYERS } from "../equations/shape.ts";
import type { Counts } from "../identifiability/result.ts";
import type { CellProblem } from "./cell-problem.ts";

/** Work above which `check` may not be done within its own time limit of a minute, as equations × unknowns². */
const LONG_WORK = 1e8;
/** A cell is decided without a time limit; this one is as good as none. */
const UNHURRIED_SECONDS = 86_400;

/**
 * The plain command that decides a cell again, with the cell's own seed. Where the cell is large it has a time limit that
 * a slow machine does not reach either: what `check` leaves out for want of time could change the verdict.
 *
 * @param counts - those of the decision
 */
export function cellCommand(
  { shape, samples, knowledge, seed }: CellProblem,
  { equations, unknowns }: Pick<Counts, "equations" | "unknowns">,
): string {
  const { activation, inputDim, width, outputs, trained, bias, setting } = shape;
  const { domain, loss, weightDecay } = knowledge;
  const layers = TRAINED_LAYERS.filter((layer) => trained.has(layer)).join(",");
  return [
    `kktid check -a '${activation.text}' -d ${inputDim} -n ${samples} -m ${width}`,
    ...(outputs === 1 ? [] : [`--outputs ${outputs}`]),
    ...(layers === "hidden" ? [] : [`--trained ${layers}`]),
    ...(bias === "frozen" ? ["--frozen-bias"] : []),
    ...(setting === "kkt" ? [] : [`--setting ${setting}`]),
    ...(domain === "free" ? [] : [`--domain ${domain}`]),
    ...(loss === null ? [] : [`--loss ${loss}`]),
    ...(weightDecay === null ? [] : [`--weight-decay ${formatRational(weightDecay)}`]),
    `--seed ${seed}`,
    ...(equations * unknowns ** 2 > LONG_WORK ? [`--max-seconds ${UNHURRIED_SECONDS}`] : []),
  ].join(" ");
}
