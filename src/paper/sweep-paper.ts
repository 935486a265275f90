import type { SweepAnswer, SweepCell } from "../answers/sweep-answer.ts";
import type { Block, Section } from "../document/tree.ts";
import { VERDICTS } from "../identifiability/result.ts";
import { code, counted, inlines, left, paragraph, right, section, table, type Words } from "./inline.ts";
import type { PaperParts } from "./paper-parts.ts";
import { nameOfAxis, phaseDiagramOf } from "./phase-diagram.ts";
import { BASIS_NAMES, VERDICT_WORDS } from "./problem-words.ts";
import { prose } from "./prose.ts";

/** Cells whose commands are printed. */
const MOST_COMMANDS = 4;

/** The report of `sweep`: the phase diagram, the borders, counts, and how to repeat a cell. */
export function sweepParts(sweep: SweepAnswer): PaperParts {
  const { cells, title, seed, inputHash, tool } = sweep;
  const open = cells.some(({ verdict }) => verdict === "inconclusive");
  return {
    title: title === "" ? "Phase diagram" : title,
    summary: inlines(...summarySentence(sweep)),
    outcome: open ? "open" : "passed",
    sections: [diagramSection(sweep), countSection(sweep), boundarySection(sweep), replaySection(sweep)].filter(
      (part) => part !== null,
    ),
    stamp: {
      tool: tool.name,
      version: tool.version,
      seed,
      inputHash,
      commands: [],
    },
  };
}

function summarySentence({ cells, x, y }: SweepAnswer): Words[] {
  const counts = VERDICTS.map((verdict) => [verdict, cells.filter((cell) => cell.verdict === verdict).length] as const);
  const present = counts
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${VERDICT_WORDS[verdict]}`);
  const tried = cells.flatMap(({ empirical }) => empirical ?? []);
  const [trials, successes] = [
    tried.reduce((sum, { trials: count }) => sum + count, 0),
    tried.reduce((sum, { successes: count }) => sum + count, 0),
  ];
  return [
    ...prose(
      `Of ${counted(cells.length, "cell")} over ${nameOfAxis(x.parameter)} and ${nameOfAxis(y.parameter)}, ${present.join(", ")}`,
    ),
    trials === 0 ? "" : `; ${successes} of ${counted(trials, "trained network")} gave their data`,
    ". A cell is about almost every network and data set of its shape.",
  ];
}

function diagramSection(sweep: SweepAnswer): Section | null {
  const { x, y, cells, boundaries } = sweep;
  if (cells.length === 0) return null;
  return section("diagram", "Phase diagram", [
    {
      kind: "figure",
      id: "figure-phases",
      caption: inlines(
        ...prose(`Verdicts over ${nameOfAxis(x.parameter)} and ${nameOfAxis(y.parameter)}`),
        boundaries.length === 0 ? "." : ", with the borders that theorems give drawn over the measured cells.",
      ),
      description: `A grid of ${x.values.length} by ${y.values.length} cells, coloured by verdict.`,
      figure: phaseDiagramOf(sweep),
    },
  ]);
}

function countSection({ cells }: SweepAnswer): Section | null {
  if (cells.length === 0) return null;
  const empirical = cells.some((cell) => cell.empirical !== null);
  const rows = VERDICTS.flatMap((verdict) => {
    const of = cells.filter((cell) => cell.verdict === verdict);
    return of.length === 0 ? [] : [countRow(VERDICT_WORDS[verdict], of, empirical)];
  });
  return section("counts", "Cells by verdict", [
    table({
      id: "verdicts",
      caption: "Cells by verdict, and what the verdicts rest on.",
      columns: [
        left("verdict", true),
        right("cells"),
        ...BASES.map((basis) => right(BASIS_NAMES[basis])),
        ...(empirical ? [right("recovered"), right("tried")] : []),
      ],
      rows,
    }),
  ]);
}

const BASES = ["theorem", "certificate", "probable", "numerical"] as const;

function countRow(name: string, cells: readonly SweepCell[], empirical: boolean): Words[] {
  const tried = cells.flatMap((cell) => cell.empirical ?? []);
  return [
    name,
    String(cells.length),
    ...BASES.map((basis) => String(cells.filter((cell) => cell.basis === basis).length)),
    ...(empirical
      ? [
          String(tried.reduce((sum, { successes }) => sum + successes, 0)),
          String(tried.reduce((sum, { trials }) => sum + trials, 0)),
        ]
      : []),
  ];
}

function boundarySection({ boundaries, x, y }: SweepAnswer): Section | null {
  return section(
    "borders",
    "Borders by theorems",
    boundaries.map(({ name, along, thresholds }, k): Block => {
      const [running, value] = along === "x" ? [x, y] : [y, x];
      return table({
        id: `border-${k + 1}`,
        caption: inlines(
          ...prose(name),
          ": the claim holds from these values of ",
          ...prose(nameOfAxis(value.parameter)),
          " on.",
        ),
        columns: [
          left(prose(nameOfAxis(running.parameter))),
          right(inlines("from ", ...prose(nameOfAxis(value.parameter)))),
        ],
        rows: thresholds.map((threshold, at) => [
          String(running.values[at] ?? at),
          threshold === null ? "–" : String(threshold),
        ]),
      });
    }),
  );
}

function replaySection({ cells }: SweepAnswer): Section | null {
  const [first] = cells;
  if (first === undefined) return null;
  // One cell of each verdict.
  const chosen = VERDICTS.flatMap((verdict) => cells.find((cell) => cell.verdict === verdict) ?? []).slice(
    0,
    MOST_COMMANDS,
  );
  return section("replay", "How to repeat a cell", [
    paragraph(
      "Every cell of the JSON answer has the command that decides it again in its field ",
      code("command"),
      ". One of each verdict:",
    ),
    { kind: "code", language: "console", text: chosen.map(({ command }) => `$ ${command}`).join("\n") },
  ]);
}
