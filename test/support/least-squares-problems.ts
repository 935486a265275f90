import type { LeastSquaresProblem } from "../../src/least-squares/problem.ts";

/** A published test problem: minimise ½‖r‖², where the published figures are those of Σ r². */
export interface PublishedProblem extends LeastSquaresProblem {
  readonly name: string;
  readonly start: readonly number[];
  /** Published minimisers; one of them is to be reached. */
  readonly minimisers: readonly (readonly number[])[];
  /** Published minimum of Σ r², cut off after its last digit: the value lies in [value, value + unit). */
  readonly minimum: { readonly value: number; readonly unit: number };
  /** Whether J has full rank at the minimiser. */
  readonly regular: boolean;
}

interface Definition extends Omit<PublishedProblem, "unknowns" | "rows" | "residual" | "jacobian"> {
  readonly rows: number;
  residuals(x: Float64Array): readonly number[];
  /** Rows of the Jacobian. */
  slopes(x: Float64Array): readonly (readonly number[])[];
}

function define({ residuals, slopes, ...rest }: Definition): PublishedProblem {
  return {
    ...rest,
    unknowns: rest.start.length,
    residual(x, out) {
      out.set(residuals(x));
      return out;
    },
    jacobian(x, out) {
      out.set(slopes(x).flat());
      return out;
    },
  };
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
const zero = { value: 0, unit: 0 };

/** Number 1. */
export const rosenbrock: PublishedProblem = define({
  name: "Rosenbrock",
  rows: 2,
  start: [-1.2, 1],
  minimisers: [[1, 1]],
  minimum: zero,
  regular: true,
  residuals: ([x, y]) => [10 * (y! - x! ** 2), 1 - x!],
  slopes: ([x]) => [
    [-20 * x!, 10],
    [-1, 0],
  ],
});

/** Number 2; the second minimiser is ((53 − 4√22)/3, (2 − √22)/3), printed as (11.41…, −0.8968…). */
const freudensteinRoth = define({
  name: "Freudenstein and Roth",
  rows: 2,
  start: [0.5, -2],
  minimisers: [[(53 - 4 * Math.sqrt(22)) / 3, (2 - Math.sqrt(22)) / 3]],
  minimum: { value: 48.9842, unit: 1e-4 },
  regular: false,
  residuals: ([x, y]) => [-13 + x! + ((5 - y!) * y! - 2) * y!, -29 + x! + ((y! + 1) * y! - 14) * y!],
  slopes: ([, y]) => [
    [1, 10 * y! - 3 * y! ** 2 - 2],
    [1, 3 * y! ** 2 + 2 * y! - 14],
  ],
});

/** Number 7. */
const helicalValley = define({
  name: "Helical valley",
  rows: 3,
  start: [-1, 0, 0],
  minimisers: [[1, 0, 0]],
  minimum: zero,
  regular: true,
  residuals: ([x, y, z]) => {
    const turn = Math.atan(y! / x!) / (2 * Math.PI) + (x! < 0 ? 0.5 : 0);
    return [10 * (z! - 10 * turn), 10 * (Math.hypot(x!, y!) - 1), z!];
  },
  slopes: ([x, y]) => {
    const square = x! ** 2 + y! ** 2;
    const radius = Math.sqrt(square);
    const factor = 50 / (Math.PI * square);
    return [
      [factor * y!, -factor * x!, 10],
      [(10 * x!) / radius, (10 * y!) / radius, 0],
      [0, 0, 1],
    ];
  },
});

const bardData = [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.1, 4.39];
/** Number 8; the paper prints no minimiser. */
const bard = define({
  name: "Bard",
  rows: 15,
  start: [1, 1, 1],
  minimisers: [],
  minimum: { value: 8.21487e-3, unit: 1e-8 },
  regular: true,
  residuals: ([a, b, c]) =>
    bardData.map((y, i) => {
      const [u, v] = [i + 1, 15 - i];
      return y - (a! + u / (v * b! + Math.min(u, v) * c!));
    }),
  slopes: ([, b, c]) =>
    range(15).map((u) => {
      const v = 16 - u;
      const w = Math.min(u, v);
      const square = (v * b! + w * c!) ** 2;
      return [-1, (u * v) / square, (u * w) / square];
    }),
});

/** Number 12 with m = 10; every (t, t, 0) is a minimiser as well. */
const box3d = define({
  name: "Box three-dimensional",
  rows: 10,
  start: [0, 10, 20],
  minimisers: [
    [1, 10, 1],
    [10, 1, -1],
  ],
  minimum: zero,
  regular: true,
  residuals: ([x, y, z]) =>
    range(10).map((i) => {
      const t = i / 10;
      return Math.exp(-t * x!) - Math.exp(-t * y!) - z! * (Math.exp(-t) - Math.exp(-10 * t));
    }),
  slopes: ([x, y]) =>
    range(10).map((i) => {
      const t = i / 10;
      return [-t * Math.exp(-t * x!), t * Math.exp(-t * y!), Math.exp(-10 * t) - Math.exp(-t)];
    }),
});

/** Number 13: J has rank 2 at the minimiser. */
export const powellSingular: PublishedProblem = define({
  name: "Powell singular",
  rows: 4,
  start: [3, -1, 0, 1],
  minimisers: [[0, 0, 0, 0]],
  minimum: zero,
  regular: false,
  residuals: ([a, b, c, d]) => [
    a! + 10 * b!,
    Math.sqrt(5) * (c! - d!),
    (b! - 2 * c!) ** 2,
    Math.sqrt(10) * (a! - d!) ** 2,
  ],
  slopes: ([a, b, c, d]) => {
    const [p, q] = [2 * (b! - 2 * c!), 2 * Math.sqrt(10) * (a! - d!)];
    return [
      [1, 10, 0, 0],
      [0, 0, Math.sqrt(5), -Math.sqrt(5)],
      [0, p, -2 * p, 0],
      [q, 0, 0, -q],
    ];
  },
});

/** Number 14. */
const wood = define({
  name: "Wood",
  rows: 6,
  start: [-3, -1, -3, -1],
  minimisers: [[1, 1, 1, 1]],
  minimum: zero,
  regular: true,
  residuals: ([a, b, c, d]) => [
    10 * (b! - a! ** 2),
    1 - a!,
    Math.sqrt(90) * (d! - c! ** 2),
    1 - c!,
    Math.sqrt(10) * (b! + d! - 2),
    (b! - d!) / Math.sqrt(10),
  ],
  slopes: ([a, , c]) => [
    [-20 * a!, 10, 0, 0],
    [-1, 0, 0, 0],
    [0, 0, -2 * Math.sqrt(90) * c!, Math.sqrt(90)],
    [0, 0, -1, 0],
    [0, Math.sqrt(10), 0, Math.sqrt(10)],
    [0, 1 / Math.sqrt(10), 0, -1 / Math.sqrt(10)],
  ],
});

const kowalikY = [0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246];
const kowalikU = [4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625];
/** Number 15; the paper prints no minimiser. */
export const kowalikOsborne: PublishedProblem = define({
  name: "Kowalik and Osborne",
  rows: 11,
  start: [0.25, 0.39, 0.415, 0.39],
  minimisers: [],
  minimum: { value: 3.07505e-4, unit: 1e-9 },
  regular: true,
  residuals: ([a, b, c, d]) => kowalikU.map((u, i) => kowalikY[i]! - (a! * (u * u + u * b!)) / (u * u + u * c! + d!)),
  slopes: ([a, b, c, d]) =>
    kowalikU.map((u) => {
      const top = u * u + u * b!;
      const bottom = u * u + u * c! + d!;
      const ratio = (a! * top) / bottom ** 2;
      return [-top / bottom, (-a! * u) / bottom, ratio * u, ratio];
    }),
});

/** Moré, Garbow & Hillstrom, ACM Trans. Math. Softw. 7 (1981) 17–41, section 3, with the figures printed there. */
export const moreGarbowHillstrom: readonly PublishedProblem[] = [
  rosenbrock,
  freudensteinRoth,
  helicalValley,
  bard,
  box3d,
  powellSingular,
  wood,
  kowalikOsborne,
];

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
    minimum: { value: 1.2455138894e-1, unit: 1e-11 },
    regular: true,
    residuals: ([a, b]) => misraX.map((x, i) => misraY[i]! - a! * (1 - Math.exp(-b! * x))),
    slopes: ([a, b]) => misraX.map((x) => [Math.exp(-b! * x) - 1, -a! * x * Math.exp(-b! * x)]),
  }),
);
