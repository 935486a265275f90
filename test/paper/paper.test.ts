import katex from "katex";
import { beforeAll, describe, expect, test } from "vitest";
import type { CheckAnswer } from "../../src/answers/check-answer.ts";
import type { Answer } from "../../src/answers/parse-answer.ts";
import type { KnowledgeAnswer, RecoverAnswer } from "../../src/answers/recover-answer.ts";
import type { RecoveredAgainstTrueFigure } from "../../src/document/figure.ts";
import type { Block, Inline, ReportDocument } from "../../src/document/tree.ts";
import { imageGrid } from "../../src/paper/images.ts";
import { paperOf } from "../../src/paper/paper.ts";
import { visitInlines } from "../../src/paper/references.ts";
import { reportInput } from "../../src/paper/report-input.ts";
import { answerOf, documentOf, proofPage, REPORTS } from "./answers.ts";

const names = Object.keys(REPORTS);
const answers = new Map<string, Answer[]>();
const documents = new Map<string, ReportDocument>();

beforeAll(async () => {
  for (const name of names) {
    const read: Answer[] = [];
    for (const argv of REPORTS[name]!) read.push(await answerOf(...argv));
    answers.set(name, read);
    documents.set(name, documentOf(...read));
  }
}, 240_000);

const blocksOf = ({ sections }: ReportDocument): readonly Block[] => sections.flatMap(({ blocks }) => blocks);

function inlinesOf({ summary, sections }: ReportDocument): Inline[] {
  const all: Inline[] = [];
  visitInlines(summary, sections, (inline) => all.push(inline));
  return all;
}

function plain(inlines: readonly Inline[]): string {
  return inlines
    .map((inline) => {
      if (inline.kind === "math") return inline.plain;
      return inline.kind === "citation"
        ? `[${inline.key}]`
        : inline.kind === "reference"
          ? `{${inline.to}}`
          : inline.text;
    })
    .join("");
}

describe.each(names)("%s", (name) => {
  const document = (): ReportDocument => documents.get(name)!;

  test("no section, table, list or paragraph is empty, and no identifier occurs twice", () => {
    const { sections, summary, title } = document();
    expect(title).not.toBe("");
    expect(plain(summary)).toMatch(/^[A-Z0-9].*\.$/);
    for (const { blocks } of sections) expect(blocks.length).toBeGreaterThan(0);
    for (const block of blocksOf(document())) expect(isFilled(block), JSON.stringify(block)).toBe(true);
    const ids = [...sections.map(({ id }) => id), ...blocksOf(document()).flatMap(idOf)];
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => /^[a-z0-9-]+$/.test(id))).toBe(true);
  });

  test("every table has a cell for every column, and at most two columns that wrap", () => {
    for (const block of blocksOf(document())) {
      if (block.kind !== "table") continue;
      for (const row of block.rows) expect(row).toHaveLength(block.columns.length);
      expect(block.columns.filter(({ wraps }) => wraps).length).toBeLessThanOrEqual(2);
    }
  });

  test("citations and references are the same set, cross references and proofs resolve", () => {
    const inlines = inlinesOf(document());
    const cited = new Set(inlines.flatMap((inline) => (inline.kind === "citation" ? inline.key : [])));
    expect(document().references.map(({ key }) => key)).toEqual([...cited]);
    const ids = new Set([...document().sections.map(({ id }) => id), ...blocksOf(document()).flatMap(idOf)]);
    for (const inline of inlines) if (inline.kind === "reference") expect(ids).toContain(inline.to);
    const linked = inlines.flatMap((inline) => (inline.kind === "link" ? inline.href : []));
    const pages = document().proofs.map(({ path }) => path);
    expect([...new Set(linked)].sort()).toEqual([...pages].sort());
  });

  test("every formula renders, is ASCII in LaTeX, and no formula is left in the text", () => {
    const inlines = inlinesOf(document());
    for (const inline of inlines) if (inline.kind === "math") render(inline.tex, false);
    // Letters with accents and typographic signs; Greek and operators are mathematics.
    const texts = inlines.flatMap((inline) => (inline.kind === "text" ? inline.text : []));
    for (const text of texts) expect(text).toMatch(/^[\x20-\x7eÀ-ÿ–“”’…×]*$/);
  });

  test("displayed equations render, and fit a terminal", () => {
    const displayed = blocksOf(document()).filter((block) => block.kind === "displayed-math");
    expect(displayed.length).toBeGreaterThan(1);
    for (const { lines, plain: text } of displayed) {
      expect(lines.every((line) => line.includes("&"))).toBe(true);
      render(`\\begin{align*}${lines.join("\\\\")}\\end{align*}`, true);
      for (const line of text) expect([...line].length).toBeLessThanOrEqual(80);
    }
  });

  test("is plain data", () => {
    expect(JSON.parse(JSON.stringify(document()))).toEqual(document());
  });
});

