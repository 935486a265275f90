import type { NamedDirection } from "../identifiability/partial/name-directions.ts";
import type { MultiplierSigns, PartialAnswer, QuantityAnswer } from "../identifiability/partial/partial-answer.ts";
import type { Quantity } from "../identifiability/partial/quantities.ts";
import type { Slack } from "../identifiability/partial/slack.ts";
import { joinWords, wrap } from "./numbers.ts";

/** The name of a quantity: of these samples for an instance, of every sample for a shape. */
function quantityName({ kind, samples, degree }: Quantity, answer: Pick<PartialAnswer, "scope" | "degree">): string {
  const every = answer.scope === "generic";
  const [i, k] = every ? ["_i", "_k"] : samples.map((sample) => `_${sample + 1}`);
  const each = every ? "every" : "the";
  switch (kind) {
    case "point":
      return `${each} point x${i}`;
    case "direction":
      return `${each} direction x${i}/‖x${i}‖ up to sign`;
    case "multiplier":
      return `${each} multiplier g${i}`;
    case "scaled-sample":
      return `${each} sample up to its scale, g${i}·x${i}${power(answer.degree)}`;
    case "squared-norm":
      return `${each} norm ‖x${i}‖`;
    case "inner-product":
      return `${each} inner product x${i}·x${k}`;
    case "moment":
      return `the moment ${momentName(degree!)}`;
    case "weighted-norms":
      return "the sum Σ g_i ‖x_i‖²";
    case "gram":
      return "the Gram matrix of all inner products";
    case "span":
      return "the span of the samples";
  }
}

const SUPERSCRIPTS = ["", "", "^⊗2", "^⊗3", "^⊗4"];

function power(degree: number): string {
  return SUPERSCRIPTS[degree] ?? `^⊗${degree}`;
}

function momentName(degree: number): string {
  if (degree === 0) return "Σ g_i";
  return degree === 2 ? "Σ g_i x_i x_iᵀ" : `Σ g_i x_i${power(degree)}`;
}

/** What a determined or free quantity means, in one sentence. */
export function quantitySentence(
  quantity: Quantity & { readonly movedByGauge: boolean },
  fate: "determined" | "free" | "undecided",
  answer: Pick<PartialAnswer, "scope" | "degree">,
): string {
  const name = quantityName(quantity, answer);
  if (fate === "determined") return `${name} is the same for every data set nearby`;
  if (fate === "undecided") return `${name}: rounding hides whether it can change`;
  return quantity.movedByGauge ? `${name} changes, already with the scale that is gauge` : `${name} can change`;
}

/** A named null direction in one sentence. */
export function directionSentence(
  { kind, samples, dimension, gauge }: NamedDirection,
  { scope, degree }: Pick<PartialAnswer, "scope" | "degree">,
): string {
  const names = scope === "generic" ? null : samples.map((i) => i + 1);
  const of =
    names === null
      ? anySamples(samples.length)
      : `${samples.length === 1 ? "sample" : "samples"} ${joinWords(names.map(String))}`;
  const [i, k] = names === null ? ["i", "k"] : names.map(String);
  const pair = `${i} and ${k}`;
  switch (kind) {
    case "scale":
      return `scale of ${of}: (g_${i}, x_${i}) ~ (s^-${degree} g_${i}, s x_${i})${gauge ? ", a gauge" : ""}`;
    case "opposite-scale":
      return `opposite scales of ${of}: one grows as the other shrinks, Σ g_i stays`;
    case "mixing":
      return `mixing of ${of}: a rotation of √|g|·(1, x) between ${pair}`;
    case "mixing-of-points":
      return `mixing of ${of}: a rotation of √|g|·x between ${pair}, multipliers fixed`;
    case "linear-mixing":
      return `mixing of ${of}: x_${i} moves along x_${k}, g_${k} makes up for it`;
    case "affine-mixing":
      return `mixing of ${of}: x_${i} moves towards x_${k}, g_${i} and g_${k} make up for it`;
    case "single":
      return `motion of ${of} alone (${directions(dimension)})`;
    case "joint":
      return `joint motion of ${of} (${directions(dimension)})`;
  }
}

function anySamples(count: number): string {
  return count === 1 ? "one sample" : `${count} samples`;
}

function directions(dimension: number): string {
  return dimension === 1 ? "1 direction" : `${dimension} directions`;
}

/** Directions of a shape with the same name, counted together: general samples are all alike. */
export function countedDirections(answer: PartialAnswer): NamedDirection[] {
  if (answer.scope === "instance") return [...answer.directions];
  const counted: NamedDirection[] = [];
  for (const direction of answer.directions) {
    const at = counted.findIndex(
      ({ kind, samples }) => kind === direction.kind && samples.length === direction.samples.length,
    );
    if (at < 0) counted.push(direction);
    else counted[at] = { ...counted[at]!, dimension: counted[at]!.dimension + direction.dimension };
  }
  return counted;
}

