import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rational } from "../../src/algebra/rational.ts";
import type { EquationShape } from "../../src/equations/shape.ts";
import { type Knowledge, sideInformationOf } from "../../src/equations/side-information.ts";
import { analyzeShape } from "../../src/identifiability/analysis.ts";
import { decideShape } from "../../src/identifiability/decide-shape.ts";
import { proposeRepairs } from "../../src/identifiability/repairs/find-repairs.ts";
import type { Proposal } from "../../src/identifiability/repairs/proposal.ts";
import { strength, type Variant } from "../../src/identifiability/repairs/recheck.ts";
import type { Repair, RepairKind, Verdict } from "../../src/identifiability/result.ts";
import { check, type Question, questions, shapeOf } from "./shapes.ts";

function verdictOf(shape: EquationShape, samples: number, seed: number, knowledge?: Knowledge): Verdict {
  const side = knowledge === undefined ? null : sideInformationOf(knowledge, shape, samples);
  return decideShape(analyzeShape({ shape, samples, seed, side })).verdict;
}

function propose(question: Question, knowledge?: Knowledge): { verdict: Verdict; proposals: Proposal[] } {
  const { samples, seed = 1 } = question;
  const shape = shapeOf(question);
  const side = knowledge === undefined ? null : sideInformationOf(knowledge, shape, samples);
  const analysis = analyzeShape({ shape, samples, seed, side });
  const decision = decideShape(analysis);
  return { verdict: decision.verdict, proposals: proposeRepairs(analysis, decision) };
}

/** Runs the check anew on both sides of a proposal, and compares with what it promises. */
function expectPromiseKept(given: Verdict, proposal: Proposal, seed: number, knowledge?: Knowledge): void {
  const { aim, changed, short, verified } = proposal;
  if (verified === null) return;
  const at = verdictOf(changed!.shape, changed!.samples, seed, knowledge);
  const below = verdictOf(short!.shape, short!.samples, seed, knowledge);
  expect(verified, proposal.change).toEqual({ at, below });
  if (aim === "identify") {
    expect(strength(at)).toBeGreaterThan(strength(given));
    expect(strength(below)).toBeLessThan(strength(at));
  } else {
    expect(at).toBe("nonidentifiable");
    expect(below).not.toBe("nonidentifiable");
  }
  if (proposal.kind === "neurons") expect(Math.abs(changed!.shape.width - short!.shape.width)).toBe(1);
  if (proposal.kind === "samples") expect(Math.abs(changed!.samples - short!.samples)).toBe(1);
}

function expectFallsShort(verdict: Verdict, { aim, verified }: Proposal): void {
  if (aim === "protect") expect(verdict).not.toBe("nonidentifiable");
  else expect(strength(verdict)).toBeLessThan(strength(verified!.at));
}

/** The shapes between the given one and the verified one, neither included; none for other changes than these two. */
function variantsBefore({ kind, threshold, verified }: Proposal, question: Question): Variant[] {
  if (verified === null) return [];
  const shape = shapeOf(question);
  const { samples } = question;
  const between = (from: number): number[] =>
    Array.from({ length: Math.max(0, Math.abs(threshold! - from) - 1) }, (_, i) => Math.min(from, threshold!) + 1 + i);
  if (kind === "neurons") return between(shape.width).map((width) => ({ shape: { ...shape, width }, samples }));
  return kind === "samples" ? between(samples).map((n) => ({ shape, samples: n })) : [];
}

const ofKind = (list: readonly Repair[], aim: Repair["aim"], kind: RepairKind): Repair[] =>
  list.filter((repair) => repair.aim === aim && repair.kind === kind);

const aims = (list: readonly Repair[]): string[] => [...new Set(list.map(({ aim }) => aim))].sort();

