import { createHash } from "node:crypto";
import { checkShape } from "../../identifiability/check-shape.ts";
import { recheckCertificate } from "../../recheck/recheck.ts";
import { shapeCertificate } from "../../report/certificate.ts";
import type { Claim, Experiment } from "../experiment.ts";
import { exactPair } from "../rows.ts";
import { type ShapeText, shapeOf } from "../shapes.ts";

/** A certificate as it is read back, to be changed. */
interface Document {
  problem: Record<string, unknown>;
  claim: Record<string, unknown>;
  inputHash: string;
  steps: Record<string, unknown>[];
}

/** Makes a certificate prove less than it claims, in place. */
type Spoil = (document: Document) => void;

const CUBIC = { activation: "z + z^2 + z^3" } as const;

/** Certificates of shapes, checked by the code that shares nothing with what made them. */
export const shapeCertificates: Claim = {
  id: "shape-certificates",
  statement:
    "A minor that does not vanish modulo a prime proves the rank of a shape at almost all nodes and data; one that vanishes, or a stronger claim, proves nothing.",
  ofSourcePaper: false,
  page: "proofs/shape-certificates.md",
  experiments: [
    ...certificatePair("locally, d = 3, n = 4, m = 6", { ...CUBIC, inputDim: 3, width: 6 }, 4, {
      "two neurons of its point equal": equalNeurons,
      "its shape one neuron narrower": narrower,
      "globally claimed": claiming("globally-identifiable"),
    }),
    ...certificatePair("globally, kkt, d = 2, n = 2, m = 5", { ...CUBIC, inputDim: 2, width: 5, setting: "kkt" }, 2, {
      "its shape of two neurons": (document) => resized(document, { width: 2 }),
      "one sample more": (document) => resized(document, { samples: 3 }),
    }),
    ...certificatePair("by counting, d = 3, n = 4, m = 5", { ...CUBIC, inputDim: 3, width: 5 }, 4, {
      "one neuron more": (document) => resized(document, { width: 6 }),
      "one sample fewer": (document) => resized(document, { samples: 3 }),
    }),
    ...certificatePair("by mixing, d = 3, n = 2, m = 9", { activation: "z + z^2", inputDim: 3, width: 9 }, 2, {
      "a term z^3 more": (document) => resized(document, { activation: ["0", "1", "1", "1"] }),
      "one sample alone": (document) => resized(document, { samples: 1 }),
    }),
  ],
};

/** The certificate as it was written, and each way to spoil it. */
function certificatePair(
  what: string,
  text: ShapeText,
  n: number,
  ways: Readonly<Record<string, Spoil>>,
): Experiment[] {
  return Object.entries(ways).flatMap(([way, spoil]) =>
    exactPair(
      {
        satisfied: `${what}: accepted as written (beside: ${way})`,
        violated: `${what}, ${way}: rejected`,
        trials: 1,
      },
      ({ seed }, satisfied) => {
        const question = { shape: shapeOf(text), samples: n, seed };
        const certificate = shapeCertificate(checkShape(question), question);
        // Nothing to check shows nothing: the trial disagrees.
        if (certificate === null) return !satisfied;
        const document = JSON.parse(JSON.stringify(certificate)) as Document;
        if (!satisfied) spoil(document);
        return isAccepted(document);
      },
    ),
  );
}

function isAccepted(document: Document): boolean {
  const readFile = (path: string): never => {
    throw new Error(`the certificate of a shape names a file: ${path}`);
  };
  return recheckCertificate(JSON.stringify(document), { readFile }).accepted;
}

/** The second neuron of every point becomes the first: equations repeat, and minors with both vanish. */
function equalNeurons({ problem, steps }: Document): void {
  const d = Number(problem.inputDim);
  for (const { point } of steps as { point?: { weights: number[]; output: number[] } }[]) {
    if (point === undefined) continue;
    point.weights.splice(d, d, ...point.weights.slice(0, d));
    point.output[1] = point.output[0]!;
  }
}

function narrower(document: Document): void {
  resized(document, { width: Number(document.problem.width) - 1 });
}

/** Another problem under the same steps, with its own hash: only the mathematics can reject it. */
function resized(document: Document, change: Readonly<Record<string, unknown>>): void {
  document.problem = { ...document.problem, ...change };
  const hash = createHash("sha256").update(JSON.stringify(document.problem)).digest("hex");
  document.inputHash = `sha256:${hash}`;
}

function claiming(verdict: string): Spoil {
  return ({ claim }) => {
    claim.verdict = verdict;
  };
}
