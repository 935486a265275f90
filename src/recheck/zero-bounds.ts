import { exactly, INTERVALS, type Interval, middleAndRadius, up } from "./intervals.ts";
import type { Encounter, NeuronBox, ZeroSetup } from "./zero-setup.ts";
import { magnitude, roundedSum } from "./zero-setup.ts";

/**
 * Bounds about one row A of an approximate inverse and the equations F_S of every system within ρ: `fixed` of |A F_S(û)|,
 * `square` of ½|A F_S″(û)|[t, t] and `cube` of |A F_S‴(u)|[t, t, t]/6 for u in the region of half-widths t.
 *
 * What the row makes of the equations of neuron j is Σ_i (a·g_i) σ′(z)(h·x_i + β) + (o·g_i) σ(z), z = w·x_i + b, with h, β and
 * o the entries of the row; the docs' proofs/certified-samples.md derives the bounds from this.
 */
export interface RowBounds {
  readonly fixed: number;
  readonly square: number;
  readonly cube: number;
}

/** The entries of a row that belong to one neuron. */
interface Part {
  readonly neuron: number;
  readonly h: Float64Array;
  readonly beta: number;
  readonly o: Float64Array;
}

/** A part at a sample: h·x̂ + β, o·ĝ, Σ|h_e|·width, Σ|o_c|·width. */
interface Sight {
  readonly inner: Interval;
  readonly outer: Interval;
  readonly innerMove: number;
  readonly outerMove: number;
}

const { add, multiply } = INTERVALS;
const times = (...factors: readonly Interval[]): Interval => factors.reduce(multiply);

/** Covers the rounding of up to 2²⁴ sums and products of nonnegative numbers below 2¹⁰⁰. */
const padded = (total: number): number => total * (1 + 2 ** -26) + 2 ** -400;

/**
 * @param row - as many entries as there are equations
 * @param errors - the values of the equations at û, for every known side
 */
export function boundRow(setup: ZeroSetup, row: ArrayLike<number>, errors: readonly Interval[]): RowBounds {
  const parts = partsOf(setup, row);
  const sights = parts.map((part) => setup.centres.map((_, i) => see(setup, part, i)));
  let fixed = fixedPart(row, errors);
  for (const [k, part] of parts.entries()) fixed += nodePart(setup, part, sights[k]!);
  let [square, cube] = [0, 0];
  for (const i of setup.centres.keys()) {
    const own = sights.map((ofPart) => ofPart[i]!);
    square += squarePart(setup, parts, own, i);
    for (const [k, part] of parts.entries()) cube += cubePart(setup, part, own[k]!, i);
  }
  return { fixed: padded(fixed), square: padded(square), cube: padded(cube) };
}

function partsOf({ problem, equations, neurons }: ZeroSetup, row: ArrayLike<number>): Part[] {
  const { inputDim, outputs } = problem;
  const parts = new Map<number, { neuron: number; h: Float64Array; beta: number; o: Float64Array }>();
  for (const [k, { layer, neuron, coordinate, output }] of equations.entries()) {
    // Σ g_i is linear and meets no neuron.
    if (layer === "output-bias") continue;
    const part = parts.get(neuron) ?? {
      neuron,
      h: new Float64Array(inputDim),
      beta: 0,
      o: new Float64Array(outputs),
    };
    if (layer === "hidden") part.h[coordinate] = row[k]!;
    else if (layer === "bias") part.beta = row[k]!;
    else part.o[output] = row[k]!;
    parts.set(neuron, part);
  }
  return [...parts.values()].filter(({ neuron }) => neuron < neurons.length);
}

function see({ centres }: ZeroSetup, { h, beta, o }: Part, i: number): Sight {
  const { x, g, pointWidth, multiplierWidth } = centres[i]!;
  let [value, size, total] = [beta, Math.abs(beta), 0];
  for (let e = 0; e < h.length; e++) {
    value += h[e]! * x[e]!;
    size += Math.abs(h[e]! * x[e]!);
    total += Math.abs(h[e]!);
  }
  const inner = roundedSum(value, size, h.length + 1);
  const innerMove = padded(total * pointWidth);
  [value, size, total] = [0, 0, 0];
  for (let c = 0; c < o.length; c++) {
    value += o[c]! * g[c]!;
    size += Math.abs(o[c]! * g[c]!);
    total += Math.abs(o[c]!);
  }
  const isEmpty = total === 0;
  return {
    inner,
    outer: isEmpty ? exactly(0) : roundedSum(value, size, o.length + 1),
    innerMove,
    outerMove: padded(total * multiplierWidth),
  };
}

function fixedPart(row: ArrayLike<number>, errors: readonly Interval[]): number {
  let [value, size, spread] = [0, 0, 0];
  for (const [k, error] of errors.entries()) {
    const { middle, radius } = middleAndRadius(error);
    value += row[k]! * middle;
    size += Math.abs(row[k]! * middle);
    spread += Math.abs(row[k]!) * radius;
  }
  return magnitude(roundedSum(value, size, errors.length)) + spread;
}

/** The change of the row's value at û with the nodes: by the mean value theorem, with derivatives anywhere in the box. */
function nodePart(
  { problem, centres, neurons, encounters }: ZeroSetup,
  { neuron }: Part,
  sights: readonly Sight[],
): number {
  const { inputDim, outputs } = problem;
  const { weightRadius, biasRadius, outputRadius } = neurons[neuron]!;
  const slopes = sights.map(({ inner, outer }, i) => {
    const { sigma, ag } = encounters[neuron]![i]!;
    return add(times(ag, sigma[2]!, inner), multiply(outer, sigma[1]!));
  });
  const along = (factor: (i: number) => number): number =>
    magnitude(slopes.reduce((sum, slope, i) => add(sum, multiply(slope, exactly(factor(i)))), exactly(0)));
  let total = biasRadius * along(() => 1);
  for (let f = 0; f < inputDim; f++) total += weightRadius * along((i) => centres[i]!.x[f]!);
  for (let c = 0; c < outputs; c++) {
    const terms = sights.map(({ inner }, i) =>
      times(exactly(centres[i]!.g[c]!), encounters[neuron]![i]!.sigma[1]!, inner),
    );
    total += outputRadius * magnitude(terms.reduce(add));
  }
  return total;
}