describe("every repair of a random shape", () => {
  test("has the verdicts of a new check on both sides of its threshold", () => {
    let verified = 0;
    fc.assert(
      fc.property(questions, (question) => {
        const { verdict, proposals } = propose(question);
        for (const proposal of proposals) {
          expectPromiseKept(verdict, proposal, question.seed!);
          if (proposal.verified !== null) verified++;
        }
      }),
      { numRuns: 60 },
    );
    expect(verified).toBeGreaterThan(60);
  });

  test("of neurons or samples is the smallest: every step before it falls short", () => {
    let steps = 0;
    fc.assert(
      fc.property(questions, (question) => {
        for (const proposal of propose(question).proposals) {
          for (const { shape, samples } of variantsBefore(proposal, question)) {
            expectFallsShort(verdictOf(shape, samples, question.seed!), proposal);
            steps++;
          }
        }
      }),
      { numRuns: 25 },
    );
    expect(steps).toBeGreaterThan(10);
  });

  test("keeps its promise with side information, whose scale follows the number of samples", () => {
    const sides: Knowledge[] = [
      { domain: "sphere", loss: null, weightDecay: null },
      { domain: "free", loss: "logistic", weightDecay: rational(1n, 100n) },
    ];
    for (const knowledge of sides) {
      const question = { activation: "z + z^2 + z^3", inputDim: 3, samples: 3, setting: "kkt" } as const;
      for (const width of [2, 12]) {
        const { verdict, proposals } = propose({ ...question, width }, knowledge);
        expect(proposals.filter((proposal) => proposal.verified !== null)).not.toEqual([]);
        for (const proposal of proposals) expectPromiseKept(verdict, proposal, 1, knowledge);
      }
    }
  });

  test("serves an aim that is left: nothing to protect in a continuum, nothing to determine in a unique data set", () => {
    fc.assert(
      fc.property(questions, (question) => {
        const { verdict, repairs } = check(question);
        if (verdict === "globally-identifiable") expect(ofAim(repairs, "identify")).toEqual([]);
        if (verdict === "nonidentifiable" || verdict === "inconclusive") {
          expect(ofAim(repairs, "protect")).toEqual([]);
        }
      }),
      { numRuns: 30 },
    );
  });
});

const ofAim = (list: readonly Repair[], aim: Repair["aim"]): Repair[] => list.filter((repair) => repair.aim === aim);

const cubic = { activation: "z + z^2 + z^3", inputDim: 4, samples: 4 } as const;

describe("to determine the data", () => {
  test("too few neurons: the widths of the thresholds, and one neuron fewer does not do", () => {
    const repairs = ofKind(check({ ...cubic, width: 4 }).repairs, "identify", "neurons");
    expect(repairs.map(({ change, verified }) => [change, verified])).toEqual([
      ["at least 5 hidden neurons", { below: "nonidentifiable", at: "locally-identifiable" }],
      ["at least 9 hidden neurons", { below: "locally-identifiable", at: "globally-identifiable" }],
    ]);
  });

  test("too many samples: the most that this network determines", () => {
    const [most] = ofKind(check({ ...cubic, samples: 7, width: 40 }).repairs, "identify", "samples");
    expect(most).toMatchObject({ change: "at most 6 samples", threshold: 6 });
    expect(most!.verified!.below).toBe("nonidentifiable");
    const narrow = ofKind(check({ ...cubic, samples: 7, width: 4 }).repairs, "identify", "samples");
    expect(narrow.map(({ threshold }) => threshold)).toEqual([3, 1]);
  });

  test("mixing: one sample or a third degree, not more neurons", () => {
    const { repairs } = check({ ...cubic, activation: "z + z^2", width: 40 });
    expect(ofKind(repairs, "identify", "neurons")).toEqual([]);
    expect(ofKind(repairs, "identify", "samples").map(({ change }) => change)).toEqual(["one sample"]);
    const [degree] = ofKind(repairs, "identify", "degree");
    expect(degree).toMatchObject({ change: "the activation z + z^2 + z^3", threshold: 3 });
    expect(degree!.verified).toEqual({ below: "nonidentifiable", at: "globally-identifiable" });
  });

  test("a linear network: a second degree does not do, the third does", () => {
    const [degree] = ofKind(check({ ...cubic, activation: "z", width: 40 }).repairs, "identify", "degree");
    expect(degree).toMatchObject({ change: "the activation z + z^3", threshold: 3 });
    expect(degree!.verified!.below).toBe("nonidentifiable");
    expect(check({ ...cubic, activation: "z + z^2", width: 40 }).verdict).toBe("nonidentifiable");
  });

  test("a bias or a second layer where they give the equations that are missing", () => {
    const { repairs } = check({ ...cubic, width: 4 });
    expect(ofKind(repairs, "identify", "bias").map(({ change }) => change)).toEqual(["a trained hidden bias"]);
    expect(ofKind(repairs, "identify", "layers").map(({ change }) => change)).toContain(
      "equations from the output layer as well",
    );
    const wide = check({ ...cubic, samples: 7, width: 40 }).repairs;
    expect(ofKind(wide, "identify", "layers").filter(({ threshold }) => threshold === null)).toEqual([]);
  });
});

