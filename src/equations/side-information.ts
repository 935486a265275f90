import { divide, multiply, one, type Rational, rational } from "../algebra/rational.ts";
import type { Ring } from "../algebra/ring.ts";
import { UsageError } from "../errors.ts";
import { type DataPoints, evaluate, integersOf, type Nodes, type RingMatrix } from "./ring-tools.ts";
import { type EquationShape, unknownCount } from "./shape.ts";

/** Losses that the tool knows; hard-margin is min ‖θ‖² with y_i f(x_i) ≥ 1, whose samples all have margin 1. */
export type Loss = "mse" | "logistic" | "softmax" | "hard-margin";

export const LOSSES: readonly Loss[] = ["mse", "logistic", "softmax", "hard-margin"];

/** What a user knows about training beside the weights. */
export interface Knowledge {
  /** "sphere": every ‖x_i‖ = 1. */
  readonly domain: "free" | "sphere";
  readonly loss: Loss | null;
  /** μ of the penalty (μ/2)‖parameters‖². */
  readonly weightDecay: Rational | null;
}

/** Nothing but the weights. */
export const NO_KNOWLEDGE: Knowledge = { domain: "free", loss: null, weightDecay: null };

/**
 * The side equations that this knowledge gives, or null if none: multiplier equations need the loss and, in `kkt`, the
 * weight decay; with `mse` the labels are unknown reals and the equations say nothing.
 *
 * @throws {@link UsageError} if loss, setting and number of outputs do not fit together
 */
export function sideInformationOf(
  { domain, loss, weightDecay }: Knowledge,
  { setting, outputs }: Pick<EquationShape, "setting" | "outputs">,
  samples: number,
): SideInformation | null {
  const count = rational(BigInt(samples));
  if (loss === "softmax" && outputs < 2) throw new UsageError(`softmax: expected at least 2 outputs, got ${outputs}`);
  if ((loss === "logistic" || loss === "hard-margin") && outputs !== 1) {
    throw new UsageError(`${loss}: expected one output, got ${outputs}`, "use softmax for several classes");
  }
  if (loss === "hard-margin" && setting !== "kkt") {
    throw new UsageError("hard-margin: margins are equal at a kkt point only", "use --setting kkt");
  }
  const classes = loss === "logistic" || loss === "softmax";
  const decayed = setting === "kkt" && weightDecay !== null ? multiply(count, weightDecay) : null;
  const multiplierScale = classes ? (setting === "gradient" ? count : decayed) : null;
  const side = { sphere: domain === "sphere", multiplierScale, margins: loss === "hard-margin" };
  return side.sphere || multiplierScale !== null || side.margins ? side : null;
}

/** What the equations know of the data beside the weights. Source: proofs/side-information.md. */
export interface SideInformation {
  /** Every ‖x_i‖ = 1. */
  readonly sphere: boolean;
  /** κ with g_ic = ([label_i = c] − softmax_c(f(x_i))) / κ: nμ for kkt, n for one gradient; null if the loss is not known. */
  readonly multiplierScale: Rational | null;
  /** y_i f(x_i) = 1 for all samples: a max-margin point with its margin. */
  readonly margins: boolean;
}

/** Equations that the side information adds. */
export function sideRowCount({ outputs }: EquationShape, side: SideInformation, samples: number): number {
  const multipliers = side.multiplierScale === null ? 0 : outputs;
  return samples * (multipliers + (side.margins ? 1 : 0) + (side.sphere ? 1 : 0));
}

/**
 * Derivatives of the side equations in (g_1, x_1, …, g_n, x_n): multiplier or margin rows of all samples, then the
 * sphere rows.
 *
 * @param labels - class of every sample in 0..C, C being the class whose multiplier was eliminated (logistic: C = 1)
 * Source: proofs/side-information.md.
 */
