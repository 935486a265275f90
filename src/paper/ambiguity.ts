import type { DataSetAnswer, WitnessAnswer } from "../answers/witness-answer.ts";
import type { Block, Section } from "../document/tree.ts";
import { multiplierWords } from "./accuracy.ts";
import { decimal, MOST_COORDINATES } from "./data.ts";
import type { ProblemFacts } from "./facts.ts";
import { type ImageSize, imageGrid, imageSizeOf } from "./images.ts";
import { counted, left, math, numberOf, paragraph, percent, right, section, table } from "./inline.ts";

/** Section "Two data sets": the witness side by side. */
export function ambiguitySection({ witness, problem, scope }: ProblemFacts, asked: ImageSize | null): Section | null {
  if (witness === null) return null;
  const size = imageSizeOf(asked, problem.inputDim, witness.first.X);
  return section(
    "ambiguity",
    scope === "generic" ? "An example of two data sets" : "Two data sets with the same weights",
    [introduction(witness), size === null ? pairTable(witness) : pairPictures(witness, size)],
  );
}

function introduction(witness: WitnessAnswer): Block {
  const { relativeResiduals, distance, leastMove, continuumDimension, path, nodes, exact } = witness;
  const example =
    nodes == null
      ? ""
      : nodes.stationary
        ? "At weights that are stationary for both, built for this shape as an example: "
        : "At random weights of this shape, as an example: ";
  const [first, second] = relativeResiduals;
  const between =
    path === null || path.length < 3
      ? ""
      : ` ${path.length - 2} data sets on the way between them solve the equations as well.`;
  return paragraph(
    example,
    `${example === "" ? "T" : "t"}wo data sets solve the same equations with residuals `,
    numberOf(first),
    " and ",
    numberOf(second),
    `. After the best assignment they are ${percent(distance)} of the norm of the first apart, and every sample moves by at least ${percent(leastMove)} of its norm.`,
    continuumDimension === 0
      ? " Both are isolated."
      : ` ${counted(continuumDimension, "direction")} beyond the gauge change no equation to first order.`,
    between,
    exact == null
      ? ""
      : " The numbers are rational and solve the equations exactly; the JSON answer has the fractions.",
  );
}

function pairTable({ first, second }: WitnessAnswer): Block {
  const dimension = first.X[0]?.length ?? 0;
  const shown = Math.min(dimension, MOST_COORDINATES);
  const row = ({ X, multipliers }: DataSetAnswer, name: string, i: number) => [
    name === "first" ? String(i + 1) : "",
    name,
    multiplierWords(multipliers[i] ?? 0),
    ...(X[i] ?? []).slice(0, shown).map(decimal),
  ];
  return table({
    id: "witness",
    caption: `The two data sets, sample by sample.${shown < dimension ? ` The first ${shown} of ${dimension} coordinates.` : ""}`,
    columns: [
      right("sample"),
      left("data set"),
      right(math("g_i", "g_i")),
      ...Array.from({ length: shown }, (_, e) => right(math(`x_{i${e + 1}}`, `x_i${e + 1}`))),
    ],
    rows: first.X.flatMap((_, i) => [row(first, "first", i), row(second, "second", i)]),
  });
}

function pairPictures({ first, second }: WitnessAnswer, size: ImageSize): Block {
  return imageGrid({
    id: "witness",
    caption: "The two data sets as pictures, sample by sample.",
    size,
    rows: [
      { title: "first", points: first.X },
      { title: "second", points: second.X },
    ],
  });
}
