import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseActivation } from "../../src/algebra/activation.ts";
import { type Rational, rational } from "../../src/algebra/rational.ts";
import { rationalRing } from "../../src/algebra/ring.ts";
import { hermiteMatrix } from "../../src/equations/hermite.ts";
import { groupNeurons } from "../../src/equations/neurons.ts";
import { type EquationShape, equationCount, type Setting, type TrainedLayer } from "../../src/equations/shape.ts";
import type { KktSystem } from "../../src/equations/system.ts";
import { createRandom } from "../../src/random.ts";

interface Neurons {
  readonly weights: readonly (readonly number[])[];
  readonly bias?: readonly number[];
  /** One row per output; 1, 2, … by default. */
  readonly output?: readonly (readonly number[])[];
  readonly trained?: readonly TrainedLayer[];
  readonly setting?: Setting;
}

/** A system with these nodes; its known side does not enter the grouping. */
function systemOf(activation: string, neurons: Neurons): KktSystem {
  const { weights, bias, output = [weights.map((_, j) => j + 1)], trained = ["hidden"], setting = "kkt" } = neurons;
  const shape: EquationShape = {
    setting,
    activation: parseActivation(activation),
    inputDim: weights[0]!.length,
    width: weights.length,
    outputs: output.length,
    trained: new Set(trained),
    bias: trained.includes("bias") ? "trained" : bias === undefined ? "none" : "frozen",
  };
  const rows = new Float64Array(equationCount(shape)).fill(1);
  return {
    shape,
    weights: Float64Array.from(weights.flat()),
    bias: Float64Array.from(bias ?? weights.map(() => 0)),
    output: Float64Array.from(output.flat()),
    targets: rows,
    rowScale: rows,
    targetSize: rows,
  };
}

const entryError = 1e-13;

/** Distinct and inactive neurons. */
const count = (activation: string, neurons: Neurons): [number, number] => {
  const { distinct, inactive } = groupNeurons(systemOf(activation, neurons), entryError);
  return [distinct, inactive];
};

describe("neurons that repeat", () => {
  test("are one whatever their output weights are, with one output", () => {
    const weights = [
      [1, 2],
      [3, 4],
      [1, 2],
      [1, 2],
    ];
    expect(count("z + z^2 + z^3", { weights })).toEqual([2, 0]);
    expect(count("z + z^2 + z^3", { weights, output: [[1, 1, -5, 7]] })).toEqual([2, 0]);
  });

  test("are counted once in random lists with repetitions, and a representative of each is given", () => {
    const lists = fc.record({
      seed: fc.nat(),
      kinds: fc.integer({ min: 1, max: 5 }),
      picks: fc.array(fc.nat(), { minLength: 1, maxLength: 12 }),
    });
    fc.assert(
      fc.property(lists, ({ seed, kinds, picks }) => {
        const random = createRandom(seed);
        const nodes = Array.from({ length: kinds }, () => [random.normal(), random.normal(), random.normal()]);
        const chosen = picks.map((pick) => pick % kinds);
        const system = systemOf("z + z^2 + z^3", { weights: chosen.map((k) => nodes[k]!) });
        const { distinct, representatives, inactive } = groupNeurons(system, entryError);
        expect(distinct).toBe(new Set(chosen).size);
        expect(representatives.map((j) => chosen[j])).toEqual([...new Set(chosen)]);
        expect(inactive).toBe(0);
      }),
    );
  });

  test("are two where one of them has moved: by any coordinate, or by its bias", () => {
    const base = [1, 2, 3];
    for (const e of [0, 1, 2]) {
      const moved = base.with(e, base[e]! + 1e-3);
      expect(count("z + z^2 + z^3", { weights: [base, moved] })[0]).toBe(2);
    }
    const weights = [base, base];
    for (const trained of [["hidden"], ["hidden", "bias"]] as const) {
      expect(count("z^2 + z^3", { weights, bias: [0.1, 0.2], trained })[0]).toBe(2);
      expect(count("z^2 + z^3", { weights, bias: [0.1, 0.1], trained })[0]).toBe(1);
    }
  });
});

