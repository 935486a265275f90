import { expect, test } from "vitest";
import type { Outcome } from "../../src/document/tree.ts";
import { PAGE_STYLE } from "../../src/render/html/style.ts";
import { renderMarkdown } from "../../src/render/markdown.ts";
import { OUTCOME_LOOKS } from "../../src/render/outcome.ts";
import { exampleDocument } from "../support/example-document.ts";

const outcomes = Object.keys(OUTCOME_LOOKS) as Outcome[];

test.each(["name", "mark", "tex"] as const)("no two outcomes have the same %s", (part) => {
  expect(new Set(outcomes.map((outcome) => OUTCOME_LOOKS[outcome][part])).size).toBe(outcomes.length);
});

test.each(outcomes)("%s has colours of its own on the light and on the dark page", (outcome) => {
  const colours = [...PAGE_STYLE.matchAll(/--(\w+): (#[0-9a-f]{6}); --\1-tint/g)];
  const own = colours.filter(([, name]) => name === outcome).map(([, , colour]) => colour);
  expect(own).toHaveLength(2);
  for (const colour of own) expect(colours.filter(([, , other]) => other === colour)).toHaveLength(1);
});

test("a local verdict is not written as a global one", () => {
  const isolated = { ...exampleDocument, outcome: "isolated" } as const;
  expect(renderMarkdown(isolated, { figures: "omit", name: "r" }).main).toContain("> **◇ Locally determined.**");
  expect(renderMarkdown(exampleDocument, { figures: "omit", name: "r" }).main).toContain("> **● Determined.**");
});
