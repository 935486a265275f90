import { parseActivation } from "../algebra/activation.ts";
import type { ProblemAnswer } from "../answers/problem-answer.ts";
import type { Block, Section } from "../document/tree.ts";
import type { EquationShape } from "../equations/shape.ts";
import { type Expansion, type ExpansionShape, expandEquations, termCount } from "../expansion/expansion.ts";
import { coordinateRows, type EquationRows, taylorRows, tensorRows } from "../report/expand-rows.ts";
import { joinWords } from "../report/numbers.ts";
import { cite, inlines, math, paragraph, reference, section, type Words } from "./inline.ts";
import { activationFormula, KNOWN_WORDS, LAYER_WORDS, networkFormula, sizeFormulas } from "./problem-words.ts";
import { theoremAnchor } from "./theorems.ts";

/** Lines of equations in coordinates that a report prints; longer ones stay in tensor notation. */
const MOST_COORDINATE_LINES = 12;

/** Terms up to which the equations are expanded to see how many lines they take. */
const MOST_TERMS = 400;

/** Section "Setting and equations": the network, what is known, and the equations of this very shape. */
export function settingSection(problem: ProblemAnswer): Section | null {
  const expansion = expand(problem);
  const coordinates = coordinateRows(expansion);
  const few = coordinates.tex.length > 0 && coordinates.tex.length <= MOST_COORDINATE_LINES;
  const taylor = taylorRows(expansion);
  return section("setting", "Setting and equations", [
    paragraph(
      "The network is ",
      networkFormula(problem),
      " with ",
      activationFormula(problem),
      ", ",
      sizeFormulas(problem),
      ". ",
      ...known(problem),
    ),
    paragraph(
      "The data enter only through the moment tensors of the samples ",
      math("x_i", "x_i"),
      " with multipliers ",
      math("g_i", "g_i"),
      ` (`,
      reference(theoremAnchor("moment-expansion")),
      "):",
    ),
    displayed(momentRows(expansion)),
    paragraph("Here ", MULTIPLIERS[problem.setting], ". For every neuron ", math("j", "j"), " the equations are"),
    displayed(tensorRows(expansion)),
    paragraph(
      "where ",
      math("T_k[w, \\dots]", "T_k[w, …]"),
      " is the tensor contracted with ",
      math("w", "w"),
      taylor.tex.length === 0 ? "." : " and the Taylor coefficients of the activation at the bias are",
    ),
    taylor.tex.length === 0 ? null : displayed(taylor),
    few ? paragraph("In coordinates, with the index ", math("j", "j"), " left out:") : null,
    few ? displayed(coordinates) : null,
  ]);
}

const displayed = ({ tex, plain }: EquationRows): Block => ({ kind: "displayed-math", lines: tex, plain });

function expand(problem: ProblemAnswer): Expansion {
  const shape: EquationShape = {
    setting: problem.setting,
    activation: parseActivation(problem.activation),
    inputDim: problem.inputDim,
    width: problem.width,
    outputs: problem.outputs,
    trained: new Set(problem.trained),
    bias: problem.bias,
  };
  const general: ExpansionShape = { ...shape, inputDim: null };
  return expandEquations(termCount(shape) <= MOST_TERMS ? shape : general);
}

function known(problem: ProblemAnswer): Words[] {
  const { trained, bias, domain, loss, weightDecay, setting } = problem;
  const layers = joinWords(trained.map((layer) => LAYER_WORDS[layer]));
  const facts = [
    ...(bias === "frozen" ? ["the hidden bias"] : []),
    ...(loss === null ? [] : [`the loss (${loss})`]),
    ...(weightDecay === null ? [] : [`the weight decay ${weightDecay}`]),
    ...(domain === "sphere" ? ["that every sample has norm 1"] : []),
  ];
  const besides = facts.length === 0 ? "" : ` Known besides: ${joinWords(facts)}.`;
  return [
    `Known: ${KNOWN_WORDS[setting]}; equations come from the ${layers}.${besides} ${SETTING_SENTENCES[setting]} `,
    SOURCES[setting],
  ];
}

const SETTING_SENTENCES: Readonly<Record<ProblemAnswer["setting"], string>> = {
  kkt: "Training is taken to have ended at a stationary point, so that the weights themselves are the known side of the equations.",
  ntk: "Training is taken to be lazy: the displacement of the weights is of first order in the samples.",
  gradient: "The gradient is that of one batch, which the samples are.",
};

const SOURCES: Readonly<Record<ProblemAnswer["setting"], Words>> = {
  kkt: inlines("See ", cite("haim2022"), ", ", cite("buzaglo2023"), " and ", cite("shen2026"), "."),
  ntk: inlines("See ", cite("loo2024"), " and ", cite("shen2026"), "."),
  gradient: inlines("See ", cite("wang2022"), " and ", cite("shen2026"), "."),
};

const MULTIPLIERS: Readonly<Record<ProblemAnswer["setting"], Words>> = {
  kkt: inlines(
    math("g_i = -\\ell'(y_i, f(x_i))/(n\\mu)", "g_i = -ℓ'(y_i, f(x_i))/(n μ)"),
    " for a loss ",
    math("\\ell", "ℓ"),
    " with weight decay ",
    math("\\mu", "μ"),
    ", or ",
    math("\\lambda_i y_i", "λ_i y_i"),
    " for the maximal margin",
  ),
  ntk: inlines(
    math("g_i", "g_i"),
    " is minus the derivative of the loss by ",
    math("f(x_i)", "f(x_i)"),
    ", over ",
    math("n", "n"),
    ", times the learning rate, summed over the steps",
  ),
  gradient: inlines(
    math("g_i", "g_i"),
    " is minus the derivative of the loss by ",
    math("f(x_i)", "f(x_i)"),
    ", over ",
    math("n", "n"),
  ),
};

function momentRows({ shape, degrees }: Expansion): EquationRows {
  const several = shape.outputs > 1;
  const list = degrees.join(", ");
  const outputs = several ? `,\\quad c \\in \\{1, \\dots, ${shape.outputs}\\}` : "";
  return {
    tex: [
      `${several ? "T_k^{(c)}" : "T_k"} &= \\sum_i ${several ? "g_{ic}" : "g_i"}\\,x_i^{\\otimes k},\\qquad k \\in \\{${list}\\}${outputs}`,
    ],
    plain: [
      `  T_k${several ? "^(c)" : ""} = Σ_i ${several ? "g_ic" : "g_i"} x_i^⊗k, k ∈ {${list}}${several ? `, c = 1..${shape.outputs}` : ""}`,
    ],
  };
}