describe("copies with the other sign or another length", () => {
  const mirrored = [
    [1, 2],
    [-1, -2],
    [2, 1],
  ];
  const scaled = [
    [1, 2],
    [2, 4],
    [-3, -6],
    [1, 0],
  ];

  test.each([
    ["z^3", 2],
    ["z^2", 2],
    ["z + z^3", 2],
    ["z^2 + z^4", 2],
    ["1 + z^2 + z^4", 2],
    ["z + z^2", 3],
    ["z^2 + z^3", 3],
    ["z + z^3 + z^4", 3],
  ])("w and −w under %s leave %i distinct of three", (activation, distinct) => {
    expect(count(activation, { weights: mirrored })).toEqual([distinct, 0]);
  });

  test.each([
    ["z^2", 2],
    ["z^3", 2],
    ["1 + z^3", 2],
    ["z + z^3", 4],
    ["z^2 + z^4", 4],
    ["z + z^2 + z^3", 4],
  ])("multiples under %s leave %i distinct of four", (activation, distinct) => {
    expect(count(activation, { weights: scaled })).toEqual([distinct, 0]);
  });

  test("are different wherever a bias breaks the symmetry", () => {
    for (const trained of [["hidden"], ["hidden", "bias"]] as const) {
      expect(count("z^3", { weights: mirrored, bias: [1, 1, 1], trained })[0]).toBe(3);
      expect(count("z + z^3", { weights: mirrored, bias: [1, 1, 1], trained })[0]).toBe(3);
      expect(count("z^3", { weights: scaled, bias: [1, 1, 1, 1], trained })[0]).toBe(4);
    }
  });
});

describe("neurons that say nothing", () => {
  const withZero = [
    [1, 2],
    [0, 0],
  ];

  test("are those at w = 0 where c₁ = 0 and there is no bias", () => {
    expect(count("z^2 + z^3", { weights: withZero })).toEqual([1, 1]);
    expect(count("z^3", { weights: withZero })).toEqual([1, 1]);
    expect(count("z + z^3", { weights: withZero })).toEqual([2, 0]);
    expect(count("z^2 + z^3", { weights: withZero, bias: [0.5, 0.5] })).toEqual([2, 0]);
    expect(count("z^2 + z^3", { weights: withZero, bias: [0.5, 0.5], trained: ["hidden", "bias"] })).toEqual([2, 0]);
  });

  test("are those with a = 0 where the output layer gives no equations", () => {
    const neurons: Neurons = {
      weights: [
        [1, 2],
        [3, 4],
      ],
      output: [[1, 0]],
      setting: "gradient",
    };
    expect(count("z + z^3", neurons)).toEqual([1, 1]);
    expect(count("z + z^3", { ...neurons, trained: ["hidden", "output"] })).toEqual([2, 0]);
    expect(count("z + z^3", { ...neurons, output: [[1, 1e-3]] })).toEqual([2, 0]);
  });

  test("are those with all output weights zero, where there are several", () => {
    const weights = [
      [1, 2],
      [3, 4],
      [5, 7],
    ];
    const output = [
      [1, 0, 0],
      [1, 2, 0],
    ];
    expect(count("z + z^3", { weights, output })).toEqual([2, 1]);
  });

  test("are those with w = 0 and a = 0 at a stationary point of both layers, whatever D is", () => {
    const neurons: Neurons = { weights: withZero, output: [[1, 0]], trained: ["hidden", "output"] };
    expect(count("z + z^3", neurons)).toEqual([1, 1]);
    expect(count("z + z^3", { ...neurons, setting: "gradient" })).toEqual([2, 0]);
    expect(count("z + z^3", { ...neurons, output: [[1, 0.5]] })).toEqual([2, 0]);
  });

  test("leave no group where all do", () => {
    const system = systemOf("z^2 + z^3", { weights: [[0, 0]] });
    expect(groupNeurons(system, entryError)).toMatchObject({
      distinct: 0,
      inactive: 1,
      representatives: [],
      largestMerged: 0,
      smallestSeparate: null,
    });
  });
});

