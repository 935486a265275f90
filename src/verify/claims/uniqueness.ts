import { knownCount } from "../../counting/known-counts.ts";
import { hessianCriterion } from "../../identifiability/decomposition/hessian-criterion.ts";
import { type CurvePoint, embedded, pointsWithSum, randomCurve } from "../elliptic.ts";
import type { Claim, Draw, Experiment } from "../experiment.ts";
import { randomVectors } from "../modular.ts";
import { secondDataSet } from "../pencil.ts";
import { exactPair, exactRow } from "../rows.ts";
import { degreesUpTo, setText, shapeOf } from "../shapes.ts";

/** [variables, degree, terms] of the three exceptions. */
const EXCEPTIONS = [
  [3, 6, 9],
  [4, 4, 8],
  [6, 3, 9],
] as const;

/** General tensors of subgeneric rank, with the exceptions of Chiantini, Ottaviani and Vannieuwenhoven. */
export const genericUniqueness: Claim = {
  id: "generic-uniqueness",
  statement:
    "A general symmetric tensor of subgeneric rank has one decomposition, except (variables, degree, terms) = (3, 6, 9), (4, 4, 8), (6, 3, 9), which have two.",
  ofSourcePaper: false,
  page: "proofs/generic-uniqueness.md",
  experiments: [
    ...EXCEPTIONS.flatMap(([v, p, n]) => [
      hessianRow(v, p, n - 1, true),
      hessianRow(v, p, n, false),
      ...secondOnCurve(v, p, n),
    ]),
    hessianRow(3, 5, 6, true),
    hessianRow(4, 5, 13, true),
    hessianRow(5, 3, 6, true),
    hessianRow(3, 7, 11, true),
  ],
};

/** The Hessian criterion shows that the decomposition is unique, or is silent at an exception. */
function hessianRow(v: number, p: number, n: number, unique: boolean): Experiment {
  const shape = shapeOf({ activation: [p], inputDim: v });
  return exactRow(
    {
      label: `(${v}, ${p}, ${n}): ${unique ? "unique by the Hessian criterion" : "not shown unique"}`,
      hypothesis: unique ? "satisfied" : "violated",
      trials: 1,
    },
    ({ seed, sabotaged }) => {
      const found = hessianCriterion(shape, n, seed);
      if (found === null) return false;
      // Sabotage asks the Hessians for one rank more, or one less where they lack it.
      const needed = found.needed + (sabotaged ? (unique ? 1 : found.rank - found.needed) : 0);
      return (found.rank === needed) === unique;
    },
  );
}

/**
 * A second data set through an elliptic curve: 2n points of the curve in which a form of degree p cuts it carry one
 * relation, which is two data sets with one tensor; 2n points that are no such cut carry none.
 */
function secondOnCurve(v: 3 | 4 | 6, p: number, n: number): Experiment[] {
  return exactPair(
    {
      satisfied: `(${v}, ${p}, ${n}): two data sets on an elliptic curve`,
      violated: `(${v}, ${p}, ${n}): none through points that no form cuts out`,
    },
    (draw, satisfied) => {
      const points = pointsWithSum(randomCurve(draw), 2 * n, null, satisfied);
      const vectors = points.map((P) => embedded(draw.field, v, P));
      return secondDataSet(draw, vectors, [p]) !== null;
    },
  );
}

/** Shapes with exactly two data sets, and those where unseen low moments follow. */
export const numberOfSolutions: Claim = {
  id: "number-of-solutions",
  statement:
    "Moments of low degree follow from the high ones for few samples; in eight families of degrees exactly two data sets share all moments.",
  ofSourcePaper: false,
  page: "proofs/number-of-solutions.md",
  experiments: [
    ...affinePair(3, degreesUpTo(6, 1), 9, "T_0 follows"),
    ...affinePair(4, degreesUpTo(4, 1), 8, "T_0 follows"),
    ...affinePair(6, degreesUpTo(3, 1), 9, "two data sets"),
    ...originPair(3, 6, 8),
    ...originPair(4, 4, 7),
    ...originPair(6, 3, 8),
    ...spacePair(4, 2, 8),
    ...spacePair(3, 3, 9),
    ...[
      { degrees: [2, 3, 4], d: 3, n: 7, count: 2 },
      { degrees: [2, 3, 4], d: 3, n: 6, count: 1 },
      { degrees: [1, 2, 3, 4], d: 3, n: 7, count: 1 },
      { degrees: [2, 4], d: 4, n: 8, count: 2 },
    ].map(({ degrees, d, n, count }) =>
      exactRow(
        {
          label: `${setText(degrees)}, d = ${d}, n = ${n}: the theorems say ${count}`,
          hypothesis: count === 2 ? "satisfied" : "violated",
          trials: 1,
        },
        ({ sabotaged }) =>
          (knownCount(shapeOf({ activation: degrees, inputDim: d }), n)?.count ?? 1) === count + (sabotaged ? 1 : 0),
      ),
    ),
  ],
};

