import type { EquationShape } from "../equations/shape.ts";
import type { CertificateStep, CertifiedInstance } from "./claim.ts";
import { formatDouble } from "./dyadic.ts";
import type { CertifiedSamples } from "./krawczyk.ts";
import { dataStep } from "./steps.ts";

/** The certificate that a data set is isolated, with its radii; format: docs/certificates.md. */
export function concludeSamples(certified: CertifiedSamples, shape: EquationShape): CertifiedInstance {
  const { perSample, data, chosenEquations, rho } = certified;
  const zero: CertificateStep = {
    id: "zero",
    kind: "isolated-zero",
    uses: ["data"],
    equations: chosenEquations,
    region: perSample.map(({ uniqueWithin, multiplierWithin }) => [uniqueWithin, multiplierWithin].map(formatDouble)),
    radii: perSample.map(({ radius, multiplierRadius }) => [radius, multiplierRadius].map(formatDouble)),
  };
  const largest = Math.max(...perSample.map(({ radius }) => radius));
  const statement =
    `for every system within ${rho} of the file the data sets near the one given that solve it are at most one, ` +
    `and its points are within ${largest} of those given`;
  return {
    verdict: "locally-identifiable",
    rho,
    distance: null,
    steps: [dataStep(data, shape), zero],
    statement,
  };
}
