import type { SpectrumAnswer } from "../answers/problem-answer.ts";
import type { LimitingFactorAnswer, RecoverAnswer, SampleAnswer } from "../answers/recover-answer.ts";
import type { Block, Column, Section } from "../document/tree.ts";
import { normOf, type ProblemFacts, provedBounds, trueErrors } from "./facts.ts";
import {
  equals,
  inlines,
  left,
  math,
  numberOf,
  paragraph,
  reference,
  right,
  section,
  table,
  type Words,
} from "./inline.ts";

/** Section "Accuracy": how far each sample may be off, what is proved of it, and what limits it. */
export function accuracySection(facts: ProblemFacts): Section | null {
  const { recover } = facts;
  return section("accuracy", "Accuracy", [
    ...(recover === null ? checkBlocks(facts) : recoverBlocks(recover)),
    ...spectrumBlocks(facts),
  ]);
}

function checkBlocks({ check }: ProblemFacts): Block[] {
  const conditioning = check?.conditioning ?? null;
  if (conditioning === null) return [];
  const { conditionNumber, weightPrecision, expectedError, perSample } = conditioning;
  return [
    paragraph(
      "At the data set that fits, the Jacobian in units of each sample has condition ",
      numberOf(conditionNumber),
      ". Weights exact to ",
      numberOf(weightPrecision),
      " leave the samples uncertain by ",
      numberOf(expectedError),
      " at most (root mean square, estimated).",
    ),
    ...(perSample.length < 2
      ? []
      : [
          paragraph(
            "Expected errors, sample by sample: ",
            ...perSample.flatMap((error, k): Words => (k === 0 ? [numberOf(error)] : [", ", numberOf(error)])),
            ".",
          ),
        ]),
  ];
}

function recoverBlocks(recover: RecoverAnswer): (Block | null)[] {
  const claimed = recover.samples.some(({ errorBound }) => errorBound !== null);
  return [
    limitParagraph(recover),
    claimed ? sampleTable(recover) : null,
    claimed ? boundParagraph(recover) : null,
    claimed ? boxFigure(recover) : null,
  ];
}

const LIMITS: Readonly<Record<LimitingFactorAnswer, string>> = {
  search: "The search is what limits the accuracy: it did not reach the rounding floor of the weights.",
  equations: "The equations are what limits the accuracy: they leave directions of the data free.",
  iteration: "The last step of the iteration is larger than the expected error, so the iteration limits the accuracy.",
  stationarity: "The residual that the best fit leaves limits the accuracy, not the rounding of the file.",
  "weight-precision": "The stated precision of the weights limits the accuracy.",
  "file-rounding": "The rounding of the file limits the accuracy.",
};

function limitParagraph({ conditioning, relativeResidual, residualFloor, stationarity }: RecoverAnswer): Block | null {
  if (relativeResidual === null) return null;
  const { conditionNumber, limitedBy } = conditioning;
  return paragraph(
    "The best fit leaves a residual of ",
    numberOf(relativeResidual),
    ", relative to the largest entry of each tensor; the rounding floor of the weights is ",
    numberOf(residualFloor),
    ".",
    ...(conditionNumber === null ? [] : [" The condition of the Jacobian is ", numberOf(conditionNumber), "."]),
    limitedBy === null ? "" : ` ${LIMITS[limitedBy]}`,
    ...(stationarity?.neededPrecision == null
      ? []
      : [" With a weight precision of ", numberOf(stationarity.neededPrecision), " this residual would be accepted."]),
  );
}

/** One column of the table of samples, left out where it has nothing to say. */
interface SampleColumn {
  readonly column: Column;
  readonly cell: (sample: SampleAnswer, index: number) => Words;
  readonly isShown: boolean;
}

function sampleTable(recover: RecoverAnswer): Block {
  const { samples } = recover;
  const errors = trueErrors(recover);
  const columns: SampleColumn[] = [
    { column: right("sample"), cell: (_, i) => String(i + 1), isShown: true },
    {
      column: right(inlines("multiplier ", math("g_i", "g_i"))),
      cell: ({ multiplier }) => multiplierWords(multiplier),
      isShown: true,
    },
    { column: right("label"), cell: ({ label }) => String(label), isShown: true },
    {
      column: right(math("\\lVert x_i\\rVert", "‖x_i‖")),
      cell: ({ x }) => numberOf(normOf(x)),
      isShown: true,
    },
    numberColumn("expected error", samples, ({ expectedError }) => expectedError),
    numberColumn("estimated bound", samples, ({ estimatedBound }) => estimatedBound),
    numberColumn("proved bound", samples, ({ provedBound }) => provedBound),
    numberColumn("true error", samples, (_, i) => errors[i] ?? null),
    {
      column: left("given"),
      cell: ({ known }) => (known ? "yes" : "no"),
      isShown: samples.some(({ known }) => known),
    },
  ];
  const shown = columns.filter(({ isShown }) => isShown);
  return table({
    id: "samples",
    caption: `Accuracy of the samples. Errors are Euclidean, in ${unitsOf(recover)}.`,
    columns: shown.map(({ column }) => column),
    rows: samples.map((sample, i) => shown.map(({ cell }) => cell(sample, i))),
  });
}