/** Points of a curve in affine coordinates, with the moments of these degrees; the neighbour has no cut. */
function affinePair(v: 3 | 4 | 6, degrees: readonly number[], n: number, what: string): Experiment[] {
  return exactPair(
    {
      satisfied: `${setText(degrees)}, d = ${v - 1}, n = ${n}: ${what}`,
      violated: `${setText(degrees)}, d = ${v - 1}, n = ${n}: points that no form cuts out`,
    },
    (draw, satisfied) => {
      const points = pointsWithSum(randomCurve(draw), 2 * n, null, satisfied);
      return secondDataSet(draw, affine(draw, v, points, null), degrees) !== null;
    },
  );
}

/** Degrees 2 … p: the curve passes through the origin, which counts twice; with degree 1 seen as well there is one data set. */
function originPair(v: 3 | 4 | 6, p: number, n: number): Experiment[] {
  return exactPair(
    {
      satisfied: `${setText(degreesUpTo(p, 2))}, d = ${v - 1}, n = ${n}: two data sets`,
      violated: `${setText(degreesUpTo(p, 1))}, d = ${v - 1}, n = ${n}: degree 1 tells them apart`,
    },
    (draw, satisfied) => {
      const curve = randomCurve(draw);
      const origin = curve.random();
      const twice = curve.negate(curve.add(origin, origin));
      const points = pointsWithSum(curve, 2 * n, twice, true);
      return secondDataSet(draw, affine(draw, v, points, origin), degreesUpTo(p, satisfied ? 2 : 1)) !== null;
    },
  );
}

/** Degrees a and 2a of points in space on the cone over a curve, with q = 1 for a form q of degree a. */
function spacePair(v: 3 | 4, a: number, n: number): Experiment[] {
  return exactPair(
    {
      satisfied: `{${a}, ${2 * a}}, d = ${v}, n = ${n}: two data sets on a cone`,
      violated: `{${a}, ${2 * a}}, d = ${v}, n = ${n}: other scales of one point`,
    },
    (draw, satisfied) => {
      const { field } = draw;
      const points = pointsWithSum(randomCurve(draw), 2 * n, null, true);
      // q is the a-th power of a linear form, so that q = 1 needs no roots: x ↦ x / η(x).
      const eta = randomVectors(draw, 1, v)[0]!;
      const vectors = points.map((P) => normalised(draw, embedded(field, v, P), eta));
      const moved = satisfied
        ? vectors
        : vectors.with(
            0,
            vectors[0]!.map((value) => field.mul(7, value)),
          );
      return secondDataSet(draw, moved, [a, 2 * a]) !== null;
    },
  );
}

/** Affine coordinates in a random chart; `origin` becomes the origin. */
function affine(draw: Draw, v: 3 | 4 | 6, points: readonly NonNullable<CurvePoint>[], origin: CurvePoint): number[][] {
  const { field } = draw;
  const chart = randomVectors(draw, 1, v)[0]!;
  const coordinates = (P: NonNullable<CurvePoint>): number[] => normalised(draw, embedded(field, v, P), chart).slice(1);
  const shift = origin === null ? null : coordinates(origin);
  return points.map((P) => coordinates(P).map((value, e) => (shift === null ? value : field.sub(value, shift[e]!))));
}

/** The vector divided by a linear form of it. */
function normalised({ field }: Draw, vector: readonly number[], form: readonly number[]): number[] {
  const value = vector.reduce((sum, x, e) => field.add(sum, field.mul(x, form[e]!)), 0);
  return vector.map((x) => field.mul(x, field.inverse(value)));
}
