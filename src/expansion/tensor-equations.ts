import { isZero, multiply, type Rational, rational } from "../algebra/rational.ts";
import { binomial, type EquationShape, TRAINED_LAYERS, type TrainedLayer } from "../equations/shape.ts";

/** multiple · s_taylor(b) · T_degree[w, …, w] with `slots` arguments w; one index stays free where slots < degree. */
export interface TensorTerm {
  readonly degree: number;
  readonly slots: number;
  readonly multiple: number;
  /** Index l of the Taylor coefficient s_l(b) = σ^{(l)}(b)/l!. */
  readonly taylor: number;
  /** multiple · s_taylor(b) by ascending power of b; the constant alone where the neurons have no bias. */
  readonly factor: readonly Rational[];
}

/** The equations of one layer for every input dimension. */
export interface TensorEquation {
  readonly layer: TrainedLayer;
  /** "weighted": Σ_c a_jc over the outputs. "each": one equation for every output. */
  readonly outputs: "weighted" | "each";
  /** By ascending degree of the moment. */
  readonly terms: readonly TensorTerm[];
}

type TensorShape = Pick<EquationShape, "activation" | "trained" | "bias">;

/**
 * s_l(b) = σ^{(l)}(b)/l! = Σ_k c_k C(k, l) b^{k−l} by ascending power of b, l = 0..p; c_l alone without a bias.
 *
 * Source: proofs/moment-expansion.md, section Expansion.
 */
export function taylorCoefficients({
  activation,
  bias,
}: Omit<TensorShape, "trained">): readonly (readonly Rational[])[] {
  const { coefficients, degree } = activation;
  return coefficients.map((_, l) =>
    Array.from({ length: bias === "none" ? 1 : degree - l + 1 }, (_, power) =>
      multiply(coefficients[l + power]!, rational(BigInt(binomial(l + power, l)))),
    ),
  );
}

/** The equations of the trained layers in tensor notation. Source: proofs/moment-expansion.md, section Expansion. */
export function tensorEquations(shape: TensorShape): TensorEquation[] {
  return TRAINED_LAYERS.filter((layer) => shape.trained.has(layer)).map((layer) => ({
    layer,
    outputs: layer === "hidden" || layer === "bias" ? "weighted" : "each",
    terms: termsOf(layer, shape),
  }));
}

function termsOf(layer: TrainedLayer, shape: TensorShape): TensorTerm[] {
  const taylor = taylorCoefficients(shape);
  const term = (degree: number, slots: number, multiple: number, l: number): TensorTerm => ({
    degree,
    slots,
    multiple,
    taylor: l,
    factor: taylor[l]!.map((coefficient) => multiply(coefficient, rational(BigInt(multiple)))),
  });
  const terms = taylor.flatMap((_, l) => {
    if (layer === "output") return [term(l, l, 1, l)];
    if (l === 0) return [];
    // ∂_w keeps the degree and frees an index; ∂_b s_{l−1} = l s_l keeps the arguments and lowers the degree.
    if (layer === "hidden") return [term(l, l - 1, l, l)];
    return [term(l - 1, l - 1, l, l)];
  });
  if (layer === "output-bias") return [{ degree: 0, slots: 0, multiple: 1, taylor: 0, factor: [rational(1n)] }];
  return terms.filter(({ factor }) => factor.some((coefficient) => !isZero(coefficient)));
}
