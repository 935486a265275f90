import type { EquationShape } from "../equations/shape.ts";
import type { CertificateStep, InstanceClaim, InstanceProofs } from "./claim.ts";
import { formatDouble } from "./dyadic.ts";
import type { PlainData } from "./fit.ts";

/** The steps that prove the verdict of an instance, the shortest argument only; format: docs/certificates.md. */
export function instanceSteps({ equations, data }: InstanceClaim, proofs: InstanceProofs): CertificateStep[] {
  const { span, kernel, moments, catalecticant, scales, witness } = proofs;
  const { shape } = equations.system;
  const { inputDim: d } = shape;
  const write = (set: PlainData): object => writeData(set, shape);
  if (witness !== null) {
    return [{ id: "witness", kind: "witness", uses: [], first: write(witness.first), second: write(witness.second) }];
  }
  const fits: CertificateStep[] = data === null ? [] : [dataStep(data, shape)];
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

/** The step that a data set solves a system within ρ. */
export function dataStep(data: PlainData, shape: EquationShape): CertificateStep {
  return { id: "data", kind: "data-fits", uses: [], ...writeData(data, shape) };
}

const writeData = ({ points, multipliers }: PlainData, { inputDim, outputs }: EquationShape): object => ({
  X: chunk(points, inputDim),
  multipliers: chunk(multipliers, outputs),
});

function chunk(values: Float64Array, width: number): string[][] {
  return Array.from({ length: values.length / width }, (_, i) =>
    Array.from(values.subarray(i * width, (i + 1) * width), formatDouble),
  );
}
