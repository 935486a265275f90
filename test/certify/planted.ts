import { parseActivation } from "../../src/algebra/activation.ts";
import { add, fromNumber, multiply, type Rational, rational, subtract, toNumber } from "../../src/algebra/rational.ts";
import { rationalRing } from "../../src/algebra/ring.ts";
import type { InstanceClaim } from "../../src/certify/claim.ts";
import type { PlainData } from "../../src/certify/fit.ts";
import type { DataPoints, Nodes } from "../../src/equations/ring-tools.ts";
import type { EquationShape, TrainedLayer } from "../../src/equations/shape.ts";
import type { KktSystem } from "../../src/equations/system.ts";
import { gaugeOf } from "../../src/identifiability/gauge.ts";
import { createRandom, type Random } from "../../src/random.ts";
import { leftSide } from "../support/definition.ts";

export interface PlantedShape {
  readonly activation: string;
  readonly inputDim: number;
  readonly samples: number;
  readonly width: number;
  readonly outputs?: number;
  readonly layers?: readonly TrainedLayer[];
  readonly bias?: EquationShape["bias"];
  /** Size of the last multiplier against the others. */
  readonly lastMultiplier?: number;
}

/** A system with a solution that is known exactly; `system` holds it rounded to doubles. */
export interface Planted {
  readonly shape: EquationShape;
  readonly nodes: Nodes<Rational>;
  readonly data: DataPoints<Rational>;
  readonly targets: readonly Rational[];
  readonly system: KktSystem;
  readonly plainData: PlainData;
}

/** Nodes and data in multiples of 1/64, so that they are doubles; the known side follows exactly and is rounded. */
export function plant(wanted: PlantedShape, seed: number): Planted {
  const { activation, inputDim, samples, width, outputs = 1, layers = ["hidden"], bias = "none" } = wanted;
  const random = createRandom(seed, 41);
  const shape: EquationShape = {
    setting: "gradient",
    activation: parseActivation(activation),
    inputDim,
    width,
    outputs,
    trained: new Set(layers),
    bias,
  };
  const numbers = (count: number): Rational[] => Array.from({ length: count }, () => dyadicNormal(random));
  const nodes = {
    weights: numbers(width * inputDim),
    bias: bias === "none" ? new Array<Rational>(width).fill(rational(0n)) : numbers(width),
    output: numbers(outputs * width).map(awayFromZero),
  };
  const multipliers = numbers(samples * outputs).map(awayFromZero);
  const last = fromNumber(wanted.lastMultiplier ?? 1);
  const data = {
    points: numbers(samples * inputDim),
    multipliers: multipliers.map((g, k) => (k >= (samples - 1) * outputs ? multiply(g, last) : g)),
  };
  return assemble(shape, nodes, data);
}

/** The system of given nodes and data. */
export function assemble(shape: EquationShape, nodes: Nodes<Rational>, data: DataPoints<Rational>): Planted {
  const targets = leftSide(rationalRing, shape, nodes, data);
  return { shape, nodes, data, targets, system: roundedSystem(shape, nodes, targets), plainData: plainOf(data) };
}

const doublesOf = (values: readonly Rational[]): Float64Array => Float64Array.from(values, toNumber);

const plainOf = ({ points, multipliers }: DataPoints<Rational>): PlainData => ({
  points: doublesOf(points),
  multipliers: doublesOf(multipliers),
});

/** The nearest doubles; rows carry the scale of the largest entry of their layer. */
function roundedSystem(shape: EquationShape, nodes: Nodes<Rational>, exact: readonly Rational[]): KktSystem {
  const targets = doublesOf(exact);
  return {
    shape,
    weights: doublesOf(nodes.weights),
    bias: doublesOf(nodes.bias),
    output: doublesOf(nodes.output),
    targets,
    rowScale: new Float64Array(targets.length).fill(1),
    targetSize: targets.map(Math.abs),
  };
}

function dyadicNormal(random: Random): Rational {
  return rational(BigInt(Math.round(64 * random.normal())), 64n);
}

const awayFromZero = (value: Rational): Rational =>
  value.numerator < 0n ? subtract(value, rational(1n, 4n)) : add(value, rational(1n, 4n));

/** What is to be proved about a planted system, with its own data unless others are given. */
export function claimOf(planted: Planted, more: Partial<InstanceClaim> = {}): InstanceClaim {
  return {
    equations: { system: planted.system, unitRoundoff: 2 ** -53 },
    samples: planted.plainData.points.length / planted.shape.inputDim,
    rho: 1e-13,
    data: planted.plainData,
    witness: null,
    gauge: gaugeOf(planted.shape).symmetries,
    ...more,
  };
}

/** The system without its last neurons. */
export function narrowed({ shape, nodes, data }: Planted, width: number): Planted {
  const { inputDim: d, width: m, outputs } = shape;
  const kept = {
    weights: nodes.weights.slice(0, width * d),
    bias: nodes.bias.slice(0, width),
    output: Array.from({ length: outputs }, (_, c) => nodes.output.slice(c * m, c * m + width)).flat(),
  };
  return assemble({ ...shape, width }, kept, data);
}