function numberColumn(
  title: string,
  samples: readonly SampleAnswer[],
  value: (sample: SampleAnswer, index: number) => number | null,
): SampleColumn {
  return {
    column: right(title),
    cell: (sample, i) => numberOf(value(sample, i)),
    isShown: samples.some((sample, i) => value(sample, i) !== null),
  };
}

/** A multiplier, or the vector of several outputs. */
export function multiplierWords(multiplier: SampleAnswer["multiplier"]): Words {
  if (typeof multiplier === "number") return numberOf(multiplier, 2);
  return multiplier
    .flatMap((value, c): Words => (c === 0 ? ["(", numberOf(value)] : [", ", numberOf(value)]))
    .concat(")");
}

/** The units of samples, bounds and errors. */
export function unitsOf({ units }: RecoverAnswer): string {
  return units.scaler === null ? "the units of the network's input" : `raw units (through ${units.scaler.file})`;
}

const COMPARED: Words = [" ", reference("figure-bounds"), " compares them."];

function boundParagraph(recover: RecoverAnswer): Block | null {
  const proof = provedBounds(recover);
  if (proof === null) {
    const reason = recover.proof?.kind === "none" ? ` Nothing is proved of them: ${recover.proof.reason}.` : "";
    return paragraph(
      "The bounds are estimated, not proved: ten times the expected error and twice the last step of the iteration.",
      reason,
      COMPARED,
    );
  }
  const { rho, kind, uniqueWithin } = proof;
  if (recover.samples.every(({ provedBound }) => provedBound === null)) return unusedProof(proof);
  return paragraph(
    "The proved bounds hold for every system within ",
    equals("\\rho", "ρ", rho),
    " of the file, in units of the largest entry of each tensor. ",
    kind === "global"
      ? `They are about every data set of ${recover.samples.length} samples that solves such a system, wherever it is.`
      : "They are about data sets in a region around the printed one only.",
    uniqueWithin === null ? "" : " Within the stated distances of the samples there is no other solution.",
    COMPARED,
  );
}

/** What is known beside the weights can bring the estimate below what is proved without it. */
function unusedProof({ rho, kind, everywhere }: NonNullable<ReturnType<typeof provedBounds>>): Block {
  const distances = (everywhere ?? []).filter((distance) => distance !== null);
  const weaker =
    kind === "global" && distances.length > 0
      ? inlines(
          " From the weights alone, for every system within ",
          equals("\\rho", "ρ", rho),
          " of the file, it is proved that each sample of any data set is within ",
          numberOf(Math.max(...distances)),
          " of the printed one, in the units of the network's input.",
        )
      : [];
  return paragraph(
    "The bounds are estimated, not proved: ten times the expected error and twice the last step of the iteration.",
    ...weaker,
  );
}

function boxFigure(recover: RecoverAnswer): Block {
  const errors = trueErrors(recover);
  const proof = provedBounds(recover);
  return {
    kind: "figure",
    id: "figure-bounds",
    caption: inlines(
      "Distances from each printed sample: true and expected error, the bounds, ",
      "and the radius within which no other solution exists, where they are known.",
    ),
    description: `For each of ${recover.samples.length} samples, its errors and bounds on a logarithmic axis of distances.`,
    figure: {
      kind: "certificate-boxes",
      samples: recover.samples.map(({ x, expectedError, estimatedBound, provedBound }, i) => ({
        name: `sample ${i + 1}`,
        norm: normOf(x),
        trueError: errors[i] ?? null,
        expectedError,
        estimatedBound,
        provedBound,
        uniqueWithin: proof?.uniqueWithin?.[i] ?? null,
      })),
    },
  };
}

function spectrumBlocks(facts: ProblemFacts): Block[] {
  const spectra = facts.spectra.length > 0 ? facts.spectra : spectraOfConditions(facts);
  const drawn = spectra.filter(({ singularValues }) => singularValues.length > 1);
  if (drawn.length === 0) return [];
  const ranks = drawn.map(({ name, rank, singularValues }) => `${name}, rank ${rank} of ${singularValues.length}`);
  const figure: Block = {
    kind: "figure",
    id: "figure-spectra",
    caption: inlines(`Singular values, and the tolerance below which they count as zero: ${ranks.join("; ")}.`),
    description: `Spectra of ${drawn.map(({ name }) => name).join(", ")} on a logarithmic axis with their tolerances.`,
    figure: { kind: "spectrum", spectra: drawn },
  };
  return [paragraph(reference(figure.id), " shows how clearly each rank is decided."), figure];
}

const MATRICES: Readonly<Record<string, string>> = {
  "known-side-spans-samples": "known side",
  "nodes-determine-moments": "Hermite matrix",
  catalecticant: "flattening of the top moment",
};

/** Documents of older versions have the spectra among the numbers of their conditions. */
function spectraOfConditions({ check }: ProblemFacts): SpectrumAnswer[] {
  return (check?.conditions ?? []).flatMap(({ id, numbers }) => {
    const { singularValues, rank, tolerance } = numbers;
    const name = MATRICES[id];
    if (name === undefined || !Array.isArray(singularValues) || typeof rank !== "number") return [];
    return [
      {
        name,
        singularValues: singularValues.filter((value) => typeof value === "number"),
        tolerance: typeof tolerance === "number" ? tolerance : null,
        rank,
      },
    ];
  });
}
