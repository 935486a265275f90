import { formatRational } from "../algebra/rational.ts";
import { type EquationShape, TRAINED_LAYERS } from "../equations/shape.ts";
import type { CertifiedInstance } from "./claim.ts";
import { formatDouble } from "./dyadic.ts";

/** A file that a certificate is about; the path is relative to the certificate. */
interface CertifiedFile {
  readonly file: string;
  /** Hexadecimal, of the bytes of the file. */
  readonly sha256: string;
}

/** The files of a network and the names of its tensors in them. */
interface CertifiedNetwork extends CertifiedFile {
  readonly init: CertifiedFile | null;
  readonly gradient: CertifiedFile | null;
  /** Tensor names: `hiddenWeight`, `outputWeight` and, where present, `hiddenBias`, `outputBias`. */
  readonly keys: Readonly<Record<string, string>>;
  readonly unpenalised: readonly string[];
}

interface DocumentParts {
  readonly certified: CertifiedInstance;
  /** The shape of the file, before any reduction. */
  readonly shape: EquationShape;
  readonly samples: number;
  /** The symmetries of the shape: `permutation`, then `sign`, `scale` where they apply. */
  readonly gauge: readonly string[];
  readonly network: CertifiedNetwork;
  /** SHA-256 of a text in UTF-8, hexadecimal. */
  readonly sha256: (text: string) => string;
}

/** The certificate of an instance, schema kktid.certificate/1; format: docs/certificates.md. */
export function instanceCertificate({ certified, shape, samples, gauge, network, sha256 }: DocumentParts): object {
  const { file, sha256: digest, init, gradient, keys, unpenalised } = network;
  const problem = {
    setting: shape.setting,
    inputDim: shape.inputDim,
    samples,
    width: shape.width,
    outputs: shape.outputs,
    activation: shape.activation.coefficients.map(formatRational),
    trained: TRAINED_LAYERS.filter((layer) => shape.trained.has(layer)),
    bias: shape.bias,
    domain: "free",
    loss: null,
    weightDecay: null,
    network: { file, sha256: digest, init, gradient, keys, unpenalised },
  };
  const { verdict, rho, distance, steps } = certified;
  return {
    schema: "kktid.certificate/1",
    problem,
    claim: {
      verdict,
      scope: "instance",
      field: "R",
      upTo: gauge,
      assumes: ["within-rho"],
      rho: formatDouble(rho),
      distance: distance === null ? null : formatDouble(distance),
    },
    inputHash: `sha256:${sha256(JSON.stringify(problem))}`,
    steps,
  };
}
