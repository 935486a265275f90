import { multiply, transpose } from "../linalg/dense.ts";
import { computeSvd } from "../linalg/svd.ts";
import { typicalNorm } from "./initial-weights.ts";
import type { Model } from "./model.ts";
import { createLayout, type Layout, parametersOf, type Tensors, tensorsAt } from "./parameters.ts";

/**
 * The same problem in coordinates of the span of the points, x = r·Qᵀx̂ with the typical norm r: a penalised w_j has no
 * part outside the span at a stationary point, so nothing is lost, and points of any norm become points of norm one.
 */
export interface SpanCoordinates {
  readonly model: Model;
  /** ŵ = r·Q w. */
  reduce(theta: Float64Array): Float64Array;
  /** w = Qᵀŵ/r, plus the part of `outside` beyond the span where the hidden layer is trained without penalty. */
  restore(reduced: Float64Array, outside: Float64Array): Float64Array;
  /** Gradient in the coordinates of the reduced model. */
  pullBack(gradient: Float64Array): Float64Array;
  /** A step of the reduced model as a step of θ. */
  pushForward(step: Float64Array): Float64Array;
  /** The part of the hidden rows of `theta` beyond the span, zero elsewhere. */
  outsideSpan(theta: Float64Array): Float64Array;
}

/** Directions in which the points extend less than this, relative to the longest, count as outside their span. */
const SPAN_TOLERANCE = 1e-12;

export function createSpanCoordinates(full: Model): SpanCoordinates {
  const { samples: n, inputDim: d, width: m, X, frozen, layout } = full;
  const r = typicalNorm(X, n);
  const unit = X.map((value) => value / r);
  const { Q, rank } = spanOf(unit, n, d);
  const Qt = transpose(Q, rank, d);
  const project = (W: Float64Array): Float64Array => multiply(W, Qt, { rows: m, cols: d, width: rank });
  const lift = (V: Float64Array): Float64Array => multiply(V, Q, { rows: m, cols: rank, width: d });
  const reducedFrozen: Tensors = { ...frozen, hidden: project(frozen.hidden).map((w) => w * r) };
  const decays = new Map(layout.segments.map(({ layer, decay }) => [layer, decay]));
  const reducedLayout = createLayout(reducedFrozen, new Set(decays.keys()), (layer) =>
    layer === "hidden" ? decays.get(layer)! / r ** 2 : decays.get(layer)!,
  );
  const change = (from: Layout, to: Layout, map: (hidden: Float64Array) => Float64Array) => (theta: Float64Array) => {
    const tensors = tensorsAt(from, from === layout ? frozen : reducedFrozen, theta);
    return parametersOf(
      to,
      from.segments[0]?.layer === "hidden" ? { ...tensors, hidden: map(tensors.hidden) } : tensors,
    );
  };
  const outsideSpan = change(layout, layout, (W) => {
    const inside = lift(project(W));
    return W.map((w, k) => w - inside[k]!);
  });
  const liftPoint = change(reducedLayout, layout, (V) => lift(V).map((v) => v / r));
  const hiddenEnd = layout.segments[0]?.layer === "hidden" ? layout.segments[0].end : 0;
  const beyond = (theta: Float64Array): Float64Array => outsideSpan(theta).fill(0, hiddenEnd);
  return {
    model: {
      ...full,
      inputDim: rank,
      X: multiply(unit, Qt, { rows: n, cols: d, width: rank }),
      frozen: reducedFrozen,
      layout: reducedLayout,
    },
    reduce: change(layout, reducedLayout, (W) => project(W).map((w) => w * r)),
    restore(reduced, outside) {
      const inside = liftPoint(reduced);
      if (decays.get("hidden") !== 0) return inside;
      const rest = beyond(outside);
      return inside.map((value, k) => value + rest[k]!);
    },
    pullBack: change(layout, reducedLayout, (G) => project(G).map((g) => g / r)),
    pushForward: liftPoint,
    outsideSpan: beyond,
  };
}

/** Orthonormal rows that span the points; all axes if they fill the space. */
function spanOf(X: Float64Array, n: number, d: number): { readonly Q: Float64Array; readonly rank: number } {
  const { S, Vt } = computeSvd(X, n, d);
  const rank = Math.max(1, S.filter((value) => value > SPAN_TOLERANCE * S[0]!).length);
  if (rank < d) return { Q: Vt.slice(0, rank * d), rank };
  const axes = new Float64Array(d * d);
  for (let e = 0; e < d; e++) axes[e * d + e] = 1;
  return { Q: axes, rank: d };
}
