import { add, isZero, multiply, negate, type Rational, rational, sign, subtract } from "../../algebra/rational.ts";
import type { DataPoints } from "../../equations/ring-tools.ts";
import { packUnknowns } from "../../equations/system.ts";
import { primeRing, randomData, randomNodes } from "../../identifiability/ranks/prime-ring.ts";
import { computeSvd, solveTruncated } from "../../linalg/svd.ts";
import { equationObjective } from "../../objective/equation-objective.ts";
import { problemOf } from "../../objective/sample-problem.ts";
import { leastCurvature } from "../../splitting/least-curvature.ts";
import { objectiveAt, splitSample, wholeFamily } from "../../splitting/split-sample.ts";
import type { Claim, Draw, Experiment } from "../experiment.ts";
import { plantSystem } from "../instances.ts";
import { leftSides, randomVectors } from "../modular.ts";
import { exactPair, measuredPair } from "../rows.ts";
import { type ShapeText, shapeOf } from "../shapes.ts";

/** What a split changes, and when it lowers the objective. */
export const sampleSplitting: Claim = {
  id: "sample-splitting",
  statement:
    "Splitting a sample changes the objective by half ε² times the splitting matrix, so that a negative eigenvalue gives a descent direction that no move of the samples has.",
  ofSourcePaper: true,
  page: "proofs/sample-splitting.md",
  experiments: [
    ...expansionPair("hidden layer", { activation: "z + z^2 + z^3", inputDim: 3, width: 5 }),
    ...expansionPair("all layers", {
      activation: "1 + z^2 - z^3",
      inputDim: 2,
      width: 4,
      trained: ["hidden", "bias", "output", "output-bias"],
    }),
    ...expansionPair("two outputs", {
      activation: "z + z^4",
      inputDim: 2,
      width: 4,
      outputs: 2,
      trained: ["hidden", "output"],
    }),
    ...exactPair(
      {
        satisfied: "ε = 0 with family weights: nothing changes",
        violated: "ε = 0, a penalty without family weights: changes",
      },
      (draw, satisfied) => isNeutral(draw, satisfied),
    ),
    ...exactPair(
      {
        satisfied: "stationary, S < 0: no move lowers F, a split does",
        violated: "stationary, S > 0: neither does",
      },
      ({ random }, satisfied) => leavesStationaryPoint(random.integer(1000), satisfied),
    ),
    ...curvaturePair({ activation: "z + z^2 + z^3", inputDim: 2, width: 8 }),
    ...curvaturePair({ activation: "z^2 + z^3", inputDim: 3, width: 12, trained: ["hidden", "output"] }),
  ],
};

const SAMPLES = 2;

/**
 * F after the split (x ± εv, g/2) of one sample, as an exact polynomial in ε: no odd power up to 3, and ½ vᵀSv at ε², S by
 * exact second differences. The neighbour moves one offspring only.
 */
function expansionPair(what: string, text: ShapeText): Experiment[] {
  return exactPair(
    {
      satisfied: `F along a split, ${what}: (ε²/2) vᵀSv + O(ε⁴)`,
      violated: `${what}, one offspring moved alone: first order`,
    },
    (draw, satisfied) => {
      const { field } = draw;
      const shape = shapeOf(text);
      const ring = primeRing(field);
      const nodes = randomNodes(field, shape, draw.random);
      const data = randomData(field, shape, SAMPLES, draw.random);
      const known = leftSides(ring, shape, nodes, randomData(field, shape, SAMPLES, draw.random));
      const v = randomVectors(draw, 1, shape.inputDim)[0]!;
      const residual = (moved: DataPoints<number>): number[] =>
        leftSides(ring, shape, nodes, moved).map((value, r) => field.sub(value, known[r]!));
      const half = field.inverse(2);
      const objective = (moved: DataPoints<number>): number =>
        field.mul(
          half,
          residual(moved).reduce((sum, value) => field.add(sum, field.mul(value, value)), 0),
        );
      // F has degree at most 2(p + 1) in ε.
      const steps = 2 * (shape.activation.degree + 1);
      const along = coefficientsOf(field, steps, (epsilon) => {
        const back = satisfied ? field.sub(0, epsilon) : 0;
        return objective(splitPoint(field, shape.inputDim, shape.outputs, data, v, [epsilon, back]));
      });
      const bend = coefficientsOf(field, shape.activation.degree + 1, (epsilon) => {
        const moved = movedPoint(field, data.points, v, epsilon);
        const left = leftSides(ring, shape, nodes, { ...data, points: moved });
        return residual(data).reduce((sum, value, r) => field.add(sum, field.mul(value, left[r]!)), 0);
      });
      // Σ_e R_e φ_e(x + εv) g has vᵀSv/2 at ε².
      return along[1] === 0 && along[3] === 0 && along[2] === bend[2];
    },
  );
}

