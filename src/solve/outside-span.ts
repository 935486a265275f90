import type { ReducedSystem } from "../equations/reduction.ts";
import { activationDerivatives, floatCoefficients, type KktSystem, rowCount } from "../equations/system.ts";
import { multiply, norm2 } from "../linalg/dense.ts";
import { computeSvd } from "../linalg/svd.ts";
import type { SideRows } from "../objective/side-facts.ts";
import type { RefinedPoint } from "./refine.ts";

/** A solution in reduced coordinates with the pseudo-inverse (unknowns×rows) of its scaled Jacobian. */
export interface OutsideSpan {
  readonly reduced: ReducedSystem;
  readonly original: KktSystem;
  readonly point: RefinedPoint;
  readonly inverse: Float64Array;
  readonly rows: number;
  readonly samples: number;
  /** Of each scaled row. */
  readonly standardDeviations: Float64Array;
  readonly side: SideRows | null;
}

/**
 * After a reduction the span itself carries an error: a component δ_i of x_i outside it has covariance A⁺ diag(v) A⁺ᵀ
 * per direction, A = (g_i·a_j σ′(w_j·x_i)), and moves the rest of the solution where the nodes reach outside the span.
 */
export function addOutsideSpan(variance: Float64Array, parts: OutsideSpan): void {
  const { reduced, original, samples, inverse, rows, point } = parts;
  const { basis, system, inputDim: r } = reduced;
  if (basis === null) return;
  const { width: m, inputDim: d, outputs } = original.shape;
  const block = r + outputs;
  const factor = covarianceFactor(parts);
  for (let i = 0; i < samples; i++) {
    let sum = 0;
    for (let l = 0; l < samples; l++) sum += factor[i * samples + l]! ** 2;
    variance[i]! += (d - r) * sum;
  }
  const outside = nodesOutsideSpan(original, basis, r, reduced.scale);
  const slopes = neuronSlopes(system, point.unknowns, samples);
  for (const direction of outside) {
    for (let l = 0; l < samples; l++) {
      const shift = new Float64Array(rows);
      for (let i = 0; i < samples; i++) {
        const weight = factor[i * samples + l]!;
        addCoupling(shift, { system, unknowns: point.unknowns, slopes, i, direction, weight, m });
        addSideCoupling(
          shift,
          parts,
          i,
          direction.map((value) => value * weight),
        );
      }
      const moved = multiply(inverse, shift, { rows: samples * block, cols: rows, width: 1 });
      for (let i = 0; i < samples; i++) {
        variance[i]! += norm2(moved.subarray(i * block + outputs, (i + 1) * block)) ** 2;
      }
    }
  }
}

/** L (n×n) with LLᵀ = A⁺ diag(v) A⁺ᵀ, v the noise variances of the hidden rows of each neuron. */
function covarianceFactor({ reduced, point, samples, standardDeviations }: OutsideSpan): Float64Array {
  const { system } = reduced;
  const { width: m, outputs, inputDim: r, trained } = system.shape;
  const slopes = neuronSlopes(system, point.unknowns, samples);
  const A = new Float64Array(m * samples);
  const noise = new Float64Array(m);
  const stride = r + (trained.has("bias") ? 1 : 0) + (trained.has("output") ? outputs : 0);
  for (let j = 0; j < m; j++) {
    const row = j * stride;
    for (let i = 0; i < samples; i++) A[j * samples + i] = slopes.first[j * samples + i]! * system.rowScale[row]!;
    noise[j] = norm2(standardDeviations.subarray(row, row + r)) / Math.sqrt(r);
  }
  const { S, Vt, Ut, k } = computeSvd(A, m, samples);
  const weighted = new Float64Array(m * samples); // diag(noise) A⁺ᵀ
  for (let s = 0; s < k; s++) {
    for (let j = 0; j < m; j++) {
      const factor = (noise[j]! * Ut[s * m + j]!) / S[s]!;
      for (let i = 0; i < samples; i++) weighted[j * samples + i]! += factor * Vt[s * samples + i]!;
    }
  }
  const product = computeSvd(weighted, m, samples);
  const L = new Float64Array(samples * samples);
  for (let s = 0; s < product.k; s++) {
    for (let i = 0; i < samples; i++) L[i * samples + s] = product.Vt[s * samples + i]! * product.S[s]!;
  }
  return L;
}

