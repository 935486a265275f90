import type { TrainedLayer } from "../equations/shape.ts";

/** The tensors of a network whose biases may be zero: W (m×d), b (m), A (C×m), c (C), row-major. */
export interface Tensors {
  readonly hidden: Float64Array;
  readonly bias: Float64Array;
  readonly output: Float64Array;
  readonly "output-bias": Float64Array;
}

/** The part of the parameter vector θ that belongs to one trained layer. */
interface Segment {
  readonly layer: TrainedLayer;
  readonly start: number;
  readonly end: number;
  /** Factor of θ in the gradient of the penalty. */
  readonly decay: number;
}

/** θ holds the trained layers one after the other. */
export interface Layout {
  readonly size: number;
  readonly segments: readonly Segment[];
}

const ORDER: readonly TrainedLayer[] = ["hidden", "bias", "output", "output-bias"];

export function createLayout(
  tensors: Tensors,
  trained: ReadonlySet<TrainedLayer>,
  decayOf: (layer: TrainedLayer) => number,
): Layout {
  const segments: Segment[] = [];
  let start = 0;
  for (const layer of ORDER) {
    if (!trained.has(layer)) continue;
    const end = start + tensors[layer].length;
    segments.push({ layer, start, end, decay: decayOf(layer) });
    start = end;
  }
  return { size: start, segments };
}

/** The tensors with the trained ones replaced by views into θ. */
export function tensorsAt({ segments }: Layout, frozen: Tensors, theta: Float64Array): Tensors {
  const views = segments.map(({ layer, start, end }) => [layer, theta.subarray(start, end)] as const);
  return { ...frozen, ...Object.fromEntries(views) };
}

/** θ of these tensors: a new vector. */
export function parametersOf({ size, segments }: Layout, tensors: Tensors): Float64Array {
  const theta = new Float64Array(size);
  for (const { layer, start } of segments) theta.set(tensors[layer], start);
  return theta;
}
