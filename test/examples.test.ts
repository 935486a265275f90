import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "./support/command-line.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

test("examples/custom-objective.mjs prints what docs/objectives.md shows", () => {
  const page = readFileSync(`${root}docs/objectives.md`, "utf8");
  const shown = /```\n\$ node examples\/custom-objective\.mjs\n([\s\S]*?)```/.exec(page)![1];
  const printed = execFileSync(process.execPath, ["examples/custom-objective.mjs"], { cwd: root, encoding: "utf8" });
  expect(printed).toBe(shown);
});

describe("examples of the library", () => {
  const printed = (name: string): string =>
    execFileSync(process.execPath, [`examples/${name}.mjs`], { cwd: root, encoding: "utf8" });

  test("check-a-shape.mjs finds a verdict on each side of every threshold", () => {
    const lines = printed("check-a-shape").split("\n");
    const verdicts = lines.flatMap((line) => /^m = \d+: (\S+),/.exec(line)?.[1] ?? []);
    expect(verdicts).toEqual(["nonidentifiable", "locally-identifiable", "globally-identifiable"]);
  });

  test("audit-a-network.mjs recovers four samples, within bounds that hold, with a proof that is accepted", () => {
    const text = printed("audit-a-network");
    expect(text).toMatch(/^globally-identifiable, rests on certificate\nrecovered: 4 samples\n/);
    expect(text).toContain("every bound covers the true error: true");
    expect(text).toContain("the certificate is accepted");
  });

  test("equations-of-a-shape.mjs writes the equations and counts them", () => {
    const text = printed("equations-of-a-shape");
    expect(text).toMatch(/^hidden: w_j = a_j/);
    expect(text).toContain("9 moments, 2 equations a neuron: 5 neurons are enough to count");
    expect(text).toContain("amsmath");
  });
});

test("report.mjs writes an article with the files that it names", () => {
  const folder = temporaryFolder();
  try {
    const text = execFileSync(process.execPath, ["examples/report.mjs", folder.path], { cwd: root, encoding: "utf8" });
    expect(text).toContain("4 of 4 samples are determined");
    const article = readFileSync(`${folder.path}/audit.tex`, "utf8");
    const pictures = [...article.matchAll(/\\includegraphics(?:\[[^\]]*\])?\{([^}]+)\}/g)].map((match) => match[1]!);
    expect(pictures.length).toBeGreaterThan(0);
    for (const name of pictures) expect(existsSync(`${folder.path}/${name}`)).toBe(true);
  } finally {
    folder.remove();
  }
});
