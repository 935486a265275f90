import type { DataPoints } from "../../equations/ring-tools.ts";
import { primeRing, randomNodes } from "../../identifiability/ranks/prime-ring.ts";
import type { Claim, Draw } from "../experiment.ts";
import { dataSideRank, leftSides, randomVectors, units } from "../modular.ts";
import { exactPair, integerRow } from "../rows.ts";
import { type ShapeText, shapeOf } from "../shapes.ts";

const ALL_LAYERS = ["hidden", "bias", "output", "output-bias"] as const;

/** Samples can be mixed by a rotation as long as no third moment is seen. */
export const quadraticMixing: Claim = {
  id: "quadratic-mixing",
  statement: "With degrees up to 2 and one output, every data set of two or more samples lies in a continuum.",
  ofSourcePaper: false,
  page: "proofs/quadratic-mixing.md",
  experiments: [
    ...mixingPair("z + z^2, n = 2", { activation: "z + z^2", inputDim: 3, width: 5 }, 2),
    ...mixingPair(
      "1 + z + z^2, all layers, n = 4",
      { activation: "1 + z + z^2", inputDim: 2, width: 7, trained: ALL_LAYERS },
      4,
    ),
    ...mixingPair(
      "z^2 with a frozen bias, n = 3",
      { activation: "z^2", inputDim: 4, width: 6, trained: ["hidden", "output"], frozenBias: true },
      3,
    ),
    ...[
      { label: "z + z^2, d = 4, n = 4: a continuum", activation: [1, 2], outputs: 1, samples: 4, is: 14 },
      { label: "z + z^2, d = 4, n = 1: none", activation: [1, 2], outputs: 1, samples: 1, is: 5 },
      { label: "z + z^2, two outputs, d = 4, n = 4: none", activation: [1, 2], outputs: 2, samples: 4, is: 24 },
      { label: "z, two outputs, d = 4, n = 2: a continuum", activation: [1], outputs: 2, samples: 2, is: 8 },
      { label: "z + z^2 + z^3, d = 4, n = 4: none", activation: [1, 2, 3], outputs: 1, samples: 4, is: 20 },
    ].map(({ label, activation, outputs, samples, is }) =>
      integerRow({
        label,
        hypothesis: label.endsWith("none") ? "violated" : "satisfied",
        is,
        measure: (draw) => dataSideRank(draw, shapeOf({ activation, inputDim: 4, outputs }), samples),
      }),
    ),
  ],
};

/** The same equations before and after a rotation of two samples; the neighbour sees a third moment. */
function mixingPair(what: string, text: ShapeText, samples: number): Claim["experiments"] {
  return exactPair({ satisfied: what, violated: `${what}, and a term z^3` }, (draw, satisfied) => {
    const shape = shapeOf(satisfied ? text : { ...text, activation: `${text.activation} + z^3` });
    const nodes = randomNodes(draw.field, shape, draw.random);
    const [data, mixed] = mixedData(draw, shape.inputDim, samples);
    const ring = primeRing(draw.field);
    const after = leftSides(ring, shape, nodes, mixed);
    return leftSides(ring, shape, nodes, data).every((value, r) => value === after[r]);
  });
}

/** Samples 1 and 2 with square multipliers, and the same rotated in the rows √g (1, x); the others stay. */
function mixedData(draw: Draw, d: number, samples: number): [DataPoints<number>, DataPoints<number>] {
  const { field } = draw;
  const points = randomVectors(draw, samples, d);
  const roots = units(draw, samples);
  const t = units(draw, 1)[0]!;
  const square = field.mul(t, t);
  const scale = field.inverse(field.add(1, square));
  const cosine = field.mul(field.sub(1, square), scale);
  const sine = field.mul(field.add(t, t), scale);
  const rows = points.map((x, i) => [roots[i]!, ...x.map((value) => field.mul(roots[i]!, value))]);
  const combine = (a: number, u: readonly number[], b: number, v: readonly number[]): number[] =>
    u.map((value, k) => field.add(field.mul(a, value), field.mul(b, v[k]!)));
  const [first, second] = [rows[0]!, rows[1]!];
  const turned = [
    combine(cosine, first, field.sub(0, sine), second),
    combine(sine, first, cosine, second),
    ...rows.slice(2),
  ];
  return [dataOf(draw, rows), dataOf(draw, turned)];
}

function dataOf({ field }: Draw, rows: readonly (readonly number[])[]): DataPoints<number> {
  return {
    points: rows.flatMap(([root, ...row]) => row.map((value) => field.mul(value, field.inverse(root!)))),
    multipliers: rows.map(([root]) => field.mul(root!, root!)),
  };
}
