import { type Equation, listEquations } from "./equation-list.ts";
import type { PrimeField } from "./modular.ts";
import { binomial, listMoments, type Moment, monomialValue } from "./monomials.ts";
import type { Neuron, Point, Sample } from "./point.ts";
import type { Problem } from "./problem.ts";

/** A row of a matrix as a function of its columns. */
export type Row = (column: number) => number;

/** σ and its first two derivatives as coefficient lists modulo p. */
export function derivatives(problem: Problem, field: PrimeField): [number[], number[], number[]] {
  const derivative = (list: readonly number[]): number[] => list.slice(1).map((c, k) => field.multiply(c, k + 1));
  const sigma = problem.activation.map((c) => field.fromFraction(c));
  return [sigma, derivative(sigma), derivative(derivative(sigma))];
}

/** A table of the powers of the coordinates of a vector: entry [e][k] is the k-th power of coordinate e. */
function powersOf(field: PrimeField, vector: readonly number[], highest: number): number[][] {
  return vector.map((value) => field.powers(value, highest));
}

/**
 * The Hermite matrix: coefficients of the equations in the moment coordinates.
 *
 * With s_l(b) = Σ_k c_k C(k,l) b^{k−l}, P(w, b, a) has the coefficient a_c s_l(b) (l!/α!) w^α at Σ_i g_ic x_i^α, |α| = l;
 * the rows are its derivatives by w_e, b and a_c, and Σ_i g_ic.
 */
export function hermiteRows(problem: Problem, field: PrimeField, { neurons }: Point, inputDim: number): Row[] {
  const moments = listMoments(problem, inputDim);
  const p = problem.activation.length - 1;
  const taylor = taylorPolynomials(problem, field);
  const prepared = neurons.map(({ w, b, a }) => ({
    a,
    powers: powersOf(field, w, p),
    // s_0(b) … s_p(b), s_{p+1} = 0
    s: [...taylor.map((polynomial) => field.evaluate(polynomial, b)), 0],
  }));
  const entry = (equation: Equation, { output, monomial }: Moment): number => {
    const { layer } = equation;
    const own = Number(equation.output === output);
    if (layer === "output-bias") return monomial.degree === 0 ? own : 0;
    const { a, powers, s } = prepared[equation.neuron]!;
    const l = monomial.degree;
    const factor = layer === "output" ? own : a[output]!;
    // ∂s_l/∂b = (l + 1) s_{l+1}
    const weight = layer === "bias" ? field.multiply(l + 1, s[l + 1]!) : s[l]!;
    const power = monomialValue(field, powers, monomial, layer === "hidden" ? equation.coordinate : null);
    return field.multiply(field.multiply(factor, weight), field.multiply(field.reduce(monomial.places), power));
  };
  return listEquations(problem, neurons.length, inputDim).map(
    (equation) => (column) => entry(equation, moments[column]!),
  );
}

/** s_0 … s_p as polynomials in b. */
function taylorPolynomials({ activation }: Problem, field: PrimeField): number[][] {
  const sigma = activation.map((c) => field.fromFraction(c));
  return sigma.map((_, l) => sigma.slice(l).map((c, k) => field.multiply(c, binomial(k + l, l))));
}

/** What a row of the Jacobian needs of a neuron at a sample: a·g, and σ, σ′, σ″ at w·x + b. */
interface Meeting {
  readonly ag: number;
  readonly sigma: number;
  readonly slope: number;
  readonly bend: number;
}

/**
 * The Jacobian of the equations in (g_1, x_1, …, g_n, x_n): derivatives of Σ_i (a·g_i) σ′(w·x_i + b) x_i,
 * Σ_i (a·g_i) σ′(w·x_i + b), Σ_i g_ic σ(w·x_i + b) and Σ_i g_ic.
 */
export function jacobianRows(
  problem: Problem,
  field: PrimeField,
  { neurons, samples }: Point,
  inputDim: number,
): Row[] {
  const C = problem.outputs;
  const [value, first, second] = derivatives(problem, field);
  const meet = ({ w, b, a }: Neuron, { x, g }: Sample): Meeting => {
    const z = field.add(field.dot(w, x), b);
    const at = (polynomial: readonly number[]): number => field.evaluate(polynomial, z);
    return { ag: field.dot(a, g), sigma: at(value), slope: at(first), bend: at(second) };
  };
  const meetings = neurons.map((neuron) => samples.map((sample) => meet(neuron, sample)));

  const byMultiplier = (equation: Equation, i: number, c: number): number => {
    if (equation.layer === "output-bias") return equation.output === c ? 1 : 0;
    const { sigma, slope } = meetings[equation.neuron]![i]!;
    if (equation.layer === "output") return equation.output === c ? sigma : 0;
    const byBias = field.multiply(neurons[equation.neuron]!.a[c]!, slope);
    return equation.layer === "bias" ? byBias : field.multiply(byBias, samples[i]!.x[equation.coordinate]!);
  };
  const byPoint = (equation: Equation, i: number, f: number): number => {
    if (equation.layer === "output-bias") return 0;
    const { ag, slope, bend } = meetings[equation.neuron]![i]!;
    const w = neurons[equation.neuron]!.w[f]!;
    const { x, g } = samples[i]!;
    if (equation.layer === "output") return field.multiply(field.multiply(g[equation.output]!, slope), w);
    const byBias = field.multiply(field.multiply(ag, bend), w);
    if (equation.layer === "bias") return byBias;
    const diagonal = equation.coordinate === f ? field.multiply(ag, slope) : 0;
    return field.add(field.multiply(byBias, x[equation.coordinate]!), diagonal);
  };
  return listEquations(problem, neurons.length, inputDim).map((equation) => (column) => {
    const i = Math.floor(column / (C + inputDim));
    const place = column % (C + inputDim);
    return place < C ? byMultiplier(equation, i, place) : byPoint(equation, i, place - C);
  });
}

/** Derivatives of the moment coordinates Σ_i g_ic x_i^α by the unknowns, ordered as the columns of the Jacobian. */
export function dataSideRows(problem: Problem, field: PrimeField, { samples }: Point, inputDim: number): Row[] {
  const C = problem.outputs;
  const p = problem.activation.length - 1;
  const powers = samples.map(({ x }) => powersOf(field, x, p));
  return listMoments(problem, inputDim).map(({ output, monomial }) => (column) => {
    const i = Math.floor(column / (C + inputDim));
    const place = column % (C + inputDim);
    if (place < C) return place === output ? monomialValue(field, powers[i]!, monomial, null) : 0;
    return field.multiply(samples[i]!.g[output]!, monomialValue(field, powers[i]!, monomial, place - C));
  });
}

/** The known side of the hidden layer: row j is Σ_i (a_j·g_i) σ′(w_j·x_i + b_j) (x_i, 1), the 1 with a trained bias. */
export function knownSideRows(problem: Problem, field: PrimeField, { neurons, samples }: Point): Row[] {
  const [, slope] = derivatives(problem, field);
  return neurons.map(({ w, b, a }) => {
    const factors = samples.map(({ x, g }) =>
      field.multiply(field.dot(a, g), field.evaluate(slope, field.add(field.dot(w, x), b))),
    );
    return (column) =>
      field.dot(
        factors,
        samples.map(({ x }) => x[column] ?? 1),
      );
  });
}
