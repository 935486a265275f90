import { spawnSync } from "node:child_process";
import { Matrix, QrDecomposition, SingularValueDecomposition, solve } from "ml-matrix";
import { factorDamped, solveDamped } from "../src/linalg/damped.ts";
import { multiply, norm2, transpose } from "../src/linalg/dense.ts";
import { applyQTransposed, factorQr, solveUpper } from "../src/linalg/qr.ts";
import { computeSvd, singularValues } from "../src/linalg/svd.ts";
import { createRandom } from "../src/random.ts";
import { median, writeTable } from "./table.ts";

/** One task at one size: the same answer from us, from ml-matrix and from numpy. */
interface Task {
  readonly name: string;
  readonly rows: number;
  readonly cols: number;
  readonly own: () => Float64Array;
  readonly peer: () => Float64Array;
  /** Python that leaves its answer unused; `a` (rows×cols), `b` (rows) and `c` (2·cols×cols) are there. */
  readonly numpy: string;
}

/** Work of one measurement in multiply-adds, from which the number of repetitions follows. */
const WORK = 2e8;
const ROUNDS = 5;
/** From this much work on ml-matrix takes seconds, and one round has to do. */
const LARGE = 1e8;

/**
 * Dense float64 linear algebra at the sizes of this project: ours against ml-matrix, in turns in the same run, and, where
 * python3 has it, against numpy. Times are information, never a verdict; answers that differ throw.
 *
 * @param args - `--full` adds the sizes at which ml-matrix takes a minute
 */
export async function run(args: string[]): Promise<void> {
  const rows: string[][] = [];
  const ratios: string[] = [];
  const numpyTimes = measureNumpy(tasks(args.includes("--full")));
  for (const [index, task] of tasks(args.includes("--full")).entries()) {
    const { own, ratio, deviation } = measure(task);
    const size = `${task.rows}×${task.cols}`;
    const theirs = numpyTimes?.[index];
    const numpyText = theirs === undefined ? "missing" : theirs.toFixed(3);
    const versusNumpy = theirs === undefined ? "-" : (own / theirs).toFixed(1);
    rows.push([task.name, size, own.toFixed(3), ratio.toFixed(3), numpyText, versusNumpy, deviation.toExponential(0)]);
    ratios.push(`${task.name} ${size} ${ratio.toFixed(3)}`);
    console.log(rows.at(-1)!.join("  "));
  }
  writeTable("linalg", {
    title: "Dense linear algebra: ours against ml-matrix and numpy",
    command: `npm run bench -- linalg${args.includes("--full") ? " --full" : ""}`,
    head: ["task", "size", "ours, ms", "ours / ml-matrix", "numpy, ms", "ours / numpy", "deviation"],
    rows,
    notes: [
      "Medians of rounds in which ours and ml-matrix take turns; the ratio is the median of their ratios, not the ratio of medians.",
      "numpy runs before, with one thread; its LAPACK is the peer that these kernels do not try to beat.",
      "Deviation of our answer from that of ml-matrix, relative to its length; for the graded matrix it is ml-matrix that loses digits (test/linalg/svd-large.test.ts).",
      "A damped solve factors (R; √λI) and solves once; ml-matrix has to factor the dense 2n×n matrix.",
    ],
  });
  console.log(`linalg: ours / ml-matrix: ${ratios.join(", ")}`);
}

function tasks(full: boolean): Task[] {
  const tall: readonly (readonly [number, number])[] = [
    [83, 42],
    [200, 100],
    [832, 84],
    ...(full
      ? ([
          [850, 520],
          [2560, 390],
        ] as const)
      : []),
  ];
  const square = full ? [40, 100, 400] : [40, 100];
  const decompositions: readonly (readonly [number, number])[] = [
    [40, 20],
    [100, 100],
    [832, 84],
    ...(full ? ([[400, 400]] as const) : []),
  ];
  return [
    ...tall.map(([rows, cols]) => leastSquares(rows, cols)),
    ...[42, 100, ...(full ? [390] : [])].map(dampedSolve),
    ...square.map(product),
    ...decompositions.flatMap(([rows, cols]) => [decomposition(rows, cols), spectrum(rows, cols)]),
  ];
}

function normals(length: number, seed: number): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length }, () => random.normal());
}

const asMatrix = (A: Float64Array, rows: number, cols: number): Matrix => Matrix.from1DArray(rows, cols, Array.from(A));

function leastSquares(rows: number, cols: number): Task {
  const A = normals(rows * cols, 1);
  const b = normals(rows, 2);
  const columns = transpose(A, rows, cols);
  const matrix = asMatrix(A, rows, cols);
  const right = Matrix.columnVector(Array.from(b));
  return {
    name: "least squares",
    rows,
    cols,
    own: () => {
      const factors = factorQr(columns.slice(), rows, cols);
      return solveUpper(factors, applyQTransposed(factors, b.slice()), new Float64Array(cols));
    },
    peer: () => Float64Array.from(new QrDecomposition(matrix).solve(right).to1DArray()),
    numpy: "q, r = np.linalg.qr(a); np.linalg.solve(r, q.T @ b)",
  };
}

