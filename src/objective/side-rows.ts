import { dot, norm2 } from "../linalg/dense.ts";
import { createOutputFunction, type OutputFunction } from "./output-function.ts";
import { createOutputTargets } from "./output-targets.ts";
import type { BlockLayout } from "./sample-objective.ts";
import type { OutputFacts, SideRowOptions, SideRows } from "./side-facts.ts";
import { normRows, pinRows, type RowGroup } from "./side-groups.ts";

/**
 * The side equations of a set of samples: multipliers or margins, norms, known points, in this order.
 *
 * @param at - unknowns (sample by sample) at which the rows are scaled
 * @returns null if the facts say nothing
 * Source: proofs/side-information.md, section "In doubles".
 */
export function createSideRows(at: Float64Array, options: SideRowOptions): SideRows | null {
  const { facts, system, level } = options;
  const groups: RowGroup[] = [];
  if (facts.outputs !== null) groups.push(outputRows(at, facts.outputs, options));
  if (facts.unitNorms) groups.push(normRows(system.shape, options));
  if (facts.pins !== null) groups.push(pinRows(system.shape, facts.pins, at, options));
  if (groups.length === 0) return null;
  const each = (visit: (group: RowGroup, first: number) => void): void => {
    let first = 0;
    for (const group of groups) {
      visit(group, first);
      first += group.rowsPerSample;
    }
  };
  return {
    level,
    rowsPerSample: groups.reduce((sum, group) => sum + group.rowsPerSample, 0),
    activeRows: (samples) => groups.reduce((sum, group) => sum + group.activeRows(samples), 0),
    value: (u, sample, out, row) => each((group, first) => group.value(u, sample, out, row + first)),
    preciseValue: (u, correction, sample, out, row) =>
      each((group, first) => group.preciseValue(u, correction, sample, out, row + first)),
    fillJacobian: (u, sample, out, { stride, offset }) =>
      each((group, first) => group.fillJacobian(u, sample, out, { stride, offset: offset + first * stride })),
    addCurvature: (u, sample, weights, vectors) =>
      each((group, first) =>
        group.addCurvature(u, sample, weights.subarray(first, first + group.rowsPerSample), vectors),
      ),
    addArgumentMoves: (u, sample, moves, out, row) =>
      each((group, first) => group.addArgumentMoves?.(u, sample, moves, out, row + first)),
  };
}

/** κ g_c − t_c(f(x)) = 0, or t(f(x)) = 0 for margins. */
function outputRows(start: Float64Array, facts: OutputFacts, options: SideRowOptions): RowGroup {
  const { system, outputBias } = options;
  const { inputDim: d, outputs: C } = system.shape;
  const f = createOutputFunction(system, outputBias);
  const law = createOutputTargets(facts.law, facts.labels, C);
  const kappa = facts.law === "margin" ? 0 : facts.multiplierScale;
  const scales = outputRowScales(start, { f, law, kappa }, options);
  const precise = { high: new Float64Array(C), low: new Float64Array(C) };
  /** −w_c ∂t_c/∂x as a combination of ∇f_a: factors of row c. */
  const factorOf = (index: number, c: number, a: number): number => -scales[index * C + c]! * law.slopes[c * C + a]!;
  return {
    rowsPerSample: C,
    activeRows: (samples) => samples * C,
    value(u, { index, at }, out, row) {
      f.evaluate(u, at);
      law.evaluate(f.values, index);
      for (let c = 0; c < C; c++) out[row + c] = scales[index * C + c]! * (kappa * u[at + c]! - law.values[c]!);
    },
    preciseValue(u, correction, { index, at }, out, row) {
      f.precise(u, correction, at, precise);
      law.evaluate(precise.high, index);
      for (let c = 0; c < C; c++) {
        // The low part of f moves t by its slope; t(high) itself has a relative error of a rounding.
        let target = kappa * u[at + c]! - law.values[c]! + kappa * correction[at + c]!;
        for (let a = 0; a < C; a++) target -= law.slopes[c * C + a]! * precise.low[a]!;
        out[row + c] = scales[index * C + c]! * target;
      }
    },
    fillJacobian(u, { index, at }, out, { stride, offset }: BlockLayout) {
      f.evaluate(u, at);
      law.evaluate(f.values, index);
      for (let c = 0; c < C; c++) {
        const to = offset + c * stride;
        out.fill(0, to, to + C + d);
        out[to + c] = scales[index * C + c]! * kappa;
        for (let a = 0; a < C; a++) {
          const factor = factorOf(index, c, a);
          for (let e = 0; e < d; e++) out[to + C + e]! += factor * f.slopes[a * d + e]!;
        }
      }
    },
    addCurvature(u, { index, at }, weights, { v, out }) {
      f.evaluate(u, at);
      law.evaluate(f.values, index);
      const xi = v.subarray(C);
      const omega = weights.map((weight, c) => -weight * scales[index * C + c]!);
      const moved = Float64Array.from({ length: C }, (_, a) => dot(f.slopes.subarray(a * d, (a + 1) * d), xi));
      const bent = law.bend(omega, moved);
      const factors = new Float64Array(C);
      for (let a = 0; a < C; a++) {
        for (let c = 0; c < C; c++) factors[a]! += omega[c]! * law.slopes[c * C + a]!;
        for (let e = 0; e < d; e++) out[C + e]! += bent[a]! * f.slopes[a * d + e]!;
      }
      f.addCurvature(u, at, factors, xi, out);
    },
    addArgumentMoves(u, { index, at }, moves, out, row) {
      f.evaluate(u, at);
      law.evaluate(f.values, index);
      const change = f.moved(u, at, moves);
      for (let c = 0; c < C; c++) {
        for (let a = 0; a < C; a++) out[row + c]! += factorOf(index, c, a) * change[a]!;
      }
    },
  };
}

