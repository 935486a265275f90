import { type Equation, listEquations } from "./equation-list.ts";
import type { SpaceView } from "./instance-space.ts";
import { evaluate, exactly, fromFraction, type Interval, power, product } from "./intervals.ts";
import { binomial, listMoments, type Moment, type Monomial, monomialsOfDegree } from "./monomials.ts";
import { boxOf, type NetworkSystem } from "./network-system.ts";
import type { Problem } from "./problem.ts";
import { degreeOf } from "./shape-facts.ts";

/** A neuron of the box: the powers of its coordinates, s_0(b) … s_{p+1}(b), and its output weights. */
interface BoxNeuron {
  readonly powers: readonly (readonly Interval[])[];
  readonly s: readonly Interval[];
  readonly a: readonly Interval[];
}

function boxNeurons(problem: Problem, system: NetworkSystem, view: SpaceView): BoxNeuron[] {
  const p = degreeOf(problem);
  const { activation, outputs, width } = problem;
  const sigma = activation.map(fromFraction);
  const taylor = sigma.map((_, l) => sigma.slice(l).map((c, k) => product(c, exactly(binomial(k + l, l)))));
  return view.nodes.map((w, j) => ({
    powers: w.map((value) => Array.from({ length: p + 1 }, (_, k) => power(value, k))),
    s: [...taylor.map((list) => taylorValue(list, boxOf(system, system.bias, j))), exactly(0)],
    a: Array.from({ length: outputs }, (_, c) => boxOf(system, system.output, c * width + j)),
  }));
}

/** A polynomial at an interval; exact at zero, which keeps a missing degree zero. */
function taylorValue(coefficients: readonly Interval[], b: Interval): Interval {
  return b.low === 0 && b.high === 0 ? coefficients[0]! : evaluate(coefficients, b);
}

/** x^α, or its derivative by coordinate `by`. */
function monomialBox(powers: BoxNeuron["powers"], { exponents }: Monomial, by: number | null): Interval {
  if (by !== null && exponents[by] === 0) return exactly(0);
  let value = exactly(by === null ? 1 : exponents[by]!);
  for (const [v, exponent] of exponents.entries()) {
    const left = v === by ? exponent - 1 : exponent;
    if (left > 0) value = product(value, powers[v]![left]!);
  }
  return value;
}

/** The Hermite matrix over the box, rows and columns as in matrices.ts. */
export function hermiteBox(problem: Problem, system: NetworkSystem, view: SpaceView): Interval[][] {
  const moments = listMoments(problem, view.inputDim);
  const neurons = boxNeurons(problem, system, view);
  const entry = (equation: Equation, { output, monomial }: Moment): Interval => {
    const { layer } = equation;
    const own = exactly(Number(equation.output === output));
    if (layer === "output-bias") return monomial.degree === 0 ? own : exactly(0);
    const { powers, s, a } = neurons[equation.neuron]!;
    const l = monomial.degree;
    const factor = layer === "output" ? own : a[output]!;
    const weight = layer === "bias" ? product(exactly(l + 1), s[l + 1]!) : s[l]!;
    const value = monomialBox(powers, monomial, layer === "hidden" ? equation.coordinate : null);
    return product(product(factor, weight), product(exactly(monomial.places), value));
  };
  return listEquations(problem, problem.width, view.inputDim).map((equation) =>
    moments.map((moment) => entry(equation, moment)),
  );
}

/**
 * Rows a_jc (l + 1) s_{l+1}(b_j) · monomials of degree l of u_j, for l < p and every output c: what σ′(u·y + b) is made of.
 * Without a bias a degree l with c_{l+1} = 0 has no columns.
 */
export function kernelBox(problem: Problem, system: NetworkSystem, view: SpaceView): Interval[][] {
  const { outputs, activation, bias } = problem;
  const degrees = Array.from({ length: degreeOf(problem) }, (_, l) => l).filter(
    (l) => bias !== "none" || activation[l + 1]!.numerator !== 0n,
  );
  const monomials = degrees.flatMap((l) => monomialsOfDegree(view.inputDim, l));
  return boxNeurons(problem, system, view).map(({ powers, s, a }) =>
    Array.from({ length: outputs }, (_, c) =>
      monomials.map((monomial) => {
        const weight = product(exactly(monomial.degree + 1), s[monomial.degree + 1]!);
        return product(product(a[c]!, weight), monomialBox(powers, monomial, null));
      }),
    ).flat(),
  );
}
