import type { CoordinateExpansion, Expansion } from "../expansion/expansion.ts";
import type { Gauge } from "../identifiability/result.ts";
import { type ExpansionSizes, expansionCounts, generalEquationsPerNeuron, generalSize } from "./expand-counts.ts";
import { coordinateTokens, fillLines, powerProduct, powerSummands, sumTokens } from "./expand-notation.ts";
import {
  knownCoordinate,
  layersThatSee,
  type TensorNotation,
  taylorCoefficientsNamed,
  tensorTokens,
} from "./expand-tensors.ts";
import { textNotation } from "./expand-text-notation.ts";
import { wrap } from "./numbers.ts";
import type { TextStyle } from "./style.ts";

const WIDTH = 80;
const INDENT = "  ";

/** The text of `expand`: network, unknowns, equations in tensor notation and in coordinates, counts, gauge. */
export function expandText(expansion: Expansion, sizes: ExpansionSizes, style: TextStyle): string {
  const notation = textNotation(expansion.shape.outputs > 1);
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ["Unknowns", unknowns(expansion)],
    ["Equations, for every neuron j", tensorEquations(expansion, notation)],
    ["Taylor coefficients s_l(b) = σ^(l)(b)/l!", taylorLines(expansion, notation)],
    ...(expansion.coordinates === null ? [] : coordinateSections(expansion, expansion.coordinates, notation)),
    ["Moments seen", momentTable(expansion)],
    ["Counts", counts(expansion, sizes)],
    ["Gauge: what no equation sees", gaugeLines(expansion)],
  ];
  const body = sections.flatMap(([title, lines]) => (lines.length === 0 ? [] : ["", style.bold(title), ...lines]));
  return `${[...header(expansion, style), ...body].join("\n")}\n`;
}

const SETTINGS = {
  kkt: "stationary point (kkt): the equations hold at the trained weights",
  ntk: "lazy training (ntk): w_j, b_j, a_j on the right are the initial weights, Δ is final minus initial",
  gradient: "one batch gradient: w_j, b_j, a_j are the weights at which it was taken",
} as const;

const MULTIPLIERS = {
  kkt: "g_i = -ℓ'(y_i, f(x_i))/(n μ) for loss ℓ and weight decay μ, or λ_i y_i for the maximal margin",
  ntk: "g_i = minus the derivative of the loss by f(x_i), over n, times the learning rate, summed over the steps",
  gradient: "g_i = minus the derivative of the loss by f(x_i), over n",
} as const;

function header({ shape, equations }: Expansion, style: TextStyle): string[] {
  const { activation, bias, outputs, trained, setting } = shape;
  const argument = bias === "none" ? "w_j·x" : "w_j·x + b_j";
  const shift = trained.has("output-bias") ? " + v" : "";
  return [
    style.bold(`Moment equations of f(x) = Σ_j a_j σ(${argument})${shift}`),
    ...fillTokens([
      `σ(z) = ${activation.text};`,
      ...(outputs > 1 ? [`${outputs} outputs, a_j ∈ R^${outputs};`] : []),
      `equations from: ${equations.map(({ layer }) => layer).join(", ")}${bias === "frozen" ? ";" : ""}`,
      ...(bias === "frozen" ? ["the bias b_j is known, not trained"] : []),
    ]),
    wrap(SETTINGS[setting], INDENT, WIDTH),
  ];
}

/** Indented lines of pieces; all but the first are indented further. */
function fillTokens(tokens: readonly string[], hanging = ""): string[] {
  return indent(fillLines(tokens, WIDTH - INDENT.length - hanging.length), hanging);
}

function indent(lines: readonly string[], hanging: string): string[] {
  return lines.map((line, k) => `${INDENT}${k === 0 ? "" : hanging}${line}`);
}

/** `left = right`, the right side below itself; each group of pieces starts a line. */
export function equationLines(left: string, groups: readonly (readonly string[])[]): string[] {
  const hanging = " ".repeat([...left].length + 3);
  const right = groups.flatMap((tokens) => fillLines(tokens, WIDTH - INDENT.length - hanging.length));
  return indent([`${left} = ${right[0]}`, ...right.slice(1)], hanging);
}

function unknowns({ shape, degrees }: Expansion): string[] {
  const { outputs, inputDim, setting } = shape;
  const several = outputs > 1;
  const [tensor, multiplier] = several ? ["^(c)", "g_ic"] : ["", "g_i"];
  return [
    ...fillTokens([
      `x_i ∈ R^${inputDim ?? "d"} and g_i ∈ R${several ? `^${outputs}` : ""}, i = 1..n,`,
      "seen only through the moment tensors",
    ]),
    ...fillTokens([
      `T_k${tensor} = Σ_i ${multiplier} x_i^⊗k,`,
      `k ∈ {${degrees.join(", ")}}${several ? "," : ""}`,
      ...(several ? [`c = 1..${outputs}`] : []),
    ]),
    `${INDENT}T_k[w, …] contracts with w: T_3${tensor}[w, w] = Σ_i ${multiplier} (w·x_i)^2 x_i`,
    wrap(MULTIPLIERS[setting], INDENT, WIDTH),
  ];
}

