import type { RecoverAnswer } from "../answers/recover-answer.ts";
import type { Block, Section } from "../document/tree.ts";
import { multiplierWords, unitsOf } from "./accuracy.ts";
import type { ProblemFacts } from "./facts.ts";
import { type ImageSize, imageGrid, imageSizeOf, type PictureRow } from "./images.ts";
import { inlines, math, paragraph, right, section, table } from "./inline.ts";

/** Coordinates that a table of samples has room for. */
export const MOST_COORDINATES = 6;

/** Section "Recovered data": the samples as numbers or pictures, and against the true ones. */
export function dataSection({ recover }: ProblemFacts, asked: ImageSize | null): Section | null {
  if (recover === null || recover.samples.length === 0 || recover.status === "nonidentifiable") return null;
  const size = imageSizeOf(
    asked,
    recover.problem.inputDim,
    recover.samples.map(({ x }) => x),
  );
  const title = recover.status === "recovered" ? "Recovered data" : "Best fit";
  return section("data", title, [
    recover.status === "recovered"
      ? null
      : paragraph("This data set is what the search found. Nothing says that it is near the training data."),
    size === null ? sampleTable(recover) : pictures(recover, size),
    againstTruth(recover),
    knowledgeParagraph(recover),
  ]);
}

function sampleTable(recover: RecoverAnswer): Block {
  const { samples, problem } = recover;
  const shown = Math.min(problem.inputDim, MOST_COORDINATES);
  const rest = problem.inputDim - shown;
  return table({
    id: "recovered-data",
    caption: `The samples in ${unitsOf(recover)}.${rest > 0 ? ` The first ${shown} of ${problem.inputDim} coordinates; the JSON answer has all.` : ""}`,
    columns: [
      right("sample"),
      right(math("g_i", "g_i")),
      ...Array.from({ length: shown }, (_, e) => right(math(`x_{i${e + 1}}`, `x_i${e + 1}`))),
    ],
    rows: samples.map(({ x, multiplier }, i) => [
      String(i + 1),
      multiplierWords(multiplier),
      ...x.slice(0, shown).map(decimal),
    ]),
  });
}

/** Four decimals, or three digits with an exponent for sizes that four decimals do not show. */
export function decimal(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e4) ? value.toExponential(2) : value.toFixed(4);
}

function pictures(recover: RecoverAnswer, size: ImageSize): Block {
  const truth = truthInOrder(recover);
  const recovered: PictureRow = { title: "recovered", points: recover.samples.map(({ x }) => x) };
  return imageGrid({
    id: "recovered-data",
    caption: `The samples as pictures of ${size.height} × ${size.width} pixels, in ${unitsOf(recover)}.`,
    size,
    rows: truth === null ? [recovered] : [{ title: "true", points: truth }, recovered],
  });
}

/** The true sample that belongs to each recovered one, in its gauge; null unless all are known. */
function truthInOrder({ truth, samples }: RecoverAnswer): readonly (readonly number[])[] | null {
  const points = truth?.samples?.map(({ x }) => x);
  return points?.length === samples.length ? points : null;
}

function againstTruth(recover: RecoverAnswer): Block | null {
  const { truth, samples, upTo } = recover;
  if (truth?.samples === undefined) return null;
  const pairs = truth.samples.flatMap(({ x }, at) => {
    const sample = samples[at];
    return sample === undefined ? [] : [{ x, sample, name: `sample ${at + 1}` }];
  });
  if (pairs.length === 0) return null;
  const aligned = upTo.includes("scale") || upTo.includes("sign");
  return {
    kind: "figure",
    id: "figure-truth",
    caption: inlines(
      `Recovered against true coordinates, ${pairs.length} samples of ${recover.problem.inputDim} coordinates each.`,
      aligned ? " True samples were moved along the gauge to the recovered ones." : "",
    ),
    description: "One mark per coordinate; marks on the diagonal are recovered exactly.",
    figure: {
      kind: "recovered-against-true",
      samples: pairs.map(({ x, sample, name }) => ({
        name,
        recovered: sample.x,
        truth: x,
        errorBound: sample.errorBound,
      })),
    },
  };
}

function knowledgeParagraph({ knowledge }: RecoverAnswer): Block | null {
  if (knowledge === null || knowledge.rows === 0) return null;
  const { rows, equations, agrees, known } = knowledge;
  const given = known === null ? "" : ` ${known.samples} samples were given in ${known.file}.`;
  return paragraph(
    `What is known beside the weights (${equations.join(", ")}) adds ${rows} equations, ${agrees ? "which this data set solves as well" : "which this data set does not solve"}.${given}`,
  );
}