/** The coefficients of a polynomial of at most this degree, by exact interpolation at 0, 1, …. */
function coefficientsOf(field: Draw["field"], degree: number, value: (at: number) => number): number[] {
  // Newton's divided differences, then expanded.
  const table = Array.from({ length: degree + 1 }, (_, k) => value(k));
  for (let order = 1; order <= degree; order++) {
    for (let k = degree; k >= order; k--) {
      table[k] = field.mul(field.sub(table[k]!, table[k - 1]!), field.inverse(order));
    }
  }
  let polynomial = [0];
  for (let k = degree; k >= 0; k--) {
    const shifted = [0, ...polynomial].map((c, at) => field.sub(c, field.mul(k, polynomial[at] ?? 0)));
    shifted[0] = field.add(shifted[0]!, table[k]!);
    polynomial = shifted;
  }
  return polynomial;
}

/** Sample 1 at x + εv. */
function movedPoint(field: Draw["field"], points: readonly number[], v: readonly number[], epsilon: number): number[] {
  return points.map((value, k) => (k < v.length ? field.add(value, field.mul(epsilon, v[k]!)) : value));
}

/** Sample 1 replaced by two of half its multiplier, moved by these multiples of v. */
function splitPoint(
  field: Draw["field"],
  d: number,
  outputs: number,
  { points, multipliers }: DataPoints<number>,
  v: readonly number[],
  [first, second]: readonly [number, number],
): DataPoints<number> {
  const half = field.inverse(2);
  const shared = multipliers.slice(0, outputs).map((g) => field.mul(half, g));
  return {
    points: [...movedPoint(field, points, v, first), ...movedPoint(field, points.slice(0, d), v, second)],
    multipliers: [...shared, ...multipliers.slice(outputs), ...shared],
  };
}

/** A split with ε = 0 under the penalty Σ w_i ‖x_i‖². */
function isNeutral(draw: Draw, weighted: boolean): boolean {
  const { field } = draw;
  const shape = shapeOf({ activation: "z + z^3", inputDim: 2, width: 3 });
  const nodes = randomNodes(field, shape, draw.random);
  const data = randomData(field, shape, SAMPLES, draw.random);
  const split = splitPoint(field, 2, 1, data, [1, 1], [0, 0]);
  const sides = leftSides(primeRing(field), shape, nodes, data);
  const after = leftSides(primeRing(field), shape, nodes, split);
  const half = field.inverse(2);
  const penalty = (points: readonly number[], weights: readonly number[]): number =>
    points.reduce(
      (sum, value, k) => field.add(sum, field.mul(weights[Math.floor(k / 2)]!, field.mul(value, value))),
      0,
    );
  const weights = weighted ? [half, 1, half] : [1, 1, 1];
  return (
    sides.every((value, r) => value === after[r]) && penalty(data.points, [1, 1]) === penalty(split.points, weights)
  );
}

/**
 * φ(x) = (ax, x²), G = (0, ±1), one sample (1, 0): a stationary point with S = ∓2, for a > √2 a local minimum. In rational
 * numbers: no small move lowers F, and the split into (½, ±ε) does where S < 0.
 */
function leavesStationaryPoint(drawn: number, negative: boolean): boolean {
  const a = rational(BigInt(1500 + drawn), 1000n);
  const known = rational(negative ? 1n : -1n);
  const objective = (samples: readonly (readonly [Rational, Rational])[]): Rational => {
    let [first, second] = [rational(0n), negate(known)];
    for (const [g, x] of samples) {
      first = add(first, multiply(g, multiply(a, x)));
      second = add(second, multiply(g, multiply(x, x)));
    }
    return add(multiply(first, first), multiply(second, second));
  };
  const one = rational(1n);
  const start = objective([[one, rational(0n)]]);
  const small = [-3, -2, -1, 0, 1, 2, 3].map((k) => rational(BigInt(k), 1000n));
  const unmoved = small.every((dg) => small.every((dx) => sign(subtract(objective([[add(one, dg), dx]]), start)) >= 0));
  const half = rational(1n, 2n);
  const falls = small
    .filter((epsilon) => !isZero(epsilon))
    .some(
      (epsilon) =>
        sign(
          subtract(
            objective([
              [half, epsilon],
              [half, negate(epsilon)],
            ]),
            start,
          ),
        ) < 0,
    );
  return unmoved && falls;
}

