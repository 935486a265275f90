import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

test("examples/custom-objective.mjs prints what docs/objectives.md shows", () => {
  const page = readFileSync(`${root}docs/objectives.md`, "utf8");
  const shown = /```\n\$ node examples\/custom-objective\.mjs\n([\s\S]*?)```/.exec(page)![1];
  const printed = execFileSync(process.execPath, ["examples/custom-objective.mjs"], { cwd: root, encoding: "utf8" });
  expect(printed).toBe(shown);
});
