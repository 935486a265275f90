import { parseActivation } from "../../src/algebra/activation.ts";
import { rational } from "../../src/algebra/rational.ts";
import type { Setting, TrainedLayer } from "../../src/equations/shape.ts";
import type { Knowledge } from "../../src/equations/side-information.ts";
import { checkShape, type ShapeDecision, type ShapeProblem } from "../../src/identifiability/check-shape.ts";
import { type RecheckResult, recheckCertificate } from "../../src/recheck/recheck.ts";
import { type CertificateDocument, shapeCertificate } from "../../src/report/certificate.ts";

/** A shape in short: [activation, d, n, m] and what differs from one output, hidden layer, gradient, no bias. */
export interface ShapeCase {
  readonly activation: string;
  readonly inputDim: number;
  readonly samples: number;
  readonly width: number;
  readonly trained?: readonly TrainedLayer[];
  readonly setting?: Setting;
  readonly outputs?: number;
  readonly frozenBias?: boolean;
  readonly domain?: Knowledge["domain"];
  readonly loss?: Knowledge["loss"];
  /** [numerator, denominator] */
  readonly weightDecay?: readonly [number, number];
  readonly seed?: number;
}

export function problemOf(given: ShapeCase): ShapeProblem {
  const trained = new Set<TrainedLayer>(given.trained ?? ["hidden"]);
  const decay = given.weightDecay;
  return {
    shape: {
      setting: given.setting ?? "gradient",
      activation: parseActivation(given.activation),
      inputDim: given.inputDim,
      width: given.width,
      outputs: given.outputs ?? 1,
      trained,
      bias: trained.has("bias") ? "trained" : given.frozenBias ? "frozen" : "none",
    },
    samples: given.samples,
    seed: given.seed ?? 1,
    knowledge: {
      domain: given.domain ?? "free",
      loss: given.loss ?? null,
      weightDecay: decay === undefined ? null : rational(BigInt(decay[0]), BigInt(decay[1])),
    },
  };
}

export interface Produced {
  readonly decision: ShapeDecision;
  readonly certificate: CertificateDocument | null;
}

export function produce(given: ShapeCase): Produced {
  const problem = problemOf(given);
  const decision = checkShape(problem);
  return { decision, certificate: shapeCertificate(decision, problem) };
}

/** Rechecks a document that names no files. */
export function recheckJson(document: unknown): RecheckResult {
  return recheckText(typeof document === "string" ? document : JSON.stringify(document));
}

function recheckText(text: string): RecheckResult {
  return recheckCertificate(text, {
    readFile: (path) => {
      throw new Error(`no file ${path}`);
    },
  });
}

const all: readonly TrainedLayer[] = ["hidden", "bias", "output", "output-bias"];

