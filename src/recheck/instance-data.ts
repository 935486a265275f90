import {
  absolute,
  add,
  type Dyadic,
  dot,
  isAtMost,
  largest,
  multiply,
  readDyadic,
  subtract,
  toDyadic,
  ZERO,
} from "./dyadic.ts";
import { type Equation, listEquations } from "./equation-list.ts";
import { readList } from "./fields.ts";
import { allowance, isWithin, type NetworkSystem } from "./network-system.ts";
import type { Problem } from "./problem.ts";
import { require } from "./rejection.ts";
import { gaugeOf } from "./shape-facts.ts";
import type { JsonValue } from "./strict-json.ts";

/** n points and multipliers, exact. */
export interface ExactData {
  readonly points: readonly (readonly Dyadic[])[];
  readonly multipliers: readonly (readonly Dyadic[])[];
}

/** Multipliers below this part of the largest one leave hardly a trace of their sample. */
const LEAST_MULTIPLIER: Dyadic = { mantissa: 1n, exponent: -30 };

/** Reads n points (n×d) and n multipliers (n×C). */
export function readData(X: JsonValue | undefined, multipliers: JsonValue | undefined, problem: Problem): ExactData {
  const { samples, inputDim, outputs } = problem;
  return {
    points: readRows(X, "X", samples, inputDim),
    multipliers: readRows(multipliers, "multipliers", samples, outputs),
  };
}

function readRows(value: JsonValue | undefined, where: string, rows: number, columns: number): Dyadic[][] {
  const list = readList(value, where);
  require(list.length === rows, `${where}: expected ${rows} rows, got ${list.length}`);
  return list.map((row, i) => {
    const entries = readList(row, `${where}[${i}]`);
    require(entries.length === columns, `${where}[${i}]: expected ${columns} entries, got ${entries.length}`);
    return entries.map((entry, k) => toDyadic(readDyadic(entry, `${where}[${i}][${k}]`)));
  });
}

/**
 * Requires that a data set solves every equation at the file's nodes within ρ times the size of the known tensor, that
 * every sample counts, and that no two samples are one. All in exact arithmetic, times the common denominator of σ.
 *
 * @throws {@link Rejection} naming the first equation or sample at fault
 */
export function requireFits(problem: Problem, system: NetworkSystem, data: ExactData): void {
  requireProper(problem, data);
  const denominator = commonDenominator(problem);
  const meetings = data.points.map((x, i) => meet(problem, system, { x, g: data.multipliers[i]!, denominator }));
  for (const equation of listEquations(problem, problem.width, problem.inputDim)) {
    const entries = system.known.get(equation.layer)!;
    const total = meetings.map((meeting) => termOf(equation, meeting)).reduce(add, ZERO);
    const known = multiply(entries.values[indexOf(problem, equation)]!, denominator);
    const bound = multiply(allowance(system, entries), denominator);
    require(isWithin(
      total,
      known,
      bound,
    ), `an equation of the layer ${equation.layer} (neuron ${equation.neuron}) does not hold within ρ`);
  }
}

function commonDenominator({ activation }: Problem): Dyadic {
  const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));
  const multiple = activation.reduce((m, { denominator: d }) => (m / gcd(m, d)) * d, 1n);
  return { mantissa: multiple, exponent: 0 };
}

/** Position of an equation's known value in its tensor. */
function indexOf({ inputDim, width }: Problem, { layer, neuron, coordinate, output }: Equation): number {
  switch (layer) {
    case "hidden":
      return neuron * inputDim + coordinate;
    case "bias":
      return neuron;
    case "output":
      return output * width + neuron;
    case "output-bias":
      return output;
  }
}

/** A sample with what every neuron makes of it: L·σ(z), L·σ′(z) at z = w·x + b, and a·g; L is the denominator of σ. */
interface Meeting {
  readonly x: readonly Dyadic[];
  readonly g: readonly Dyadic[];
  readonly denominator: Dyadic;
  readonly sigma: readonly Dyadic[];
  readonly slope: readonly Dyadic[];
  readonly ag: readonly Dyadic[];
}

function meet(
  { activation, width, inputDim, outputs }: Problem,
  { weights, bias, output }: NetworkSystem,
  { x, g, denominator }: Pick<Meeting, "x" | "g" | "denominator">,
): Meeting {
  const whole = (value: bigint): Dyadic => ({ mantissa: value, exponent: 0 });
  const sigma = activation.map((c) => whole((c.numerator * denominator.mantissa) / c.denominator));
  const slope = sigma.slice(1).map((c, k) => multiply(c, whole(BigInt(k + 1))));
  const evaluate = (list: readonly Dyadic[], z: Dyadic): Dyadic =>
    list.reduceRight((value, c) => add(multiply(value, z), c), ZERO);
  const neurons = Array.from({ length: width }, (_, j) => j);
  const arguments_ = neurons.map((j) =>
    add(dot(weights.values.slice(j * inputDim, (j + 1) * inputDim), x), bias.values[j]!),
  );
  return {
    x,
    g,
    denominator,
    sigma: arguments_.map((z) => evaluate(sigma, z)),
    slope: arguments_.map((z) => evaluate(slope, z)),
    ag: neurons.map((j) =>
      dot(
        g,
        Array.from({ length: outputs }, (_, c) => output.values[c * width + j]!),
      ),
    ),
  };
}

