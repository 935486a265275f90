import type { SlackAnswer } from "../answers/check-answer.ts";
import type { Block, Section } from "../document/tree.ts";
import type { Repair } from "../identifiability/result.ts";
import type { ProblemFacts } from "./facts.ts";
import { bullets, counted, left, paragraph, section, table } from "./inline.ts";
import { prose } from "./prose.ts";

/** Section "What would change the verdict": slack, and the smallest changes. */
export function changesSection({ check }: ProblemFacts): Section | null {
  if (check === null) return null;
  return section("changes", "What would change the verdict", [
    ...slackBlocks(check.slack),
    repairTable(check.repairs, "identify"),
    repairTable(check.repairs, "protect"),
  ]);
}

function slackBlocks(slack: SlackAnswer | null): Block[] {
  if (slack === null) return [];
  const items = [
    slackItem(slack.neuronsBeyondLocal, "neuron", "than local identifiability needs"),
    slackItem(slack.neuronsBeyondGlobal, "neuron", "than global identifiability needs"),
    slackItem(slack.samplesAtThisWidth, "sample", "would still be locally determined at this width"),
    slackItem(slack.samplesAtAnyWidth, "sample", "would still be locally determined at unlimited width"),
  ].filter((item) => item !== null);
  return items.length === 0 ? [] : [paragraph("The configuration is this far from its thresholds:"), bullets(items)];
}

function slackItem(value: number | null, noun: string, what: string): string | null {
  if (value === null) return null;
  return value === 0 ? `no ${noun} more ${what}` : `${counted(value, noun)} more ${what}`;
}

const AIMS: Readonly<Record<Repair["aim"], string>> = {
  identify: "Smallest changes that would determine the data.",
  protect: "Smallest changes that would protect the data.",
};

function repairTable(repairs: readonly Repair[], aim: Repair["aim"]): Block | null {
  const rows = repairs.filter((repair) => repair.aim === aim);
  if (rows.length === 0) return null;
  return table({
    id: `changes-${aim}`,
    caption: AIMS[aim],
    columns: [left("change", true), left("because", true)],
    rows: rows.map(({ change, because }) => [prose(change), prose(because)]),
  });
}
