import { define, exactly, type PublishedProblem, printed, range, sum } from "./published-problem.ts";

// The problems of Moré, Garbow & Hillstrom (1981) that come in any size.

/** Number 20; m = 31. */
export const watson = (n: number, minimum: number): PublishedProblem =>
  define({
    name: `Watson, n = ${n}`,
    rows: 31,
    start: new Array<number>(n).fill(0),
    minimisers: [],
    minima: [printed(minimum)],
    regular: true,
    residuals: (x) => [
      ...range(29).map((i) => {
        const t = i / 29;
        const value = sum(Array.from(x, (c, j) => c * t ** j));
        const slope = sum(Array.from(x, (c, j) => (j === 0 ? 0 : j * c * t ** (j - 1))));
        return slope - value ** 2 - 1;
      }),
      x[0]!,
      x[1]! - x[0]! ** 2 - 1,
    ],
    slopes: (x) => {
      const unit = (row: readonly number[]): number[] => Array.from(x, (_, j) => row[j] ?? 0);
      const rows = range(29).map((i) => {
        const t = i / 29;
        const value = sum(Array.from(x, (c, j) => c * t ** j));
        return Array.from(x, (_, j) => (j === 0 ? 0 : j * t ** (j - 1)) - 2 * value * t ** j);
      });
      return [...rows, unit([1]), unit([-2 * x[0]!, 1])];
    },
  });

/** T_1(z), …, T_m(z) and their derivatives, for the polynomials shifted to [0, 1]. */
function chebyshev(x: number, m: number): { values: number[]; slopes: number[] } {
  const z = 2 * x - 1;
  const values = [1, z];
  const slopes = [0, 2];
  for (let k = 2; k <= m; k++) {
    values.push(2 * z * values[k - 1]! - values[k - 2]!);
    slopes.push(4 * values[k - 1]! + 2 * z * slopes[k - 1]! - slopes[k - 2]!);
  }
  return { values: values.slice(1), slopes: slopes.slice(1) };
}

/** Number 35; m = n. */
export const chebyquad = (n: number, minimum: number): PublishedProblem =>
  define({
    name: `Chebyquad, n = ${n}`,
    rows: n,
    start: range(n).map((j) => j / (n + 1)),
    minimisers: [],
    minima: [minimum === 0 ? exactly(0) : printed(minimum)],
    regular: true,
    residuals: (x) => {
      const values = Array.from(x, (at) => chebyshev(at, n).values);
      return range(n).map((i) => sum(values.map((row) => row[i - 1]!)) / n + (i % 2 === 0 ? 1 / (i * i - 1) : 0));
    },
    slopes: (x) => {
      const slopes = Array.from(x, (at) => chebyshev(at, n).slopes);
      return range(n).map((i) => slopes.map((row) => row[i - 1]! / n));
    },
  });

/** Number 27; m = n. The second minimum is at (0, …, 0, n + 1). */
export const brownAlmostLinear = (n: number): PublishedProblem =>
  define({
    name: `Brown almost-linear, n = ${n}`,
    rows: n,
    start: new Array<number>(n).fill(0.5),
    minimisers: [new Array<number>(n).fill(1)],
    minima: [exactly(0), exactly(1)],
    regular: true,
    residuals: (x) => {
      const total = sum(Array.from(x));
      return [
        ...range(n - 1).map((i) => x[i - 1]! + total - (n + 1)),
        x.reduce((product, value) => product * value) - 1,
      ];
    },
    slopes: (x) => [
      ...range(n - 1).map((i) => range(n).map((j) => (i === j ? 2 : 1))),
      range(n).map((j) => x.reduce((product, value, k) => (k + 1 === j ? product : product * value), 1)),
    ],
  });

/** Numbers 32 to 34 with n = 5: full rank; rank 1; rank 1 with zero columns and rows. */
export const linear = (number: 32 | 33 | 34, m: number): PublishedProblem => {
  const n = 5;
  const zero = number === 34;
  const inside = (i: number, count: number): boolean => !zero || (i > 1 && i < count);
  const entry = (i: number, j: number): number => {
    if (number === 32) return (i === j ? 1 : 0) - 2 / m;
    return inside(i, m) && inside(j, n) ? (zero ? i - 1 : i) * j : 0;
  };
  const minimum = { 32: m - n, 33: (m * (m - 1)) / (2 * (2 * m + 1)), 34: (m * m + 3 * m - 6) / (2 * (2 * m - 3)) };
  const rows = range(m).map((i) => range(n).map((j) => entry(i, j)));
  return define({
    name: `Linear ${{ 32: "full rank", 33: "rank 1", 34: "rank 1 with zeros" }[number]}, m = ${m}`,
    rows: m,
    start: new Array<number>(n).fill(1),
    minimisers: number === 32 ? [new Array<number>(n).fill(-1)] : [],
    minima: [exactly(minimum[number])],
    regular: number === 32,
    residuals: (x) => rows.map((row) => sum(row.map((a, j) => a * x[j]!)) - 1),
    slopes: () => rows,
  });
};
