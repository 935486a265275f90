import { describe, expect, test } from "vitest";
import { parseActivation } from "../../src/algebra/activation.ts";
import type { ProblemAnswer } from "../../src/answers/problem-answer.ts";
import { checkNetwork, type NetworkDecision } from "../../src/audit/check-network.ts";
import { type Recovery, recoverNetwork } from "../../src/audit/recover-network.ts";
import type { EquationShape } from "../../src/equations/shape.ts";
import { checkShape } from "../../src/identifiability/check-shape.ts";
import type { Decision } from "../../src/identifiability/result.ts";
import { checkText } from "../../src/report/check-text.ts";
import { DETAILS, type Detail } from "../../src/report/detail.ts";
import { stateProblem } from "../../src/report/problem.ts";
import { recoverText } from "../../src/report/recover-text.ts";
import { plainStyle, type TextStyle } from "../../src/report/style.ts";
import { loadExample } from "../support/example-networks.ts";

interface Decided {
  readonly name: string;
  readonly decision: Decision;
  readonly problem: ProblemAnswer;
  readonly network: NetworkDecision | null;
}

const shape = (samples: number, change: Partial<EquationShape> & { readonly text?: string } = {}): Decided => {
  const { text = "z + z^2 + z^3", ...rest } = change;
  const described: EquationShape = {
    setting: "gradient",
    activation: parseActivation(text),
    inputDim: 4,
    width: 40,
    outputs: 1,
    trained: new Set(["hidden"]),
    bias: "none",
    ...rest,
  };
  return {
    name: `a shape with ${text}, n = ${samples}`,
    decision: checkShape({ shape: described, samples, seed: 1 }),
    problem: stateProblem(described, samples),
    network: null,
  };
};

const instance = (name: string): Decided => {
  const example = loadExample(name);
  const network = checkNetwork(example.question(1), null);
  const problem = stateProblem(network.evidence.equations.system.shape, example.samples);
  return { name, decision: network, problem, network };
};

/** One of every verdict, generic and on an instance, with and without reduction, witness, repairs and gauge. */
const decided: readonly Decided[] = [
  shape(4),
  shape(7),
  shape(3, { text: "z + z^2", trained: new Set(["hidden", "output"]) }),
  shape(3, { text: "z^3", setting: "kkt", width: 5 }),
  shape(4, { bias: "trained", trained: new Set(["hidden", "bias", "output", "output-bias"]), outputs: 3 }),
  instance("iris-hidden-layer"),
  instance("iris-both-layers"),
  instance("iris-cubic"),
  instance("iris-multiclass"),
  instance("wine-gradient"),
];

const TITLES = {
  "globally-identifiable": "GLOBALLY IDENTIFIABLE",
  "locally-identifiable": "LOCALLY IDENTIFIABLE",
  nonidentifiable: "NOT IDENTIFIABLE",
  inconclusive: "INCONCLUSIVE",
} as const;

const textOf = ({ decision, problem, network }: Decided, detail: Detail = "normal", style: TextStyle = plainStyle) =>
  checkText(decision, problem, style, { network, detail });

/** Section titles: lines at the margin after a blank one. */
const sectionsOf = (text: string): string[] => [...text.matchAll(/\n\n(\S.*)\n/g)].map((match) => match[1]!);

const wideLines = (text: string): string[] => text.split("\n").filter((line) => [...line].length > 80);

