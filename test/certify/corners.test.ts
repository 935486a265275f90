import { describe, expect, test } from "vitest";
import { toNumber } from "../../src/algebra/rational.ts";
import type { Ring } from "../../src/algebra/ring.ts";
import { boxAround, type SystemBox } from "../../src/certify/box.ts";
import { type CertifiedSamples, certifySamples } from "../../src/certify/krawczyk.ts";
import { jacobianMatrix } from "../../src/equations/jacobian.ts";
import type { DataPoints, Nodes } from "../../src/equations/ring-tools.ts";
import { gaugeOf } from "../../src/identifiability/gauge.ts";
import type { Interval } from "../../src/interval/interval.ts";
import { leftSide } from "../support/definition.ts";
import { type Planted, type PlantedShape, plant } from "./planted.ts";

/** Doubles as the numbers of the equations: large enough a ρ makes their rounding irrelevant. */
const doubles: Ring<number> = {
  zero: 0,
  one: 1,
  add: (a, b) => a + b,
  multiply: (a, b) => a * b,
  fromRational: toNumber,
};

const RHO = 1e-7;

/** The numbers of a system: nodes, then the known side, each within the radius of its interval. */
interface Corner {
  readonly nodes: Nodes<number>;
  readonly targets: readonly number[];
}

const list = ({ weights, bias, output, targets }: SystemBox): Interval[] => [
  ...weights,
  ...bias,
  ...output,
  ...targets,
];

/** The system at the ends of its intervals that the signs name. */
function cornerOf({ weights, bias, output, targets }: SystemBox, signs: readonly number[]): Corner {
  let at = 0;
  const take = (values: readonly Interval[]): number[] => values.map(({ mid, rad }) => mid + signs[at++]! * rad);
  return {
    nodes: { weights: take(weights), bias: take(bias), output: take(output) },
    targets: take(targets),
  };
}

interface Near {
  readonly planted: Planted;
  readonly rows: readonly number[];
}

/** Unknowns sample by sample, C multipliers before d coordinates. */
function dataOf({ planted: { shape } }: Near, u: readonly number[]): DataPoints<number> {
  const { inputDim: d, outputs: C } = shape;
  const part = (from: number, to: number): number[] => u.filter((_, k) => k % (d + C) >= from && k % (d + C) < to);
  return { points: part(C, d + C), multipliers: part(0, C) };
}

function valuesAt(near: Near, { nodes, targets }: Corner, u: readonly number[]): number[] {
  const left = leftSide(doubles, near.planted.shape, nodes, dataOf(near, u));
  return near.rows.map((row) => left[row]! - targets[row]!);
}

function jacobianAt(near: Near, { nodes }: Corner, u: readonly number[]): number[][] {
  const { entries, cols } = jacobianMatrix(doubles, near.planted.shape, nodes, dataOf(near, u));
  return near.rows.map((row) => entries.slice(row * cols, (row + 1) * cols));
}

/** Gauss elimination with pivoting, several right sides. */
function solve(matrix: readonly (readonly number[])[], right: readonly (readonly number[])[]): number[][] {
  const rows = matrix.map((row, k) => [...row, ...right[k]!]);
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    const best = rows
      .slice(k)
      .reduce((most, row, i) => (Math.abs(row[k]!) > Math.abs(rows[most]![k]!) ? k + i : most), k);
    [rows[k], rows[best]] = [rows[best]!, rows[k]!];
    const pivot = rows[k]!.map((value) => value / rows[k]![k]!);
    for (let i = 0; i < n; i++)
      rows[i] = i === k ? pivot : rows[i]!.map((value, c) => value - rows[i]![k]! * pivot[c]!);
  }
  return rows.map((row) => row.slice(n));
}

function zeroOf(near: Near, corner: Corner, start: readonly number[]): number[] {
  let u = [...start];
  for (let step = 0; step < 6; step++) {
    const values = valuesAt(near, corner, u);
    const change = solve(
      jacobianAt(near, corner, u),
      values.map((value) => [value]),
    );
    u = u.map((value, k) => value - change[k]![0]!);
  }
  return u;
}