/** ½|A F″|[t, t] of one sample: the matrices of the neurons are added before their entries are made positive. */
function squarePart(setup: ZeroSetup, parts: readonly Part[], sights: readonly Sight[], i: number): number {
  const { inputDim: d, outputs: C } = setup.problem;
  const { pointWidth, multiplierWidth } = setup.centres[i]!;
  const points = new Float64Array(d * d);
  const mixed = new Float64Array(C * d);
  let total = 0;
  for (const [k, part] of parts.entries()) {
    const neuron = setup.neurons[part.neuron]!;
    const encounter = setup.encounters[part.neuron]![i]!;
    const place = { neuron, encounter, part, sight: sights[k]!, count: parts.length };
    total += pointWidth * (addPoints(place, points, pointWidth) + multiplierWidth * addMixed(place, mixed, pointWidth));
  }
  for (let e = 0; e < d; e++) {
    total += (Math.abs(points[e * d + e]!) * pointWidth * pointWidth) / 2;
    for (let f = 0; f < e; f++) {
      total += (Math.abs(points[e * d + f]! + points[f * d + e]!) * pointWidth * pointWidth) / 2;
    }
  }
  for (const value of mixed) total += Math.abs(value) * pointWidth * multiplierWidth;
  return total;
}

interface PartAtSample {
  readonly neuron: NeuronBox;
  readonly encounter: Encounter;
  readonly part: Part;
  readonly sight: Sight;
  readonly count: number;
}

/**
 * Adds w (κ w + 2 λ h)ᵀ, κ = (a·g) σ‴ (h·x + β) + (o·g) σ″ and λ = (a·g) σ″, the half of the second derivative by x, from the
 * middles; returns ½[t, t] of what this leaves out, over the width.
 */
function addPoints({ neuron, encounter, part, sight, count }: PartAtSample, sum: Float64Array, width: number): number {
  const { weights, length, lengthRadius } = neuron;
  const { sigma, ag } = encounter;
  const d = weights.length;
  const kappa = middleAndRadius(add(times(ag, sigma[3]!, sight.inner), multiply(sight.outer, sigma[2]!)));
  const lambda = middleAndRadius(multiply(ag, sigma[2]!));
  const right = weights.map((w, f) => kappa.middle * w + 2 * lambda.middle * part.h[f]!);
  for (let e = 0; e < d; e++) {
    const w = weights[e]!;
    for (let f = 0, k = e * d; f < d; f++, k++) sum[k] = sum[k]! + w * right[f]!;
  }
  const rounding = (count + 8) * 2 ** -51;
  const most = length + lengthRadius;
  const ofKappa =
    kappa.radius * most ** 2 + Math.abs(kappa.middle) * (lengthRadius * (most + length) + rounding * length ** 2);
  const ofLambda = lambda.radius * most + Math.abs(lambda.middle) * (lengthRadius + rounding * length);
  return (width * ofKappa) / 2 + sight.innerMove * ofLambda;
}

/** Adds the derivative by g_c and x, μ w + a_c σ′ h with μ = a_c σ″ (h·x + β) + o_c σ′; returns what this leaves out. */
function addMixed({ neuron, encounter, part, sight, count }: PartAtSample, sum: Float64Array, width: number): number {
  const { weights, length, lengthRadius, box } = neuron;
  const { sigma } = encounter;
  const d = weights.length;
  const rounding = (count + 8) * 2 ** -51;
  let left = 0;
  for (const [c, a] of box.a.entries()) {
    const mu = middleAndRadius(add(times(a, sigma[2]!, sight.inner), multiply(exactly(part.o[c]!), sigma[1]!)));
    const own = middleAndRadius(multiply(a, sigma[1]!));
    for (let f = 0; f < d; f++) sum[c * d + f] = sum[c * d + f]! + mu.middle * weights[f]! + own.middle * part.h[f]!;
    left += mu.radius * (length + lengthRadius) + Math.abs(mu.middle) * (lengthRadius + rounding * length);
    left += (sight.innerMove / width) * (own.radius + rounding * Math.abs(own.middle));
  }
  return left;
}

/** |A F‴|[t, t, t]/6 of one neuron and sample, with the largest values in the region. */
function cubePart({ centres, neurons, encounters }: ZeroSetup, { neuron, o }: Part, sight: Sight, i: number): number {
  const { pointWidth, multiplierWidth } = centres[i]!;
  const { box, length, lengthRadius } = neurons[neuron]!;
  const { largestSigma, largestAg } = encounters[neuron]![i]!;
  const [second, third, fourth] = largestSigma.slice(2) as [number, number, number];
  const reach = up(pointWidth * up(length + lengthRadius));
  const inner = magnitude(sight.inner) + sight.innerMove;
  const outer = magnitude(sight.outer) + sight.outerMove;
  let total =
    (largestAg * fourth * inner + outer * third) * reach ** 3 + 3 * largestAg * third * sight.innerMove * reach ** 2;
  for (const [c, interval] of box.a.entries()) {
    const a = magnitude(interval);
    const curved = a * third * inner + Math.abs(o[c]!) * second;
    total += 3 * multiplierWidth * (curved * reach ** 2 + 2 * a * second * sight.innerMove * reach);
  }
  return total / 6;
}
