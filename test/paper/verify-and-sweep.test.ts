import katex from "katex";
import { describe, expect, test } from "vitest";
import { parseAnswer } from "../../src/answers/parse-answer.ts";
import type { SweepAnswer, SweepCell } from "../../src/answers/sweep-answer.ts";
import type { VerifiedClaim, VerifyAnswer, VerifyRow } from "../../src/answers/verify-answer.ts";
import type { Block, Inline, ReportDocument } from "../../src/document/tree.ts";
import { visitInlines } from "../../src/paper/references.ts";
import { documentOf } from "./answers.ts";

const tool = { name: "kktid", version: "0" } as const;

const row: VerifyRow = {
  label: "n = 6, d = 4: one sample too many",
  hypothesis: "violated",
  expected: "fails",
  arithmetic: "floating",
  trials: 5,
  agreements: 5,
  worstMargin: 1e4,
  margin: "σ_min / tolerance",
  passed: true,
};

const claim: VerifiedClaim = {
  id: "kernel-criterion",
  statement: "If nullity K = rank G = n, at most one data set of n samples fits.",
  ofSourcePaper: false,
  page: "proofs/kernel-criterion.md",
  rows: [
    { ...row, hypothesis: "satisfied", expected: "holds", arithmetic: "exact", worstMargin: null, margin: null },
    row,
  ],
  passed: true,
};

const verify: VerifyAnswer = {
  schema: "kktid.verify/1",
  tool,
  seed: 1,
  long: false,
  claims: [claim, { ...claim, id: "moment-expansion", ofSourcePaper: true, page: "proofs/moment-expansion.md" }],
  passed: true,
  timings: { totalSeconds: 2 },
};

const cell = (x: number, y: number, verdict: SweepCell["verdict"]): SweepCell => ({
  x,
  y,
  verdict,
  basis: "certificate",
  thresholds: { widthForMoments: 9, widthForGlobal: 9, widthForLocal: 5, sampleCapacity: 6 },
  empirical: x === 0 ? { trials: 3, successes: 2 } : null,
  command: `kktid check -a z^3 -d 4 -n ${x + 1} -m ${y + 1}`,
});

const sweep: SweepAnswer = {
  schema: "kktid.sweep/1",
  tool,
  inputHash: "sha256:0",
  seed: 3,
  title: "Cubic networks",
  x: { parameter: "samples", values: [1, 2] },
  y: { parameter: "width", values: [4, 5] },
  cells: [
    cell(0, 0, "nonidentifiable"),
    cell(1, 0, "nonidentifiable"),
    cell(0, 1, "globally-identifiable"),
    cell(1, 1, "locally-identifiable"),
  ],
  boundaries: [{ name: "Jacobian of full rank", along: "x", thresholds: [5, null] }],
};

function plain(inlines: readonly Inline[]): string {
  return inlines
    .map((inline) => (inline.kind === "math" ? inline.plain : "text" in inline ? inline.text : "§"))
    .join("");
}

const blocks = ({ sections }: ReportDocument): readonly Block[] => sections.flatMap((section) => section.blocks);

function expectSound(document: ReportDocument): void {
  visitInlines(document.summary, document.sections, (inline) => {
    if (inline.kind !== "math") return;
    expect(inline.tex).toMatch(/^[\x20-\x7e]+$/);
    katex.renderToString(inline.tex, { strict: "error", throwOnError: true });
  });
  const ids = [
    ...document.sections.map(({ id }) => id),
    ...blocks(document).flatMap((block) => ("id" in block ? block.id : [])),
  ];
  expect(new Set(ids).size).toBe(ids.length);
  for (const section of document.sections) expect(section.blocks.length).toBeGreaterThan(0);
  for (const block of blocks(document)) {
    if (block.kind !== "table") continue;
    expect(block.rows.length).toBeGreaterThan(0);
    for (const cells of block.rows) expect(cells).toHaveLength(block.columns.length);
  }
}