function render(tex: string, displayMode: boolean): void {
  expect(tex).toMatch(/^[\x20-\x7e]+$/);
  katex.renderToString(tex, { strict: "error", throwOnError: true, displayMode });
}

function isFilled(block: Block): boolean {
  switch (block.kind) {
    case "paragraph":
      return plain(block.content).trim() !== "";
    case "statement":
      return block.content.length > 0 && block.title.length > 0;
    case "list":
      return block.items.length > 0 && block.items.every((item) => item.length > 0);
    case "table":
      return block.rows.length > 0 && block.columns.length > 0 && block.caption.length > 0;
    case "figure":
      return block.caption.length > 0 && block.description !== "";
    case "images":
      return block.rows.every(({ images }) => images.length > 0);
    case "code":
      return block.text !== "";
    case "displayed-math":
      return block.lines.length > 0 && block.plain.length > 0;
  }
}

function idOf(block: Block): string[] {
  return "id" in block ? [block.id] : [];
}

describe("the auditor's sentence", () => {
  const sentence = (name: string): string => plain(documents.get(name)!.summary);
  const outcome = (name: string): string => documents.get(name)!.outcome;

  test.each([
    [
      "hidden layer",
      "determined",
      /^4 of 4 samples are determined by the weights and were recovered to ±[\d.]+e-10 \(proved\) up to permutation, assuming the weights are a stationary point to ρ = 1\.0e-13 of the largest entry of each tensor\. .* \(estimated\)\. The true error is at most [\d.]+e-14\.$/,
    ],
    [
      "hidden layer, check alone",
      "determined",
      /^The weights determine the 4 training samples up to permutation: no other data set of 4 samples fits \(proved, with a certificate\), assuming the weights are a stationary point to ρ = 1\.0e-13 of the largest entry of each tensor\.$/,
    ],
    [
      "one sample too many",
      "undetermined",
      /^The weights do not determine the 5 training samples: two data sets, \d+ % apart, fit them equally well \(proved within ρ = 1\.0e-13\), and they are joined by a continuum of data sets, of dimension 2 by the rank of the Jacobian \(estimated\)\.$/,
    ],
    [
      "one sample too few",
      "open",
      /^No data set of 3 samples was found that solves the equations: .* A search that fails proves nothing about other searches\.$/,
    ],
    ["number of samples unknown", "determined", /^4 of 4 samples are determined by the weights/],
    [
      "both layers",
      "undetermined",
      /^The weights do not determine the 4 training samples: two data sets, 14 % apart, .* of dimension 10 /,
    ],
    [
      "three classes",
      "isolated",
      /^6 of 6 samples were recovered from the weights to .* and the training data are in the region searched around them\. This data set is isolated; that no other one fits far away is not shown\./,
    ],
    ["quadratic", "undetermined", /^The weights do not determine the 4 training samples: .* of dimension 6 /],
    [
      "one gradient",
      "determined",
      /^6 of 6 samples are determined by the weights and the gradient and were recovered to .* assuming the numbers of the files are exact to ρ = /,
    ],
    [
      "a shape",
      "determined",
      /^For almost every network and data set of this shape, the weights determine the 4 training samples up to permutation: no other data set of 4 samples fits \(proved, with a certificate\), provided that the trained neurons have the ranks of general ones\.$/,
    ],
    [
      "a shape, one neuron too few",
      "undetermined",
      /^For almost every network and data set of this shape, the weights do not determine the 4 training samples: a continuum of data sets of dimension 4 has the same equations \(.*\)\.$/,
    ],
    [
      "a shape that is local",
      "isolated",
      /^For almost every network .* determine the 4 training samples up to permutation and up to finitely many data sets \(.*\), provided .*; whether it is one is open\.$/,
    ],
    [
      "a monomial, counted",
      "determined",
      / the weights and their displacement determine the 3 training samples up to permutation, sign and scale: /,
    ],
    [
      "a quadratic shape",
      "undetermined",
      /^For almost every .* a continuum of data sets of dimension 3 has the same equations \(.*\)\.$/,
    ],
  ])("%s", (name, expected, pattern) => {
    expect(sentence(name)).toMatch(pattern);
    expect(outcome(name)).toBe(expected);
  });

  test("claims nothing of a recovery whose uniqueness is not shown", () => {
    const [, recover] = answers.get("hidden layer")! as [Answer, RecoverAnswer];
    const alone: RecoverAnswer = { ...recover, proof: null };
    expect(plain(documentOf(alone).summary)).toMatch(/^4 of 4 samples were recovered from the weights/);
    expect(plain(documentOf(alone).summary)).toContain("that no other one fits far away is not shown");
    expect([documentOf(recover).outcome, documentOf(alone).outcome]).toEqual(["determined", "isolated"]);
  });

  test("is not determined where several real data sets of a random instance are known", () => {
    const [local] = answers.get("a shape that is local")! as [CheckAnswer];
    const solutions = { count: null, status: "at-least", basis: "numerical", proof: null, theorem: null } as const;
    const outcomeOf = (real: number) =>
      documentOf({ ...local, solutions: { ...local.solutions!, ...solutions, found: 4, real } }).outcome;
    expect([outcomeOf(1), outcomeOf(2)]).toEqual(["isolated", "undetermined"]);
  });

  test("names what was known beside the weights, in the sentence and in the command", () => {
    const [, recover] = answers.get("hidden layer")! as [Answer, RecoverAnswer];
    const knowledge: KnowledgeAnswer = {
      domain: "free",
      loss: "mse",
      weightDecay: 0.001,
      labels: [-1, 1],
      known: null,
      equations: ["multipliers"],
      rows: 4,
      agrees: true,
      objection: null,
      sideResidual: 0,
      equationResidual: 0,
      residualFloor: 1e-15,
    };
    const units = { x: "raw", scaler: { file: "scaler.npz", mean: [0], std: [1] } } as const;
    // As an older version saved it, without the options that were given.
    const { options: _, ...older } = recover;
    const { summary, stamp } = documentOf({ ...older, knowledge, units });
    const given = "and given the mse loss, the weight decay 0.001 and labels out of -1, 1";
    expect(plain(summary)).toContain(`${given} the error analysis gives`);
    const samples = recover.samples.map((sample) => ({ ...sample, certified: false, provedBound: null }));
    expect(plain(documentOf({ ...recover, samples, knowledge, units }).summary)).toMatch(
      new RegExp(`\\(estimated\\) up to permutation, assuming the weights are exact to \\S+ ${given}\\.`),
    );
    expect(stamp.commands.join()).toContain("--loss mse --weight-decay 0.001 --labels=-1,1 --scaler scaler.npz");
    const unused = documentOf({ ...recover, knowledge: { ...knowledge, rows: 0 } });
    expect(plain(unused.summary)).not.toContain("and given");
    expect(plain(documentOf(recover).summary)).not.toContain("and given");
  });

  test("speaks of proved bounds only where the table has them", () => {
    const [, recover] = answers.get("hidden layer")! as [Answer, RecoverAnswer];
    const samples = recover.samples.map((sample) => ({ ...sample, certified: false, provedBound: null }));
    const accuracy = (document: ReportDocument): string =>
      blocksOf(document)
        .flatMap((block) => (block.kind === "paragraph" ? [plain(block.content)] : []))
        .join("\n");
    expect(accuracy(documentOf({ ...recover, samples }))).not.toContain("The proved bounds hold");
    expect(accuracy(documentOf({ ...recover, samples }))).toContain("it is proved that each sample of any data set");
    expect(accuracy(documentOf(recover))).toContain("The proved bounds hold");
  });

  test("does not call open what the count of data sets has settled", () => {
    const [check] = answers.get("a shape that is local")! as [CheckAnswer];
    const found = { basis: "numerical", proof: null, theorem: null, loops: 1, paths: 4, failedPaths: 0 } as const;
    const sentenceOf = (count: number, real: number, status: "exact" | "at-least" = "at-least"): string =>
      plain(
        documentOf({
          ...check,
          solutions: { ...found, count, status, found: count, real, finished: true },
        }).summary,
      );
    expect(sentenceOf(2, 2)).toMatch(/; at a random instance 2 real ones were found\.$/);
    expect(sentenceOf(2, 1)).toMatch(/; a random instance has at least 2 over the complex numbers/);
    expect(sentenceOf(2, 1, "exact")).toMatch(/; a random instance has 2 over the complex numbers/);
    expect(sentenceOf(1, 1)).toMatch(/; whether it is one is open/);
  });

  test("draws pictures of any size, and calls the rounding of black zero", () => {
    const pixels = Array.from({ length: 300 * 600 }, (_, e) => (e === 0 ? -1e-16 : e / (300 * 600)));
    const points = [pixels, pixels.map((value) => value / 2)];
    const size = { height: 300, width: 600 };
    const gridOf = (dark: number): string =>
      plain(
        imageGrid({
          ...{ id: "pictures", caption: "Samples.", size },
          rows: [{ title: "recovered", points: points.map((point) => [dark, ...point.slice(1)]) }],
        }).caption,
      );
    expect(gridOf(-1e-16)).toContain("Black is 0, white 1,");
    expect(gridOf(-0.25)).toContain("Black is -0.25, white 1,");
  });

  test("says of an estimated bound that it is estimated", () => {
    const [, recover] = answers.get("hidden layer")! as [Answer, RecoverAnswer];
    const samples = recover.samples.map((sample) => ({
      ...sample,
      certified: false,
      errorBound: sample.estimatedBound,
      provedBound: null,
    }));
    const estimated = plain(documentOf({ ...recover, samples, proof: null }).summary);
    expect(estimated).toMatch(
      /to ±[\d.]+e-13 \(estimated\) up to permutation, assuming the weights are exact to 1\.1e-16\./,
    );
    expect(estimated).not.toContain("proved");
  });

  test("does not count given samples as recovered", () => {
    const [, recover] = answers.get("hidden layer")! as [Answer, RecoverAnswer];
    const samples = recover.samples.map((sample, i) => ({ ...sample, known: i === 0 }));
    expect(plain(documentOf({ ...recover, samples }).summary)).toMatch(/^3 of 4 samples .*; 1 was given,/);
  });
});