interface NeuronSlopes {
  /** (g_i·a_j)σ′, (g_i·a_j)σ″ and σ′ at neuron j and sample i, m×n. */
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly slope: Float64Array;
}

function neuronSlopes(system: KktSystem, u: Float64Array, samples: number): NeuronSlopes {
  const { width: m, inputDim: d, outputs } = system.shape;
  const coefficients = floatCoefficients(system.shape);
  const taylor = new Float64Array(3);
  const first = new Float64Array(m * samples);
  const second = new Float64Array(m * samples);
  const slope = new Float64Array(m * samples);
  for (let j = 0; j < m; j++) {
    for (let i = 0; i < samples; i++) {
      const at = i * (d + outputs);
      let z = system.bias[j]!;
      for (let e = 0; e < d; e++) z += system.weights[j * d + e]! * u[at + outputs + e]!;
      let ga = 0;
      for (let c = 0; c < outputs; c++) ga += u[at + c]! * system.output[c * m + j]!;
      activationDerivatives(coefficients, z, taylor);
      first[j * samples + i] = ga * taylor[1]!;
      second[j * samples + i] = ga * taylor[2]!;
      slope[j * samples + i] = taylor[1]!;
    }
  }
  return { first, second, slope };
}

/** Components of the nodes outside the span: one vector (length m) per orthonormal direction that they reach. */
function nodesOutsideSpan(
  { shape, weights }: KktSystem,
  basis: Float64Array,
  r: number,
  scale: number,
): Float64Array[] {
  const { width: m, inputDim: d } = shape;
  const outside = weights.slice();
  for (let j = 0; j < m; j++) {
    for (let b = 0; b < r; b++) {
      let along = 0;
      for (let e = 0; e < d; e++) along += weights[j * d + e]! * basis[b * d + e]!;
      for (let e = 0; e < d; e++) outside[j * d + e]! -= along * basis[b * d + e]!;
    }
  }
  if (norm2(outside) <= 1e-8 * norm2(weights)) return [];
  const { S, Ut, k } = computeSvd(outside, m, d);
  const directions: Float64Array[] = [];
  for (let s = 0; s < k && S[s]! > 1e-8 * S[0]!; s++) {
    directions.push(Ut.slice(s * m, (s + 1) * m).map((value) => value * S[s]! * scale));
  }
  return directions;
}

/** Change of the side rows of sample i when the arguments of the neurons move. */
function addSideCoupling(
  shift: Float64Array,
  { reduced, point, side }: OutsideSpan,
  i: number,
  moves: Float64Array,
): void {
  if (side === null) return;
  const { system } = reduced;
  const at = i * (system.shape.inputDim + system.shape.outputs);
  const row = rowCount(system) + i * side.rowsPerSample;
  side.addArgumentMoves(point.unknowns, { index: i, at }, moves, shift, row);
}

interface Coupling {
  readonly system: KktSystem;
  readonly unknowns: Float64Array;
  readonly slopes: NeuronSlopes;
  readonly i: number;
  readonly direction: Float64Array;
  readonly weight: number;
  readonly m: number;
}

/** Change of the scaled rows when x_i moves by `weight` along one outside direction. */
function addCoupling(shift: Float64Array, { system, unknowns, slopes, i, direction, weight, m }: Coupling): void {
  const { inputDim: r, outputs, trained } = system.shape;
  const samples = slopes.first.length / m;
  const at = i * (r + outputs);
  let row = 0;
  for (let j = 0; j < m; j++) {
    const move = direction[j]! * weight;
    const bend = slopes.second[j * samples + i]! * move;
    if (trained.has("hidden")) {
      for (let e = 0; e < r; e++, row++) shift[row]! += bend * unknowns[at + outputs + e]! * system.rowScale[row]!;
    }
    if (trained.has("bias")) {
      shift[row]! += bend * system.rowScale[row]!;
      row++;
    }
    if (trained.has("output")) {
      for (let c = 0; c < outputs; c++, row++) {
        shift[row]! += unknowns[at + c]! * slopes.slope[j * samples + i]! * move * system.rowScale[row]!;
      }
    }
  }
}
