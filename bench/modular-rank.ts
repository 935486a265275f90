import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import type { EliminationBackend } from "../src/modular/elimination.ts";
import { MODULUS_LIMIT, primesBelow } from "../src/modular/prime-field.ts";
import { rankProfile } from "../src/modular/rank.ts";
import { createRandom } from "../src/random.ts";

interface Problem {
  readonly family: "uniform" | "half rank";
  readonly n: number;
  readonly runs: number;
  readonly entries: Float64Array;
  readonly expectedRank: number;
}

interface Measurement {
  readonly rank: number;
  readonly milliseconds: number;
}

/** A compiled program that prints the rank and one time per run, see {@link flintProgram}. */
interface Peer {
  measure(problem: Problem, p: number): Measurement;
  close(): void;
}

/**
 * Rank modulo the largest prime below 2^25 of dense random matrices: WebAssembly against plain TypeScript and, where a
 * C compiler and libflint are installed, against FLINT's `nmod_mat_rank` with the same prime and entries.
 * Times are information, never a verdict; unequal ranks throw.
 *
 * @param args - `--full` adds n = 4000
 */
export async function run(args: string[]): Promise<void> {
  const p = primesBelow(MODULUS_LIMIT).next().value as number;
  const peer = compileFlint();
  console.log(`modular-rank: ${cpus()[0]?.model ?? "unknown processor"}, Node ${process.version}, p = ${p}`);
  if (peer === undefined) console.log("peer missing: apt-get install libflint-dev");
  console.log("family     n     wasm ms  plain ms  FLINT ms  plain/wasm  wasm/FLINT");
  const ratios: string[] = [];
  try {
    for (const problem of problems(p, args.includes("--full"))) {
      const ratio = measureProblem(problem, p, peer);
      if (problem.family === "uniform") ratios.push(`${problem.n}: ${ratio}`);
    }
  } finally {
    peer?.close();
  }
  console.log(`modular-rank: ranks agree; wasm/FLINT time at n = ${ratios.join(", ")}`);
}

function* problems(p: number, full: boolean): Generator<Problem> {
  const sizes: readonly (readonly [number, number])[] = [
    [500, 7],
    [1000, 5],
    [2000, 3],
    ...(full ? [[4000, 2] as const] : []),
  ];
  for (const [n, runs] of sizes) {
    const entries = uniformEntries(n * n, n, p);
    yield { family: "uniform", n, runs, entries, expectedRank: n };
    if (n !== 1000) continue;
    // Every second row repeats the one before it.
    const repeated = entries.slice();
    for (let i = 1; i < n; i += 2) repeated.copyWithin(i * n, (i - 1) * n, i * n);
    yield { family: "half rank", n, runs, entries: repeated, expectedRank: n / 2 };
  }
}

function uniformEntries(length: number, seed: number, p: number): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length }, () => random.integer(p));
}

/** Prints one line and returns the ratio wasm/FLINT as text. */
function measureProblem(problem: Problem, p: number, peer: Peer | undefined): string {
  const wasm = measureOwn(problem, p, "wasm");
  const flint = peer?.measure(problem, p);
  const plain = problem.n <= 2000 ? measureOwn({ ...problem, runs: Math.min(problem.runs, 3) }, p, "plain") : undefined;
  for (const measured of [wasm, plain, flint]) {
    if (measured !== undefined && measured.rank !== problem.expectedRank) {
      throw new Error(`${problem.family} ${problem.n}: expected rank ${problem.expectedRank}, got ${measured.rank}`);
    }
  }
  const ratio = flint === undefined ? "peer missing" : (wasm.milliseconds / flint.milliseconds).toFixed(2);
  const slowdown = plain === undefined ? "-" : (plain.milliseconds / wasm.milliseconds).toFixed(1);
  const times = [wasm, plain, flint].map((measured) => (measured?.milliseconds.toFixed(1) ?? "-").padStart(8));
  console.log(
    `${problem.family.padEnd(9)} ${String(problem.n).padStart(5)} ${times.join("  ")}  ${slowdown.padStart(10)}  ${ratio.padStart(10)}`,
  );
  return ratio;
}

function measureOwn({ n, runs, entries }: Problem, p: number, backend: EliminationBackend): Measurement {
  const times: number[] = [];
  let rank = -1;
  // One run more than counted: the first one warms up.
  for (let count = 0; count <= runs; count++) {
    const start = performance.now();
    rank = rankProfile(entries, n, n, p, { backend }).rank;
    times.push(performance.now() - start);
  }
  return { rank, milliseconds: median(times.slice(1)) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Reads n*n doubles from the file; `nmod_mat_rank` copies its argument, as our function does. */
const flintProgram = `
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <flint/flint.h>
#include <flint/nmod_mat.h>
int main(int argc, char **argv) {
  (void) argc;
  long n = atol(argv[2]), runs = atol(argv[4]);
  nmod_mat_t a;
  nmod_mat_init(a, n, n, strtoul(argv[3], 0, 10));
  FILE *file = fopen(argv[1], "rb");
  for (long i = 0; i < n; i++)
    for (long j = 0; j < n; j++) {
      double x;
      if (fread(&x, sizeof x, 1, file) != 1) return 1;
      a->rows[i][j] = (mp_limb_t) x;
    }
  fclose(file);
  for (long run = 0; run < runs; run++) {
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    long rank = nmod_mat_rank(a);
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%ld %.6f\\n", rank, (end.tv_sec - start.tv_sec) * 1e3 + (end.tv_nsec - start.tv_nsec) / 1e6);
  }
  return 0;
}
`;

/** The peer in a temporary folder, or undefined without a C compiler or without FLINT. */
function compileFlint(): Peer | undefined {
  const folder = mkdtempSync(join(tmpdir(), "kktid-flint-"));
  const close = () => rmSync(folder, { recursive: true, force: true });
  const program = join(folder, "rank");
  writeFileSync(`${program}.c`, flintProgram);
  const compiled = spawnSync("cc", ["-O2", "-o", program, `${program}.c`, "-lflint"], { encoding: "utf8" });
  if (compiled.status !== 0) {
    close();
    return undefined;
  }
  return { measure: (problem, p) => measureFlint(folder, problem, p), close };
}

function measureFlint(folder: string, { n, runs, entries }: Problem, p: number): Measurement {
  const data = join(folder, "matrix");
  writeFileSync(data, new Uint8Array(entries.buffer, entries.byteOffset, entries.byteLength));
  const { status, stdout } = spawnSync(join(folder, "rank"), [data, String(n), String(p), String(runs)], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`FLINT program ended with status ${status}`);
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => line.split(" ").map(Number));
  return { rank: lines[0]![0]!, milliseconds: median(lines.map(([, time]) => time!)) };
}
