import type { EquationShape } from "../equations/shape.ts";
import type { GlobalCertificate } from "./certify-globally.ts";
import type { CertificateStep, CertifiedInstance } from "./claim.ts";
import { formatDouble } from "./dyadic.ts";
import type { PlainData } from "./fit.ts";
import type { CertifiedSamples } from "./krawczyk.ts";
import { concludeSamples } from "./sample-steps.ts";
import { dataStep } from "./steps.ts";

/**
 * Radii r_i within which every data set of every system of the box lies: those of the one zero of a region that the global
 * bounds do not leave.
 *
 * @param isolated - about the same data and ρ
 * @returns null where some data set may be outside the region, or the scale is gauge
 * Source: proofs/global-error.md, "Radii".
 */
export function globalRadii(global: GlobalCertificate, isolated: CertifiedSamples): Float64Array | null {
  const { perSample, multipliers, rho } = global;
  if (multipliers === null || isolated.rho !== rho) return null;
  const isInside = isolated.perSample.every(
    ({ uniqueWithin, multiplierWithin }, i) =>
      stated(perSample[i]!) <= uniqueWithin && stated(multipliers[i]!) <= multiplierWithin,
  );
  if (!isInside) return null;
  return Float64Array.from(isolated.perSample, ({ radius }, i) => Math.min(radius, stated(perSample[i]!)));
}

/** What a certificate states of a bound: a part more, so that a checker that rounds otherwise comes to the same conclusion. */
export function stated(bound: number): number {
  return bound * STATED_PART;
}

const STATED_PART = 2;

/** The certificate of a global bound, with the isolated zero where that tightens it; format: docs/certificates.md. */
export function concludeGlobally(
  global: GlobalCertificate,
  data: PlainData,
  { shape, isolated }: { readonly shape: EquationShape; readonly isolated: CertifiedSamples | null },
): CertifiedInstance {
  const radii = isolated === null ? null : globalRadii(global, isolated);
  const largest = Math.max(...(radii ?? global.perSample.map(stated)));
  const { frame, rho } = global;
  const frames: CertificateStep[] =
    frame === null
      ? []
      : [
          {
            id: "frame",
            kind: "instance-frame",
            uses: [],
            rows: frame.span.rows,
            columns: frame.span.columns,
            basis: rowsOf(frame.basis, frame.vectors.rows),
          },
        ];
  const zero =
    radii === null ? [] : concludeSamples(isolated!, shape).steps.filter(({ kind }) => kind === "isolated-zero");
  const radius: CertificateStep[] =
    radii === null ? [] : [{ id: "radius", kind: "global-radius", uses: ["global", zero[0]!.id] }];
  return {
    verdict: "globally-identifiable",
    rho,
    distance: null,
    steps: [dataStep(data, shape), ...frames, globalStep(global), ...zero, ...radius],
    statement:
      `every data set of ${global.perSample.length} samples that solves some system within ${rho} of the file has its points ` +
      `within ${largest} of those given, up to the gauge`,
  };
}

function globalStep({ route, choice, perSample, multipliers, frame }: GlobalCertificate): CertificateStep {
  const { output, rowDegree, columnDegree, degree, isDirect, eta, scaleDegree } = choice;
  const state = (bounds: Float64Array): string[] => Array.from(bounds, (bound) => formatDouble(stated(bound)));
  return {
    id: "global",
    kind: "global-error",
    uses: frame === null ? ["data"] : ["data", "frame"],
    ...{ route, output, rowDegree, columnDegree, degree, direct: isDirect },
    eta: isDirect && degree === rowDegree + columnDegree ? null : Array.from(eta, formatDouble),
    scaleDegree,
    errors: state(perSample),
    multiplierErrors: multipliers === null ? null : state(multipliers),
  };
}

function rowsOf(values: Float64Array, width: number): string[][] {
  return Array.from({ length: values.length / width }, (_, i) =>
    Array.from(values.subarray(i * width, (i + 1) * width), formatDouble),
  );
}