describe("to protect the data", () => {
  test("a unique data set: fewer neurons, more samples, a lower degree", () => {
    const { repairs } = check({ ...cubic, width: 40 });
    expect(aims(repairs)).toEqual(["protect"]);
    const thresholds = (kind: RepairKind) => ofKind(repairs, "protect", kind).map(({ threshold }) => threshold);
    expect(thresholds("neurons")).toEqual([4]);
    expect(thresholds("samples")).toEqual([7]);
    expect(thresholds("degree")).toEqual([2]);
  });

  test("finitely many data sets: both aims", () => {
    expect(aims(check({ ...cubic, width: 6 }).repairs)).toEqual(["identify", "protect"]);
  });

  test("no width 0: one neuron that determines its sample cannot have fewer", () => {
    const { verdict, repairs } = check({ ...cubic, inputDim: 1, samples: 1, width: 2 });
    expect(verdict).not.toBe("nonidentifiable");
    for (const { threshold } of ofKind(repairs, "protect", "neurons")) expect(threshold).toBeGreaterThanOrEqual(1);
  });

  test("trained neurons may coincide: for kkt the distinct ones count", () => {
    const kkt = ofKind(check({ ...cubic, setting: "kkt", width: 40 }).repairs, "protect", "neurons");
    expect(kkt.map(({ change }) => change)).toEqual(["at most 4 distinct hidden neurons"]);
    const gradient = ofKind(check({ ...cubic, width: 40 }).repairs, "protect", "neurons");
    expect(gradient.map(({ change }) => change)).toEqual(["at most 4 hidden neurons"]);
  });

  test("a layer left out where its equations are needed, and only there", () => {
    const both = { ...cubic, trained: ["hidden", "output"] } as const;
    const narrow = ofKind(check({ ...both, width: 4 }).repairs, "protect", "layers");
    expect(narrow.map(({ change }) => change)).toContain(
      "no equations from the output layer (frozen or not published)",
    );
    expect(check({ ...cubic, width: 4 }).verdict).toBe("nonidentifiable");
    const wide = ofKind(check({ ...both, width: 40 }).repairs, "protect", "layers");
    expect(wide).toEqual([]);
    expect(check({ ...cubic, width: 40 }).verdict).toBe("globally-identifiable");
  });

  test("one output fewer where degree 2 needs two of them", () => {
    const quadratic = {
      activation: "z + z^2",
      inputDim: 3,
      samples: 3,
      width: 20,
      trained: ["hidden", "output"],
    } as const;
    const [repair] = ofKind(check({ ...quadratic, outputs: 2 }).repairs, "protect", "outputs");
    expect(repair).toMatchObject({ change: "one network output fewer", threshold: 1 });
    expect(check({ ...quadratic, outputs: 1 }).verdict).toBe("nonidentifiable");
  });
});

test("where a re-run costs too much the threshold says so", () => {
  const { proposals } = propose({ ...cubic, inputDim: 16, samples: 20, width: 60 });
  const [samples] = ofKind(proposals, "protect", "samples");
  expect(samples).toMatchObject({ threshold: 57, verified: null });
  expect(samples!.because).toContain("960 independent equations then face 969 unknowns");
});
