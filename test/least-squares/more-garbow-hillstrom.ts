import { bardY, kowalikU, kowalikY, meyerY, osborne1Y, osborne2Y } from "./more-garbow-hillstrom-data.ts";
import { brownAlmostLinear, chebyquad, linear, watson } from "./more-garbow-hillstrom-sizes.ts";
import { define, exactly, type PublishedProblem, printed, range, sum } from "./published-problem.ts";

/** Number 1. */
export const rosenbrock: PublishedProblem = define({
  name: "Rosenbrock",
  rows: 2,
  start: [-1.2, 1],
  minimisers: [[1, 1]],
  minima: [exactly(0)],
  regular: true,
  residuals: ([x, y]) => [10 * (y! - x! ** 2), 1 - x!],
  slopes: ([x]) => [
    [-20 * x!, 10],
    [-1, 0],
  ],
});

/** Number 2; the local minimiser is ((53 − 4√22)/3, (2 − √22)/3), printed as (11.41…, −0.8968…). */
const freudensteinRoth = define({
  name: "Freudenstein and Roth",
  rows: 2,
  start: [0.5, -2],
  minimisers: [
    [(53 - 4 * Math.sqrt(22)) / 3, (2 - Math.sqrt(22)) / 3],
    [5, 4],
  ],
  minima: [exactly(0), printed(48.9842)],
  regular: false,
  residuals: ([x, y]) => [-13 + x! + ((5 - y!) * y! - 2) * y!, -29 + x! + ((y! + 1) * y! - 14) * y!],
  slopes: ([, y]) => [
    [1, 10 * y! - 3 * y! ** 2 - 2],
    [1, 3 * y! ** 2 + 2 * y! - 14],
  ],
});

/** Number 6; m = 10. */
const jennrichSampson = define({
  name: "Jennrich and Sampson",
  rows: 10,
  start: [0.3, 0.4],
  minimisers: [],
  minima: [printed(124.362)],
  regular: true,
  residuals: ([a, b]) => range(10).map((i) => 2 + 2 * i - (Math.exp(i * a!) + Math.exp(i * b!))),
  slopes: ([a, b]) => range(10).map((i) => [-i * Math.exp(i * a!), -i * Math.exp(i * b!)]),
});

