import { z } from "zod";

/** What a reader wants to know of a certificate without checking it; the checker is src/recheck. */
export interface CertificateFacts {
  readonly verdict: string;
  readonly scope: string;
  readonly assumes: readonly string[];
  /** ρ of an instance, a double; null for a shape. */
  readonly rho: number | null;
  /** Kinds of the steps, in order. */
  readonly steps: readonly string[];
  /** The network file that the certificate is about; null for a shape. */
  readonly network: CertifiedFile | null;
  /** The files of the initial weights and of the gradient, where the setting has them. */
  readonly init: CertifiedFile | null;
  readonly gradient: CertifiedFile | null;
}

/** A file, named relative to the certificate, and its hash in hexadecimal digits. */
interface CertifiedFile {
  readonly file: string;
  readonly sha256: string;
}

const fileSchema = z.looseObject({ file: z.string(), sha256: z.string() });

const schema = z.looseObject({
  problem: z.looseObject({
    network: z
      .looseObject({ ...fileSchema.shape, init: fileSchema.nullable(), gradient: fileSchema.nullable() })
      .nullable(),
  }),
  claim: z.looseObject({
    verdict: z.string(),
    scope: z.string(),
    assumes: z.array(z.string()),
    rho: z.string().nullable(),
  }),
  steps: z.array(z.looseObject({ kind: z.string() })),
});

/** Reads the facts off a certificate; null where there is none, or none of a known form. */
export function certificateFacts(certificate: object | null): CertificateFacts | null {
  const read = schema.safeParse(certificate);
  if (!read.success) return null;
  const { problem, claim, steps } = read.data;
  return {
    verdict: claim.verdict,
    scope: claim.scope,
    assumes: claim.assumes,
    rho: claim.rho === null ? null : doubleOf(claim.rho),
    steps: steps.map(({ kind }) => kind),
    network: plainFile(problem.network),
    init: plainFile(problem.network?.init),
    gradient: plainFile(problem.network?.gradient),
  };
}

function plainFile(file: CertifiedFile | null | undefined): CertifiedFile | null {
  return file === null || file === undefined ? null : { file: file.file, sha256: file.sha256 };
}

/** The double of "m*2^e"; null for another text. */
function doubleOf(text: string): number | null {
  const match = /^(-?\d+)\*2\^(-?\d+)$/.exec(text);
  return match === null ? null : Number(match[1]) * 2 ** Number(match[2]);
}
