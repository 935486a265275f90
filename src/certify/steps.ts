import type { CertificateStep, InstanceClaim, InstanceProofs } from "./claim.ts";
import { formatDouble } from "./dyadic.ts";
import type { PlainData } from "./fit.ts";

/** The steps that prove the verdict of an instance, the shortest argument only; format: docs/certificates.md. */
export function instanceSteps({ equations, data }: InstanceClaim, proofs: InstanceProofs): CertificateStep[] {
  const { span, kernel, moments, catalecticant, scales, witness } = proofs;
  const { inputDim: d, outputs } = equations.system.shape;
  const write = (set: PlainData): object => ({
    X: chunk(set.points, d),
    multipliers: chunk(set.multipliers, outputs),
  });
  if (witness !== null) {
    return [{ id: "witness", kind: "witness", uses: [], first: write(witness.first), second: write(witness.second) }];
  }
  const fits: CertificateStep[] = data === null ? [] : [{ id: "data", kind: "data-fits", uses: [], ...write(data) }];
  const spans: CertificateStep[] =
    span === null ? [] : [{ id: "span", kind: "instance-span", uses: [], rows: span.rows, columns: span.columns }];
  const byMoments = moments !== null && catalecticant !== null && scales !== null;
  // With a bias the kernel criterion is the longer argument to check: it is used where the moments decide nothing.
  const byKernel = kernel !== null && (equations.system.shape.bias === "none" || !byMoments);
  if (byKernel) return [...fits, ...spans, { id: "kernel", kind: "instance-kernel", uses: ["span"] }];
  if (!byMoments) return [];
  const { output, k, rows, columns } = catalecticant;
  const inSpan = span !== null && span.rows.length < d;
  return [
    ...fits,
    ...(inSpan ? spans : []),
    { id: "moments", kind: "instance-moments", uses: inSpan ? ["span"] : [] },
    { id: "catalecticant", kind: "instance-catalecticant", uses: ["moments"], output, k, rows, columns },
    { id: "scales", kind: "instance-scales", uses: ["catalecticant"], degree: scales.degree },
  ];
}

function chunk(values: Float64Array, width: number): string[][] {
  return Array.from({ length: values.length / width }, (_, i) =>
    Array.from(values.subarray(i * width, (i + 1) * width), formatDouble),
  );
}
