import type { PartialAnswer, QuantityAnswer } from "../answers/partial-answer.ts";
import type { Block, Section } from "../document/tree.ts";
import type { ProblemFacts } from "./facts.ts";
import { bullets, inlines, left, math, paragraph, section, table, type Words } from "./inline.ts";
import { BASIS_WORDS } from "./problem-words.ts";
import { prose } from "./prose.ts";

/** Directions that are listed by name. */
const MOST_DIRECTIONS = 8;

/** Section "What is determined": only where not everything is. */
export function partialSection({ check }: ProblemFacts): Section | null {
  const partial = check?.partial ?? null;
  if (partial === null || partial.nullity === 0) return null;
  return section("determined", "What is determined, and what moves", [
    paragraph(
      `To first order (${BASIS_WORDS[partial.basis]}) the equations leave ${partial.nullity} directions of data and multipliers open`,
      partial.gaugeDimension === 0 ? "." : `, of which ${partial.gaugeDimension} are gauge.`,
      partial.assumesGeneralNodes ? " This is about general nodes; trained ones may leave more open." : "",
    ),
    quantityTable(partial),
    directionList(partial),
    partial.multiplierSigns === null ? null : paragraph(...sentenceOf(partial.multiplierSigns.sentence)),
  ]);
}

const KINDS: Readonly<Record<string, Words>> = {
  point: inlines("points ", math("x_i", "x_i")),
  direction: "directions of the points",
  multiplier: inlines("multipliers ", math("g_i", "g_i")),
  "scaled-sample": "samples up to their scale",
  "squared-norm": inlines("norms ", math("\\lVert x_i\\rVert", "‖x_i‖")),
  "inner-product": "inner products of two points",
  moment: inlines("moments ", math("T_k", "T_k")),
  "weighted-norms": inlines("the sum ", math("\\sum_i g_i \\lVert x_i\\rVert^2", "Σ_i g_i ‖x_i‖²")),
  gram: "the Gram matrix of all inner products",
  span: "the span of the samples",
};

/** Quantities by kind: how many of them are determined, open, hidden. */
function quantityTable(partial: PartialAnswer): Block | null {
  const groups = [partial.determined, partial.free, partial.undecided] as const;
  const kinds = [...new Set(groups.flat().map(({ quantity }) => quantity))];
  if (kinds.length === 0) return null;
  const hidden = partial.undecided.length > 0;
  const rows = kinds.map((kind) => {
    const of = groups.map((group) => group.filter(({ quantity }) => quantity === kind));
    const total = of.flat().length;
    const cells = of.map((members) => share(members, total, partial.scope));
    return [KINDS[kind] ?? kind, ...(hidden ? cells : cells.slice(0, 2))];
  });
  return table({
    id: "quantities",
    caption: "Quantities of the data: determined near the data set, or free to change.",
    columns: [
      left("quantity", true),
      left("determined"),
      left("can change"),
      ...(hidden ? [left("hidden by rounding")] : []),
    ],
    rows,
  });
}

/** "all", "none", or which: samples by number where few, else a count. */
function share(members: readonly QuantityAnswer[], total: number, scope: PartialAnswer["scope"]): string {
  if (members.length === 0) return "–";
  const gauge = members.every(({ movedByGauge }) => movedByGauge) && members.length > 0 ? " (gauge)" : "";
  if (members.length === total) return `${total === 1 ? "yes" : "all"}${gauge}`;
  const degrees = members.flatMap(({ degree }) => degree ?? []);
  if (degrees.length === members.length) return `k = ${degrees.join(", ")}${gauge}`;
  const isSingle = members.every(({ samples }) => samples.length === 1);
  if (scope === "instance" && isSingle && members.length <= 6) {
    return `i = ${members.map(({ samples }) => samples[0]).join(", ")}${gauge}`;
  }
  return `${members.length} of ${total}${gauge}`;
}

function directionList({ directions, scope }: PartialAnswer): Block | null {
  if (directions.length === 0) return null;
  const shown = directions.slice(0, MOST_DIRECTIONS).map(({ sentence, dimension, name }) => {
    const several = scope === "generic" && name !== "joint" && name !== "single";
    return inlines(...prose(sentence), several ? ` (${dimension} in all)` : "");
  });
  const rest = directions.length - shown.length;
  return bullets(rest > 0 ? [...shown, `${rest} more`] : shown);
}

function sentenceOf(sentence: string): Words[] {
  const full = `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}${sentence.endsWith(".") ? "" : "."}`;
  return prose(full);
}
