import type { VerifiedClaim, VerifyAnswer, VerifyRow } from "../answers/verify-answer.ts";
import type { Block, Section } from "../document/tree.ts";
import {
  cite,
  code,
  counted,
  emphasis,
  inlines,
  left,
  link,
  numberOf,
  paragraph,
  right,
  section,
  strong,
  table,
  type Words,
} from "./inline.ts";
import type { PaperParts } from "./paper-parts.ts";
import { pageName, prose } from "./prose.ts";

/** The report of `verify`: a table for each claim, those of the source paper first. */
export function verifyParts(verify: VerifyAnswer): PaperParts {
  const { claims, passed, seed, long, tool } = verify;
  const ofSource = claims.filter(({ ofSourcePaper }) => ofSourcePaper);
  const own = claims.filter(({ ofSourcePaper }) => !ofSourcePaper);
  const names = claims.map(({ id }) => id).join(" ");
  return {
    title: "Numerical verification of the theorems",
    summary: inlines(...summarySentence(verify)),
    outcome: passed ? "passed" : "failed",
    sections: [
      methodSection(verify),
      overviewSection(claims),
      claimSection("source-paper", "Claims of the source paper", ofSource),
      claimSection("own-claims", "Other claims the tool relies on", own),
    ].filter((part) => part !== null),
    stamp: {
      tool: tool.name,
      version: tool.version,
      seed,
      inputHash: null,
      commands: [`kktid verify${claims.length === 1 ? ` ${names}` : ""}${long ? " --long" : ""} --seed ${seed}`],
    },
  };
}

function summarySentence({ claims, passed }: VerifyAnswer): Words[] {
  const rows = claims.flatMap((claim) => claim.rows);
  const trials = sumOf(rows, ({ trials: count }) => count);
  const agreements = sumOf(rows, ({ agreements: count }) => count);
  const neighbours = rows.filter(({ hypothesis }) => hypothesis === "violated").length;
  const failed = claims.filter((claim) => !claim.passed);
  const tested = `${counted(claims.length, "claim")} in ${counted(trials, "trial")}, ${counted(neighbours, "experiment")} with a hypothesis just violated among them`;
  if (passed) return [`All ${tested}: every trial came out as the theorems say.`];
  return [
    `${failed.length} of ${tested}: `,
    ...failed.flatMap(({ id }, k): Words[] => (k === 0 ? [code(id)] : [", ", code(id)])),
    ` failed; ${agreements} of ${trials} trials came out as expected.`,
  ];
}

function sumOf(rows: readonly VerifyRow[], value: (row: VerifyRow) => number): number {
  return rows.reduce((sum, row) => sum + value(row), 0);
}

function methodSection({ seed, long, timings }: VerifyAnswer): Section | null {
  return section("method", "Method", [
    paragraph(
      `Each claim is tried on random instances, drawn with seed ${seed}${long ? ", over the longer range of sizes" : ""}. `,
      "In some rows its hypothesis is satisfied, in others just violated; there the conclusion must fail where the claim says so, so that an experiment that cannot fail is found out. ",
      "A margin is the least factor, over all trials of a row, between what was measured and the border at which the outcome would be another: above 1 the trials agree. Exact rows compute modulo a random prime in each trial, some with rational or p-adic numbers, and need no margin. ",
      `Claims marked so are those of `,
      cite("shen2026"),
      `. The run took ${timings.totalSeconds < 10 ? timings.totalSeconds.toFixed(1) : Math.round(timings.totalSeconds)} seconds.`,
    ),
  ]);
}

function overviewSection(claims: readonly VerifiedClaim[]): Section | null {
  if (claims.length < 2) return null;
  return section("overview", "Overview", [
    table({
      id: "claims",
      caption: "The claims, with the trials of all their rows.",
      columns: [left("claim", true), left("of"), right("trials"), right("agreed"), left("result")],
      rows: claims.map(({ id, ofSourcePaper, rows, passed }) => [
        code(id),
        ofSourcePaper ? cite("shen2026") : "this tool",
        String(sumOf(rows, ({ trials }) => trials)),
        String(sumOf(rows, ({ agreements }) => agreements)),
        result(passed),
      ]),
    }),
  ]);
}

const result = (passed: boolean): Words => (passed ? "holds" : strong("fails"));

function claimSection(id: string, title: string, claims: readonly VerifiedClaim[]): Section | null {
  return section(id, title, claims.flatMap(claimBlocks));
}

function claimBlocks(claim: VerifiedClaim): Block[] {
  const { id, statement, page, rows } = claim;
  return [
    paragraph(
      strong(`${id}.`),
      " ",
      ...prose(statement),
      " (",
      link(page, pageName(page)),
      claim.passed ? ")" : "): ",
      claim.passed ? "" : emphasis("this claim failed."),
    ),
    rowTable(id, rows),
  ];
}

function rowTable(id: string, rows: readonly VerifyRow[]): Block {
  const margins = [...new Set(rows.flatMap(({ margin }) => margin ?? []))];
  const withMargin = margins.length > 0;
  return table({
    id: `claim-${id}`,
    caption: inlines(
      "Experiments of ",
      code(id),
      ".",
      ...(withMargin ? [` Margin: ${margins.length === 1 ? "" : "one of "}`, ...prose(margins.join("; ")), "."] : []),
    ),
    columns: [
      left("experiment", true),
      left("hypothesis"),
      left("must"),
      right("trials"),
      right("agreed"),
      ...(withMargin ? [right("margin")] : []),
    ],
    rows: rows.map(({ label, hypothesis, expected, trials, agreements, worstMargin, passed }) => [
      inlines(...prose(label), passed ? "" : " ", ...(passed ? [] : [strong("(failed)")])),
      hypothesis,
      expected === "holds" ? "hold" : "fail",
      String(trials),
      String(agreements),
      ...(withMargin ? [worstMargin === null ? "exact" : numberOf(worstMargin)] : []),
    ]),
  });
}