interface OutputRowParts {
  readonly f: OutputFunction;
  readonly law: ReturnType<typeof createOutputTargets>;
  readonly kappa: number;
}

/**
 * level/σ per row: σ² holds what rounding of the weights does to f, and a few roundings of κ g and t themselves. Away from
 * the solution κ g and t differ; the larger of both sizes the row, so that no start makes it arbitrarily stiff.
 */
function outputRowScales(
  start: Float64Array,
  { f, law, kappa }: OutputRowParts,
  { system, weightError, level }: SideRowOptions,
): Float64Array {
  const { inputDim: d, outputs: C } = system.shape;
  const block = C + d;
  const samples = start.length / block;
  const scales = new Float64Array(samples * C);
  for (let i = 0; i < samples; i++) {
    const at = i * block;
    f.evaluate(start, at);
    law.evaluate(f.values, i);
    const variances = f.variances(start, at);
    for (let c = 0; c < C; c++) {
      const target = Math.abs(law.values[c]!);
      const size = Math.max(Math.abs(kappa * start[at + c]!), target);
      let byOutputs = 0;
      for (let a = 0; a < C; a++) byOutputs += law.slopes[c * C + a]! ** 2 * variances[a]!;
      const fromOutputs = weightError * grown(Math.sqrt(byOutputs), size, target);
      const own = kappa === 0 ? f.values[c]! : size;
      const sigma = Math.hypot(fromOutputs, OWN_ROUNDINGS * 2 ** -53 * own);
      scales[i * C + c] = sigma > 0 ? level / sigma : 0;
    }
  }
  return scales;
}

/** An error of the target, grown with the size of the row; a softmax that underflows has neither value nor error. */
function grown(error: number, size: number, target: number): number {
  return error > 0 && target > 0 ? (error * size) / target : error;
}

/** Roundings that an exponential, a quotient and a product leave in one number. */
const OWN_ROUNDINGS = 4;

/** Root mean square of the side rows at a point, in the same unit as the scaled equations. */
export function sideResidual(side: SideRows, u: Float64Array, block: number): number {
  const samples = u.length / block;
  const values = new Float64Array(samples * side.rowsPerSample);
  const zero = new Float64Array(u.length);
  for (let index = 0; index < samples; index++) {
    side.preciseValue(u, zero, { index, at: index * block }, values, index * side.rowsPerSample);
  }
  return norm2(values) / Math.sqrt(Math.max(1, side.activeRows(samples)));
}
