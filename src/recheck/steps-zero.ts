import { list, listEquations } from "./equations.ts";
import { type ExactData, exactErrors, gapOf } from "./instance-data.ts";
import { down, type Interval, up } from "./intervals.ts";
import { double, indices, listOf, require } from "./json.ts";
import type { NetworkSystem } from "./network-system.ts";
import { type Dyadic, dot, EXACT, isAtMost, nearestDouble, toDyadic } from "./numbers.ts";
import type { Problem } from "./problem.ts";
import { freeUnknowns, gaugeOf } from "./shape.ts";
import type { Checked, Step } from "./steps.ts";
import { setUpZero } from "./zero-setup.ts";
import { requireOneZero } from "./zero-test.ts";

/** Most unknowns of one test. */
const LARGEST_UNKNOWNS = 1200;

/** Two doubles of a sample: of its point and of its multipliers. */
interface Pair {
  readonly point: number;
  readonly multiplier: number;
}

/** For every system within ρ, a region around the data set holds exactly one zero of some of the equations. */
export function checkIsolatedZero(step: Step): Checked {
  const fields = step.fields("equations", "region", "radii");
  const { data } = step.uses("data-fits");
  const { problem, system } = step;
  const isHeld = gaugeOf(problem).includes("scale");
  require(!isHeld || problem.outputs === 1, "the scales of several outputs are not held");
  const all = listEquations(problem, problem.inputDim);
  const size = freeUnknowns(problem, problem.inputDim);
  require(size <= LARGEST_UNKNOWNS, `${size} unknowns are not checked`);
  const equations = fields.read("equations", indices(size, all.length));
  const [region, radii] = [fields.read("region", pairs(problem)), fields.read("radii", pairs(problem))];
  for (const { point, multiplier } of region) {
    require(point > 0, "region: a half-width is not positive");
    require(isHeld ? multiplier === 0 : multiplier > 0, "region: the half-width of a multiplier is out of place");
  }
  const isPlaced = !isHeld || radii.every(({ multiplier }) => multiplier === 0);
  require(isPlaced, "radii: the multipliers are held");
  const centres = data.map(({ x, g }, i) => ({
    x: x.map(nearestDouble),
    g: g.map(nearestDouble),
    pointWidth: region[i]!.point,
    multiplierWidth: region[i]!.multiplier,
  }));
  const setup = setUpZero(problem, system, { centres, equations: equations.map((k) => all[k]!), isHeld });
  const distances = requireOneZero(setup, errorsOf(problem, system, data, equations));
  for (const [i, { point, multiplier }] of distances.entries()) {
    require(radii[i]!.point >= point, `radii: the point of sample ${i} may be ${point} away`);
    require(radii[i]!.multiplier >= multiplier, `radii: the multiplier of sample ${i} may be ${multiplier} away`);
  }
  requireSeparate(problem, data, radii);
  const largest = Math.max(...radii.map(({ point }) => point));
  const sentence =
    `${size} equations have exactly one zero in the region, for every system within ρ = ${system.rho}: ` +
    `every data set in the region that solves all of them has its points within ${largest} of those given.`;
  return [{ is: "isolated-zero", data, region, radii }, sentence];
}

function pairs({ samples }: Problem) {
  const pair = listOf(double, 2);
  return (value: Parameters<typeof pair>[0], where: string): Pair[] =>
    listOf(pair, samples)(value, where).map(([point, multiplier]) => ({ point: point!, multiplier: multiplier! }));
}

/** The values of the equations at the data set: exact at the file's numbers, for all known sides within ρ. */
function errorsOf(problem: Problem, system: NetworkSystem, data: ExactData, equations: readonly number[]): Interval[] {
  const errors = exactErrors(problem, system, data);
  return equations.map((k) => {
    const { equation, error, unit } = errors[k]!;
    const value = nearestDouble(error) / nearestDouble(unit);
    const radius = up(up(system.rho * nearestDouble(system.known.get(equation.layer)!.size)));
    // Four roundings: both numbers, the quotient, the sum.
    const slack = up(Math.abs(value) * 2 ** -49);
    return { low: down(value - up(radius + slack)), high: up(value + up(radius + slack)) };
  });
}

/** No multiplier is 0, and no two points are one, wherever they are within their radii. */
function requireSeparate(problem: Problem, data: ExactData, radii: readonly Pair[]): void {
  for (const [i, { x, g }] of data.entries()) {
    const { multiplier } = radii[i]!;
    const square = dot(EXACT, g, g);
    const least = toDyadic(multiplier);
    require(!isAtMost(square, EXACT.multiply(least, least)), `the multiplier of sample ${i} may be 0`);
    for (const k of list(i, (other) => other)) {
      const gap = lowerRoot(gapOf(problem, x, data[k]!.x));
      const reach = up(radii[i]!.point + reachOf(problem, data, radii, i, k));
      require(gap > reach, `samples ${k} and ${i} may be one`);
    }
  }
}

const lowerRoot = (square: Dyadic): number => down(down(Math.sqrt(Math.max(0, down(nearestDouble(square))))));

/** How far λ x_k may move within its radius: that radius, or where scales are gauge times |λ| ≤ ‖x_i‖/‖x_k‖. */
function reachOf(problem: Problem, data: ExactData, radii: readonly Pair[], i: number, k: number): number {
  const { point } = radii[k]!;
  if (!gaugeOf(problem).includes("scale")) return point;
  const [own, other] = [i, k].map((sample) => dot(EXACT, data[sample]!.x, data[sample]!.x)) as [Dyadic, Dyadic];
  const longest = up(up(Math.sqrt(up(up(nearestDouble(own))))) + radii[i]!.point);
  const shortest = down(lowerRoot(other) - point);
  return shortest > 0 ? up(up(longest / shortest) * point) : Number.POSITIVE_INFINITY;
}
