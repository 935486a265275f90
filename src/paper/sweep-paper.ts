import type { SweepAnswer, SweepCell, SweepTrials } from "../answers/sweep-answer.ts";
import type { Block, Section } from "../document/tree.ts";
import { VERDICTS } from "../identifiability/result.ts";
import { bullets, code, counted, inlines, left, paragraph, right, section, table, type Words } from "./inline.ts";
import type { PaperParts } from "./paper-parts.ts";
import { nameOfAxis, phaseDiagramOf } from "./phase-diagram.ts";
import { BASIS_NAMES, VERDICT_WORDS } from "./problem-words.ts";
import { prose } from "./prose.ts";

/** Cells whose commands are printed. */
const MOST_COMMANDS = 4;

/** The report of `sweep`: the phase diagram, the borders, counts, and how to repeat a cell. */
export function sweepParts(sweep: SweepAnswer): PaperParts {
  const { cells, title, seed, inputHash, tool } = sweep;
  const { wrong } = totalsOf(cells);
  return {
    title: title === "" ? "Phase diagram" : title,
    summary: inlines(...summarySentence(sweep)),
    outcome: wrong > 0 ? "failed" : "computed",
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
  const { trials, successes, wrong, untrained } = totalsOf(cells);
  return [
    ...prose(
      `Of ${counted(cells.length, "cell")} over ${nameOfAxis(x.parameter)} and ${nameOfAxis(y.parameter)}, ${present.join(", ")}`,
    ),
    trials === 0 ? "" : `; ${successes} of ${counted(trials, "trained network")} gave their data`,
    wrong === 0 ? "" : `, and of ${wrong} a recovery was claimed that is beyond its error bound`,
    untrained === 0 ? "" : `; ${counted(untrained, "network")} more reached no stationary point`,
    ". A cell is about almost every network and data set of its shape.",
  ];
}

interface Totals {
  readonly trials: number;
  readonly successes: number;
  readonly wrong: number;
  readonly untrained: number;
}

/** The networks of some cells together; documents of early versions do not say which claims were wrong. */
function totalsOf(cells: readonly SweepCell[]): Totals {
  const tried = cells.flatMap(({ empirical }) => empirical ?? []);
  const sum = (of: (trials: SweepTrials) => number | undefined): number =>
    tried.reduce((total, trials) => total + (of(trials) ?? 0), 0);
  return {
    trials: sum(({ trials }) => trials),
    successes: sum(({ successes }) => successes),
    wrong: sum(({ wrong }) => wrong),
    untrained: sum(({ untrained }) => untrained),
  };
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
        boundaries.length === 0 ? "." : ", with the borders that ranks and theorems put drawn over the cells.",
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
      caption: empirical
        ? "Cells by verdict, what the verdicts rest on, and the networks trained in them: recovered within the error bounds, claimed but beyond a bound (wrong), attacked in all (tried), and not trained to a stationary point."
        : "Cells by verdict, and what the verdicts rest on.",
      columns: [
        left("verdict", true),
        right("cells"),
        ...BASES.map((basis) => right(BASIS_NAMES[basis])),
        ...(empirical ? [right("recovered"), right("wrong"), right("tried"), right("untrained")] : []),
      ],
      rows,
    }),
  ]);
}

const BASES = ["theorem", "certificate", "probable", "numerical"] as const;

function countRow(name: string, cells: readonly SweepCell[], empirical: boolean): Words[] {
  const { trials, successes, wrong, untrained } = totalsOf(cells);
  return [
    name,
    String(cells.length),
    ...BASES.map((basis) => String(cells.filter((cell) => cell.basis === basis).length)),
    ...(empirical ? [successes, wrong, trials, untrained].map(String) : []),
  ];
}

/** Borders that are the same everywhere in a list; those that run along the same axis in one table. */
function boundarySection(sweep: SweepAnswer): Section | null {
  if (sweep.boundaries.length === 0) return null;
  const level = sweep.boundaries.filter(isLevel);
  return section("borders", "Borders", [
    paragraph(
      "Borders come from the thresholds of the cells: counts, ranks at random points modulo primes, of which full ones are proved and deficient ones probable, and theorems. Each stands at the first value of the axis that reaches it.",
      sweep.cells.some(({ command }) => !/--setting (ntk|gradient)/.test(command))
        ? " For stationary points they are those of general neurons."
        : "",
    ),
    level.length === 0 ? null : bullets(level.map((boundary) => levelWords(sweep, boundary))),
    boundaryTable(sweep, "x"),
    boundaryTable(sweep, "y"),
  ]);
}

type Boundary = SweepAnswer["boundaries"][number];

const isLevel = ({ thresholds }: Boundary): boolean =>
  thresholds.length > 1 && thresholds.every((threshold) => threshold !== null && threshold === thresholds[0]);

const capitalised = (name: string): string => `${name[0]?.toUpperCase() ?? ""}${name.slice(1)}`;

function levelWords({ x, y }: SweepAnswer, { name, along, thresholds }: Boundary): Words {
  const [running, value] = along === "x" ? [x, y] : [y, x];
  return prose(
    `${capitalised(name)}. From ${nameOfAxis(value.parameter)} = ${thresholds[0]} on, whatever the ${nameOfAxis(running.parameter)}.`,
  );
}

function boundaryTable({ boundaries, x, y }: SweepAnswer, along: "x" | "y"): Block | null {
  const borders = boundaries
    .filter((boundary) => boundary.along === along && !isLevel(boundary))
    .map(({ name, thresholds }) => {
      const [title = name, claim] = name.split(/: (.*)/s);
      return { title, claim, thresholds };
    });
  if (borders.length === 0) return null;
  const [running, value] = along === "x" ? [x, y] : [y, x];
  const claims = borders.flatMap(({ title, claim }) => (claim === undefined ? [] : [`${title}: ${claim}`]));
  return table({
    id: `borders-along-${along}`,
    caption: prose(
      [
        `From which ${nameOfAxis(value.parameter)} on each claim holds.`,
        ...claims.map((claim) => `${capitalised(claim)}.`),
      ].join(" "),
    ),
    columns: [left(prose(nameOfAxis(running.parameter))), ...borders.map(({ title }) => right(prose(title)))],
    rows: running.values.map((of, at) => [
      prose(String(of)),
      ...borders.map(({ thresholds }) => String(thresholds[at] ?? "–")),
    ]),
  });
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
