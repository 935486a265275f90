import { type Equation, list, type Neuron } from "./equations.ts";
import { around, down, enclose, exactly, INTERVALS, type Interval, up } from "./intervals.ts";
import { require } from "./json.ts";
import { boxOf, type Entries, type NetworkSystem, neuronsOf } from "./network-system.ts";
import { type Dyadic, derivative, dot, evaluate, nearestDouble } from "./numbers.ts";
import type { Problem } from "./problem.ts";

/** A sample of the data set û in doubles, with the half-widths of the region in its coordinates and multipliers. */
interface Centre {
  readonly x: readonly number[];
  readonly g: readonly number[];
  readonly pointWidth: number;
  readonly multiplierWidth: number;
}

/** A neuron of every system within ρ: as intervals, and as the file's weights with how far each node may be off. */
export interface NeuronBox {
  readonly box: Neuron<Interval>;
  readonly weights: Float64Array;
  readonly weightRadius: number;
  readonly biasRadius: number;
  readonly outputRadius: number;
  /** Σ|w_e|, and what the box adds. */
  readonly length: number;
  readonly lengthRadius: number;
}

/** A neuron at û, and bounds in the region. */
export interface Encounter {
  /** σ, σ′, …, σ⁗ at w·x̂ + b. */
  readonly sigma: readonly Interval[];
  /** a·ĝ. */
  readonly ag: Interval;
  readonly largestSigma: readonly number[];
  readonly largestAg: number;
}

/** The chosen equations of every system within ρ, near û. */
export interface ZeroSetup {
  readonly problem: Problem;
  readonly centres: readonly Centre[];
  readonly neurons: readonly NeuronBox[];
  readonly equations: readonly Equation[];
  /** By neuron and sample. */
  readonly encounters: readonly (readonly Encounter[])[];
  /** Whether the multipliers are held. */
  readonly isHeld: boolean;
}

/** Underflow is covered by 2⁻⁴⁰⁰ as long as no factor is larger than this. */
const LARGEST_FACTOR = 2 ** 100;

/** @throws {@link Rejection} if a number is too large */
export function setUpZero(
  problem: Problem,
  system: NetworkSystem,
  { centres, equations, isHeld }: Pick<ZeroSetup, "centres" | "equations" | "isHeld">,
): ZeroSetup {
  const boxes = neuronsOf(problem, system, (entries, k) => boxOf(system, entries, k));
  const exact = neuronsOf(problem, system, ({ values }, k) => values[k]!);
  const neurons = boxes.map((box, j) => neuronBox(system, exact[j]!, box));
  const polynomials = derivativesOf(problem);
  const encounters = neurons.map((neuron) => centres.map((centre) => encounter(neuron, centre, polynomials)));
  const sizes = [
    ...centres.flatMap(({ x, g, pointWidth, multiplierWidth }) => [...x, ...g, pointWidth, multiplierWidth]),
    ...neurons.flatMap(({ box, length, lengthRadius }) => [
      length,
      lengthRadius,
      magnitude(box.b),
      ...box.a.map(magnitude),
    ]),
    ...encounters.flat().flatMap(({ largestSigma, largestAg }) => [...largestSigma, largestAg]),
  ];
  requireModerate(sizes);
  return { problem, centres, neurons, equations, encounters, isHeld };
}

export function requireModerate(sizes: Iterable<number>): void {
  for (const size of sizes) require(Math.abs(size) <= LARGEST_FACTOR, "a number is too large to be checked");
}

/** The largest absolute value. */
export function magnitude({ low, high }: Interval): number {
  return Math.max(-low, high);
}

function neuronBox(system: NetworkSystem, neuron: Neuron<Dyadic>, box: Neuron<Interval>): NeuronBox {
  const radiusOf = ({ size }: Entries): number => up(up(system.rho * nearestDouble(size)));
  const weightRadius = radiusOf(system.weights);
  // The nodes are doubles, so that this is exact.
  const weights = Float64Array.from(neuron.w, nearestDouble);
  return {
    box,
    weights,
    weightRadius,
    biasRadius: radiusOf(system.bias),
    outputRadius: radiusOf(system.output),
    length: weights.reduce((sum, w) => up(sum + Math.abs(w)), 0),
    lengthRadius: up(weights.length * weightRadius),
  };
}

