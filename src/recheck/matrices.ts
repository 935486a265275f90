import {
  type Equation,
  hermiteCoefficients,
  list,
  listEquations,
  listMoments,
  meet,
  monomialValue,
  type Neuron,
  powersOf,
  type Row,
  type Sample,
  termOf,
} from "./equations.ts";
import { require } from "./json.ts";
import type { PrimeField } from "./modular.ts";
import { derivative, dot, evaluate } from "./numbers.ts";
import type { Problem } from "./problem.ts";
import { degreeOf, hasMargins, multiplierScale } from "./shape.ts";

/** The numbers, residues modulo a prime, at which a matrix is built; every matrix ignores what it does not depend on. */
export interface Point {
  readonly neurons: readonly Neuron<number>[];
  /** With their classes, where multiplier equations need them. */
  readonly samples: readonly (Sample<number> & { readonly label: number })[];
}

export type MatrixName = "hermite" | "jacobian" | "data-side" | "known-side";

/** What the four matrices of docs/certificates.md are built from. */
export interface Place {
  readonly problem: Problem;
  readonly field: PrimeField;
  readonly point: Point;
  readonly inputDim: number;
}

/** σ, σ′, σ″ modulo the prime. */
function sigmaOf({ problem, field }: Place): [number[], number[], number[]] {
  const sigma = problem.activation.map((c) => field.fromFraction(c));
  const slope = derivative(field, sigma);
  return [sigma, slope, derivative(field, slope)];
}

/** Coefficients of the equations in the moment coordinates. */
export function hermiteRows(place: Place): Row<number>[] {
  const { problem, field, point, inputDim } = place;
  const moments = listMoments(problem, inputDim);
  const hermite = hermiteCoefficients(field, point.neurons, sigmaOf(place)[0]);
  return listEquations(problem, inputDim, point.neurons.length).map(
    (equation) => (column) => hermite(equation, moments[column]!),
  );
}

/** Derivatives of the equations, termOf in equations.ts, by g_1, x_1, …, g_n, x_n. */
export function jacobianRows(place: Place): Row<number>[] {
  const { problem, field, point, inputDim } = place;
  const { neurons, samples } = point;
  const [sigma, slope, bend] = sigmaOf(place);
  const meetings = neurons.map((neuron) =>
    samples.map((sample) => ({
      ...meet(field, neuron, sample, [sigma, slope, 1]),
      bend: meet(field, neuron, sample, [slope, bend, 1]).slope,
    })),
  );
  const byMultiplier = ({ layer, neuron, coordinate, output }: Equation, i: number, c: number): number => {
    if (layer === "output-bias") return output === c ? 1 : 0;
    const meeting = meetings[neuron]![i]!;
    if (layer === "output") return output === c ? meeting.sigma : 0;
    const byBias = field.multiply(neurons[neuron]!.a[c]!, meeting.slope);
    return layer === "bias" ? byBias : field.multiply(byBias, meeting.x[coordinate]!);
  };
  const byPoint = ({ layer, neuron, coordinate, output }: Equation, i: number, f: number): number => {
    if (layer === "output-bias") return 0;
    const meeting = meetings[neuron]![i]!;
    const w = neurons[neuron]!.w[f]!;
    if (layer === "output") return field.multiply(field.multiply(meeting.g[output]!, meeting.slope), w);
    const byBias = field.multiply(field.multiply(meeting.ag, meeting.bend), w);
    if (layer === "bias") return byBias;
    const diagonal = coordinate === f ? field.multiply(meeting.ag, meeting.slope) : 0;
    return field.add(field.multiply(byBias, meeting.x[coordinate]!), diagonal);
  };
  const C = problem.outputs;
  return listEquations(problem, inputDim, neurons.length).map((equation) => (column) => {
    const [i, k] = [Math.floor(column / (C + inputDim)), column % (C + inputDim)];
    return k < C ? byMultiplier(equation, i, k) : byPoint(equation, i, k - C);
  });
}

