import { formatNumber } from "../src/report/numbers.ts";
import { checkHonesty, type HonestyOutcome } from "../test/support/honesty.ts";
import { median, writeTable } from "./table.ts";

const SECONDS = 5;

/**
 * Claims against the truth on random instances of all settings, disturbed ones included:
 * `npm run bench -- honesty [INSTANCES] [FIRST]`.
 */
export async function run([instances = "1000", first = "0"]: string[]): Promise<void> {
  const byDisturbance = new Map<string, HonestyOutcome[]>();
  const violations: string[] = [];
  let checked = 0;
  for (let k = 0; k < Number(instances); k++) {
    const outcome = checkHonesty(Number(first) + k, SECONDS);
    if (outcome === null) continue;
    checked++;
    byDisturbance.set(outcome.disturbance, [...(byDisturbance.get(outcome.disturbance) ?? []), outcome]);
    if (outcome.violation === null) continue;
    violations.push(`${outcome.name}: ${outcome.violation}`);
    process.stderr.write(`violated: ${violations.at(-1)}\n`);
  }
  writeTable("honesty", {
    title: "Claims against the truth",
    command: `npm run bench -- honesty ${instances}`,
    head: [
      "instances",
      "number",
      "recovered",
      "nonidentifiable",
      "ill-conditioned",
      "not-found",
      "bound / error, least … median",
    ],
    rows: Array.from(byDisturbance, ([name, outcomes]) => describe(name, outcomes)),
    notes: [
      "families and data as in strategies.md, 12 attempts a search; a sample is outside its bound where bound / error is below one.",
      `violations: ${violations.length}`,
      ...violations,
    ],
  });
  console.log(`honesty: ${checked} instances, ${violations.length} claims violated`);
}

function describe(name: string, outcomes: readonly HonestyOutcome[]): string[] {
  const count = (status: HonestyOutcome["status"]): string =>
    String(outcomes.filter((outcome) => outcome.status === status).length);
  const ratios = outcomes.flatMap(({ ratio }) => (ratio === null ? [] : [ratio]));
  return [
    name,
    String(outcomes.length),
    count("recovered"),
    count("nonidentifiable"),
    count("ill-conditioned"),
    count("not-found"),
    ratios.length === 0 ? "–" : `${formatNumber(Math.min(...ratios))} … ${formatNumber(median(ratios))}`,
  ];
}