/** A triangle R and the damped problem ‖R y − b‖² + λ‖y‖². */
function dampedSolve(n: number): Task {
  const factors = factorQr(normals(2 * n * n, 3), 2 * n, n);
  const b = normals(n, 4);
  const sqrtLambda = 0.3;
  const stacked = Matrix.zeros(2 * n, n);
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < j; i++) stacked.set(i, j, factors.columns[j * 2 * n + i]!);
    stacked.set(j, j, factors.diagonal[j]!);
    stacked.set(n + j, j, sqrtLambda);
  }
  const right = Matrix.columnVector([...b, ...new Array<number>(n).fill(0)]);
  return {
    name: "damped solve",
    rows: 2 * n,
    cols: n,
    own: () => solveDamped(factorDamped(factors, sqrtLambda), b, new Float64Array(n)),
    peer: () => Float64Array.from(solve(stacked, right).to1DArray()),
    numpy: "q, r = np.linalg.qr(c); np.linalg.solve(r, q[:len(b)].T @ b)",
  };
}

function product(n: number): Task {
  const [A, B] = [normals(n * n, 5), normals(n * n, 6)];
  const [left, right] = [asMatrix(A, n, n), asMatrix(B, n, n)];
  return {
    name: "product",
    rows: n,
    cols: n,
    own: () => multiply(A, B, { rows: n, cols: n, width: n }),
    peer: () => Float64Array.from(left.mmul(right).to1DArray()),
    numpy: "a @ a",
  };
}

/** Columns graded from 1 to 1e-6 make the small singular values comparable in both. */
function gradedMatrix(rows: number, cols: number): Float64Array {
  return normals(rows * cols, 7).map((value, at) => value * 10 ** ((-6 * (at % cols)) / cols));
}

function decomposition(rows: number, cols: number): Task {
  const A = gradedMatrix(rows, cols);
  const matrix = asMatrix(A, rows, cols);
  return {
    name: "SVD with vectors",
    rows,
    cols,
    own: () => computeSvd(A, rows, cols).S,
    peer: () => Float64Array.from(new SingularValueDecomposition(matrix).diagonal),
    numpy: "np.linalg.svd(a, full_matrices=False)",
  };
}

function spectrum(rows: number, cols: number): Task {
  const A = gradedMatrix(rows, cols);
  const matrix = asMatrix(A, rows, cols);
  const options = { computeLeftSingularVectors: false, computeRightSingularVectors: false };
  return {
    name: "singular values",
    rows,
    cols,
    own: () => singularValues(A, rows, cols),
    peer: () => Float64Array.from(new SingularValueDecomposition(matrix, options).diagonal),
    numpy: "np.linalg.svd(a, compute_uv=False)",
  };
}

/** Both in turns, as often as the work allows. */
function measure({ name, rows, cols, own, peer }: Task): { own: number; ratio: number; deviation: number } {
  const work = rows * cols * cols;
  const repetitions = Math.max(1, Math.round(WORK / ROUNDS / work));
  const expected = peer();
  const deviation = norm2(own().map((value, i) => value - expected[i]!)) / norm2(expected);
  // Conditions are at most some 1e3 here, but for the graded matrices, whose small values hardly count in the norm.
  if (!(deviation < 1e-10)) throw new Error(`${name} ${rows}×${cols}: the answers differ by ${deviation}`);
  const times: number[] = [];
  const ratios: number[] = [];
  for (let round = 0; round < (work > LARGE ? 1 : ROUNDS); round++) {
    const ours = timeOf(own, work > LARGE ? 3 : repetitions);
    times.push(ours);
    ratios.push(ours / timeOf(peer, Math.max(1, Math.round(repetitions / 10))));
  }
  return { own: median(times), ratio: median(ratios), deviation };
}

/** Milliseconds of one call. */
function timeOf(call: () => unknown, repetitions: number): number {
  const start = performance.now();
  for (let count = 0; count < repetitions; count++) call();
  return (performance.now() - start) / repetitions;
}

/** Times of numpy for the same tasks, or undefined where python3 or numpy is missing. */
function measureNumpy(all: readonly Task[]): number[] | undefined {
  const lines = all.map(
    ({ rows, cols, numpy }) => `    (${rows}, ${cols}, lambda a, b, c, np: (${toExpression(numpy)})),`,
  );
  const program = `
import time
import numpy as np
tasks = [
${lines.join("\n")}
]
for rows, cols, call in tasks:
    g = np.random.default_rng(1)
    a, b, c = g.standard_normal((rows, cols)), g.standard_normal(rows), g.standard_normal((2 * cols, cols))
    times = []
    for _ in range(9):
        start = time.perf_counter()
        call(a, b, c, np)
        times.append(time.perf_counter() - start)
    print(sorted(times)[4] * 1e3)
`;
  const single = { OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
  const { status, stdout } = spawnSync("python3", ["-c", program], {
    encoding: "utf8",
    env: { ...process.env, ...single },
  });
  return status === 0 ? stdout.trim().split("\n").map(Number) : undefined;
}

/** Two statements, the first an assignment of q and r, as one Python expression. */
function toExpression(statements: string): string {
  const match = /^q, r = (.*); (.*)$/.exec(statements);
  return match === null ? statements : `(lambda q, r: ${match[2]})(*${match[1]})`;
}