/** Number 7. */
const helicalValley = define({
  name: "Helical valley",
  rows: 3,
  start: [-1, 0, 0],
  minimisers: [[1, 0, 0]],
  minima: [exactly(0)],
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

/** Number 8; the second figure is the limit for b, c → −∞. */
const bard = define({
  name: "Bard",
  rows: 15,
  start: [1, 1, 1],
  minimisers: [],
  minima: [printed(8.21487e-3), printed(17.4286)],
  regular: true,
  residuals: ([a, b, c]) => bardY.map((y, i) => y - (a! + (i + 1) / ((15 - i) * b! + Math.min(i + 1, 15 - i) * c!))),
  slopes: ([, b, c]) =>
    range(15).map((u) => {
      const [v, w] = [16 - u, Math.min(u, 16 - u)];
      const square = (v * b! + w * c!) ** 2;
      return [-1, (u * v) / square, (u * w) / square];
    }),
});

/** Number 10. */
const meyer = define({
  name: "Meyer",
  rows: 16,
  start: [0.02, 4000, 250],
  minimisers: [],
  minima: [printed(87.9458)],
  regular: true,
  residuals: ([a, b, c]) => meyerY.map((y, i) => a! * Math.exp(b! / (50 + 5 * i + c!)) - y),
  slopes: ([a, b, c]) =>
    range(16).map((i) => {
      const bottom = 45 + 5 * i + c!;
      const growth = Math.exp(b! / bottom);
      return [growth, (a! * growth) / bottom, (-a! * b! * growth) / bottom ** 2];
    }),
});

/** Number 12 with m = 10; every (t, t, 0) is a minimiser as well, and the valley of t → ∞ has the second limit. */
const box3d = define({
  name: "Box three-dimensional",
  rows: 10,
  start: [0, 10, 20],
  minimisers: [
    [1, 10, 1],
    [10, 1, -1],
  ],
  minima: [exactly(0), printed(7.55887e-2)],
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
  minima: [exactly(0)],
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
  minima: [exactly(0)],
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

/** Number 15; the second figure is the limit for a → ∞ with b → −14.07…. */
export const kowalikOsborne: PublishedProblem = define({
  name: "Kowalik and Osborne",
  rows: 11,
  start: [0.25, 0.39, 0.415, 0.39],
  minimisers: [],
  minima: [printed(3.07505e-4), printed(1.02734e-3)],
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

/** Number 16; m = 20. */
const brownDennis = define({
  name: "Brown and Dennis",
  rows: 20,
  start: [25, 5, -5, -1],
  minimisers: [],
  minima: [printed(85822.2)],
  regular: true,
  residuals: ([a, b, c, d]) =>
    range(20).map((i) => {
      const t = i / 5;
      return (a! + t * b! - Math.exp(t)) ** 2 + (c! + d! * Math.sin(t) - Math.cos(t)) ** 2;
    }),
  slopes: ([a, b, c, d]) =>
    range(20).map((i) => {
      const t = i / 5;
      const [p, q] = [2 * (a! + t * b! - Math.exp(t)), 2 * (c! + d! * Math.sin(t) - Math.cos(t))];
      return [p, p * t, q, q * Math.sin(t)];
    }),
});

/** Number 17. */
const osborne1 = define({
  name: "Osborne 1",
  rows: 33,
  start: [0.5, 1.5, -1, 0.01, 0.02],
  minimisers: [],
  minima: [printed(5.46489e-5)],
  regular: true,
  residuals: ([a, b, c, d, e]) =>
    osborne1Y.map((y, i) => y - (a! + b! * Math.exp(-10 * i * d!) + c! * Math.exp(-10 * i * e!))),
  slopes: ([, b, c, d, e]) =>
    range(33).map((i) => {
      const t = 10 * (i - 1);
      const [p, q] = [Math.exp(-t * d!), Math.exp(-t * e!)];
      return [-1, -p, -q, t * b! * p, t * c! * q];
    }),
});

/** Number 19. */
const osborne2 = define({
  name: "Osborne 2",
  rows: 65,
  start: [1.3, 0.65, 0.65, 0.7, 0.6, 3, 5, 7, 2, 4.5, 5.5],
  minimisers: [],
  minima: [printed(4.01377e-2)],
  regular: true,
  residuals: (x) =>
    osborne2Y.map((y, i) => {
      const t = i / 10;
      const bells = [1, 2, 3].map((k) => x[k]! * Math.exp(-((t - x[7 + k]!) ** 2) * x[4 + k]!));
      return y - (x[0]! * Math.exp(-t * x[4]!) + sum(bells));
    }),
  slopes: (x) =>
    range(65).map((i) => {
      const t = (i - 1) / 10;
      const decay = Math.exp(-t * x[4]!);
      const bells = [1, 2, 3].map((k) => {
        const offset = t - x[7 + k]!;
        const bell = Math.exp(-(offset ** 2) * x[4 + k]!);
        return [-bell, x[k]! * offset ** 2 * bell, -2 * x[k]! * x[4 + k]! * offset * bell];
      });
      const part = (at: number): number[] => bells.map((slopes) => slopes[at]!);
      return [-decay, ...part(0), t * x[0]! * decay, ...part(1), ...part(2)];
    }),
});

/**
 * The least-squares problems of Moré, Garbow & Hillstrom, "Testing unconstrained optimization software", ACM Trans.
 * Math. Softw. 7 (1981) 17–41, section 3, with the minima printed there, in the sizes that its program (algorithm 566)
 * uses for MINPACK's `lmder`; and two of its systems of equations, Powell singular and Wood.
 */
export const moreGarbowHillstrom: readonly PublishedProblem[] = [
  ...([32, 33, 34] as const).flatMap((number) => [linear(number, 10), linear(number, 50)]),
  rosenbrock,
  helicalValley,
  powellSingular,
  freudensteinRoth,
  bard,
  kowalikOsborne,
  meyer,
  watson(6, 2.28767e-3),
  watson(9, 1.39976e-6),
  watson(12, 4.72238e-10),
  box3d,
  jennrichSampson,
  brownDennis,
  chebyquad(8, 3.51687e-3),
  chebyquad(9, 0),
  chebyquad(10, 6.50395e-3),
  brownAlmostLinear(10),
  brownAlmostLinear(30),
  brownAlmostLinear(40),
  osborne1,
  osborne2,
  wood,
];