function tensorEquations({ shape, equations }: Expansion, notation: TensorNotation): string[] {
  return equations.flatMap((equation) => {
    const left = notation.known[shape.setting](notation.parameter(equation.layer));
    const each = equation.outputs === "each" && shape.outputs > 1 ? [`for c = 1..${shape.outputs}`] : [];
    return equationLines(left, [[...tensorTokens(notation, equation), ...each]]);
  });
}

function taylorLines(expansion: Expansion, notation: TensorNotation): string[] {
  return taylorCoefficientsNamed(expansion).flatMap(({ l, coefficients }) =>
    equationLines(`s_${l}(b)`, [sumTokens(notation, powerSummands(notation, coefficients, []))]),
  );
}

function coordinateSections(
  { shape }: Expansion,
  { inputDim, equations, moments }: CoordinateExpansion,
  notation: TensorNotation,
): readonly (readonly [string, readonly string[]])[] {
  const lines = equations.flatMap((equation) =>
    equationLines(knownCoordinate(notation, shape.setting, equation), coordinateTokens(notation, equation.terms)),
  );
  const definitions = moments.map((moment, k) => {
    const multiplier = shape.outputs > 1 ? `g${moment.output + 1}` : "g";
    const factors = [multiplier, ...powerProduct(notation, moment.exponents, (e) => `x${e + 1}`)];
    return `${notation.moment(moment)} = Σ ${factors.join(" ")}${k < moments.length - 1 ? "," : ""}`;
  });
  return [
    [`Equations in coordinates, d = ${inputDim}, index j left out`, lines],
    ["Coordinates, summed over the samples, index i left out", fillTokens(definitions)],
  ];
}

function momentTable(expansion: Expansion): string[] {
  const { degrees, coordinates, shape } = expansion;
  const line = (tensor: string, size: string, layers: string): string =>
    `${INDENT}${tensor.padEnd(10)}${size.padEnd(20)}${layers}`;
  const rows = degrees.map((k, at) =>
    line(
      `T_${k}`,
      `${coordinates?.coordinatesPerDegree[at] ?? generalSize(k)}`,
      layersThatSee(expansion, k).join(", "),
    ),
  );
  return [line("tensor", shape.outputs > 1 ? "size per output" : "size", "seen by"), ...rows];
}

function counts(expansion: Expansion, sizes: ExpansionSizes): string[] {
  const { shape, degrees } = expansion;
  const count = expansionCounts(expansion, sizes);
  const sum = degrees.map(generalSize).join(" + ");
  const columns = count.momentColumns ?? (shape.outputs > 1 ? `${shape.outputs} (${sum})` : sum);
  const perNeuron = count.equationsPerNeuron ?? generalEquationsPerNeuron(shape);
  const ofBias = count.equationsOfOutputBias > 0 ? `, and ${count.equationsOfOutputBias} of the output bias` : "";
  const total = (value: number | null, text: string): string => (value === null ? "" : `; ${value} for ${text}`);
  return [
    wrap(`moments: N = ${columns} coordinates, the columns of the Hermite matrix`, INDENT, WIDTH),
    `${INDENT}equations: ${perNeuron} per neuron${ofBias}${total(count.equations, `m = ${sizes.width}`)}`,
    `${INDENT}unknowns: ${count.unknownsPerSample ?? `d + ${shape.outputs}`} per sample${total(count.unknowns, `n = ${sizes.samples}`)}`,
    ...(count.leastWidth === null || count.leastWidth === 1
      ? []
      : [`${INDENT}fewer than ${count.leastWidth} distinct neurons cannot determine all moments`]),
  ];
}

const GAUGE_TEXTS: Readonly<Record<Gauge, (degrees: readonly number[]) => string>> = {
  permutation: () => "permutation of the samples",
  sign: (degrees) =>
    degrees[0]! % 2 === 0
      ? "sign: x_i ↦ -x_i (every degree seen is even)"
      : "sign: (g_i, x_i) ↦ (-g_i, -x_i) (every degree seen is odd)",
  scale: ([degree]) => `scale: (g_i, x_i) ↦ (s^-${degree} g_i, s x_i), s ≠ 0 (only T_${degree} is seen)`,
};

function gaugeLines({ gauge, degrees }: Expansion): string[] {
  return gauge.symmetries.map((symmetry) => `${INDENT}${GAUGE_TEXTS[symmetry](degrees)}`);
}
