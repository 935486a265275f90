import { describe, expect, test } from "vitest";
import { checkNetwork, type NetworkDecision } from "../../src/audit/check-network.ts";
import { toPlainData } from "../../src/audit/fitted-data.ts";
import { gatherEvidence, type InstanceQuestion } from "../../src/audit/network-evidence.ts";
import { projectPoints } from "../../src/equations/reduction.ts";
import { packUnknowns } from "../../src/equations/system.ts";
import { strength } from "../../src/identifiability/repairs/recheck.ts";
import type { Repair } from "../../src/identifiability/result.ts";
import { norm2 } from "../../src/linalg/dense.ts";
import type { DataSet } from "../../src/network/data-set.ts";
import { fitMultipliersAt } from "../../src/solve/multipliers.ts";
import { refine } from "../../src/solve/refine.ts";
import { loadExample } from "../support/example-networks.ts";
import { askInstance } from "../support/questions.ts";

const FLOAT16 = 2 ** -11;
const FLOAT32 = 2 ** -24;
const BFLOAT16 = 2 ** -8;

const ofAim = (list: readonly Repair[], aim: Repair["aim"]): Repair[] => list.filter((repair) => repair.aim === aim);

const ofPrecision = ({ repairs }: NetworkDecision, aim: Repair["aim"]): Repair[] =>
  ofAim(repairs, aim).filter(({ kind }) => kind === "precision");

/** The number with `bits` significant bits that is nearest. */
function roundTo(bits: number, x: number): number {
  if (x === 0) return 0;
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(x))) + 1 - bits);
  return Math.round(x / unit) * unit;
}

/** The same question about a file whose weights were rounded. */
function published(question: InstanceQuestion, bits: number): InstanceQuestion {
  const { network } = question;
  const round = (tensor: Float64Array): Float64Array => tensor.map((x) => roundTo(bits, x));
  const hiddenWeight = round(network.hiddenWeight);
  const outputWeight = round(network.outputWeight);
  return { ...question, network: { ...network, hiddenWeight, outputWeight, unitRoundoff: 2 ** -bits } };
}

/** ‖error‖ / ‖x‖ of every sample. */
function relativeErrors(errors: (sample: number) => number, { X, inputDim: d, samples }: DataSet): number[] {
  return Array.from({ length: samples }, (_, i) => errors(i) / norm2(X.subarray(i * d, (i + 1) * d)));
}

/** How far each sample moves when the equations of the rounded weights are solved from the true data on. */
function movesUnderRounding(question: InstanceQuestion, truth: DataSet, bits: number): number[] {
  const rounded = published(question, bits);
  const evidence = gatherEvidence(rounded);
  const { system } = evidence.reduced;
  const start = projectPoints(evidence.reduced, truth.X, truth.inputDim);
  const nearest = refine(system, packUnknowns(system.shape, start, fitMultipliersAt(system, start)), () => false);
  const { points } = toPlainData(rounded, evidence, nearest.unknowns);
  const d = truth.inputDim;
  const moved = points.map((x, k) => x - truth.X[k]!);
  return relativeErrors((i) => norm2(moved.subarray(i * d, (i + 1) * d)), truth);
}

describe("the precision of a unique data set (iris-hidden-layer)", () => {
  const { question, truth } = loadExample("iris-hidden-layer");
  const decision = checkNetwork(question(1), truth);
  const [undecided, blurred] = ofPrecision(decision, "protect");

  test("where uniqueness is no longer shown: the check agrees at that precision and at one bit more", () => {
    const rho = undecided!.threshold!;
    const verdictAt = (weightPrecision: number) => checkNetwork({ ...question(1), weightPrecision }, truth).verdict;
    expect(decision.verdict).toBe("globally-identifiable");
    expect(undecided!.verified).toEqual({ below: "globally-identifiable", at: "locally-identifiable" });
    expect(verdictAt(rho)).toBe("locally-identifiable");
    expect(verdictAt(rho / 2)).toBe("globally-identifiable");
  });

  test("where every sample is blurred: bfloat16 is beyond it, float16 and all finer formats are not", () => {
    const rho = blurred!.threshold!;
    expect(rho).toBeGreaterThan(FLOAT16);
    expect(rho).toBeLessThan(BFLOAT16);
    expect(blurred!.change).toContain("9 significant bits or 3 decimal digits; bfloat16 will do, float16 will not");
    const moves = movesUnderRounding(question(1), truth, 11);
    expect(Math.min(...moves)).toBeLessThan(1e-2);
  });

  test("the threshold is the one of the error analysis at float32, where residuals do not count", () => {
    const { data } = checkNetwork({ ...question(1), weightPrecision: FLOAT32 }, truth);
    const order = relativeErrors((i) => data!.errors.expectedErrors[i]!, truth);
    const atThreshold = Math.min(...order) * (blurred!.threshold! / FLOAT32);
    expect(Math.abs(atThreshold / 1e-2 - 1)).toBeLessThanOrEqual(1e-3);
  });

  test("of a file with 17 to 20 bits: 21 bits are needed, and 21 bits do", () => {
    for (const bits of [17, 20]) {
      const coarse = checkNetwork(published(question(1), bits), truth);
      expect(coarse.verdict).toBe("inconclusive");
      expect(ofPrecision(coarse, "protect")).toEqual([]);
      const [finer] = ofPrecision(coarse, "identify");
      expect(finer!.change).toContain("at least 21 significant bits");
      expect(finer!.threshold).toBeGreaterThanOrEqual(2 ** -21);
      expect(finer!.threshold).toBeLessThan(2 ** -20);
    }
    const fine = checkNetwork(published(question(1), 21), truth);
    expect(fine.verdict).toBe("locally-identifiable");
    expect(ofPrecision(fine, "identify")).toEqual([]);
    expect(ofPrecision(fine, "protect")[0]!.verified).toEqual({ below: "locally-identifiable", at: "inconclusive" });
  });

  test("of a float16 file nothing is promised: its own rounding hides what would be needed", () => {
    const [finer] = ofPrecision(checkNetwork(published(question(1), 11), truth), "identify");
    expect(finer).toMatchObject({ threshold: null, verified: null });
  });
});