const EPSILON = 2 ** -10;

/**
 * Residuals chosen so that S = I − 2vvᵀ for a random unit vector v, or I: the split along the direction that is found lowers
 * F, or raises it, by ε²/2 up to the remainder. Along any other direction it lowers F less.
 */
function curvaturePair(text: ShapeText): Experiment[] {
  const what = `${text.activation}, d = ${text.inputDim}, m = ${text.width}`;
  return measuredPair(
    {
      satisfied: `${what}, λ_min(S) = −1: the split lowers F by ε²/2`,
      violated: `${what}, λ_min(S) = +1: no split does`,
      error: "|F after − F before + ε²/2|",
      limit: "ε²/20",
    },
    (draw, satisfied) => {
      const { equations, points, multipliers } = plantSystem(draw.random, text, SAMPLES);
      const { system } = equations;
      const plain = equationObjective(system);
      const u = packUnknowns(system.shape, points, multipliers);
      const residual = residualWithCurvature(plain, u, curvatureOf(draw, text.inputDim, satisfied));
      // Targets that leave this residual at u.
      const value = problemOf({ ...plain, targets: new Float64Array(plain.rows) }, SAMPLES).residual(
        u,
        new Float64Array(plain.rows),
      );
      const targets = value.map((v, r) => (v - residual[r]!) / (plain.rowScale?.[r] ?? 1));
      const objective = { ...plain, targets };
      const factory = (samples: number) => problemOf(objective, samples);
      const { direction } = leastCurvature(objective, u, 0, residual);
      const family = wholeFamily(u, SAMPLES);
      const shape = { outputs: 1, inputDim: text.inputDim, share: 0.5 };
      const split = splitSample(family, 0, { direction, epsilon: EPSILON }, shape);
      const change = objectiveAt(factory, split) - objectiveAt(factory, family);
      return { error: Math.abs(change + EPSILON ** 2 / 2), limit: EPSILON ** 2 / 20 };
    },
  );
}

/** I − 2vvᵀ with a random unit vector v, whose least eigenvalue is −1 and all others 1; or the identity. Row-major. */
function curvatureOf({ random }: Draw, d: number, negative: boolean): Float64Array {
  const v = Float64Array.from({ length: d }, () => random.normal());
  const square = negative ? v.reduce((sum, value) => sum + value * value, 0) / 2 : Number.POSITIVE_INFINITY;
  return Float64Array.from({ length: d * d }, (_, at) => {
    const [e, f] = [Math.floor(at / d), at % d];
    return (e === f ? 1 : 0) - (v[e]! * v[f]!) / square;
  });
}

/** The least residual R with Σ_e R_e ∇²φ_e(x_1) g_1 as wanted. */
function residualWithCurvature(
  objective: ReturnType<typeof equationObjective>,
  u: Float64Array,
  wanted: Float64Array,
): Float64Array {
  const { rows, inputDim: d } = objective;
  const columns = Array.from({ length: rows }, (_, r) => {
    const weights = new Float64Array(rows);
    weights[r] = objective.rowScale?.[r] ?? 1;
    const bend = objective.curvature(weights);
    return Array.from({ length: d }, (_, e) => {
      const axis = new Float64Array(1 + d);
      const out = new Float64Array(1 + d);
      axis[1 + e] = 1;
      bend(u, 0, axis, out);
      return Array.from(out.subarray(1));
    }).flat();
  });
  const A = Float64Array.from({ length: d * d * rows }, (_, at) => columns[at % rows]![Math.floor(at / rows)]!);
  const svd = computeSvd(A, d * d, rows);
  let rank = 0;
  while (rank < svd.k && svd.S[rank]! > 1e-9 * svd.S[0]!) rank++;
  return solveTruncated(svd, wanted, rank);
}
