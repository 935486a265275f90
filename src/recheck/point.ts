import { readIntegers, readObject } from "./fields.ts";
import type { PrimeField } from "./modular.ts";
import type { Problem } from "./problem.ts";
import { require } from "./rejection.ts";
import { multiplierScale } from "./shape-facts.ts";
import type { JsonValue } from "./strict-json.ts";

/** A neuron at the point: w, b (0 without a bias) and a, as residues. */
export interface Neuron {
  readonly w: readonly number[];
  readonly b: number;
  readonly a: readonly number[];
}

/** A sample at the point: x and g, as residues, and its class where multiplier equations need it. */
export interface Sample {
  readonly x: readonly number[];
  readonly g: readonly number[];
  readonly label: number;
}

/** The numbers at which a matrix is built; every matrix ignores the half that it does not depend on. */
export interface Point {
  readonly neurons: readonly Neuron[];
  readonly samples: readonly Sample[];
}

/** How many coordinates a point has: 0 neurons or 0 samples where the matrix does not depend on them. */
export interface PointSize {
  readonly inputDim: number;
  readonly width: number;
  readonly samples: number;
  /** Whether the matrix has side rows, which ask for labels and for points on the sphere. */
  readonly sideRows: boolean;
}

/**
 * Reads a point with exactly the coordinates that problem and matrix imply, all in [0, p).
 *
 * @throws {@link Rejection} if a coordinate is missing, superfluous or out of range, or a point is off the sphere
 */
export function readPoint(value: JsonValue | undefined, problem: Problem, size: PointSize, field: PrimeField): Point {
  const labelled = size.sideRows && multiplierScale(problem) !== null;
  const keys = [
    ...(size.width > 0 ? ["weights", ...(problem.bias === "none" ? [] : ["bias"]), "output"] : []),
    ...(size.samples > 0 ? ["points", "multipliers", ...(labelled ? ["labels"] : [])] : []),
  ];
  const fields = readObject(value, keys, "point");
  const list = (key: string, length: number, bound: number = field.prime): number[] =>
    keys.includes(key) ? readIntegers(fields.get(key), `point.${key}`, { length, bound }) : new Array(length).fill(0);
  const { inputDim: d, width: m, samples: n } = size;
  const C = problem.outputs;
  const weights = list("weights", m * d);
  const bias = list("bias", m);
  const output = list("output", C * m);
  const points = list("points", n * d);
  const multipliers = list("multipliers", n * C);
  const labels = list("labels", n, C + 1);
  const samples = Array.from({ length: n }, (_, i) => ({
    x: points.slice(i * d, (i + 1) * d),
    g: multipliers.slice(i * C, (i + 1) * C),
    label: labels[i]!,
  }));
  if (size.sideRows && problem.sphere) {
    for (const [i, { x }] of samples.entries()) require(field.dot(x, x) === 1, `point: sample ${i} is off the sphere`);
  }
  const neurons = Array.from({ length: m }, (_, j) => ({
    w: weights.slice(j * d, (j + 1) * d),
    b: bias[j]!,
    a: Array.from({ length: C }, (_, c) => output[c * m + j]!),
  }));
  return { neurons, samples };
}

/** Nodes in the coordinates of the span, and multipliers; the samples are the unit vectors. */
export interface UnitPoint {
  readonly neurons: readonly Neuron[];
  readonly multipliers: readonly (readonly number[])[];
}

/**
 * Reads the point of a unit-block: weights of n coordinates, a bias only where it is frozen, output weights, multipliers.
 *
 * @throws {@link Rejection} if a coordinate is missing, superfluous or out of range
 */
export function readUnitPoint(
  value: JsonValue | undefined,
  { bias, samples: n, outputs: C }: Problem,
  width: number,
  { prime }: PrimeField,
): UnitPoint {
  const keys = ["weights", ...(bias === "frozen" ? ["bias"] : []), "output", "multipliers"];
  const fields = readObject(value, keys, "point");
  const list = (key: string, length: number): number[] =>
    keys.includes(key)
      ? readIntegers(fields.get(key), `point.${key}`, { length, bound: prime })
      : new Array(length).fill(0);
  const [weights, shifts] = [list("weights", width * n), list("bias", width)];
  const [output, multipliers] = [list("output", C * width), list("multipliers", n * C)];
  const neurons = Array.from({ length: width }, (_, j) => ({
    w: weights.slice(j * n, (j + 1) * n),
    b: shifts[j]!,
    a: Array.from({ length: C }, (_, c) => output[c * width + j]!),
  }));
  return { neurons, multipliers: Array.from({ length: n }, (_, i) => multipliers.slice(i * C, (i + 1) * C)) };
}