/** Named directions shown. */
const MOST_LISTED = 10;

/** Lines for `check`: what stays, what moves, and how. No lines where there is nothing to say. */
export function partialLines(answer: PartialAnswer | null): string[] {
  if (answer === null || answer.nullity === 0) return [];
  const { determined, free, undecided, multiplierSigns } = answer;
  const item = (text: string): string => `  - ${wrap(text, "    ", 78).trimStart()}`;
  const list = (title: string, quantities: readonly QuantityAnswer[]): string[] =>
    quantities.length === 0 ? [] : [item(`${title}: ${joinWords(groupedNames(quantities, answer))}`)];
  return [
    ...(determined.length === 0 ? [item("determined to first order: nothing of what was asked")] : []),
    ...list("determined to first order", determined),
    ...list(
      "open",
      free.filter(({ movedByGauge }) => !movedByGauge),
    ),
    ...list(
      "open already by the scale that is gauge",
      free.filter(({ movedByGauge }) => movedByGauge),
    ),
    ...list("hidden by rounding", undecided),
    ...(multiplierSigns === null ? [] : [item(signSentence(multiplierSigns))]),
    ...directionLines(answer).map(item),
    ...(answer.assumesGeneralNodes ? [item("this is about general nodes; trained nodes may leave more open")] : []),
  ];
}

/** Kinds that stand for samples or pairs of samples. */
const OF_SAMPLES: ReadonlySet<Quantity["kind"]> = new Set([
  "point",
  "direction",
  "multiplier",
  "scaled-sample",
  "squared-norm",
  "inner-product",
]);

/** Names with the samples of one kind taken together: "every point x_i" if all are there, else those there. */
function groupedNames(quantities: readonly Quantity[], answer: PartialAnswer): string[] {
  if (answer.scope === "generic") return quantities.map((quantity) => quantityName(quantity, answer));
  const everyName = (quantity: Quantity): string => quantityName(quantity, { ...answer, scope: "generic" });
  const total = (kind: Quantity["kind"]): number =>
    [...answer.determined, ...answer.free, ...answer.undecided].filter((other) => other.kind === kind).length;
  return quantities.flatMap((quantity, at) => {
    if (!OF_SAMPLES.has(quantity.kind)) return [quantityName(quantity, answer)];
    const alike = quantities.filter(({ kind }) => kind === quantity.kind);
    if (alike.length < total(quantity.kind) || alike.length === 1) return [quantityName(quantity, answer)];
    return quantities.findIndex(({ kind }) => kind === quantity.kind) === at ? [everyName(quantity)] : [];
  });
}

function directionLines(answer: PartialAnswer): string[] {
  const counted = countedDirections(answer);
  const shown = counted.slice(0, MOST_LISTED).map((direction) => {
    const sentence = directionSentence(direction, answer);
    const several = answer.scope === "generic" && direction.kind !== "joint" && direction.kind !== "single";
    return several ? `${sentence} (${directions(direction.dimension)} in all)` : sentence;
  });
  const rest = counted.length - shown.length;
  return rest > 0 ? [...shown, `${rest} more named directions`] : shown;
}

/** The discrete invariant: no multiplier changes sign without vanishing on the way. */
export function signSentence({ positive, negative }: MultiplierSigns): string {
  const counts = positive === null ? "" : ` (here ${positive} positive, ${negative} negative)`;
  return `along a path of data sets whose multipliers do not vanish each keeps its sign${counts}; data sets that no path joins may have other signs`;
}

/** Lines for `check`: how far an identifiable shape is from not being so. */
export function slackLines(slack: Slack | null): string[] {
  if (slack === null) return [];
  const { neuronsBeyondLocal, neuronsBeyondGlobal, samplesAtThisWidth, samplesAtAnyWidth } = slack;
  const line = (value: number | null, one: string, many: string): string[] =>
    value === null ? [] : [`  ${value} ${value === 1 ? one : many}`];
  return [
    ...line(
      neuronsBeyondLocal,
      "neuron more than local identifiability needs",
      "neurons more than local identifiability needs",
    ),
    ...line(
      neuronsBeyondGlobal,
      "neuron more than global identifiability needs",
      "neurons more than global identifiability needs",
    ),
    ...line(
      samplesAtThisWidth,
      "sample more would still be locally determined",
      "samples more would still be locally determined",
    ),
    ...line(samplesAtAnyWidth, "sample more at unlimited width", "samples more at unlimited width"),
  ];
}
