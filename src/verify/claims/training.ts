import { buildEquations } from "../../equations/build.ts";
import { hermiteMatrix } from "../../equations/hermite.ts";
import { groupNeurons } from "../../equations/neurons.ts";
import { symmetricDimension } from "../../equations/shape.ts";
import { primeRing, randomData, randomNodes } from "../../identifiability/ranks/prime-ring.ts";
import { nullspace } from "../../modular/rank.ts";
import type { Claim, Draw, Experiment } from "../experiment.ts";
import { recoverInstance, type TrainedText, trainInstance } from "../instances.ts";
import { leftSides } from "../modular.ts";
import { pencilFindsSamples } from "../pencil.ts";
import { exactPair, measuredPair, measuredRow } from "../rows.ts";
import { type ShapeText, shapeOf } from "../shapes.ts";

const TRAINED = { inputDim: 4, samples: 4, width: 24 } as const;

/** The whole argument: equations → moments → samples. */
export const kktIdentifiability: Claim = {
  id: "kkt-identifiability",
  statement:
    "With a polynomial activation of degree 3 or more, nodes that determine the moments and independent samples, the KKT equations determine the training data.",
  ofSourcePaper: true,
  page: "proofs/kkt-identifiability.md",
  experiments: [
    ...argumentPair({ activation: "z + z^2 + z^3", inputDim: 3 }, 3, 7),
    ...argumentPair({ activation: "z^2 + z^3", inputDim: 4 }, 4, 8),
    ...argumentPair({ activation: "z + z^2 + z^3", inputDim: 3, trained: ["hidden", "output"] }, 3, 5),
    ...exactPair(
      {
        satisfied: "z + z^2 + z^3, d = n = 3, m = 12: independent",
        violated: "z + z^2 + z^3, d = 3, n = 4, m = 12: not independent",
      },
      (draw, satisfied) =>
        argumentHolds(draw, { activation: "z + z^2 + z^3", inputDim: 3, width: 12 }, satisfied ? 3 : 4),
    ),
    ...trainedPair(
      "kkt, d = n = 4, m = 24",
      { ...TRAINED, activation: "z + z^2 + z^3", setting: "kkt" },
      ["degree 3", "degree 2"],
      { activation: "z + z^2" },
    ),
    ...trainedPair(
      "kkt, d = n = 4, z + z^2 + z^3",
      { ...TRAINED, activation: "z + z^2 + z^3", setting: "kkt" },
      ["m = 24", "m = 4"],
      { width: 4 },
    ),
    ...trainedPair(
      "ntk, d = n = 4, m = 24",
      { ...TRAINED, activation: "z + z^2 + z^3", setting: "ntk" },
      ["degree 3", "degree 2"],
      { activation: "z + z^2" },
    ),
    ...trainedPair(
      "gradient, d = n = 4, m = 24",
      { ...TRAINED, activation: "z^2 + z^3", setting: "gradient" },
      ["degree 3", "degree 2"],
      { activation: "z + z^2" },
    ),
  ],
};

/** Enough neurons determine the moments, and a pencil of T_3 the samples; one neuron fewer leaves the moments open. */
function argumentPair(text: ShapeText, n: number, width: number): Experiment[] {
  const what = `${text.activation}, d = n = ${n}, ${(text.trained ?? ["hidden"]).join(" and ")}`;
  return exactPair(
    {
      satisfied: `${what}, m = ${width}: found by linear algebra`,
      violated: `${what}, m = ${width - 1}: moments open`,
    },
    (draw, satisfied) => argumentHolds(draw, { ...text, width: satisfied ? width : width - 1 }, n),
  );
}

/** Solves the equations for the moments, and checks that the pencil of the solved T_p has the samples as eigenvectors. */
function argumentHolds(draw: Draw, text: ShapeText, n: number): boolean {
  const { field, random } = draw;
  const ring = primeRing(field);
  const shape = shapeOf(text);
  const nodes = randomNodes(field, shape, random);
  const data = randomData(field, shape, n, random);
  const H = hermiteMatrix(ring, shape, nodes);
  const side = leftSides(ring, shape, nodes, data);
  const extended = new Float64Array(H.rows * (H.cols + 1));
  for (let r = 0; r < H.rows; r++) {
    for (let c = 0; c < H.cols; c++) extended[r * (H.cols + 1) + c] = H.entries[r * H.cols + c]!;
    extended[r * (H.cols + 1) + H.cols] = field.sub(0, side[r]!);
  }
  const kernel = nullspace(extended, H.rows, H.cols + 1, field.p);
  if (kernel.length !== 1 || kernel[0]!.at(-1) === 0) return false;
  const scale = field.inverse(kernel[0]!.at(-1)!);
  const moments = Array.from(kernel[0]!.subarray(0, H.cols), (value) => field.mul(scale, value));
  const { degree } = shape.activation;
  const d = shape.inputDim;
  const points = Array.from({ length: n }, (_, i) => data.points.slice(i * d, (i + 1) * d));
  const tensor = moments.slice(-symmetricDimension(d, degree));
  return pencilFindsSamples(draw, { degree, points, multipliers: data.multipliers, tensor }, 1);
}