/** Derivatives of the moment coordinates Σ_i g_ic x_i^α by the unknowns, ordered as the columns of the Jacobian. */
export function dataSideRows({ problem, field, point, inputDim }: Place): Row<number>[] {
  const C = problem.outputs;
  const powers = point.samples.map(({ x }) => powersOf(field, x, degreeOf(problem)));
  return listMoments(problem, inputDim).map(({ output, monomial }) => (column) => {
    const [i, k] = [Math.floor(column / (C + inputDim)), column % (C + inputDim)];
    if (k < C) return k === output ? monomialValue(field, powers[i]!, monomial, []) : 0;
    return field.multiply(point.samples[i]!.g[output]!, monomialValue(field, powers[i]!, monomial, [k - C]));
  });
}

/** The known side of the hidden layer, a row a neuron; the last column is that of a trained bias. */
export function knownSideRows(place: Place): Row<number>[] {
  const { field, point, inputDim } = place;
  const [sigma, slope] = sigmaOf(place);
  return point.neurons.map((node, neuron) => {
    const meetings = point.samples.map((sample) => meet(field, node, sample, [sigma, slope, 1]));
    return (coordinate) => {
      const layer = coordinate < inputDim ? "hidden" : "bias";
      const terms = meetings.map((meeting) => termOf(field, { layer, neuron, coordinate, output: -1 }, meeting));
      return terms.reduce((sum, term) => field.add(sum, term), 0);
    };
  });
}

/**
 * Rows that side information adds to the Jacobian: of all samples the multiplier or margin rows, then of all samples the
 * sphere row. Each row is zero outside the C + d columns of its sample.
 */
export function sideRows(place: Place): Row<number>[] {
  const { problem, field, point, inputDim } = place;
  const C = problem.outputs;
  const scale = multiplierScale(problem);
  const kappa = scale === null ? null : field.fromFraction(scale);
  require(kappa !== 0, `${field.prime} divides n times the weight decay`);
  const rowOf =
    (i: number, own: readonly number[]): Row<number> =>
    (column) =>
      own[column - i * (C + inputDim)] ?? 0;
  const zeros = new Array<number>(C).fill(0);
  const rows: Row<number>[] = [];
  for (const [i, sample] of point.samples.entries()) {
    if (!hasMargins(problem) && kappa === null) break;
    const slopes = outputGradients(place, sample);
    if (hasMargins(problem)) rows.push(rowOf(i, [...zeros, ...slopes[0]!]));
    if (kappa === null) continue;
    for (const [c, factors] of softmaxDerivative(field, sample, kappa).entries()) {
      const byPoint = sample.x.map((_, e) =>
        dot(
          field,
          factors,
          slopes.map((gradient) => gradient[e]!),
        ),
      );
      rows.push(rowOf(i, [...zeros.with(c, 1), ...byPoint]));
    }
  }
  if (problem.sphere) rows.push(...point.samples.map(({ x }, i) => rowOf(i, [...zeros, ...x])));
  return rows;
}

/** ∇f_c(x) = Σ_j a_jc σ′(w_j·x + b_j) w_j, for all c. */
function outputGradients(place: Place, { x }: Sample<number>): number[][] {
  const { problem, field, point } = place;
  const slope = sigmaOf(place)[1];
  const slopes = point.neurons.map(({ w, b }) => evaluate(field, slope, field.add(dot(field, w, x), b)));
  return list(problem.outputs, (c) => {
    const factors = point.neurons.map(({ a }, j) => field.multiply(a[c]!, slopes[j]!));
    return x.map((_, e) =>
      dot(
        field,
        factors,
        point.neurons.map(({ w }) => w[e]!),
      ),
    );
  });
}

/** κ⁻¹ (diag(s) − s sᵀ) with s_c = [label = c] − κ g_c: what one multiplier equation loses when the outputs move. */
function softmaxDerivative(field: PrimeField, { g, label }: Point["samples"][number], kappa: number): number[][] {
  const inverse = field.inverse(kappa);
  const s = g.map((value, c) => field.add(c === label ? 1 : 0, field.negate(field.multiply(kappa, value))));
  return s.map((value, c) =>
    s.map((other, k) => {
      const product = field.negate(field.multiply(value, other));
      return field.multiply(inverse, c === k ? field.add(value, product) : product);
    }),
  );
}
