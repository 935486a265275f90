import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseAnswer } from "../../src/answers/parse-answer.ts";
import { UsageError } from "../../src/errors.ts";
import { check } from "../../src/library/check.ts";
import { recover } from "../../src/library/recover.ts";
import { type ReportOptions, report } from "../../src/library/report.ts";
import { EXAMPLES } from "../support/example-networks.ts";

const bytes = new Uint8Array(readFileSync(`${EXAMPLES}iris-hidden-layer/network.npz`));
const question = { network: { name: "network.npz", bytes }, activation: "z + z^2 + z^3", samples: 4 };
const decided = check(question);
const found = recover(question);

test.each(["latex", "markdown", "text"] as const)(
  "%s: a saved answer gives the report of a fresh one",
  async (format) => {
    const fresh = await report([decided, found], { format, name: "audit" });
    const saved = [decided, found].map((answer) => parseAnswer(JSON.stringify(answer), "saved.json"));
    expect(await report(saved, { format, name: "audit" })).toEqual(fresh);
    expect(fresh.main).toContain("4 of 4 samples");
    for (const { name } of fresh.files) expect(name).toMatch(/^audit/);
  },
);

test("one answer alone is a report, and a fragment has no preamble", async () => {
  const article = await report(decided, { format: "latex" });
  expect(article.main).toContain("\\documentclass");
  expect((await report(decided, { format: "latex", fragment: true })).main).not.toContain("\\documentclass");
});

test("two checks, no answer, and an unknown format are errors", async () => {
  await expect(report([decided, decided], { format: "text" })).rejects.toThrow(UsageError);
  await expect(report([], { format: "text" })).rejects.toThrow(UsageError);
  await expect(report(decided, { format: "html" })).rejects.toThrow(/assets/);
  await expect(report(decided, { format: "docx" } as unknown as ReportOptions)).rejects.toThrow(/format/);
});
