import fc from "fast-check";
import { activationFromCoefficients } from "../../src/algebra/activation.ts";
import { type Rational, rational, toNumber } from "../../src/algebra/rational.ts";
import type { DataPoints, Nodes } from "../../src/equations/ring-tools.ts";
import { type EquationShape, equationCount, TRAINED_LAYERS, type TrainedLayer } from "../../src/equations/shape.ts";
import type { KktSystem } from "../../src/equations/system.ts";

/** A shape with nodes and data in exact arithmetic. */
export interface ExactSystem {
  readonly shape: EquationShape;
  readonly nodes: Nodes<Rational>;
  readonly data: DataPoints<Rational>;
  readonly samples: number;
}

/** All nonempty sets of layers that give equations. */
export const layerSets: readonly (readonly TrainedLayer[])[] = Array.from({ length: 15 }, (_, k) =>
  TRAINED_LAYERS.filter((_, bit) => ((k + 1) >> bit) % 2 === 1),
);

const activationArbitrary = (degree: number, denominators: readonly bigint[]) =>
  fc
    .tuple(
      fc.array(fc.integer({ min: -6, max: 6 }), { minLength: degree, maxLength: degree }),
      fc.integer({ min: 1, max: 6 }),
      fc.constantFrom(...denominators),
    )
    .map(([rest, leading, denominator]) =>
      activationFromCoefficients([...rest, leading].map((c) => rational(BigInt(c), denominator))),
    );

interface SystemSizes {
  readonly inputDim: number;
  readonly width: number;
  readonly samples: number;
  readonly outputs: number;
  readonly degree: number;
}

/** Systems whose numbers have the given denominators: powers of two make every one of them a double. */
export function exactSystems(
  sizes: SystemSizes,
  denominators: readonly bigint[],
  layers: fc.Arbitrary<readonly TrainedLayer[]> = fc.constantFrom(...layerSets),
): fc.Arbitrary<ExactSystem> {
  const number = fc
    .tuple(fc.integer({ min: -20, max: 20 }), fc.constantFrom(...denominators))
    .map(([numerator, denominator]) => rational(BigInt(numerator), denominator));
  const numbers = (length: number) => fc.array(number, { minLength: length, maxLength: length });
  const upTo = (max: number) => fc.integer({ min: 1, max });
  return fc
    .record({
      d: upTo(sizes.inputDim),
      m: upTo(sizes.width),
      n: upTo(sizes.samples),
      outputs: upTo(sizes.outputs),
      activation: upTo(sizes.degree).chain((degree) => activationArbitrary(degree, denominators)),
      trained: layers,
      frozen: fc.boolean(),
    })
    .chain(({ d, m, n, outputs, activation, trained, frozen }) => {
      const bias = trained.includes("bias") ? "trained" : frozen ? "frozen" : "none";
      const shape: EquationShape = {
        setting: "gradient",
        activation,
        inputDim: d,
        width: m,
        outputs,
        trained: new Set(trained),
        bias,
      };
      const zeros = new Array<Rational>(m).fill(rational(0n));
      return fc.record({
        shape: fc.constant(shape),
        samples: fc.constant(n),
        nodes: fc.record({
          weights: numbers(m * d),
          bias: bias === "none" ? fc.constant(zeros) : numbers(m),
          output: numbers(outputs * m),
        }),
        data: fc.record({ points: numbers(n * d), multipliers: numbers(n * outputs) }),
      });
    });
}

const toDoubles = (values: readonly Rational[]): Float64Array => Float64Array.from(values, toNumber);

/** The system of an {@link ExactSystem} in doubles, with the given known side and row factors. */
export function floatSystem(
  { shape, nodes }: ExactSystem,
  targets: Float64Array,
  rowScale: Float64Array = new Float64Array(targets.length).fill(1),
): KktSystem {
  if (targets.length !== equationCount(shape)) throw new Error("one target per row");
  return {
    shape,
    weights: toDoubles(nodes.weights),
    bias: toDoubles(nodes.bias),
    output: toDoubles(nodes.output),
    targets,
    rowScale,
    targetSize: targets.map(Math.abs),
  };
}

export const floatData = ({ data }: ExactSystem): { points: Float64Array; multipliers: Float64Array } => ({
  points: toDoubles(data.points),
  multipliers: toDoubles(data.multipliers),
});

const magnitude = (r: Rational): Rational => (r.numerator < 0n ? { ...r, numerator: -r.numerator } : r);

/** The same system with every number replaced by its absolute value: its left side bounds the sums of all terms. */
export function absoluteSystem({ shape, nodes, data, samples }: ExactSystem): ExactSystem {
  const absolute = (values: readonly Rational[]) => values.map(magnitude);
  return {
    shape: { ...shape, activation: activationFromCoefficients(absolute(shape.activation.coefficients)) },
    nodes: { weights: absolute(nodes.weights), bias: absolute(nodes.bias), output: absolute(nodes.output) },
    data: { points: absolute(data.points), multipliers: absolute(data.multipliers) },
    samples,
  };
}