describe("which parts a report has", () => {
  const ids = (name: string): string[] => documents.get(name)!.sections.map(({ id }) => id);
  const figures = (name: string): string[] =>
    blocksOf(documents.get(name)!).flatMap((block) => (block.kind === "figure" ? block.figure.kind : []));

  test("a witness instead of recovered data where the data are not determined", () => {
    expect(ids("both layers")).toContain("ambiguity");
    expect(ids("both layers")).not.toContain("data");
    expect(ids("hidden layer")).toContain("data");
    expect(ids("hidden layer")).not.toContain("ambiguity");
  });

  test("truth, bounds and spectra as figures where they are known", () => {
    expect(figures("hidden layer")).toEqual(
      expect.arrayContaining(["certificate-boxes", "spectrum", "recovered-against-true", "convergence"]),
    );
    expect(figures("number of samples unknown")).not.toContain("recovered-against-true");
    expect(figures("a shape")).toEqual([]);
  });

  test("a certificate section only with a certificate", () => {
    expect(ids("hidden layer")).toContain("certificates");
    expect(ids("three classes")).toContain("certificates");
    expect(ids("one sample too few")).not.toContain("certificates");
  });

  test("only theorems that the answer uses", () => {
    const theorems = (name: string): string[] =>
      blocksOf(documents.get(name)!).flatMap((block) => (block.kind === "statement" ? block.id : []));
    expect(theorems("a quadratic shape")).toContain("theorem-quadratic-mixing");
    expect(theorems("a shape")).not.toContain("theorem-quadratic-mixing");
    expect(theorems("a shape")).toContain("theorem-jennrich");
    expect(theorems("hidden layer")).not.toContain("theorem-sample-splitting");
  });

  test("commands that make the answers", () => {
    expect(documents.get("a shape")!.stamp.commands).toEqual([
      "kktid check -a 'z + z^2 + z^3' -d 4 -n 4 -m 40 --trained hidden --seed 1 --json > check.json",
      "kktid recheck check.json",
    ]);
  });
});