describe("the tolerance", () => {
  const pair = (distance: number) =>
    groupNeurons(
      systemOf("z + z^2 + z^3", {
        weights: [
          [1, 0.5],
          [1 - distance, 0.5],
          [-1, 0.25],
        ],
      }),
      entryError,
    );

  test("is a thousand entry errors, relative to the largest node", () => {
    expect(pair(0).tolerance).toBe(1e3 * entryError);
    expect(pair(2 ** -34).distinct).toBe(2);
    expect(pair(2 ** -33).distinct).toBe(3);
  });

  test("reports the gap that the count rests on: largest distance merged and smallest kept", () => {
    const merged = pair(2 ** -40);
    expect(merged.largestMerged).toBe(2 ** -40);
    expect(merged.smallestSeparate).toBe(2);
    const separate = pair(2 ** -20);
    expect(separate.largestMerged).toBe(0);
    expect(separate.smallestSeparate).toBe(2 ** -20);
    expect(groupNeurons(systemOf("z + z^3", { weights: [[1, 2]] }), entryError).smallestSeparate).toBeNull();
  });

  test("does not depend on the unit of the weights", () => {
    for (const setting of ["kkt", "ntk", "gradient"] as const) {
      for (const factor of [2 ** -60, 1, 2 ** 60]) {
        const weights = [
          [1, 2],
          [1, 2 + 2 ** -40],
          [1, 3],
          [0, 0],
        ].map((row) => row.map((value) => value * factor));
        const output = [[1, 2, 3, 0].map((value) => value * factor)];
        expect(count("z^2 + z^3", { weights, output, setting })).toEqual([2, 1]);
        expect(count("z + z^2 + z^3", { weights, output, setting, trained: ["hidden", "output"] })).toEqual(
          setting === "kkt" ? [2, 1] : [3, 0],
        );
      }
    }
  });
});

/** Rank over the rationals by elimination. */
function exactRank(rows: number, cols: number, entries: readonly Rational[]): number {
  const M = Array.from({ length: rows }, (_, r) => entries.slice(r * cols, (r + 1) * cols));
  let rank = 0;
  for (let c = 0; c < cols && rank < rows; c++) {
    const pivot = M.findIndex((row, r) => r >= rank && row[c]!.numerator !== 0n);
    if (pivot < 0) continue;
    [M[rank], M[pivot]] = [M[pivot]!, M[rank]!];
    const head = M[rank]!;
    for (let r = rank + 1; r < rows; r++) {
      const row = M[r]!;
      if (row[c]!.numerator === 0n) continue;
      const factor = rational(-row[c]!.numerator * head[c]!.denominator, row[c]!.denominator * head[c]!.numerator);
      M[r] = row.map((value, k) => rationalRing.add(value, rationalRing.multiply(factor, head[k]!)));
    }
    rank++;
  }
  return rank;
}

describe("the representatives", () => {
  /** Nodes drawn from a few vectors with their negatives and multiples, zero among them. */
  const systems = fc
    .record({
      activation: fc.constantFrom("z^2", "z^3", "z + z^3", "z^2 + z^4", "z + z^2", "z^2 + z^3", "z + z^2 + z^3"),
      nodes: fc.array(
        fc.tuple(fc.constantFrom([1, 2], [2, -1], [3, 1]), fc.constantFrom(1, -1, 2, 0), fc.constantFrom(1, -2, 3, 0)),
        { minLength: 1, maxLength: 5 },
      ),
      trained: fc.constantFrom<readonly TrainedLayer[]>(["hidden"], ["hidden", "output"]),
    })
    .map(({ activation, nodes, trained }) => ({
      activation,
      trained,
      weights: nodes.map(([w, factor]) => w.map((value) => value * factor)),
      output: [nodes.map(([, , a]) => a)],
    }));

  const exactMatrix = (system: KktSystem, kept: readonly number[]) => {
    const { shape, weights, output } = system;
    const exact = (values: readonly number[]) => values.map((value) => rational(BigInt(value)));
    const nodes = {
      weights: exact(kept.flatMap((j) => [weights[2 * j]!, weights[2 * j + 1]!])),
      bias: exact(kept.map(() => 0)),
      output: exact(kept.map((j) => output[j]!)),
    };
    return hermiteMatrix(rationalRing, { ...shape, width: kept.length }, nodes);
  };

  const rankOf = (system: KktSystem, kept: readonly number[]): number => {
    const { rows, cols, entries } = exactMatrix(system, kept);
    return exactRank(rows, cols, entries);
  };

  test("give the whole row space of the Hermite matrix", () => {
    fc.assert(
      fc.property(systems, ({ activation, weights, output, trained }) => {
        const system = systemOf(activation, { weights, output, trained, setting: "gradient" });
        const { representatives } = groupNeurons(system, entryError);
        const all = weights.map((_, j) => j);
        expect(rankOf(system, representatives)).toBe(rankOf(system, all));
      }),
      { numRuns: 200 },
    );
  });

  test("of general distinct neurons are all needed", () => {
    const weights = [
      [1, 2],
      [2, -1],
    ];
    const system = systemOf("z + z^2 + z^3", { weights, setting: "gradient" });
    expect(groupNeurons(system, entryError).representatives).toEqual([0, 1]);
    expect(rankOf(system, [0, 1])).toBeGreaterThan(Math.max(rankOf(system, [0]), rankOf(system, [1])));
  });
});

