import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { NO_KNOWLEDGE } from "../../src/equations/side-information.ts";
import { checkShape, type ShapeDecision } from "../../src/identifiability/check-shape.ts";
import { type ShapeOptions, shapeOf } from "../identifiability/shapes.ts";

/** A row of shapes.json; `fibre` asks for the Gröbner count of a generic fibre. */
interface OracleShape extends ShapeOptions {
  readonly id: string;
  readonly about: string;
  readonly samples: number;
  readonly softmax?: boolean;
  readonly fibre?: boolean;
}

/** A row of results.json, written by Macaulay2; counts are of complex data sets up to the discrete symmetries. */
interface OracleResult {
  readonly id: string;
  readonly unknowns: number;
  readonly equations: number;
  readonly momentColumns: number;
  readonly momentRank: number;
  readonly jacobianRank: number;
  readonly dataSideRank: number;
  readonly dataSideRankNext: number;
  readonly nullity: number;
  readonly gaugeDimension: number;
  readonly scale: boolean;
  readonly sign: boolean;
  readonly primes: readonly number[];
  readonly fibrePrimes?: readonly number[];
  readonly fibreDimensions?: readonly number[];
  readonly fibreCounts?: readonly (number | null)[];
  readonly realFibreCounts?: readonly number[];
  readonly milliseconds: number;
}

interface OracleFile {
  readonly tool: string;
  readonly seed: string;
  readonly shapes: readonly OracleResult[];
}

const folder = fileURLToPath(new URL(".", import.meta.url));
const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), "utf8"));
const shapes = read("shapes.json") as readonly OracleShape[];
const stored = read("results.json") as OracleFile;
const resultOf = new Map(stored.shapes.map((result) => [result.id, result]));

function decide(shape: OracleShape): ShapeDecision {
  const question = { shape: shapeOf(shape), samples: shape.samples, seed: 1 };
  return checkShape(shape.softmax ? { ...question, knowledge: { ...NO_KNOWLEDGE, loss: "softmax" } } : question);
}

/**
 * The value that most draws gave. A draw modulo a 16-bit prime meets the discriminant now and then, and shows fewer
 * points than a general one.
 */
function mostFrequent<T>(draws: readonly T[]): T {
  const times = (value: T): number => draws.filter((other) => other === value).length;
  return draws.reduce((best, value) => (times(value) > times(best) ? value : best));
}

test("the oracle has an answer to every shape, at primes of at least 32003", () => {
  expect(shapes.length).toBeGreaterThanOrEqual(40);
  expect(stored.shapes.map(({ id }) => id)).toEqual(shapes.map(({ id }) => id));
  for (const { primes, fibrePrimes } of stored.shapes) {
    expect(Math.min(...primes, ...(fibrePrimes ?? []))).toBeGreaterThanOrEqual(32003);
  }
});

describe.each(shapes)("$id: $about", (shape) => {
  const oracle = resultOf.get(shape.id)!;
  let decision: ShapeDecision;
  beforeAll(() => {
    decision = decide(shape);
  });

  test("counts and gauge are those of Macaulay2", () => {
    const { unknowns, equations, momentColumns, momentRank, jacobianRank, nullity, gaugeDimension } = oracle;
    const counts = { unknowns, equations, momentColumns, momentRank, jacobianRank, nullity, gaugeDimension };
    expect(decision.counts).toMatchObject(counts);
    const gauge = ["permutation", ...(oracle.sign ? ["sign"] : []), ...(oracle.scale ? ["scale"] : [])];
    expect(decision.upTo).toEqual(gauge);
  });

  test("the capacity lies where the data-side rank stops being full", () => {
    const { sampleCapacity } = decision.thresholds;
    const perSample = (oracle.unknowns - oracle.gaugeDimension) / shape.samples;
    expect(shape.samples <= sampleCapacity!).toBe(oracle.dataSideRank === shape.samples * perSample);
    expect(shape.samples + 1 <= sampleCapacity!).toBe(oracle.dataSideRankNext === (shape.samples + 1) * perSample);
  });

  test("a continuum is claimed exactly where the algebra finds one", () => {
    expect(decision.verdict).not.toBe("inconclusive");
    expect(decision.verdict === "nonidentifiable").toBe(oracle.nullity > oracle.gaugeDimension);
  });

  const { fibreCounts, fibreDimensions, realFibreCounts } = oracle;
  if (fibreCounts === undefined || fibreDimensions === undefined) return;
  test("the generic fibre agrees with the verdict", () => {
    const dimension = mostFrequent(fibreDimensions);
    const count = mostFrequent(fibreCounts);
    expect(dimension).toBe(oracle.nullity - oracle.gaugeDimension);
    expect(dimension > 0).toBe(count === null);
    // Verdicts are over the reals: with several complex data sets, the real ones among them decide.
    const unique = count === 1 || (realFibreCounts?.every((real) => real === 1) ?? false);
    if (decision.verdict === "globally-identifiable") expect(unique).toBe(true);
    if (!unique && count !== null) expect(decision.verdict).toBe("locally-identifiable");
  });
});

/** Shapes of every kind that take Macaulay2 less than a second each. */
const QUICK = ["ah-2-4-5", "terracini-12-3-2", "both-123-2-2-2", "hidden-23-2-2-3", "hidden-3-2-2-1", "bias-3-2-2-2"];

/** The program to run; the variable M2 names another one. */
const macaulay2 = process.env.M2 ?? "M2";
const hasMacaulay2 = spawnSync(macaulay2, ["--version"]).status === 0;
const reason = hasMacaulay2 ? "" : " (skipped: M2 is not on the PATH)";

test.skipIf(!hasMacaulay2)(`Macaulay2 still gives the stored answers${reason}`, { timeout: 180_000 }, () => {
  const temporary = mkdtempSync(join(tmpdir(), "kktid-oracle-"));
  try {
    const output = join(temporary, "results.json");
    const script = join(folder, "shapes.m2");
    const run = spawnSync(macaulay2, ["--script", script, join(folder, "shapes.json"), output, ...QUICK], {
      encoding: "utf8",
    });
    expect(run.status, run.stderr).toBe(0);
    const fresh = JSON.parse(readFileSync(output, "utf8")) as OracleFile;
    expect(fresh.shapes.map(generic)).toEqual(stored.shapes.filter(({ id }) => QUICK.includes(id)).map(generic));
  } finally {
    rmSync(temporary, { recursive: true });
  }
});

/** What does not depend on the draws. */
function generic(result: OracleResult): Partial<OracleResult> {
  const { milliseconds, primes, fibrePrimes, fibreDimensions, fibreCounts, realFibreCounts, ...rest } = result;
  const fibre = fibreCounts && { dimension: mostFrequent(fibreDimensions!), count: mostFrequent(fibreCounts) };
  return { ...rest, ...fibre };
}