describe("input of a report", () => {
  test("answers about different problems are refused", () => {
    const [check] = answers.get("hidden layer")!;
    const [, recover] = answers.get("one sample too many")!;
    expect(() => documentOf(check!, recover!)).toThrow(/samples is 4 in the answer of check and 5 in that of recover/);
    expect(() => documentOf(check!, check!)).toThrow(/no report joins/);
    expect(() => documentOf()).toThrow(/no answer/);
  });

  test("an image size that does not fit is refused, one that fits gives pictures", () => {
    const input = reportInput(answers.get("hidden layer")!);
    expect(() => paperOf(input, { proofPage, image: { height: 3, width: 3 } })).toThrow(/9 pixels, but a sample has 4/);
    const blocks = blocksOf(paperOf(input, { proofPage, image: { height: 2, width: 2 } }));
    const grid = blocks.find((block) => block.kind === "images");
    expect(grid?.kind === "images" && grid.rows.map(({ title, images }) => [title, images.length])).toEqual([
      ["true", 4],
      ["recovered", 4],
    ]);
    const pixels =
      grid?.kind === "images" ? grid.rows.flatMap(({ images }) => images.flatMap((image) => image.pixels)) : [];
    expect([Math.min(...pixels), Math.max(...pixels)]).toEqual([0, 1]);
  });
});

