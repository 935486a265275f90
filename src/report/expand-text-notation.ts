import { formatRational } from "../algebra/rational.ts";
import type { TrainedLayer } from "../equations/shape.ts";
import type { Moment } from "../expansion/neuron-equations.ts";
import { tensorIndices } from "./expand-notation.ts";
import type { TensorNotation } from "./expand-tensors.ts";

const PARAMETERS: Readonly<Record<TrainedLayer, string>> = {
  hidden: "w_j",
  bias: "b_j",
  output: "a_j",
  "output-bias": "v",
};

/** More arguments than this are counted instead of written out. */
const MOST_ARGUMENTS = 3;

/** The notation of the text report; output indices only where the network has several outputs. */
export function textNotation(several: boolean): TensorNotation {
  return {
    number: formatRational,
    power: (base, exponent) => (exponent === 1 ? base : `${base}^${exponent}`),
    times: " ",
    parentheses: ["(", ")"],
    bias: "b",
    weight: (e) => `w${e + 1}`,
    outputWeight: (c) => (several ? `a${c + 1}` : "a"),
    outputBias: (c) => (several ? `v${c + 1}` : "v"),
    moment: (moment) => momentName(moment, several),
    parameter: (layer) => `${PARAMETERS[layer]}${several && isPerOutput(layer) ? outputIndex(layer) : ""}`,
    taylor: (l) => `s_${l}(b_j)`,
    tensor: (degree, slots) => `T_${degree}${several ? "^(c)" : ""}${slots === 0 ? "" : `[${arguments_(slots)}]`}`,
    weighting: several ? "Σ_c a_jc" : "a_j",
    known: { kkt: (name) => name, ntk: (name) => `Δ${name}`, gradient: (name) => `-∂L/∂${name}` },
  };
}

const isPerOutput = (layer: TrainedLayer): boolean => layer === "output" || layer === "output-bias";

const outputIndex = (layer: TrainedLayer): string => (layer === "output" ? "c" : "_c");

function arguments_(slots: number): string {
  return slots > MOST_ARGUMENTS ? `w_j, ${slots} times` : new Array<string>(slots).fill("w_j").join(", ");
}

/**
 * `T2_12` for the coordinate (1, 2) of T_2, `T2c1_12` in a network of several outputs; indices from 1, separated where
 * they can have two digits.
 */
export function momentName(moment: Moment, several: boolean): string {
  const indices = tensorIndices(moment);
  const place = indices.length === 0 ? "" : `_${indices.join(moment.exponents.length > 9 ? "_" : "")}`;
  return `T${moment.degree}${several ? `c${moment.output + 1}` : ""}${place}`;
}