/** For every unknown the signs of the corner that moves it most, to first order: by differences of the equations. */
function worstSigns(near: Near, box: SystemBox, u: readonly number[]): number[][] {
  const count = list(box).length;
  const middle = cornerOf(box, new Array<number>(count).fill(0));
  const base = valuesAt(near, middle, u);
  const differences = Array.from({ length: count }, (_, k) => {
    const moved = cornerOf(
      box,
      Array.from({ length: count }, (_unused, other) => (other === k ? 1 : 0)),
    );
    return valuesAt(near, moved, u).map((value, r) => value - base[r]!);
  });
  const effects = solve(
    jacobianAt(near, middle, u),
    near.rows.map((_, r) => differences.map((difference) => difference[r]!)),
  );
  return effects.map((effect) => effect.map((value) => (value > 0 ? -1 : 1)));
}

function unknownsOf({ planted: { shape, plainData } }: Near): number[] {
  const { inputDim: d, outputs: C } = shape;
  const { points, multipliers } = plainData;
  return Array.from({ length: points.length / d }, (_, i) => [
    ...multipliers.slice(i * C, (i + 1) * C),
    ...points.slice(i * d, (i + 1) * d),
  ]).flat();
}

/** Distances of the zero from û over the radii: of points and of multipliers. */
function shares({ perSample }: CertifiedSamples, near: Near, zero: readonly number[]): number[] {
  const { inputDim: d, outputs: C } = near.planted.shape;
  const move = zero.map((value, k) => value - unknownsOf(near)[k]!);
  return perSample.flatMap(({ radius, multiplierRadius }, i) => {
    const own = move.slice(i * (d + C), (i + 1) * (d + C));
    return [Math.hypot(...own.slice(C)) / radius, Math.hypot(...own.slice(0, C)) / multiplierRadius];
  });
}

const shapes: readonly (readonly [string, PlantedShape])[] = [
  ["hidden layer", { activation: "z + z^2 + z^3", inputDim: 2, samples: 2, width: 6 }],
  [
    "two outputs, both layers",
    { activation: "z + z^2 + z^3", inputDim: 2, samples: 2, width: 5, outputs: 2, layers: ["hidden", "output"] },
  ],
  [
    "all layers",
    {
      ...{ activation: "1 + z - z^3/3", inputDim: 2, samples: 2, width: 5, bias: "trained" },
      layers: ["hidden", "bias", "output", "output-bias"],
    },
  ],
  ["a frozen bias", { activation: "z^2 + z^4", inputDim: 2, samples: 2, width: 6, bias: "frozen" }],
  ["the output layer alone", { activation: "z + z^2 + z^3", inputDim: 2, samples: 2, width: 16, layers: ["output"] }],
];

describe.each(shapes)("%s: the systems at the corners of the box", (_, shape) => {
  test("have their zeros within the radii, and the worst of them not far inside", () => {
    const planted = plant(shape, 3);
    const gauge = gaugeOf(planted.shape).symmetries;
    const equations = { system: planted.system, unitRoundoff: 2 ** -53 };
    const proof = certifySamples({ equations, data: planted.plainData, rho: RHO, gauge });
    if ("failed" in proof) throw new Error(proof.failed);
    const near: Near = { planted, rows: proof.chosenEquations };
    const box = boxAround(planted.system, RHO);
    const u = unknownsOf(near);
    const reached = worstSigns(near, box, u).flatMap((signs) =>
      [1, -1].flatMap((way) => {
        const corner = cornerOf(
          box,
          signs.map((sign) => way * sign),
        );
        return shares(proof, near, zeroOf(near, corner, u));
      }),
    );
    expect(Math.max(...reached)).toBeLessThanOrEqual(1);
    // The worst case of one unknown is attained; the radius takes those of all coordinates of a sample at once.
    expect(Math.max(...reached)).toBeGreaterThan(0.6);
  });
});
