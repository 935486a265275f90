import { DoubleDouble } from "../linalg/double-double.ts";
import type { Model } from "./model.ts";
import { type Tensors, tensorsAt } from "./parameters.ts";
import { type Precise, split } from "./precise-losses.ts";

/** The equations of a stationary point, evaluated in double-double and rounded once. */
export interface PreciseEquations {
  /** n·∇L = Σ_i ∂ℓ/∂f·∂f/∂θ + n·decay·θ, in the order of θ. */
  readonly residual: Float64Array;
  /** Σ_i alone, without the penalty. */
  readonly sums: Float64Array;
  /** ∂ℓ/∂f, n×C. */
  readonly slopes: Float64Array;
  /** f, n×C. */
  readonly predictions: Float64Array;
}

/** n·∇L at θ, in about 30 digits. */
export function preciseEquations(model: Model, theta: Precise): PreciseEquations {
  const { samples: n, outputs: C, layout } = model;
  const point = preciseTensors(model, theta);
  const f = preciseOutputs(model, point);
  const slopes = model.preciseSlopes(f);
  const sums = accumulate(model, point, slopes);
  const residual = new Float64Array(layout.size);
  const penalty = new DoubleDouble();
  for (const { start, end, decay } of layout.segments) {
    for (let k = start; k < end; k++) {
      penalty.set(n).multiply(decay).multiply(theta.value[k]!, theta.correction[k]!);
      residual[k] = penalty.add(sums[k]!.hi, sums[k]!.lo).value;
    }
  }
  return {
    residual,
    sums: Float64Array.from(sums, (sum) => sum.value),
    slopes: Float64Array.from({ length: n * C }, (_, k) => slopes.value[k]! + slopes.correction[k]!),
    predictions: Float64Array.from({ length: n * C }, (_, k) => f.value[k]! + f.correction[k]!),
  };
}

interface PreciseTensors {
  readonly value: Tensors;
  readonly correction: Tensors;
}

/** The tensors at θ; frozen ones have no correction. */
function preciseTensors({ layout, frozen }: Model, theta: Precise): PreciseTensors {
  const correction = Object.fromEntries(
    Object.entries(frozen).map(([layer, tensor]) => [layer, new Float64Array((tensor as Float64Array).length)]),
  ) as unknown as Tensors;
  return { value: tensorsAt(layout, frozen, theta.value), correction: tensorsAt(layout, correction, theta.correction) };
}

/** z = w_j·x_i + b_j with σ(z) and σ′(z). */
interface PreciseNeuron {
  readonly value: DoubleDouble;
  readonly slope: DoubleDouble;
  evaluate(i: number, j: number): void;
}

function createNeuron({ inputDim: d, X, coefficients }: Model, point: PreciseTensors): PreciseNeuron {
  const z = new DoubleDouble();
  const value = new DoubleDouble();
  const slope = new DoubleDouble();
  const { hidden, bias } = point.value;
  const low = point.correction;
  return {
    value,
    slope,
    evaluate(i, j) {
      z.set(bias[j]!, low.bias[j]!);
      for (let e = 0; e < d; e++) {
        z.addProduct(hidden[j * d + e]!, X[i * d + e]!);
        z.addProduct(low.hidden[j * d + e]!, X[i * d + e]!);
      }
      value.set(0);
      slope.set(0);
      for (let k = coefficients.length - 1; k >= 0; k--) {
        slope.multiply(z.hi, z.lo).add(value.hi, value.lo);
        value.multiply(z.hi, z.lo).add(coefficients[k]!);
      }
    },
  };
}

/** f at every sample. */
export function preciseOutputsAt(model: Model, theta: Precise): Precise {
  return preciseOutputs(model, preciseTensors(model, theta));
}

function preciseOutputs(model: Model, point: PreciseTensors): Precise {
  const { samples: n, width: m, outputs: C } = model;
  const neuron = createNeuron(model, point);
  const sums = Array.from({ length: n * C }, (_, k) =>
    new DoubleDouble().set(point.value["output-bias"][k % C]!, point.correction["output-bias"][k % C]!),
  );
  const term = new DoubleDouble();
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      neuron.evaluate(i, j);
      for (let c = 0; c < C; c++) {
        term.copy(neuron.value).multiply(point.value.output[c * m + j]!, point.correction.output[c * m + j]!);
        sums[i * C + c]!.add(term.hi, term.lo);
      }
    }
  }
  return split(sums);
}

function accumulate(model: Model, point: PreciseTensors, slopes: Precise): DoubleDouble[] {
  const { samples: n, width: m, outputs: C, layout } = model;
  const sums = Array.from({ length: layout.size }, () => new DoubleDouble());
  const at = new Map(layout.segments.map(({ layer, start }) => [layer, start]));
  const neuron = createNeuron(model, point);
  const back = new DoubleDouble();
  const term = new DoubleDouble();
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      neuron.evaluate(i, j);
      back.set(0);
      for (let c = 0; c < C; c++) {
        const k = i * C + c;
        term.set(slopes.value[k]!, slopes.correction[k]!);
        term.multiply(point.value.output[c * m + j]!, point.correction.output[c * m + j]!);
        back.add(term.hi, term.lo);
      }
      back.multiply(neuron.slope.hi, neuron.slope.lo);
      addNeuron(model, { i, j, back, value: neuron.value, slopes }, sums, at);
    }
    const bias = at.get("output-bias");
    for (let c = 0; bias !== undefined && c < C; c++) {
      sums[bias + c]!.add(slopes.value[i * C + c]!, slopes.correction[i * C + c]!);
    }
  }
  return sums;
}

interface NeuronTerm {
  readonly i: number;
  readonly j: number;
  /** (∂ℓ/∂f · a_j) σ′(z) */
  readonly back: DoubleDouble;
  readonly value: DoubleDouble;
  readonly slopes: Precise;
}

function addNeuron(
  { inputDim: d, width: m, outputs: C, X }: Model,
  { i, j, back, value, slopes }: NeuronTerm,
  sums: readonly DoubleDouble[],
  at: ReadonlyMap<string, number>,
): void {
  const term = new DoubleDouble();
  const hidden = at.get("hidden");
  for (let e = 0; hidden !== undefined && e < d; e++) {
    term.copy(back).multiply(X[i * d + e]!);
    sums[hidden + j * d + e]!.add(term.hi, term.lo);
  }
  const bias = at.get("bias");
  if (bias !== undefined) sums[bias + j]!.add(back.hi, back.lo);
  const output = at.get("output");
  for (let c = 0; output !== undefined && c < C; c++) {
    term.copy(value).multiply(slopes.value[i * C + c]!, slopes.correction[i * C + c]!);
    sums[output + c * m + j]!.add(term.hi, term.lo);
  }
}

/** Σ_i g_i·∂f(x_i)/∂θ in the order of θ, for given multipliers g (n×C). */
export function preciseCombination(model: Model, theta: Precise, multipliers: Float64Array): Precise {
  const slopes = { value: multipliers, correction: new Float64Array(multipliers.length) };
  return split(accumulate(model, preciseTensors(model, theta), slopes));
}