describe("verify", () => {
  test("says how many claims held, and names those of the source paper apart", () => {
    const document = documentOf(verify);
    expectSound(document);
    expect(document.outcome).toBe("passed");
    expect(plain(document.summary)).toBe(
      "All 2 claims in 20 trials, 2 experiments with a hypothesis just violated among them: every trial came out as the theorems say.",
    );
    expect(document.sections.map(({ id }) => id)).toEqual(["method", "overview", "source-paper", "own-claims"]);
    expect(document.references.map(({ key }) => key)).toEqual(["shen2026"]);
    expect(document.stamp.commands).toEqual(["kktid verify --seed 1"]);
  });

  test("a claim that fails is named in the first sentence and marked in its table", () => {
    const failed = { ...claim, rows: [{ ...row, agreements: 4, passed: false }], passed: false };
    const document = documentOf({ ...verify, claims: [failed], passed: false });
    expectSound(document);
    expect(document.outcome).toBe("failed");
    expect(plain(document.summary)).toMatch(
      /^1 of 1 claim .*kernel-criterion failed; 4 of 5 trials came out as expected\.$/,
    );
    const table = blocks(document).find((block) => block.kind === "table");
    expect(table?.kind === "table" && plain(table.rows[0]![0]!)).toContain("(failed)");
  });

  test("survives being saved", () => {
    expect(documentOf(parseAnswer(JSON.stringify(verify), "v.json"))).toEqual(documentOf(verify));
  });
});

describe("sweep", () => {
  test("has the diagram, the counts, the borders and commands", () => {
    const document = documentOf(sweep);
    expectSound(document);
    expect(document.title).toBe("Cubic networks");
    expect(plain(document.summary)).toBe(
      "Of 4 cells over samples n and width m, 1 globally identifiable, 1 locally identifiable, 2 not identifiable; 4 of 6 trained networks gave their data. A cell is about almost every network and data set of its shape.",
    );
    const figure = blocks(document).find((block) => block.kind === "figure");
    expect(figure?.kind === "figure" && figure.figure).toMatchObject({
      kind: "phase-diagram",
      x: { name: "samples n" },
    });
    const code = blocks(document).find((block) => block.kind === "code");
    expect(code?.kind === "code" && code.text.split("\n")).toHaveLength(3);
  });

  test("names wrong claims in the first sentence, and counts them by verdict", () => {
    const counts = { trials: 3, successes: 2, wrong: 1, untrained: 4 };
    const wrong = {
      ...sweep,
      cells: sweep.cells.map((one, k) => ({ ...one, counting: "holds" as const, empirical: k === 0 ? counts : null })),
    };
    const document = documentOf(parseAnswer(JSON.stringify(wrong), "s.json"));
    expectSound(document);
    expect(document.outcome).toBe("failed");
    expect(plain(document.summary)).toContain(
      "2 of 3 trained networks gave their data, and of 1 a recovery was claimed that is beyond its error bound; 4 networks more reached no stationary point.",
    );
    const table = blocks(document).find((block) => block.kind === "table");
    const rows = table?.kind === "table" ? table.rows.map((cells) => cells.map(plain).slice(-4)) : [];
    expect(rows).toContainEqual(["2", "1", "3", "4"]);
    const right = {
      ...wrong,
      cells: wrong.cells.map((one) => ({ ...one, empirical: one.empirical && { ...counts, wrong: 0 } })),
    };
    expect(documentOf(right).outcome).toBe("computed");
  });

  test("without trained networks and borders it has neither", () => {
    const bare = { ...sweep, boundaries: [], cells: sweep.cells.map((one) => ({ ...one, empirical: null })) };
    const document = documentOf(bare);
    expectSound(document);
    expect(plain(document.summary)).not.toContain("trained");
    expect(document.sections.map(({ id }) => id)).toEqual(["diagram", "counts", "replay"]);
  });

  test("is computed, neither passed nor failed, with undecided cells or without", () => {
    expect(documentOf(sweep).outcome).toBe("computed");
    expect(documentOf({ ...sweep, cells: [cell(0, 0, "inconclusive")] }).outcome).toBe("computed");
  });
});
