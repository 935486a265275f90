import type { ProblemAnswer } from "../answers/problem-answer.ts";
import type { Basis, Gauge, Verdict } from "../identifiability/result.ts";
import { joinWords } from "../report/numbers.ts";
import { counted, inlines, math, plainMath, type Words } from "./inline.ts";
import { prose } from "./prose.ts";

/** The words of a report for what stands in an answer as a code. */

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  "globally-identifiable": "globally identifiable",
  "locally-identifiable": "locally identifiable",
  nonidentifiable: "not identifiable",
  inconclusive: "inconclusive",
};

/** What a statement rests on, as an apposition. */
export const BASIS_WORDS: Readonly<Record<Basis, string>> = {
  theorem: "by a theorem",
  certificate: "proved by exact or interval computation",
  probable: "probable, by ranks modulo primes",
  numerical: "estimated in floating point, not proved",
};

export const BASIS_NAMES: Readonly<Record<Basis, string>> = {
  theorem: "theorem",
  certificate: "proved",
  probable: "probable",
  numerical: "estimated",
};

export const LAYER_WORDS: Readonly<Record<ProblemAnswer["trained"][number], string>> = {
  hidden: "hidden weights",
  bias: "hidden bias",
  output: "output weights",
  "output-bias": "output bias",
};

/** What the weights are, in each setting. */
export const KNOWN_WORDS: Readonly<Record<ProblemAnswer["setting"], string>> = {
  kkt: "the trained weights",
  ntk: "the initial and the final weights",
  gradient: "the weights and one batch gradient",
};

/** "the weights" of the auditor's sentence. */
export const SUBJECTS: Readonly<Record<ProblemAnswer["setting"], string>> = {
  kkt: "the weights",
  ntk: "the weights and their displacement",
  gradient: "the weights and the gradient",
};

/** What is known beside the weights and went into a verdict: " and the norm 1 of every sample", or nothing. */
export function besideWords({ domain, loss, weightDecay }: ProblemAnswer): string {
  const facts = [
    ...(domain === "sphere" ? ["the norm 1 of every sample"] : []),
    ...(loss === "hard-margin" ? ["the equal margins"] : loss === null ? [] : [`the ${loss} loss`]),
    ...(loss === null || weightDecay === null ? [] : [`the weight decay ${weightDecay}`]),
  ];
  return facts.length === 0 ? "" : `, with ${joinWords(facts)} known,`;
}

/** " up to permutation and sign". */
export function upToWords(upTo: readonly Gauge[]): string {
  return upTo.length === 0 ? "" : ` up to ${joinWords(upTo)}`;
}

/** "the 4 training samples", "the one training sample". */
export function trainingSamples(count: number): string {
  return count === 1 ? "the one training sample" : `the ${counted(count, "training sample")}`;
}

/** `σ(z) = …` as a formula. */
export function activationFormula({ activation }: ProblemAnswer): Words {
  return inlines(prose(`σ(z) = ${activation}`));
}

/** `d = 4, n = 4, m = 40` as formulas. */
export function sizeFormulas({ inputDim, samples, width, outputs }: ProblemAnswer): Words {
  const sizes = [plainMath(`d = ${inputDim}`), plainMath(`n = ${samples}`), plainMath(`m = ${width}`)];
  const all = outputs > 1 ? [...sizes, plainMath(`C = ${outputs}`)] : sizes;
  return all.flatMap((size, k) => (k === 0 ? [size] : [", ", size]));
}

/** The network as a formula, f(x) = Σ_j a_j σ(w_j·x + b_j) + v. */
export function networkFormula({ bias, trained }: ProblemAnswer): Words {
  const [tex, plain] = bias === "none" ? ["w_j\\cdot x", "w_j·x"] : ["w_j\\cdot x + b_j", "w_j·x + b_j"];
  const shift = trained.includes("output-bias") ? " + v" : "";
  return math(`f(x) = \\sum_j a_j\\,\\sigma(${tex})${shift}`, `f(x) = Σ_j a_j σ(${plain})${shift}`);
}
