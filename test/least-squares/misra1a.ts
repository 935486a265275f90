import { define, type PublishedProblem } from "./published-problem.ts";

const misraX = [77.6, 114.9, 141.1, 190.8, 239.9, 289, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760];
const misraY = [10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.4, 75.47, 81.78];

/** NIST StRD Misra1a, y = b₁(1 − exp(−b₂x)), from both of its starts, with the certified values to eleven digits. */
export const misra1a: readonly PublishedProblem[] = [
  [500, 1e-4],
  [250, 5e-4],
].map((start) =>
  define({
    name: `NIST Misra1a from ${start.join(", ")}`,
    rows: 14,
    start,
    minimisers: [[2.3894212918e2, 5.5015643181e-4]],
    minima: [{ value: 1.2455138894e-1, unit: 1e-11 }],
    regular: true,
    residuals: ([a, b]) => misraX.map((x, i) => misraY[i]! - a! * (1 - Math.exp(-b! * x))),
    slopes: ([a, b]) => misraX.map((x) => [Math.exp(-b! * x) - 1, -a! * x * Math.exp(-b! * x)]),
  }),
);
