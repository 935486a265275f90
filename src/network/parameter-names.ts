/** The four tensors of a two-layer network f(x) = output-weight · σ(hidden-weight · x + hidden-bias) + output-bias. */
export type Role = "hiddenWeight" | "hiddenBias" | "outputWeight" | "outputBias";

export const ROLES: readonly Role[] = ["hiddenWeight", "hiddenBias", "outputWeight", "outputBias"];

/** Option of the command line that names the tensor. */
export const ROLE_OPTIONS: Readonly<Record<Role, string>> = {
  hiddenWeight: "--hidden-weight",
  hiddenBias: "--hidden-bias",
  outputWeight: "--output-weight",
  outputBias: "--output-bias",
};

/** How messages call the tensor. */
export const ROLE_TITLES: Readonly<Record<Role, string>> = {
  hiddenWeight: "hidden weight",
  hiddenBias: "hidden bias",
  outputWeight: "output weight",
  outputBias: "output bias",
};

/** A parameter's name taken apart: `fc1.weight` is the weight of layer `fc1`. */
export interface ParameterName {
  readonly layer: string;
  readonly kind: "weight" | "bias";
}

const WRAPPER = /^(?:module|_orig_mod|model|net|network|mlp|layers|state_dict|model_state_dict|params|parameters)\./;
const GRADIENT_MARK = /^grad(?:ient)?[._]|[._]grad$/;

/** Single names that papers and scripts use. */
const SINGLE_NAMES: ReadonlyMap<string, ParameterName> = new Map([
  ["W", { layer: "hidden", kind: "weight" }],
  ["b", { layer: "hidden", kind: "bias" }],
  ["a", { layer: "output", kind: "weight" }],
  ["A", { layer: "output", kind: "weight" }],
  ["v", { layer: "output", kind: "weight" }],
  ["V", { layer: "output", kind: "weight" }],
  ["c", { layer: "output", kind: "bias" }],
]);

const INPUT_WORDS = /^(?:first|input|in|inner|encoder|embed|embedding|features?)$/;
const HIDDEN_WORDS = /^(?:hidden|hid|h)$/;
const OUTPUT_WORDS =
  /^(?:output|out|outer|readout|head|classifier|last|second|final|decoder|unembed|proj|logits|predict|o)$/;

/** Whether the name says that the tensor is a gradient, as in `fc1.weight.grad` or `grad.W`. */
export function isGradientName(name: string): boolean {
  return GRADIENT_MARK.test(name);
}

/** The name without gradient mark and without the prefixes that module wrappers and checkpoints add. */
export function plainName(name: string): string {
  let plain = name.replace(GRADIENT_MARK, "");
  while (WRAPPER.test(plain)) plain = plain.replace(WRAPPER, "");
  return plain;
}

/** Takes a parameter's name apart; undefined if it is none, as for `running_mean` or `X`. */
export function parseParameterName(name: string): ParameterName | undefined {
  const plain = plainName(name);
  const single = SINGLE_NAMES.get(plain);
  if (single !== undefined) return single;
  const suffixed = /^(.+?)[._]?(weight|bias)$/i.exec(plain);
  if (suffixed !== null) return { layer: suffixed[1], kind: kindOf(suffixed[2]) };
  const numbered = /^(weight|bias|w|b)[._]?(\d+|in|out|input|output|hidden|h|o)$/i.exec(plain);
  return numbered === null ? undefined : { layer: numbered[2], kind: kindOf(numbered[1]) };
}

function kindOf(word: string): "weight" | "bias" {
  return word.toLowerCase().startsWith("w") ? "weight" : "bias";
}

/**
 * Which of two layers comes first, as far as the names tell: by words such as `hidden` and `out`, or by numbers in
 * otherwise equal names (`fc1` before `fc2`, `0` before `2`).
 *
 * @returns negative if `left` is first, positive if `right` is, 0 if the names do not tell
 */
export function compareLayers(left: string, right: string): number {
  const byWord = wordRank(left) - wordRank(right);
  if (byWord !== 0) return byWord;
  if (left.replace(/\d+/g, "") !== right.replace(/\d+/g, "")) return 0;
  const leftNumbers = left.match(/\d+/g) ?? [];
  const rightNumbers = right.match(/\d+/g) ?? [];
  for (let i = 0; i < Math.max(leftNumbers.length, rightNumbers.length); i++) {
    const difference = Number(leftNumbers[i] ?? -1) - Number(rightNumbers[i] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Input words come before hidden, hidden before names that say nothing, and output words last. */
function wordRank(layer: string): number {
  const words = layer
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[._\-\s]+/);
  if (words.some((word) => OUTPUT_WORDS.test(word))) return 3;
  if (words.some((word) => INPUT_WORDS.test(word))) return 0;
  return words.some((word) => HIDDEN_WORDS.test(word)) ? 1 : 2;
}

/** Whether the name of a layer alone says that it is the second one, as `output` and `fc2` do. */
export function isOutputLayer(layer: string): boolean {
  return wordRank(layer) === 3 || /(?:^|\D)2$/.test(layer);
}