describe("neurons of several outputs", () => {
  const same = [
    [1, 2],
    [1, 2],
  ];

  test("are distinct at one w where their output weights are not parallel", () => {
    // Hidden rows are Σ_c a_c ∇P_c(w): together the two give ∇P_1(w) and ∇P_2(w).
    expect(
      count("z + z^2 + z^3", {
        weights: same,
        output: [
          [1, 0],
          [0, 1],
        ],
      })[0],
    ).toBe(2);
    expect(
      count("z + z^2 + z^3", {
        weights: same,
        output: [
          [1, -2],
          [3, -6],
        ],
      })[0],
    ).toBe(1);
  });
});

describe("the constant term", () => {
  test("makes w = 0 say P(0) = c₀T₀ where the output layer is trained", () => {
    const neurons: Neurons = {
      weights: [
        [1, 2],
        [0, 0],
      ],
      trained: ["hidden", "output"],
      setting: "gradient",
    };
    expect(count("1 + z^2 + z^3", neurons)).toEqual([2, 0]);
    expect(count("z^2 + z^3", neurons)).toEqual([1, 1]);
    expect(count("1 + z^2 + z^3", { ...neurons, trained: ["hidden"] })).toEqual([1, 1]);
  });

  test("tells w from −w under odd degrees and multiples under one monomial, where the output layer is trained", () => {
    const mirrored: Neurons = {
      weights: [
        [1, 2],
        [-1, -2],
      ],
      setting: "gradient",
    };
    const trained: readonly TrainedLayer[] = ["hidden", "output"];
    expect(count("1 + z + z^3", { ...mirrored, trained })[0]).toBe(2);
    expect(count("1 + z + z^3", mirrored)[0]).toBe(1);
    expect(count("z + z^3", { ...mirrored, trained })[0]).toBe(1);
    const scaled: Neurons = {
      weights: [
        [1, 2],
        [2, 4],
      ],
      setting: "gradient",
    };
    expect(count("1 + z^3", { ...scaled, trained })[0]).toBe(2);
    expect(count("1 + z^3", scaled)[0]).toBe(1);
    expect(count("z^3", { ...scaled, trained })[0]).toBe(1);
  });
});

describe("fixed defects of groupNeurons", () => {
  const mirrored = [
    [1, 2],
    [-1, -2],
  ];

  test("a representative is not one whose hidden equations vanish", () => {
    const system = systemOf("z + z^2 + z^3", {
      weights: [
        [1, 2],
        [1, 2],
      ],
      output: [[0, 1]],
      trained: ["hidden", "output"],
      setting: "gradient",
    });
    expect(groupNeurons(system, entryError).representatives).toEqual([1]);
  });

  test("w and −w give one value and one gradient under even degrees, also with a constant term", () => {
    expect(count("1 + z^2 + z^4", { weights: mirrored, trained: ["hidden", "output"] })[0]).toBe(1);
  });

  test("an output bias sees T₀ apart, so it does not tell w from −w", () => {
    expect(count("z + z^3", { weights: mirrored, trained: ["hidden", "output-bias"] })[0]).toBe(1);
  });

  test("output weights that tie in size, as (a, −a) of a softmax over two classes, have one direction", () => {
    const output = [
      [1, 1 - 2 ** -53],
      [-1, -1],
    ];
    const weights = [
      [1, 2],
      [1, 2],
    ];
    expect(count("z + z^2 + z^3", { weights, output })[0]).toBe(1);
  });

  test("w = 0 at a frozen bias of 0 says nothing where c₁ = 0, as without a bias", () => {
    const weights = [
      [1, 2],
      [0, 0],
    ];
    expect(count("z^2 + z^3", { weights, bias: [0.5, 0] })).toEqual([1, 1]);
  });
});