describe("recovered against true", () => {
  const figureOf = (name: string): RecoveredAgainstTrueFigure => {
    const blocks = blocksOf(documents.get(name)!);
    const figures = blocks.flatMap((block) => (block.kind === "figure" ? [block.figure] : []));
    return figures.find((figure) => figure.kind === "recovered-against-true")!;
  };
  const distance = (a: readonly number[], b: readonly number[]): number =>
    Math.hypot(...a.map((value, e) => value - b[e]!));

  test.each(["hidden layer", "one gradient"])("%s: each pair is as far apart as the error that is reported", (name) => {
    const recover = answers.get(name)!.find(({ schema }) => schema === "kktid.recover/1") as RecoverAnswer;
    const { samples } = figureOf(name);
    expect(samples).toHaveLength(recover.samples.length);
    const reported = [...recover.truth!.perSample].sort((a, b) => a - b);
    const shown = samples.map(({ recovered, truth }) => distance(recovered, truth)).sort((a, b) => a - b);
    for (const [k, error] of shown.entries()) expect(error).toBeCloseTo(reported[k]!, 12);
    const swapped = distance(samples[0]!.recovered, samples[1]!.truth);
    expect(swapped).toBeGreaterThan(100 * recover.truth!.maxError);
  });
});

describe("knowledge beside the weights", () => {
  const cubic = ["-a", "z^3", "-d", "3", "-n", "2", "-m", "20"];

  test("is in the sentence that needs it, and in no other", async () => {
    const known = plain(documentOf(await answerOf("check", ...cubic, "--domain", "sphere")).summary);
    const unknown = plain(documentOf(await answerOf("check", ...cubic)).summary);
    expect(known).toMatch(/data set of norm 1 of this shape, the weights, with the norm 1 of every sample known, /);
    expect(unknown).not.toMatch(/norm/);
    expect(unknown).toMatch(/scale/);
  });
});
