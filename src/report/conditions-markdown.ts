import { CONDITIONS, INSTANCE_RULES, SHAPE_RULES } from "../identifiability/condition-table.ts";
import type { Rule } from "../identifiability/derivation.ts";

/** The page docs/conditions.md: every condition, and the rules that turn them into a verdict. */
export function conditionsMarkdown(): string {
  return [
    "# Conditions and rules",
    "",
    "Every answer of `kktid check` lists the conditions it looked at, with status, basis and numbers, and derives its verdict from them by the rules below. `--detail full` prints the derivation.",
    "",
    "| condition | question | looks at | what follows |",
    "| --- | --- | --- | --- |",
    ...CONDITIONS.map(({ id, question, needs, implies, page }) => {
      const name = page.replace(/^proofs\//, "").replace(/\.md$/, "");
      return `| \`${id}\` | ${question} | ${needs.join(", ")} | ${implies} ([${name}](../${page})) |`;
    }),
    "",
    "The first rule that applies gives the verdict; its basis is the weakest among the conditions used.",
    "",
    "## Shapes",
    "",
    ...SHAPE_RULES.map(ruleLine),
    "",
    "## Networks",
    "",
    ...INSTANCE_RULES.map(ruleLine),
    "",
  ].join("\n");
}

function ruleLine({ verdict, premises, because }: Rule, index: number): string {
  const parts = premises.map((group) => group.map(({ id, status }) => `\`${id}\` ${status}`).join(" or "));
  return `${index + 1}. ${parts.join("; and ")} ⇒ **${verdict}**: ${because}.`;
}
