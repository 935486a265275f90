import { describe, expect, test } from "vitest";
import { NOTHING_KNOWN } from "../../src/audit/knowledge.ts";
import type { InstanceQuestion } from "../../src/audit/network-evidence.ts";
import { type Recovery, recoverNetwork } from "../../src/audit/recover-network.ts";
import type { DataSet } from "../../src/network/data-set.ts";
import { loadExample } from "../support/example-networks.ts";

const options = { maxStarts: 200, acceptError: 1e-2, truth: null };

/** Rows of the truth as a file of known samples, moved by `shift`. */
function rowsOf(truth: DataSet, rows: readonly number[], { multipliers = false, shift = 0 } = {}): DataSet {
  const { inputDim: d } = truth;
  const X = Float64Array.from(rows.flatMap((i) => Array.from(truth.X.subarray(i * d, (i + 1) * d), (x) => x + shift)));
  return {
    ...truth,
    file: "known.npz",
    samples: rows.length,
    X,
    y: null,
    multipliers: multipliers ? Float64Array.from(rows, (i) => truth.multipliers![i]!) : null,
    multiplierOutputs: multipliers ? 1 : 0,
  };
}

function recoverKnowing(name: string, known: DataSet, change: Partial<InstanceQuestion> = {}): Recovery {
  return recoverNetwork(
    { ...loadExample(name).question(1), knowledge: { ...NOTHING_KNOWN, known }, ...change },
    options,
  );
}

function farthest({ samples }: Recovery, truth: DataSet): number {
  const { inputDim: d } = truth;
  const distances = samples.map(({ x }) =>
    Math.min(
      ...Array.from({ length: truth.samples }, (_, i) =>
        Math.hypot(...x.map((value, e) => value - truth.X[i * d + e]!)),
      ),
    ),
  );
  return Math.max(...distances);
}

describe("known samples", () => {
  test("are marked, kept, and leave the others to be found: three of four of iris-quadratic", () => {
    const { truth } = loadExample("iris-quadratic");
    const recovery = recoverKnowing("iris-quadratic", rowsOf(truth, [0, 1, 2]));
    expect(recovery.status).toBe("recovered");
    expect(recovery.samples.map(({ known }) => known).toSorted()).toEqual([false, true, true, true]);
    expect(farthest(recovery, truth)).toBeLessThan(1e-13);
  });

  test("too few of them leave a continuum in which they stay where they are", () => {
    const { truth } = loadExample("iris-quadratic");
    const recovery = recoverKnowing("iris-quadratic", rowsOf(truth, [1]));
    expect(recovery.status).toBe("nonidentifiable");
    const x = truth.X.subarray(4, 8);
    for (const { points } of [recovery.witness!.first, recovery.witness!.second]) {
      expect(Math.hypot(...points.subarray(0, 4).map((value, e) => value - x[e]!))).toBeLessThan(1e-12);
    }
  });

  test("lower the error of the others, more so with their multipliers", () => {
    const { truth } = loadExample("wine-hidden-layer");
    const bound = (known: DataSet) =>
      Math.max(...recoverKnowing("wine-hidden-layer", known).samples.map(({ errorBound }) => errorBound!));
    const alone = recoverNetwork(loadExample("wine-hidden-layer").question(1), options);
    const none = Math.max(...alone.samples.map(({ errorBound }) => errorBound!));
    const points = bound(rowsOf(truth, [0, 3]));
    expect(points).toBeLessThan(none / 2);
    expect(bound(rowsOf(truth, [0, 3], { multipliers: true }))).toBeLessThan(points);
  });

  test("that were not in the training data contradict the weights", () => {
    const { truth } = loadExample("iris-hidden-layer");
    for (const shift of [1e-2, 1e-9]) {
      const recovery = recoverKnowing("iris-hidden-layer", rowsOf(truth, [1], { shift }));
      expect([recovery.status, recovery.knowledge!.agrees]).toEqual(["not-found", false]);
      expect(recovery.explanation).toContain("contradicts the weights");
    }
    expect(recoverKnowing("iris-hidden-layer", rowsOf(truth, [1])).status).toBe("recovered");
  });

  test("off the span of the training data are refuted by the span alone", () => {
    const { truth } = loadExample("wine-hidden-layer");
    const recovery = recoverKnowing("wine-hidden-layer", rowsOf(truth, [0], { shift: 1e-3 }));
    expect(recovery.status).toBe("not-found");
    expect(["span", "residual"]).toContain(recovery.knowledge!.objection);
  });

  test("with a wrong multiplier contradict the weights", () => {
    const { truth } = loadExample("iris-hidden-layer");
    const known = rowsOf(truth, [2], { multipliers: true });
    expect(recoverKnowing("iris-hidden-layer", known).status).toBe("recovered");
    const wrong = { ...known, multipliers: known.multipliers!.map((g) => 1.001 * g) };
    expect(recoverKnowing("iris-hidden-layer", wrong).status).toBe("not-found");
  });

  test("do not fix the scale of the others: z³ compares and bounds all samples at multipliers of norm one", () => {
    const { truth } = loadExample("iris-cubic");
    const question = { ...loadExample("iris-cubic").question(1) };
    const known = rowsOf(truth, [0, 1]);
    const recovery = recoverNetwork({ ...question, knowledge: { ...NOTHING_KNOWN, known } }, { ...options, truth });
    expect([recovery.status, recovery.evidence.gaugeDimension]).toEqual(["recovered", 1]);
    // The true multipliers are (y − f)/(nμ), in which rounding of f leaves 1e-16/(3·1e-3): no comparison is finer.
    const { perSample, assignment } = recovery.truth!;
    assignment.forEach((j, i) => {
      expect(perSample[i]!).toBeLessThanOrEqual(recovery.samples[j]!.errorBound! + 4e-14);
    });
  });

  test("more than n, or of another dimension, are refused", () => {
    const { truth } = loadExample("iris-hidden-layer");
    expect(() => recoverKnowing("iris-hidden-layer", rowsOf(truth, [0, 1, 2]), { samples: 2 })).toThrow(
      /more than -n 2/,
    );
    expect(() => recoverKnowing("wine-hidden-layer", rowsOf(truth, [0]))).toThrow(/4 columns/);
  });
});
