import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatRational, parseRational } from "../../src/algebra/rational.ts";
import type { TrainedLayer } from "../../src/equations/shape.ts";
import { expandEquations } from "../../src/expansion/expansion.ts";
import type { CoordinateEquation } from "../../src/expansion/neuron-equations.ts";
import { expandJson } from "../../src/report/expand-json.ts";
import { expandOutput } from "../support/expand-command.ts";
import { definedValues, valuesAt } from "../support/expansions.ts";
import { exactSystems } from "../support/systems.ts";

interface Document {
  readonly schema: string;
  readonly problem: Readonly<Record<string, unknown>>;
  readonly tensors: readonly object[];
  readonly taylor: readonly (readonly string[])[] | null;
  readonly equations: readonly { readonly text: string; readonly terms: readonly object[] }[];
  readonly coordinates: {
    readonly moments: readonly { readonly name: string }[];
    readonly equations: readonly {
      readonly layer: TrainedLayer;
      readonly coordinate: number;
      readonly known: string;
      readonly text: string;
      readonly terms: readonly {
        readonly coefficient: string;
        readonly moment: { readonly degree: number; readonly exponents: readonly number[]; readonly output: number };
        readonly monomial: { readonly w: readonly number[]; readonly b: number; readonly a: number | null };
      }[];
    }[];
  } | null;
  readonly counts: Readonly<Record<string, number | null>>;
  readonly gauge: { readonly symmetries: readonly string[] };
}

const document = (options: Parameters<typeof expandOutput>[0]): Document =>
  JSON.parse(expandOutput({ ...options, format: "json" })) as Document;

/** The equations as a reader of the document rebuilds them. */
function equationsIn({ coordinates }: Document): CoordinateEquation[] {
  return coordinates!.equations.map(({ layer, coordinate, terms }) => ({
    layer,
    index: coordinate - 1,
    terms: terms.map(({ coefficient, moment, monomial }) => ({
      coefficient: parseRational(coefficient),
      moment: { ...moment, output: moment.output - 1 },
      monomial: { weights: monomial.w, bias: monomial.b, output: monomial.a === null ? null : monomial.a - 1 },
    })),
  }));
}

describe("the document kktid.expand/1", () => {
  test("carries equations that evaluate to the definition at rational points", () => {
    fc.assert(
      fc.property(
        exactSystems({ inputDim: 3, width: 2, samples: 2, outputs: 2, degree: 4 }, [1n, 2n, 3n]),
        (system) => {
          const tool = { name: "kktid", version: "test" } as const;
          const written = JSON.stringify(
            expandJson(expandEquations(system.shape), { samples: null, width: null }, tool),
          );
          const values = valuesAt(equationsIn(JSON.parse(written) as Document), system);
          expect(values.map(formatRational)).toEqual(definedValues(system).map(formatRational));
        },
      ),
      { numRuns: 60 },
    );
  });

  test("says what was asked, and null for what it was not told", () => {
    const general = document({ activation: "z + z^2" });
    expect(general.schema).toBe("kktid.expand/1");
    expect(general.problem).toEqual({
      setting: "kkt",
      inputDim: null,
      samples: null,
      width: null,
      outputs: 1,
      activation: "z + z^2",
      support: [1, 2],
      trained: ["hidden"],
      bias: "none",
    });
    expect([general.coordinates, general.taylor, general.counts.momentColumns]).toEqual([null, null, null]);
    expect(general.tensors[1]).toEqual({ degree: 2, coordinates: null, seenBy: ["hidden"] });
    expect(general.equations[0]!.text).toBe("w_j = a_j (T_1 + 2 T_2[w_j])");
  });

  test("counts where the dimension, n and m are given", () => {
    const { counts, gauge, coordinates } = document({
      activation: "z^2",
      inputDim: 3,
      samples: 4,
      width: 5,
      trained: ["hidden", "output-bias"],
    });
    expect(counts).toEqual({
      momentColumns: 7,
      equationsPerNeuron: 3,
      equationsOfOutputBias: 1,
      equations: 16,
      unknownsPerSample: 4,
      unknowns: 16,
      leastWidth: 2,
    });
    expect(gauge.symmetries).toEqual(["permutation", "sign"]);
    expect(coordinates!.moments.map(({ name }) => name).slice(0, 3)).toEqual(["T0", "T2_11", "T2_12"]);
    expect(coordinates!.equations[0]!.terms[1]).toEqual({
      coefficient: "2",
      moment: { degree: 2, exponents: [1, 1, 0], output: 1 },
      monomial: { w: [0, 1, 0], b: 0, a: 1 },
    });
  });

  test("--json is the same document", () => {
    expect(expandOutput({ activation: "z", json: true })).toBe(expandOutput({ activation: "z", format: "json" }));
  });
});
