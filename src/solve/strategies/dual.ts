import { hiddenSide } from "../../equations/reduction.ts";
import { activationDerivatives, floatCoefficients, type KktSystem } from "../../equations/system.ts";
import { levenbergMarquardt } from "../../least-squares/levenberg-marquardt.ts";
import type { LeastSquaresProblem } from "../../least-squares/problem.ts";
import { norm2 } from "../../linalg/dense.ts";
import { applyQTransposed, factorQr, type QrFactors } from "../../linalg/qr.ts";
import type { SearchContext } from "../search-context.ts";
import { stackPoints, startAtPoints } from "../starts.ts";
import { type Attempt, randomFor, type Strategy } from "../strategy.ts";

const MAX_STARTS_PER_SAMPLE = 60;
const STARTS_WITHOUT_HIT = 40;
const ITERATIONS = 60;
/** In units of the typical point: nearer to zero is the trivial solution. */
const LEAST_NORM = 1e-3;

/** Relative residual that counts as a hit, in doubles. */
const TOLERANCE = 1e-10;

/**
 * Finds the samples one at a time: with n = rank G and one output, every training point solves
 * G_j·q = a_j σ′(w_j·x) for all j with some q. Eliminating q leaves d unknowns: the part of u(x) = (a_j σ′(w_j·x))_j
 * outside the column space of G vanishes. The residual is divided by ‖u‖, so that u → 0 is no solution.
 *
 * Source: proofs/dual-equation.md.
 */
export const dualEquation: Strategy = {
  name: "dual",
  method: ["dual-equation"],
  attempts: 2,
  obstacle({ reduced, samples, inputDim: d }) {
    const { shape } = reduced.system;
    if (shape.outputs !== 1) return "it needs a network with one output";
    if (shape.bias === "trained") return "it needs a network without trained hidden bias";
    if (!shape.trained.has("hidden")) return "the hidden layer gives no equations";
    if (samples !== d) return `it needs as many samples as the span of the data has dimensions, ${d}`;
    if (shape.width <= 2 * d) return `it needs more than ${2 * d} neurons`;
    return null;
  },
  attempt(context, index): Attempt | null {
    const found = solveDualEquation(context, index);
    return found === null ? null : { unknowns: startAtPoints(context, found.points), starts: found.starts };
  },
};

/** n distinct zeros of the dual equation (n×d row-major), or null where too few were found. */
export function solveDualEquation(
  context: SearchContext,
  index: number,
): { points: Float64Array; starts: number } | null {
  const { samples, shouldStop, tauFactor } = context;
  const { system } = context.reduced;
  const random = randomFor("dual", context, index);
  const sampler = context.points();
  const problem = createDualProblem(system, hiddenSide(system)!);
  const symmetry = symmetryOf(system);
  const tolerance = TOLERANCE * tauFactor;
  const found: Float64Array[] = [];
  for (let starts = 1; starts <= MAX_STARTS_PER_SAMPLE * samples && !shouldStop(); starts++) {
    if (found.length === 0 && starts > STARTS_WITHOUT_HIT) return null;
    const start = starts % 2 === 1 ? sampler.isotropic(random) : sampler.spectral(random);
    const { x, residualNorm } = levenbergMarquardt(problem, start, {
      maxIterations: ITERATIONS,
      targetResidual: tolerance * 1e-2,
      shouldStop,
    });
    const hit = residualNorm <= tolerance && norm2(x) >= LEAST_NORM;
    if (hit && found.every((other) => !samePoint(other, x, symmetry))) found.push(x);
    if (found.length === samples) return { points: stackPoints(found), starts };
  }
  return null;
}

interface Symmetry {
  readonly mirror: boolean;
  readonly byDirection: boolean;
}

/** Without a bias x and −x solve the same equation if D has one parity; with one monomial every multiple of x does. */
function symmetryOf({ shape }: KktSystem): Symmetry {
  const { support } = shape.activation;
  const plain = shape.bias === "none";
  return {
    mirror: plain && support.every((k) => (k - support[0]!) % 2 === 0),
    byDirection: plain && support.length === 1,
  };
}

/** Whether two zeros are one sample; `byDirection`: one monomial knows directions only. */
function samePoint(found: Float64Array, x: Float64Array, { mirror, byDirection }: Symmetry): boolean {
  const unit = (v: Float64Array): Float64Array => (byDirection ? v.map((value) => value / norm2(v)) : v);
  const [a, b] = [unit(found), unit(x)];
  const tolerance = 1e-4 * Math.max(norm2(a), norm2(b));
  const difference = norm2(a.map((value, k) => value - b[k]!));
  return difference <= tolerance || (mirror && norm2(a.map((value, k) => value + b[k]!)) <= tolerance);
}

/** r(x) = P u(x)/‖u(x)‖ with P the projection off the column space of G, in m − d coordinates. */
function createDualProblem(system: KktSystem, side: Float64Array): LeastSquaresProblem {
  const { shape, weights, bias, output } = system;
  const { inputDim: d, width: m } = shape;
  const factors = columnSpace(side, m, d);
  const coefficients = floatCoefficients(shape);
  const taylor = new Float64Array(3);
  const rows = m - d;
  const u = new Float64Array(m);
  const bend = new Float64Array(m);
  const evaluate = (x: Float64Array): number => {
    for (let j = 0; j < m; j++) {
      let z = bias[j]!;
      for (let e = 0; e < d; e++) z += weights[j * d + e]! * x[e]!;
      activationDerivatives(coefficients, z, taylor);
      u[j] = output[j]! * taylor[1]!;
      bend[j] = output[j]! * taylor[2]!;
    }
    const norm = norm2(u);
    for (let j = 0; j < m; j++) {
      u[j]! /= norm;
      bend[j]! /= norm;
    }
    return norm;
  };
  return {
    unknowns: d,
    rows,
    residual(x, out) {
      evaluate(x);
      out.set(applyQTransposed(factors, u.slice()).subarray(d));
      return out;
    },
    jacobian(x, out) {
      evaluate(x);
      for (let e = 0; e < d; e++) {
        const column = new Float64Array(m);
        let along = 0;
        for (let j = 0; j < m; j++) {
          column[j] = bend[j]! * weights[j * d + e]!;
          along += column[j]! * u[j]!;
        }
        for (let j = 0; j < m; j++) column[j]! -= along * u[j]!;
        const projected = applyQTransposed(factors, column);
        for (let r = 0; r < rows; r++) out[r * d + e] = projected[d + r]!;
      }
      return out;
    },
  };
}

function columnSpace(side: Float64Array, m: number, d: number): QrFactors {
  const columns = new Float64Array(m * d);
  for (let j = 0; j < m; j++) for (let e = 0; e < d; e++) columns[e * m + j] = side[j * d + e]!;
  return factorQr(columns, m, d);
}