/** Shapes of every verdict, layer, bias, setting, reduction and kind of step. */
export const SHAPES: readonly ShapeCase[] = [
  // one output, hidden layer, no bias
  { activation: "z + z^2 + z^3", inputDim: 4, samples: 4, width: 40 },
  { activation: "z + z^2 + z^3", inputDim: 4, samples: 4, width: 40, setting: "kkt" },
  { activation: "z + z^2 + z^3", inputDim: 120, samples: 40, width: 100 },
  { activation: "z + z^2 + z^3", inputDim: 3, samples: 3, width: 6 },
  { activation: "z + z^2 + z^3", inputDim: 3, samples: 3, width: 4 },
  { activation: "z + z^2 + z^3", inputDim: 3, samples: 3, width: 3 },
  { activation: "z + z^2 + z^3", inputDim: 3, samples: 2, width: 8, setting: "kkt" },
  { activation: "z + z^2/2 + z^3/4", inputDim: 2, samples: 2, width: 5, setting: "ntk" },
  { activation: "2*z/3 - 7*z^3/5", inputDim: 2, samples: 2, width: 9, setting: "kkt" },
  { activation: "z^3", inputDim: 3, samples: 2, width: 3 },
  { activation: "z^3", inputDim: 3, samples: 3, width: 12, setting: "kkt" },
  { activation: "z^3", inputDim: 3, samples: 4, width: 12 },
  { activation: "z^3", inputDim: 3, samples: 5, width: 12 },
  { activation: "z^4", inputDim: 3, samples: 5, width: 12 },
  { activation: "z^5", inputDim: 2, samples: 3, width: 6, setting: "kkt" },
  { activation: "z^2 + z^4", inputDim: 3, samples: 3, width: 20, setting: "kkt" },
  { activation: "z + z^2", inputDim: 3, samples: 2, width: 20 },
  { activation: "z + z^2", inputDim: 3, samples: 1, width: 20 },
  { activation: "z", inputDim: 2, samples: 2, width: 9 },
  { activation: "z^2 + z^3", inputDim: 4, samples: 6, width: 30 },
  { activation: "z^2 + z^3 + z^4", inputDim: 2, samples: 3, width: 12 },
  { activation: "z + z^2 + z^3 + z^4", inputDim: 2, samples: 4, width: 9, setting: "kkt" },
  { activation: "z + z^2 + z^3", inputDim: 4, samples: 6, width: 40 },
  { activation: "z^2 + z^3", inputDim: 3, samples: 6, width: 40, outputs: 2 },
  { activation: "z + z^3", inputDim: 1, samples: 1, width: 2 },
  { activation: "z^4", inputDim: 3, samples: 4, width: 20, setting: "kkt" },
  { activation: "z + z^2 + z^3 + z^4", inputDim: 2, samples: 3, width: 20, setting: "kkt" },
  // other layers
  { activation: "1 + z^3", inputDim: 3, samples: 2, width: 9, trained: ["hidden", "output"] },
  { activation: "1 + z + z^2 + z^3", inputDim: 2, samples: 3, width: 4, trained: ["hidden", "output"] },
  { activation: "1 + z + z^2 + z^3", inputDim: 2, samples: 2, width: 4, trained: ["hidden", "output"], setting: "kkt" },
  { activation: "z + z^2 + z^3", inputDim: 2, samples: 2, width: 6, trained: ["hidden", "output-bias"] },
  { activation: "z + z^2 + z^3", inputDim: 2, samples: 2, width: 12, trained: ["output"], setting: "kkt" },
  { activation: "z + z^2 + z^3", inputDim: 2, samples: 3, width: 4, trained: ["output"] },
  { activation: "z^3", inputDim: 2, samples: 2, width: 6, trained: ["hidden", "output"], setting: "kkt" },
  { activation: "z + z^2 + z^3", inputDim: 2, samples: 2, width: 6, trained: ["output-bias"] },
  // biases
  { activation: "z^2 + z^3", inputDim: 2, samples: 3, width: 8, trained: ["hidden", "bias"], setting: "kkt" },
  { activation: "z^3", inputDim: 4, samples: 3, width: 12, trained: ["hidden", "bias"], setting: "kkt" },
  { activation: "z + z^2 + z^3", inputDim: 3, samples: 1, width: 3, trained: ["hidden", "bias"], setting: "kkt" },
  { activation: "z + z^2 + z^3", inputDim: 3, samples: 1, width: 3, trained: all, setting: "kkt" },
  { activation: "z + z^2 + z^3", inputDim: 2, samples: 3, width: 5, trained: all },
  { activation: "z + z^2 + z^3", inputDim: 2, samples: 3, width: 2, trained: all },
  { activation: "z^3", inputDim: 2, samples: 2, width: 7, frozenBias: true, setting: "kkt" },
  { activation: "z^3", inputDim: 3, samples: 2, width: 20, frozenBias: true, setting: "kkt" },
  { activation: "z + z^2", inputDim: 2, samples: 1, width: 7, trained: ["bias"] },
  // several outputs
  { activation: "z + z^2 + z^3", inputDim: 3, samples: 3, width: 30, outputs: 2, setting: "kkt" },
  { activation: "z + z^2", inputDim: 3, samples: 3, width: 30, outputs: 2 },
  { activation: "z + z^2", inputDim: 3, samples: 3, width: 4, outputs: 3, trained: ["hidden", "output"] },
  { activation: "z^2", inputDim: 2, samples: 3, width: 12, outputs: 4, setting: "kkt" },
  { activation: "z + z^2", inputDim: 3, samples: 1, width: 2, outputs: 2, trained: ["hidden", "bias"] },
  { activation: "z^2 + z^3", inputDim: 2, samples: 4, width: 40, outputs: 2, setting: "kkt" },
  { activation: "z + z^2", inputDim: 3, samples: 4, width: 40, outputs: 4, setting: "kkt" },
  // losses and domains
  { activation: "z + z^2 + z^3", inputDim: 2, samples: 2, width: 9, outputs: 3, loss: "softmax", setting: "kkt" },
  { activation: "z + z^2", inputDim: 2, samples: 2, width: 4, outputs: 3, loss: "softmax" },
  { activation: "z + z^2", inputDim: 3, samples: 3, width: 9, loss: "logistic" },
  { activation: "z + z^2", inputDim: 2, samples: 2, width: 9, loss: "logistic", setting: "kkt", weightDecay: [1, 100] },
  { activation: "z^3", inputDim: 2, samples: 2, width: 9, loss: "hard-margin", setting: "kkt" },
  { activation: "z^2", inputDim: 2, samples: 2, width: 4, loss: "hard-margin", setting: "kkt" },
  { activation: "z^3", inputDim: 3, samples: 3, width: 4, domain: "sphere" },
  { activation: "z + z^2", inputDim: 3, samples: 2, width: 9, domain: "sphere" },
  { activation: "z + z^2 + z^3", inputDim: 3, samples: 3, width: 30, domain: "sphere", setting: "kkt" },
  { activation: "z + z^2 + z^3", inputDim: 3, samples: 3, width: 30, loss: "mse", setting: "kkt" },
];