test("several classes (iris-multiclass): float16 blurs every sample, float32 none, as the threshold says", () => {
  const { question, truth } = loadExample("iris-multiclass");
  const [, blurred] = ofPrecision(checkNetwork(question(1), truth), "protect");
  expect(blurred!.change).toContain("bfloat16 and float16 will do, float32 will not");
  for (const move of movesUnderRounding(question(1), truth, 11)) expect(move).toBeGreaterThan(1e-2);
  for (const move of movesUnderRounding(question(1), truth, 24)) expect(move).toBeLessThan(1e-2);
});

test("a unique small sample among larger ones: finer weights, at which its expected error is 1 %", () => {
  const shape = { activation: "z + z^2 + z^3", inputDim: 3, samples: 3, width: 30, layers: ["hidden"] } as const;
  const { instance, question } = askInstance({ ...shape, norms: "mixed" }, 1);
  const at = (weightPrecision: number) => checkNetwork({ ...question, weightPrecision }, instance.truth);
  const [finer] = ofPrecision(at(1e-4), "identify");
  const rho = finer!.threshold!;
  const worst = ({ data }: NetworkDecision): number =>
    Math.max(...relativeErrors((i) => data!.errors.expectedErrors[i]!, instance.truth));
  expect(Math.abs(worst(at(rho)) / 1e-2 - 1)).toBeLessThanOrEqual(1e-2);
  expect(ofPrecision(at(rho / 2), "identify")).toEqual([]);
  expect(ofPrecision(at(rho * 2), "identify")).toHaveLength(1);
});

describe("what the shape of a network needs", () => {
  test("two distinct neurons (iris-both-layers): more of them, or fewer samples, and nothing to protect", () => {
    const { question, truth } = loadExample("iris-both-layers");
    const { verdict, repairs } = checkNetwork(question(1), truth);
    expect(verdict).toBe("nonidentifiable");
    expect(ofAim(repairs, "protect")).toEqual([]);
    const changes = repairs.map(({ change }) => change);
    expect(changes).toContain("at least 4 distinct hidden neurons instead of 2");
    expect(changes).toContain("at least 7 distinct hidden neurons instead of 2");
    expect(changes).toContain("one sample instead of 4");
    for (const { because } of repairs) expect(because).toContain("for general nodes");
  });

  test("degree 2 (iris-quadratic): no number of neurons helps", () => {
    const { question, truth } = loadExample("iris-quadratic");
    const { repairs } = checkNetwork(question(1), truth);
    expect(repairs.filter(({ kind }) => kind === "neurons")).toEqual([]);
    expect(repairs.map(({ change }) => change)).toContain("the activation z + z^2 + z^3");
  });

  test("verdicts on both sides of every verified repair differ", () => {
    for (const name of ["iris-hidden-layer", "iris-both-layers", "iris-bias"]) {
      const { question, truth } = loadExample(name);
      const { repairs } = checkNetwork(question(1), truth);
      const verified = repairs.filter((repair) => repair.verified !== null);
      expect(verified.length).toBeGreaterThan(0);
      for (const { aim, verified: sides } of verified) {
        const [below, at] = [strength(sides!.below), strength(sides!.at)];
        if (aim === "identify") expect(at).toBeGreaterThan(below);
        else expect(at).toBeLessThan(below);
      }
    }
  });
});
