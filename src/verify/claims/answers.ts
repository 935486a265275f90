import { rational } from "../../algebra/rational.ts";
import type { EquationShape } from "../../equations/shape.ts";
import { type Knowledge, NO_KNOWLEDGE, sideInformationOf, sideMatrix } from "../../equations/side-information.ts";
import { checkShape } from "../../identifiability/check-shape.ts";
import { primeRing, randomData, randomNodes } from "../../identifiability/ranks/prime-ring.ts";
import { sideRanks } from "../../identifiability/ranks/side-ranks.ts";
import type { RepairKind, Verdict } from "../../identifiability/result.ts";
import type { Claim, Draw, Experiment } from "../experiment.ts";
import { exactPair } from "../rows.ts";
import { degreesUpTo, type ShapeText, shapeOf } from "../shapes.ts";
import { outputsAt, slopeAtZero } from "./expansion.ts";

const SPHERE: Knowledge = { ...NO_KNOWLEDGE, domain: "sphere" };
const MARGINS: Knowledge = { ...NO_KNOWLEDGE, loss: "hard-margin" };
const LOGISTIC: Knowledge = { ...NO_KNOWLEDGE, loss: "logistic", weightDecay: rational(1n, 100n) };

/** Equations that loss, margins or norms add. */
export const sideInformation: Claim = {
  id: "side-information",
  statement:
    "Known loss, margins or norms add equations in single samples that fix scales, and can make a continuum discrete.",
  ofSourcePaper: false,
  page: "proofs/side-information.md",
  experiments: [
    ...knowledgePair(
      "z^3, d = 4, n = 3, m = 20",
      { activation: "z^3", inputDim: 4, width: 20 },
      3,
      SPHERE,
      "norms",
      15,
    ),
    ...knowledgePair(
      "z^3, d = 4, n = 3, m = 20",
      { activation: "z^3", inputDim: 4, width: 20 },
      3,
      MARGINS,
      "margins",
      15,
    ),
    ...knowledgePair(
      "z^3, d = 4, n = 3, m = 20",
      { activation: "z^3", inputDim: 4, width: 20 },
      3,
      LOGISTIC,
      "logistic loss",
      15,
    ),
    ...knowledgePair(
      "z + z^2, d = 3, n = 2, m = 20",
      { activation: "z + z^2", inputDim: 3, width: 20 },
      2,
      LOGISTIC,
      "logistic loss",
      8,
    ),
    ...knowledgePair(
      "z + z^2 + z^3, d = 3, n = 4, m = 4",
      { activation: "z + z^2 + z^3", inputDim: 3, width: 4 },
      4,
      LOGISTIC,
      "logistic loss",
      16,
    ),
    ...exactPair(
      {
        satisfied: "margins, z + z^2 + z^3 with bias, d = 3, n = 2: rows are the derivatives of f(x_i)",
        violated: "the same rows at other samples: they are not",
      },
      (draw, satisfied) => marginRowsAreDerivatives(draw, satisfied),
    ),
  ],
};

/** The rows of margins, by exact interpolation of f along every coordinate of every sample: no chain rule enters. */
function marginRowsAreDerivatives(draw: Draw, satisfied: boolean): boolean {
  const { field, random } = draw;
  const [d, n] = [3, 2];
  const shape = shapeOf({ activation: "z + z^2 + z^3", inputDim: d, width: 4, trained: ["hidden", "bias"] });
  const nodes = randomNodes(field, shape, random);
  const data = randomData(field, shape, n, random);
  const side = { sphere: false, margins: true, multiplierScale: null };
  const at = satisfied ? data : randomData(field, shape, n, random);
  const { entries, cols } = sideMatrix(primeRing(field), shape, side, { nodes, data: at, labels: [0, 1] });
  const expected = Array.from({ length: n }, (_, i) =>
    Array.from({ length: cols }, (_, column) => {
      const [owner, e] = [Math.floor(column / (d + 1)), (column % (d + 1)) - 1];
      if (owner !== i || e < 0) return 0;
      const x = data.points.slice(i * d, (i + 1) * d);
      const along = (t: number): number => outputsAt(draw, shape, nodes, x.with(e, field.add(x[e]!, t)))[0]!;
      return slopeAtZero(
        field,
        Array.from({ length: shape.activation.degree + 2 }, (_, t) => along(t)),
      );
    }),
  ).flat();
  return expected.every((value, k) => value === entries[k]);
}

/** Full rank n(d + 1) with the knowledge, and not without it. */
function knowledgePair(
  what: string,
  text: ShapeText,
  n: number,
  knowledge: Knowledge,
  known: string,
  unknowns: number,
): Experiment[] {
  const shape = shapeOf({ ...text, setting: "kkt" });
  return exactPair(
    { satisfied: `${what}, ${known}: rank ${unknowns}`, violated: `${what}, without ${known}: rank below ${unknowns}` },
    ({ seed }, satisfied) => rankKnowing(shape, n, satisfied ? knowledge : NO_KNOWLEDGE, seed) === unknowns,
  );
}

function rankKnowing(shape: EquationShape, n: number, knowledge: Knowledge, seed: number): number {
  const side = sideInformationOf(knowledge, shape, n) ?? { sphere: false, margins: false, multiplierScale: null };
  return sideRanks(shape, side, n, seed).jacobian?.ranks.at(-1) ?? Number.NaN;
}

/** Smallest changes of a shape, each with the verdict one step short of it. */
export const repairs: Claim = {
  id: "repairs",
  statement: "Every repair turns the verdict, and one step short of it the verdict is the old one.",
  ofSourcePaper: false,
  page: "proofs/repairs.md",
  experiments: [
    ...repairRows({ activation: "z + z^2 + z^3", inputDim: 3, width: 4 }, 4, "neurons", (text, width) => ({
      text: { ...text, width },
      samples: 4,
    })),
    ...repairRows({ activation: "z + z^2 + z^3", inputDim: 3, width: 5 }, 4, "samples", (text, samples) => ({
      text,
      samples,
    })),
    ...repairRows({ activation: "z + z^2", inputDim: 3, width: 20 }, 3, "degree", (text, degree) => ({
      text: { ...text, activation: degreesUpTo(degree, 1) },
      samples: 3,
    })),
  ],
};

/** The first repair of a kind that identifies: the verdict at its threshold and one step short, checked anew. */
function repairRows(
  text: ShapeText,
  samples: number,
  kind: RepairKind,
  change: (text: ShapeText, threshold: number) => { readonly text: ShapeText; readonly samples: number },
): Experiment[] {
  const short = kind === "samples" ? 1 : -1;
  const name = `${text.activation}, d = ${text.inputDim}, n = ${samples}, m = ${text.width}`;
  const verdict = (shape: ShapeText, n: number, seed: number): Verdict =>
    checkShape({ shape: shapeOf(shape), samples: n, seed }).verdict;
  return exactPair(
    { satisfied: `${name}: repaired by ${kind}`, violated: `${name}: one step short of it`, trials: 1 },
    ({ seed }, satisfied) => {
      const decision = checkShape({ shape: shapeOf(text), samples, seed });
      const repair = decision.repairs.find((r) => r.kind === kind && r.aim === "identify" && r.threshold !== null);
      if (repair === undefined || repair.threshold === null) return !satisfied;
      const changed = change(text, repair.threshold + (satisfied ? 0 : short));
      return verdict(changed.text, changed.samples, seed) !== decision.verdict;
    },
  );
}
