import type { CheckAnswer, SolutionCountAnswer } from "../answers/check-answer.ts";
import type { Block, Section } from "../document/tree.ts";
import type { ProblemFacts } from "./facts.ts";
import { counted, inlines, left, math, paragraph, plainMath, right, section, table, type Words } from "./inline.ts";

/** Section "Counts and thresholds". */
export function countsSection({ check, problem }: ProblemFacts): Section | null {
  if (check === null) return null;
  return section("counts", "Counts and thresholds", [
    countTable(check),
    thresholdTable(check, problem.samples),
    check.solutions === null ? null : solutionsParagraph(check.solutions),
  ]);
}

function countTable({ counts, problem }: CheckAnswer): Block {
  const { effectiveInputDim: d } = counts;
  const rows: (readonly [string, Words, number | null])[] = [
    ["unknowns: a point and its multipliers per sample", plainMath("n(d + C)"), counts.unknowns],
    ["equations of the trained layers", "", counts.equations],
    ["distinct active neurons", "", counts.distinctNeurons],
    ["coordinates of the moment tensors that are seen", math("N", "N"), counts.momentColumns],
    ["of these determined by the nodes (rank of the Hermite matrix)", "", counts.momentRank],
    ["rank of the Jacobian", "", counts.jacobianRank],
    ["directions that change no equation to first order", "", counts.nullity],
    ["of these gauge", "", counts.gaugeDimension === 0 ? null : counts.gaugeDimension],
  ];
  return table({
    id: "counts-table",
    caption: counts.reduced
      ? `Counts in the ${d}-dimensional span of the samples (the inputs have ${problem.inputDim} coordinates).`
      : "Counts.",
    columns: [left("number", true), left("symbol"), right("value")],
    rows: rows.filter(([, , value]) => value !== null).map(([name, symbol, value]) => [name, symbol, String(value)]),
  });
}

function thresholdTable({ thresholds, scope, problem }: CheckAnswer, samples: number): Block | null {
  const { widthForMoments, widthForLocal, widthForGlobal, sampleCapacity } = thresholds;
  const width = (value: number): Words => math(`m \\ge ${value}`, `m ≥ ${value}`);
  const rows: (readonly [string, Words, string])[] = [];
  const addWidth = (name: string, value: number | null): void => {
    if (value !== null) rows.push([name, width(value), `m = ${problem.width}`]);
  };
  addWidth("the nodes determine all moments", widthForMoments);
  addWidth("locally identifiable", widthForLocal);
  addWidth("known to be globally identifiable", widthForGlobal);
  if (sampleCapacity !== null) {
    rows.push([
      "locally identifiable at unlimited width",
      math(`n \\le ${sampleCapacity}`, `n ≤ ${sampleCapacity}`),
      `n = ${samples}`,
    ]);
  }
  if (rows.length === 0) return null;
  return table({
    id: "thresholds",
    caption: inlines(
      "Thresholds of this shape for general nodes and data",
      scope === "instance" ? "; the verdict above is about the network itself." : ".",
    ),
    columns: [left("what", true), left("from"), left("here")],
    rows: rows.map(([what, from, here]) => [what, from, plainMath(here)]),
  });
}

function solutionsParagraph(found: SolutionCountAnswer): Block {
  const { count, status, proof, real, loops, paths, failedPaths } = found;
  if (status === "continuum")
    return paragraph("A continuum of data sets has the same equations, so none were counted.");
  const sets = `${count} data ${count === 1 ? "set" : "sets"} over the complex numbers`;
  const share = count === 1 ? "shares" : "share";
  const start =
    proof === "known-count"
      ? `Exactly ${sets}, up to permutation and gauge, ${share} the equations of a general data set, by a theorem`
      : proof === "macaulay-bound"
        ? `Probably ${sets}, up to permutation and gauge, ${share} the equations: as many as a Macaulay matrix modulo a random prime allows`
        : `At least ${sets}, up to permutation and gauge, ${share} the equations; no upper bound is known to the tool`;
  const search = `Monodromy at one random instance found ${found.found}, ${real} of them real, in ${counted(loops, "closed loop")} and ${counted(paths, "path")}, ${failedPaths} lost`;
  return paragraph(`${start}. ${search}${found.finished ? "" : "; it was stopped before it had settled"}.`);
}
