import type { DataPoints } from "../../equations/ring-tools.ts";
import type { EquationShape } from "../../equations/shape.ts";
import { gaugeOf } from "../../identifiability/gauge.ts";
import { primeRing, randomData, randomNodes } from "../../identifiability/ranks/prime-ring.ts";
import type { Gauge } from "../../identifiability/result.ts";
import type { Claim, Draw } from "../experiment.ts";
import { dataSideRank, leftSides, units } from "../modular.ts";
import { exactPair, integerRow } from "../rows.ts";
import { type ShapeText, shapeOf } from "../shapes.ts";

const BASE = { inputDim: 3, width: 3 } as const;
const MIXED: ShapeText = { ...BASE, activation: "z + z^2 + z^3", trained: ["hidden", "output"] };
const SAMPLES = 3;

type Change = (draw: Draw, data: DataPoints<number>, shape: EquationShape) => DataPoints<number>;

/** The symmetries of the equations, each with what breaks it. */
export const gauge: Claim = {
  id: "gauge",
  statement:
    "The equations keep the order of the samples, their sign if all degrees seen have one parity, and their scale if one degree is seen; nothing else.",
  ofSourcePaper: false,
  page: "proofs/gauge.md",
  experiments: [
    ...changePair("permutation of samples with their multipliers", "permutation of the points alone", MIXED, {
      satisfied: (_, data) => swapped(data, true),
      violated: (_, data) => swapped(data, false),
    }),
    ...signRows("all degrees even", { ...BASE, activation: "z^2 + z^4" }, { ...BASE, activation: "z^2 + z^3" }),
    ...signRows("all degrees odd", { ...BASE, activation: "z + z^3" }, { ...BASE, activation: "z + z^2 + z^3" }),
    ...signRows(
      "all odd, T_0 unseen",
      { ...BASE, activation: "z + z^3", trained: ["hidden", "output"] },
      { ...BASE, activation: "1 + z + z^3", trained: ["hidden", "output"] },
    ),
    ...scaleRows("one degree", { ...BASE, activation: "z^3" }, { ...BASE, activation: "z + z^3" }),
    ...scaleRows(
      "one degree, T_0 unseen",
      { ...BASE, activation: "z^3", trained: ["hidden", "output"] },
      { ...BASE, activation: "1 + z^3", trained: ["hidden", "output"] },
    ),
    ...scaleRows(
      "one degree, no bias",
      { ...BASE, activation: "z^4" },
      { ...BASE, activation: "z^4", frozenBias: true },
    ),
    ...[
      { activation: [3], rank: 6, text: "D = {3}: every scale is free" },
      { activation: [0, 3], rank: 7, text: "T_0 and D = {3}: all scales but one are fixed" },
      { activation: [2, 3], rank: 8, text: "D = {2, 3}: no scale is free" },
    ].map(({ activation, rank, text }) =>
      integerRow({
        label: `${text}, d = 3, n = 2`,
        hypothesis: rank === 7 ? "violated" : "satisfied",
        is: rank,
        measure: (draw) => dataSideRank(draw, shapeOf({ activation, inputDim: 3, trained: ["hidden", "output"] }), 2),
      }),
    ),
  ],
};

/** Whether the equations at random nodes are the same before and after a change of random data. */
function isUnseen(draw: Draw, shape: EquationShape, change: Change): boolean {
  const { field, random } = draw;
  const nodes = randomNodes(field, shape, random);
  const data = randomData(field, shape, SAMPLES, random);
  const before = leftSides(primeRing(field), shape, nodes, data);
  const after = leftSides(primeRing(field), shape, nodes, change(draw, data, shape));
  return before.every((value, r) => value === after[r]);
}

/** {@link isUnseen}; where the tool lists another gauge, the opposite of what the row expects. */
function isGauge(
  draw: Draw,
  shape: EquationShape,
  { name, satisfied }: { readonly name: Gauge; readonly satisfied: boolean },
  change: Change,
): boolean {
  const unseen = isUnseen(draw, shape, change);
  return gaugeOf(shape).symmetries.includes(name) === unseen ? unseen : !satisfied;
}

function changePair(
  satisfied: string,
  violated: string,
  text: ShapeText,
  change: { readonly satisfied: Change; readonly violated: Change },
): Claim["experiments"] {
  return exactPair({ satisfied, violated }, (draw, isSatisfied) =>
    isUnseen(draw, shapeOf(text), isSatisfied ? change.satisfied : change.violated),
  );
}

/** Samples 1 and 2 exchanged, with or without their multipliers. */
function swapped({ points, multipliers }: DataPoints<number>, both: boolean): DataPoints<number> {
  const d = BASE.inputDim;
  const moved = [...points.slice(d, 2 * d), ...points.slice(0, d), ...points.slice(2 * d)];
  return { points: moved, multipliers: both ? [multipliers[1]!, multipliers[0]!, multipliers[2]!] : multipliers };
}

/** One sample turned to its negative, its multiplier with the sign of the degrees. */
function signRows(what: string, shape: ShapeText, broken: ShapeText): Claim["experiments"] {
  return exactPair(
    { satisfied: `sign of one sample, ${what}`, violated: `sign of one sample, σ = ${broken.activation} (${what})` },
    (draw, satisfied) =>
      isGauge(
        draw,
        shapeOf(satisfied ? shape : broken),
        { name: "sign", satisfied },
        ({ field }, data, { activation }) => {
          const turn = (value: number): number => field.sub(0, value);
          const odd = activation.degree % 2 === 1;
          return {
            points: data.points.map((value, k) => (k < BASE.inputDim ? turn(value) : value)),
            multipliers: data.multipliers.map((g, i) => (i === 0 && odd ? turn(g) : g)),
          };
        },
      ),
  );
}

/** x ↦ sx, g ↦ s^{−p} g for one sample. */
function scaleRows(what: string, shape: ShapeText, broken: ShapeText): Claim["experiments"] {
  const bias = broken.frozenBias === true ? " with a bias" : "";
  return exactPair(
    { satisfied: `scale of one sample, ${what}`, violated: `scale of one sample, σ = ${broken.activation}${bias}` },
    (draw, satisfied) =>
      isGauge(draw, shapeOf(satisfied ? shape : broken), { name: "scale", satisfied }, (own, data, { activation }) => {
        const { field } = own;
        const s = units(own, 1)[0]!;
        let power = 1;
        for (let k = 0; k < activation.degree; k++) power = field.mul(power, s);
        return {
          points: data.points.map((value, k) => (k < BASE.inputDim ? field.mul(s, value) : value)),
          multipliers: data.multipliers.map((g, i) => (i === 0 ? field.mul(field.inverse(power), g) : g)),
        };
      }),
  );
}