/** σ and its derivatives up to the fourth. */
function derivativesOf({ activation }: Problem): readonly (readonly Interval[])[] {
  const polynomials = [activation.map(enclose)];
  for (let k = 0; k < 4; k++) polynomials.push(derivative(INTERVALS, polynomials[k]!));
  return polynomials;
}

function encounter(
  { box, length, lengthRadius }: NeuronBox,
  { x, g, pointWidth, multiplierWidth }: Centre,
  polynomials: readonly (readonly Interval[])[],
): Encounter {
  const z = INTERVALS.add(dot(INTERVALS, box.w, x.map(exactly)), box.b);
  const ag = dot(INTERVALS, box.a, g.map(exactly));
  const move = up(pointWidth * up(length + lengthRadius));
  const far = { low: down(z.low - move), high: up(z.high + move) };
  const outputs = box.a.reduce((sum, a) => up(sum + magnitude(a)), 0);
  return {
    sigma: polynomials.map((polynomial) => evaluate(INTERVALS, polynomial, z)),
    ag,
    largestSigma: polynomials.map((polynomial) => magnitude(evaluate(INTERVALS, polynomial, far))),
    largestAg: up(magnitude(ag) + up(multiplierWidth * outputs)),
  };
}

/** The unknowns that are not held: of each sample the multipliers, then the coordinates. */
export function unknownsOf({
  centres,
  problem,
  isHeld,
}: ZeroSetup): { readonly sample: number; readonly place: number }[] {
  const { outputs, inputDim } = problem;
  return centres.flatMap((_, sample) =>
    list(outputs + inputDim, (place) => ({ sample, place })).slice(isHeld ? outputs : 0),
  );
}

/** The derivatives of the chosen equations by the unknowns at û, for every system. */
export function jacobianBox(setup: ZeroSetup): Interval[][] {
  const unknowns = unknownsOf(setup);
  const { outputs } = setup.problem;
  return setup.equations.map((equation) =>
    unknowns.map(({ sample, place }) =>
      place < outputs
        ? byMultiplier(setup, equation, sample, place)
        : byCoordinate(setup, equation, sample, place - outputs),
    ),
  );
}

const { multiply, add } = INTERVALS;

function byMultiplier(
  setup: ZeroSetup,
  { layer, neuron, coordinate, output }: Equation,
  i: number,
  c: number,
): Interval {
  if (layer === "output-bias") return exactly(output === c ? 1 : 0);
  const { sigma } = setup.encounters[neuron]![i]!;
  if (layer === "output") return output === c ? sigma[0]! : exactly(0);
  const slope = multiply(setup.neurons[neuron]!.box.a[c]!, sigma[1]!);
  return layer === "bias" ? slope : multiply(slope, exactly(setup.centres[i]!.x[coordinate]!));
}

function byCoordinate(
  setup: ZeroSetup,
  { layer, neuron, coordinate, output }: Equation,
  i: number,
  f: number,
): Interval {
  if (layer === "output-bias") return exactly(0);
  const { sigma, ag } = setup.encounters[neuron]![i]!;
  const w = setup.neurons[neuron]!.box.w[f]!;
  const { x, g } = setup.centres[i]!;
  if (layer === "output") return multiply(multiply(exactly(g[output]!), sigma[1]!), w);
  const bend = multiply(multiply(ag, sigma[2]!), w);
  if (layer === "bias") return bend;
  const moved = multiply(bend, exactly(x[coordinate]!));
  return coordinate === f ? add(moved, multiply(ag, sigma[1]!)) : moved;
}

/** value ± a bound of the error of its computation as a sum of `terms` products whose sizes sum up to `size`. */
export function roundedSum(value: number, size: number, terms: number): Interval {
  return around(value, up((terms + 2) * 2 ** -51 * size + 2 ** -1000));
}
