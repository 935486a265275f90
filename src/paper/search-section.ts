import type { RecoverAnswer } from "../answers/recover-answer.ts";
import type { SplitAnswer } from "../answers/split-answer.ts";
import type { ConvergenceFigure, SplitTreeFigure } from "../document/figure.ts";
import type { Block, FigureBlock, Section } from "../document/tree.ts";
import { formatNumber } from "../report/numbers.ts";
import type { ProblemFacts } from "./facts.ts";
import { bullets, code, counted, inlines, paragraph, reference, section, type Words } from "./inline.ts";
import { prose } from "./prose.ts";

/** Section "Search": how the data were found, the residual on the way, splits, and other numbers of samples. */
export function searchSection({ recover }: ProblemFacts): Section | null {
  if (recover === null) return null;
  const figures = [convergence(recover), splitTree(recover)].filter((figure) => figure !== null);
  return section("search", "Search", [methodParagraph(recover, figures), ...countBlocks(recover), ...figures]);
}

interface SearchFigure extends FigureBlock {
  readonly figure: ConvergenceFigure | SplitTreeFigure;
}

const SHOWN: Readonly<Record<SearchFigure["figure"]["kind"], string>> = {
  convergence: " shows the residual on the way.",
  "split-tree": " shows the splits.",
};

function methodParagraph(recover: RecoverAnswer, figures: readonly SearchFigure[]): Block {
  const { method, starts, evaluations, splits } = recover;
  const shown = figures.flatMap(({ id, figure }): Words => [" ", reference(id), SHOWN[figure.kind]]);
  const path: Words[] = method.flatMap((step, k): Words => (k === 0 ? [code(step)] : [", then ", code(step)]));
  const linearised = evaluations === 0 ? "" : ` and ${counted(evaluations, "linearisation")} of the equations`;
  const work = `${counted(starts, "start")}${linearised}`;
  const split = splits === 0 ? "" : `, with ${counted(splits, "sample split")}`;
  return path.length === 0
    ? paragraph(`The search made ${work}${split}.`, shown)
    : paragraph("The data set was found by ", ...path, ` after ${work}${split}.`, shown);
}

const LOWER_BOUNDS: Readonly<Record<string, string>> = {
  "one-sample": "the known side is not zero",
  "known-samples": "that many are given",
  "rank-of-known-side": "the rank of the known side",
  "moment-flattening": "the rank of a flattening of the moments",
};

function countBlocks({ sampleCount }: RecoverAnswer): Block[] {
  if (sampleCount === null) return [];
  const { value, lowerBound, by, excluded, untried } = sampleCount;
  const why = LOWER_BOUNDS[by] ?? by;
  const rest =
    untried.length === 0
      ? ""
      : ` Larger numbers, up to ${Math.max(...untried)}, were not tried: more samples usually fit as well.`;
  return [
    paragraph(
      `At least ${counted(lowerBound, "sample")} must be behind the weights (${why}); the answer is for ${value}.${rest}`,
    ),
    ...(excluded.length === 0 ? [] : [bullets(excluded.map(({ reason }) => prose(reason)))]),
  ];
}

function convergence({ convergence: found, residualFloor }: RecoverAnswer): SearchFigure | null {
  const runs = found?.runs.filter(({ points }) => points.length > 0) ?? [];
  if (runs.length === 0) return null;
  const marked = [...new Set(found?.events.map(({ name }) => name))];
  return {
    kind: "figure",
    id: "figure-convergence",
    caption: inlines(
      `Relative residual of the search, and the rounding floor of the weights${marked.length === 0 ? "" : `; marked: ${marked.join(", ")}`}.`,
    ),
    description: `Residual against iteration for ${counted(runs.length, "run")}, on a logarithmic axis.`,
    figure: { kind: "convergence", runs, floor: residualFloor > 0 ? residualFloor : null, events: found?.events ?? [] },
  };
}

function splitTree({ splitTree: tree }: RecoverAnswer): SearchFigure | null {
  if (tree.length === 0) return null;
  const accepted = tree.filter((split) => split.accepted).length;
  return {
    kind: "figure",
    id: "figure-splits",
    caption: inlines(
      `Sample splits of the attempt that found the data: ${accepted} of ${tree.length} lowered the objective and were kept. A rejected split leaves its sample as it was.`,
    ),
    description: "A tree of splits; each node names the sample that was split and the curvature along the split.",
    figure: { kind: "split-tree", nodes: tree.map(splitNode) },
  };
}

function splitNode(split: SplitAnswer): SplitTreeFigure["nodes"][number] {
  const { id, parent, sample, eigenvalue, accepted, contraction } = split;
  return {
    id: String(id),
    parent: parent === null ? null : String(parent),
    label: `sample ${sample + 1}, λ = ${formatNumber(eigenvalue)}`,
    outcome: accepted ? (contraction?.kind ?? "split") : "kept",
  };
}
