import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { conditionsMarkdown } from "../../src/report/conditions-markdown.ts";

test("docs/conditions.md is what npm run conditions writes", () => {
  expect(readFileSync(new URL("../../docs/conditions.md", import.meta.url), "utf8")).toBe(conditionsMarkdown());
});
