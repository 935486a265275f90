import { rational } from "../algebra/rational.ts";
import type { Setting, TrainedLayer } from "../equations/shape.ts";
import type { Expansion } from "../expansion/expansion.ts";
import type { CoordinateEquation } from "../expansion/neuron-equations.ts";
import type { TensorEquation, TensorTerm } from "../expansion/tensor-equations.ts";
import { biasPolynomialTimes, factoredTokens, type Notation, type Summand, scaled } from "./expand-notation.ts";

/** How text and LaTeX write the equations of neuron j, in coordinates and in tensor notation. */
export interface TensorNotation extends Notation {
  readonly outputBias: (c: number) => string;
  /** The parameters w_j, b_j, a_j and v. */
  readonly parameter: (layer: TrainedLayer) => string;
  /** s_l(b_j). */
  readonly taylor: (l: number) => string;
  /** T_degree with `slots` arguments w_j. */
  readonly tensor: (degree: number, slots: number) => string;
  /** a_j, or the sum over the outputs of a_jc. */
  readonly weighting: string;
  /** The known side: the parameter itself, its displacement, or minus the derivative of the loss by it. */
  readonly known: Readonly<Record<Setting, (parameter: string) => string>>;
}

/** The right side of a layer's equations in tensor notation, as pieces that a line may break between. */
export function tensorTokens(notation: TensorNotation, equation: TensorEquation): string[] {
  const summand = ({ degree, slots, multiple, taylor, factor }: TensorTerm): Summand => {
    const tensor = notation.tensor(degree, slots);
    // A Taylor coefficient that does not depend on the bias is a number.
    if (factor.length === 1) return biasPolynomialTimes(notation, factor, [tensor]);
    return scaled(notation, rational(BigInt(multiple)), [notation.taylor(taylor), tensor]);
  };
  const factor = equation.outputs === "weighted" ? notation.weighting : null;
  return factoredTokens(notation, factor, equation.terms.map(summand));
}

/** The known side of an equation in coordinates. */
export function knownCoordinate(notation: TensorNotation, setting: Setting, equation: CoordinateEquation): string {
  const { layer, index } = equation;
  const parameter = {
    hidden: notation.weight,
    bias: () => notation.bias,
    output: notation.outputWeight,
    "output-bias": notation.outputBias,
  }[layer];
  return notation.known[setting](parameter(index));
}

/** The layers whose equations see a degree. */
export function layersThatSee({ equations }: Expansion, degree: number): TrainedLayer[] {
  return equations.filter(({ terms }) => terms.some((term) => term.degree === degree)).map(({ layer }) => layer);
}

/** The Taylor coefficients that some equation names, by ascending power of the bias. */
export function taylorCoefficientsNamed({
  equations,
  taylor,
}: Expansion): { readonly l: number; readonly coefficients: TensorTerm["factor"] }[] {
  const named = new Set(
    equations.flatMap(({ terms }) => terms.filter(({ factor }) => factor.length > 1).map((term) => term.taylor)),
  );
  return (taylor ?? []).map((coefficients, l) => ({ l, coefficients })).filter(({ l }) => named.has(l));
}