describe("checkText", () => {
  test("is tried on every verdict but inconclusive, in both scopes", () => {
    const seen = new Set(decided.map(({ decision }) => `${decision.verdict} ${decision.scope}`));
    for (const scope of ["generic", "instance"]) {
      for (const verdict of ["globally-identifiable", "nonidentifiable"]) expect(seen).toContain(`${verdict} ${scope}`);
    }
    expect(seen).toContain("locally-identifiable instance");
  });

  test.each(decided)(
    "$name: the first line has the verdict and its symmetries, the next ones n and the basis",
    (item) => {
      const { decision, problem } = item;
      for (const detail of DETAILS) {
        const [first = "", ...rest] = textOf(item, detail).split("\n");
        expect(first.startsWith(TITLES[decision.verdict])).toBe(true);
        const head = [first, ...rest.slice(0, 4)].join(" ").replace(/\s+/g, " ");
        if (decision.verdict !== "inconclusive") for (const gauge of decision.upTo) expect(head).toContain(gauge);
        expect(head).toContain(`n = ${problem.samples}`);
        expect(head).toContain(decision.scope === "generic" ? "almost every network" : "this network");
        expect(head).toMatch(/rests on/);
      }
    },
  );

  test.each(decided)("$name: has all sections that have something to say", (item) => {
    const { decision, network } = item;
    const text = textOf(item);
    const expected = ["Why", "Numbers", "Thresholds for general nodes"];
    if (decision.repairs.length > 0) expected.push("What would change it");
    if (network?.witness) expected.push("Two data sets with the same weights");
    expected.push("Conditions");
    expect(sectionsOf(text)).toEqual(expected);
    expect(text.endsWith("\n")).toBe(true);
    expect(text).not.toMatch(/\b(undefined|NaN)\b|\[object/);
  });

  test.each(decided)("$name: brief leaves numbers, thresholds and conditions out", (item) => {
    const sections = sectionsOf(textOf(item, "brief"));
    expect(sections).toContain("Why");
    for (const title of ["Numbers", "Thresholds for general nodes", "Conditions"])
      expect(sections).not.toContain(title);
  });

  test.each(decided)("$name: full gives every condition its statement and its reference", (item) => {
    const flat = textOf(item, "full").replace(/\s+/g, " ");
    for (const { id, statement, reference } of item.decision.conditions) {
      expect(flat).toContain(id);
      expect(flat).toContain(statement.replace(/\s+/g, " "));
      expect(flat).toContain(reference.replace(/\s+/g, " "));
    }
  });

  test.each(decided)("$name: gives the reasons of the verdict, not the conditions that speak against it", (item) => {
    const { decision } = item;
    const why = textOf(item, "brief").split("\nWhy\n")[1]!.split("\n\n")[0]!;
    const reasons = why
      .split(/^ {2}- /m)
      .slice(1)
      .map((reason) => reason.replace(/\s+/g, " ").trim());
    expect(reasons.length).toBeGreaterThan(0);
    for (const reason of reasons) {
      const { status, id } = decision.conditions.find(({ statement }) => statement.replace(/\s+/g, " ") === reason)!;
      if (decision.verdict === "nonidentifiable" && id !== "second-data-set") expect(status).toBe("fails");
      if (decision.verdict.endsWith("ly-identifiable")) expect(status).toBe("holds");
    }
  });

  test("shows both data sets of a witness, row under row", () => {
    const item = decided.find(({ network }) => network?.witness)!;
    const { first, second } = item.network!.witness!;
    const lines = textOf(item).split("\n");
    const at = lines.findIndex((line) => /^ {2}x1 /.test(line));
    for (let i = 0; i < item.problem.samples; i++) {
      [first, second].forEach(({ points }, k) => {
        const shown = lines[at + 2 * i + k]!.trim().replace(/^x\d+/, "").trim().split(/\s+/).map(Number);
        shown.forEach((value, e) => {
          // Three decimals.
          expect(Math.abs(value - points[i * item.problem.inputDim + e]!)).toBeLessThanOrEqual(0.5e-3 + 1e-12);
        });
      });
    }
  });

  test.each(decided)("$name: a style changes emphasis only", (item) => {
    const mark = (text: string): string => `<${text}>`;
    const style: TextStyle = { bold: mark, good: mark, bad: mark, open: mark, faint: mark };
    const marked = textOf(item, "normal", style);
    expect(marked).not.toBe(textOf(item));
    expect(marked.replace(/</g, "").replace(/>/g, "")).toBe(textOf(item).replace(/</g, "").replace(/>/g, ""));
  });

  test.each(DETAILS)("at detail %s has no line wider than 80 columns", (detail) => {
    expect(decided.flatMap((item) => wideLines(textOf(item, detail)))).toEqual([]);
  });
});

interface Recovered {
  readonly name: string;
  readonly recovery: Recovery;
  readonly problem: ProblemAnswer;
}

const recovered = (name: string, withTruth: boolean, samples?: number): Recovered => {
  const example = loadExample(name);
  const question = example.question(1, samples);
  const truth = withTruth ? example.truth : null;
  const recovery = recoverNetwork(question, { maxStarts: samples === undefined ? 100 : 2, acceptError: 1e-2, truth });
  const problem = stateProblem(recovery.evidence.equations.system.shape, question.samples);
  return { name: `${name}${withTruth ? " with the truth" : ""}, n = ${question.samples}`, recovery, problem };
};

const recoveries: readonly Recovered[] = [
  recovered("iris-hidden-layer", true),
  recovered("iris-hidden-layer", false),
  recovered("iris-multiclass", true),
  recovered("wine-gradient", true),
  recovered("wine-gradient", false),
  recovered("iris-quadratic", false),
  recovered("iris-cubic", true),
  recovered("iris-hidden-layer", false, 3),
];

describe("recoverText", () => {
  test.each(recoveries)("$name: the status first, then why", ({ recovery, problem }) => {
    const text = recoverText(recovery, problem, plainStyle);
    const titles = {
      recovered: "RECOVERED",
      nonidentifiable: "NOT IDENTIFIABLE",
      "ill-conditioned": "ILL-CONDITIONED",
      "not-found": "NOT FOUND",
    };
    expect(text.startsWith(titles[recovery.status])).toBe(true);
    expect(text.replace(/\s+/g, " ")).toContain(recovery.explanation.replace(/\s+/g, " "));
    expect(text).not.toMatch(/\b(undefined|NaN)\b|\[object/);
  });

  test.each(recoveries)("$name: the sections that the status calls for", ({ recovery, problem }) => {
    const tables = {
      recovered: ["Samples"],
      nonidentifiable: ["Two data sets with the same weights"],
      "ill-conditioned": ["Best fit"],
      "not-found": ["Best fit"],
    };
    expect(sectionsOf(recoverText(recovery, problem, plainStyle))).toEqual(["Numbers", ...tables[recovery.status]]);
  });

  test.each(recoveries)("$name: a sample a line, with a bound only where one is claimed", ({ recovery, problem }) => {
    const text = recoverText(recovery, problem, plainStyle);
    const table = /\n(?:Samples|Best fit)\n.*\n([\s\S]*)$/.exec(text)?.[1]?.trimEnd().split("\n") ?? [];
    expect(table).toHaveLength(recovery.status === "nonidentifiable" ? 0 : recovery.samples.length);
    table.forEach((line, i) => {
      expect(line.includes(" none ")).toBe(recovery.samples[i]!.errorBound === null);
    });
  });

  test("says where the truth that was given is outside the bounds", () => {
    const { recovery, problem } = recoveries[0]!;
    const truth = { ...recovery.truth!, perSample: recovery.truth!.perSample.map((error, i) => (i === 1 ? 1 : error)) };
    const said = "the truth given is outside the bound of 1 sample";
    expect(recoverText({ ...recovery, truth }, problem, plainStyle)).toContain(said);
    expect(recoverText(recovery, problem, plainStyle)).not.toContain("the truth given");
  });

  test.each([
    [-160.72191, "-160.722"],
    [1065, "1065.000"],
    [-52379.6376, "-52379.6"],
    [-1.25e9, "-1.3e+9"],
    [-1e-9, "0.0000"],
  ])("keeps a blank before the coordinate %d", (value, shown) => {
    const { recovery, problem } = recoveries[0]!;
    const samples = recovery.samples.map((sample) => ({ ...sample, x: Float64Array.of(0.5, value, value, value) }));
    const rows = recoverText({ ...recovery, samples }, problem, plainStyle)
      .trimEnd()
      .split("\n")
      .slice(-4);
    for (const row of rows) expect(row.trim().split(/\s+/).slice(-4)).toEqual(["0.5000", shown, shown, shown]);
  });

  test("shows small data with more than their leading zeros", () => {
    const { recovery, problem } = recoveries[0]!;
    const scaled = (factor: number): string =>
      recoverText(
        { ...recovery, samples: recovery.samples.map((sample) => ({ ...sample, x: sample.x.map((v) => v * factor) })) },
        problem,
        plainStyle,
      );
    const last = (text: string): number => Number(text.trimEnd().split(/\s+/).at(-1));
    const exact = recovery.samples.at(-1)!.x.at(-1)!;
    for (const factor of [1, 0.05, 1e-4]) {
      expect(Math.abs(last(scaled(factor)) - exact * factor)).toBeLessThan(5e-3 * Math.abs(exact * factor));
    }
  });

  test("multipliers of several outputs stand in columns under their title", () => {
    const { recovery, problem } = recoveries[2]!;
    const table = recoverText(recovery, problem, plainStyle).trimEnd().split("\n").slice(-7);
    const end = table[0]!.indexOf("±error");
    for (const row of table.slice(1)) expect(row.slice(0, end).trim().split(/\s+/)).toHaveLength(4);
    expect(new Set(table.slice(1).map((row) => row.length)).size).toBe(1);
  });

  test("has no line wider than 80 columns", () => {
    const [first] = recoveries;
    const { recovery, problem } = first!;
    const method = ["whitened-moments", "dual-equation", "levenberg-marquardt", "side-equations"];
    const stationarity = { distance: 4.6e-16, roundoffs: 4.13, boundFactor: 3.96, neededPrecision: null };
    const given = recovery.samples.map((sample) => ({ ...sample, known: true }));
    const long = { ...recovery, method, stationarity, samples: given };
    expect(wideLines(recoverText(long, problem, plainStyle))).toEqual([]);
    const texts = recoveries.map(({ recovery, problem }) => recoverText(recovery, problem, plainStyle));
    expect(texts.flatMap(wideLines)).toEqual([]);
  });
});
