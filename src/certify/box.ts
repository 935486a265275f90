import type { EquationShape, TrainedLayer } from "../equations/shape.ts";
import { type KktSystem, rowsPerNeuron } from "../equations/system.ts";
import { HALF_ULP, type Interval, lowerBound, upperBound } from "../interval/interval.ts";
import { maxAbs } from "../linalg/dense.ts";

/**
 * Every system within ρ of a file: each entry of each tensor moves by up to ρ times the largest entry of its tensor, nodes
 * and known side independently. Layouts as in {@link KktSystem}. Source: proofs/instance-certificates.md.
 */
export interface SystemBox {
  readonly shape: EquationShape;
  readonly weights: readonly Interval[];
  readonly bias: readonly Interval[];
  readonly output: readonly Interval[];
  readonly targets: readonly Interval[];
}

/** The box of radius ρ around the numbers of a file. */
export function boxAround(system: KktSystem, rho: number): SystemBox {
  const { shape, weights, bias, output, targets } = system;
  const around = (values: Float64Array): Interval[] => {
    const rad = upperBound(rho * maxAbs(values));
    return Array.from(values, (mid) => ({ mid, rad }));
  };
  const sizes = rowSizes(system);
  return {
    shape,
    weights: around(weights),
    bias: shape.bias === "none" ? Array.from(bias, () => ({ mid: 0, rad: 0 })) : around(bias),
    output: around(output),
    targets: Array.from(targets, (mid, r) => {
      const { atMost, rounding } = sizes[r]!;
      return { mid, rad: upperBound(rho * atMost + rounding) };
    }),
  };
}

/** The size in which the error of a row of the known side is counted: the largest entry of its tensor. */
export interface RowSize {
  readonly atLeast: number;
  readonly atMost: number;
  /** How far the row may be from the exact known side of the file: the rounding of a displacement. */
  readonly rounding: number;
}

/**
 * The size of each row. For `ntk` it is the sum of the largest entries of both files, which lies between the largest
 * √(w² + w₀²) and twice that.
 */
export function rowSizes({ shape, targets, targetSize }: KktSystem): readonly RowSize[] {
  const layers = layersOfRows(shape);
  const displaced = shape.setting === "ntk";
  const largest = new Map<TrainedLayer, number>();
  layers.forEach((layer, r) => {
    const size = displaced ? targetSize[r]! : Math.abs(targets[r]!);
    largest.set(layer, Math.max(largest.get(layer) ?? 0, size));
  });
  return layers.map((layer) => {
    const size = largest.get(layer)!;
    if (!displaced) return { atLeast: size, atMost: size, rounding: 0 };
    return { atLeast: lowerBound(size), atMost: upperBound(2 * size), rounding: upperBound(2 * size * HALF_ULP) };
  });
}

/** The layer of each row of the equations. */
function layersOfRows(shape: EquationShape): readonly TrainedLayer[] {
  const { hidden, bias, output } = rowsPerNeuron(shape);
  const repeat = (layer: TrainedLayer, count: number): TrainedLayer[] => new Array<TrainedLayer>(count).fill(layer);
  const neuron = [...repeat("hidden", hidden), ...repeat("bias", bias), ...repeat("output", output)];
  const neurons = Array.from({ length: shape.width }, () => neuron).flat();
  return [...neurons, ...repeat("output-bias", shape.trained.has("output-bias") ? shape.outputs : 0)];
}

/** The known side of the hidden layer, m×d row-major. */
export function hiddenTargets({ shape, targets }: SystemBox): readonly Interval[] {
  const layers = layersOfRows(shape);
  return targets.filter((_, r) => layers[r] === "hidden");
}