/** Data sets that fit are no farther than this from the training data, relative to their norm. */
const APART = 1e-3;

/** A trained network: what fits it is its data, or another data set fits as well. */
function trainedPair(
  what: string,
  text: TrainedText,
  [good, bad]: readonly [string, string],
  change: Partial<TrainedText>,
): Experiment[] {
  return measuredPair(
    {
      satisfied: `${what}: ${good}`,
      violated: `${what}: ${bad}`,
      trials: 2,
      error: "distance of data that fit",
      limit: "1e-3",
    },
    (draw, satisfied) => {
      const instance = trainInstance(draw, satisfied ? text : { ...text, ...change });
      const recovery = recoverInstance(instance);
      const distance = recovery.witness?.distance ?? recovery.truth?.maxError ?? Number.NaN;
      return { error: distance, limit: APART };
    },
  );
}

/** Neurons of a trained network coincide, or stay apart. */
export const distinctNeurons: Claim = {
  id: "distinct-neurons",
  statement:
    "Neurons of a network with both layers trained are critical points of one function and coincide; with one monomial they lie in few directions.",
  ofSourcePaper: false,
  page: "proofs/distinct-neurons.md",
  experiments: [
    ...[2, 3].flatMap((d) =>
      measuredPair(
        {
          satisfied: `z + z^2 + z^3, d = ${d}, n = 3, m = 24, both layers trained: neurons coincide`,
          violated: `z + z^2 + z^3, d = ${d}, n = 3, m = 24, hidden layer alone: all stay apart`,
          trials: 2,
          error: "2 · distinct neurons",
          limit: "m",
        },
        (draw, satisfied) => ({
          error:
            2 *
            distinctAfterTraining(draw, {
              activation: "z + z^2 + z^3",
              inputDim: d,
              samples: 3,
              width: 24,
              setting: "kkt",
              trained: satisfied ? ["hidden", "output"] : ["hidden"],
            }),
          limit: 24,
        }),
      ),
    ),
    ...[2, 3].map((d) =>
      measuredRow(
        {
          label: `z^3, d = ${d}, n = 3, m = 24, hidden layer: at most ${2 ** d - 1} directions`,
          trials: 2,
          error: "directions",
          limit: `${2 ** d - 1}`,
        },
        (draw) => ({
          // Sabotage looks at neurons that were never trained.
          error: distinctAfterTraining(draw, {
            activation: "z^3",
            inputDim: d,
            samples: 3,
            width: 24,
            setting: draw.sabotaged ? "gradient" : "kkt",
          }),
          limit: 2 ** d - 1,
        }),
      ),
    ),
  ],
};

/** Relative error of weights that are as stationary as training makes them. */
const STATIONARITY = 1e-13;

function distinctAfterTraining(draw: Draw, text: TrainedText): number {
  const { question } = trainInstance(draw, text);
  return groupNeurons(buildEquations(question).system, STATIONARITY).distinct;
}

/** The estimated bound of every recovered sample. */
export const errorBound: Claim = {
  id: "error-bound",
  statement:
    "The stated bound of a recovered sample is above its true error, for weights rounded to the precision of the file.",
  ofSourcePaper: false,
  page: "proofs/error-bound.md",
  experiments: [
    ...boundPair("gradient, float32", {
      ...TRAINED,
      activation: "z + z^2 + z^3",
      setting: "gradient",
      precision: "float32",
    }),
    ...boundPair("ntk, float32", { ...TRAINED, activation: "z + z^2 + z^3", setting: "ntk", precision: "float32" }),
    ...boundPair("kkt, float32", { ...TRAINED, activation: "z + z^2 + z^3", setting: "kkt", precision: "float32" }),
    ...boundPair("gradient, float64, norms unknown", { ...TRAINED, activation: "z^2 + z^3", setting: "gradient" }),
  ],
};

/** What a bound is divided by to be no bound any more. */
const SHRINK = 1000;

/** max error/bound ≤ 1 for the bound as stated; a thousandth of it is exceeded. */
function boundPair(what: string, text: TrainedText): Experiment[] {
  return measuredPair(
    {
      satisfied: `${what}: the bound holds`,
      violated: `${what}: a thousandth of it does not`,
      error: "largest error",
      limit: "bound",
    },
    (draw, satisfied) => {
      const ratio = largestShareOfBound(draw, text);
      return { error: ratio, limit: satisfied ? 1 : 1 / SHRINK };
    },
  );
}

/** Instances drawn until one has bounds: where the tool claims none, nothing is tested. */
const MOST_DRAWS = 5;

/** The largest error over its bound. */
function largestShareOfBound(draw: Draw, text: TrainedText): number {
  for (let attempt = 0; attempt < MOST_DRAWS; attempt++) {
    const { samples, truth } = recoverInstance(trainInstance(draw, text));
    const bounds = samples.map(({ errorBound }) => errorBound).filter((bound) => bound !== null);
    if (truth === null || bounds.length < text.samples) continue;
    return Math.max(...Array.from(truth.perSample, (error, i) => error / bounds[truth.assignment[i]!]!));
  }
  return Number.NaN;
}