/** What a sample adds to an equation, times the denominator of σ. */
function termOf({ layer, neuron, coordinate, output }: Equation, meeting: Meeting): Dyadic {
  const { x, g, denominator, sigma, slope, ag } = meeting;
  switch (layer) {
    case "hidden":
      return multiply(multiply(ag[neuron]!, slope[neuron]!), x[coordinate]!);
    case "bias":
      return multiply(ag[neuron]!, slope[neuron]!);
    case "output":
      return multiply(g[output]!, sigma[neuron]!);
    case "output-bias":
      return multiply(g[output]!, denominator);
  }
}

/** Every multiplier counts, no point is zero unless a bias sees it, and no two points are one, up to the gauge. */
function requireProper(problem: Problem, { points, multipliers }: ExactData): void {
  const size = largest(multipliers.flat());
  const least = multiply(size, LEAST_MULTIPLIER);
  for (const [i, g] of multipliers.entries()) {
    const own = largest(g);
    require(own.mantissa !== 0n && isAtMost(least, own), `sample ${i} has a multiplier that is next to nothing`);
  }
  for (const [i, x] of points.entries()) {
    require(problem.bias !== "none" || !isZero(x), `sample ${i} is zero, which leaves no trace`);
    for (const other of points.slice(0, i)) {
      require(!isSamePoint(problem, x, other), `sample ${i} is another one again`);
    }
  }
}

function isZero(values: readonly Dyadic[]): boolean {
  return values.every(({ mantissa }) => mantissa === 0n);
}

/** Equal, opposite with the sign gauge, parallel with the scale gauge. */
function isSamePoint(problem: Problem, x: readonly Dyadic[], y: readonly Dyadic[]): boolean {
  const gauge = gaugeOf(problem);
  if (isZero(x.map((value, e) => subtract(value, y[e]!)))) return true;
  if (gauge.includes("sign") && isZero(x.map((value, e) => add(value, y[e]!)))) return true;
  if (!gauge.includes("scale")) return false;
  const determinant = subtract(multiply(dot(x, x), dot(y, y)), multiply(dot(x, y), dot(x, y)));
  return determinant.mantissa === 0n;
}

/**
 * Requires Σ_i min_k ‖x_i − x′_k‖² ≥ distance²·Σ_i ‖x_i‖², the norm being the least over the signs or scales of x′_k that
 * the gauge allows.
 *
 * @throws {@link Rejection} if the data sets are nearer
 */
export function requireApart(problem: Problem, first: ExactData, second: ExactData, distance: number): void {
  require(distance > 0, "claim.distance: expected a positive number");
  const squares = first.points.map((x) =>
    second.points.map((y) => squaredDistance(problem, x, y)).reduce((a, b) => (isAtMost(a, b) ? a : b)),
  );
  const bound = multiply(toDyadic(distance), toDyadic(distance));
  const total = first.points.map((x) => dot(x, x)).reduce(add, ZERO);
  require(isAtMost(multiply(bound, total), squares.reduce(add, ZERO)), "the two data sets are nearer than claimed");
}

/** ‖x − y‖², or a lower bound of its least value over the gauge. */
function squaredDistance(problem: Problem, x: readonly Dyadic[], y: readonly Dyadic[]): Dyadic {
  const gauge = gaugeOf(problem);
  const [xx, xy, yy] = [dot(x, x), dot(x, y), dot(y, y)];
  if (gauge.includes("scale")) return lineDistance(xx, xy, yy);
  const product = gauge.includes("sign") ? absolute(xy) : xy;
  return subtract(add(xx, yy), add(product, product));
}

/** ‖x‖² − (x·y)²/‖y‖², rounded down to 200 binary digits below ‖x‖². */
function lineDistance(xx: Dyadic, xy: Dyadic, yy: Dyadic): Dyadic {
  if (yy.mantissa === 0n || xx.mantissa === 0n) return xx;
  const numerator = subtract(multiply(xx, yy), multiply(xy, xy));
  const lift = 200n + BigInt(yy.mantissa.toString(2).length);
  const mantissa = (numerator.mantissa << lift) / yy.mantissa;
  return {
    mantissa: numerator.mantissa < 0n ? 0n : mantissa,
    exponent: numerator.exponent - yy.exponent - Number(lift),
  };
}