export function sideMatrix<T>(
  ring: Ring<T>,
  shape: EquationShape,
  side: SideInformation,
  {
    nodes,
    data,
    labels,
  }: { readonly nodes: Nodes<T>; readonly data: DataPoints<T>; readonly labels: readonly number[] },
): RingMatrix<T> {
  const { inputDim: d, outputs: C } = shape;
  const samples = data.multipliers.length / C;
  const rows = sideRowCount(shape, side, samples);
  const cols = unknownCount(shape, samples);
  const entries = new Array<T>(rows * cols).fill(ring.zero);
  let row = 0;
  const emit = (i: number, byMultiplier: readonly T[], byPoint: readonly T[]): void => {
    const offset = row++ * cols + i * (C + d);
    byMultiplier.forEach((value, c) => {
      entries[offset + c] = value;
    });
    byPoint.forEach((value, e) => {
      entries[offset + C + e] = value;
    });
  };
  const gradients = outputGradients(ring, shape, nodes);
  const noMultiplier = new Array<T>(C).fill(ring.zero);
  for (let i = 0; i < samples; i++) {
    const slopes = gradients(data.points.slice(i * d, (i + 1) * d));
    if (side.margins) emit(i, noMultiplier, slopes[0]!);
    if (side.multiplierScale === null) continue;
    const g = data.multipliers.slice(i * C, (i + 1) * C);
    const weights = softmaxCurvature(ring, g, labels[i]!, side.multiplierScale);
    weights.forEach((line, c) => {
      const byMultiplier = [...noMultiplier];
      byMultiplier[c] = ring.one;
      emit(i, byMultiplier, combine(ring, line, slopes));
    });
  }
  if (side.sphere) {
    for (let i = 0; i < samples; i++) emit(i, noMultiplier, data.points.slice(i * d, (i + 1) * d));
  }
  return { rows, cols, entries };
}

/** κ^{-1} (diag(s) − s sᵀ) with s_c = [label = c] − κ g_c, the softmax that the multipliers show; C×C. */
function softmaxCurvature<T>(ring: Ring<T>, g: readonly T[], label: number, scale: Rational): T[][] {
  const minus = ring.fromRational(rational(-1n));
  const kappa = ring.fromRational(scale);
  const inverse = ring.fromRational(divide(one, scale));
  const s = g.map((value, c) =>
    ring.add(c === label ? ring.one : ring.zero, ring.multiply(minus, ring.multiply(kappa, value))),
  );
  return s.map((sc, c) =>
    s.map((other, e) => {
      const product = ring.multiply(minus, ring.multiply(sc, other));
      return ring.multiply(inverse, c === e ? ring.add(sc, product) : product);
    }),
  );
}

/** The gradients ∇f_c(x), C rows of length d, of the outputs f_c(x) = Σ_j a_jc σ(w_j·x + b_j). */
function outputGradients<T>(
  ring: Ring<T>,
  { inputDim: d, outputs: C, width: m, activation }: EquationShape,
  { weights, bias, output }: Nodes<T>,
): (x: readonly T[]) => T[][] {
  const integer = integersOf(ring);
  const slope = activation.coefficients.slice(1).map((c, k) => ring.multiply(ring.fromRational(c), integer(k + 1)));
  return (x) => {
    const slopes = Array.from({ length: C }, () => new Array<T>(d).fill(ring.zero));
    for (let j = 0; j < m; j++) {
      let argument: T = bias[j] as T;
      for (let e = 0; e < d; e++) argument = ring.add(argument, ring.multiply(weights[j * d + e]!, x[e]!));
      const s = evaluate(ring, slope, argument);
      for (let c = 0; c < C; c++) {
        const factor = ring.multiply(output[c * m + j]!, s);
        for (let e = 0; e < d; e++) {
          slopes[c]![e] = ring.add(slopes[c]![e]!, ring.multiply(factor, weights[j * d + e]!));
        }
      }
    }
    return slopes;
  };
}

function combine<T>(ring: Ring<T>, factors: readonly T[], vectors: readonly (readonly T[])[]): T[] {
  const sum = (e: number): T =>
    factors.reduce<T>((total, factor, c) => ring.add(total, ring.multiply(factor, vectors[c]![e] as T)), ring.zero);
  return Array.from(vectors[0]!, (_, e) => sum(e));
}
