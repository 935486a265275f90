import { formatRational } from "../algebra/rational.ts";
import { TRAINED_LAYERS } from "../equations/shape.ts";
import type { CellProblem } from "./cell-problem.ts";

/** The plain command that decides a cell again, with the cell's own seed. */
export function cellCommand({ shape, samples, knowledge, seed }: CellProblem): string {
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
  ].join(" ");
}
