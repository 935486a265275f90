import type { NetworkEquations } from "../equations/build.ts";
import type { Regularity } from "../interval/regular.ts";
import type { PlainData } from "./fit.ts";
import type { CatalecticantProof, MomentProof } from "./moments.ts";
import type { SpanProof } from "./span.ts";
import type { WitnessProof } from "./witness.ts";

/** What is to be proved about one network. */
export interface InstanceClaim {
  readonly equations: NetworkEquations;
  /** n */
  readonly samples: number;
  /** Least ρ: how far the file is assumed to be from an exact system. The residual of the data may raise it. */
  readonly rho: number;
  /** A data set of n samples that fits, in the coordinates of the file; null if none is known. */
  readonly data: PlainData | null;
  /** Two data sets that fit; null if none are known. */
  readonly witness: { readonly first: PlainData; readonly second: PlainData } | null;
  /** The symmetries of the shape. */
  readonly gauge: readonly string[];
}

/** Everything that was proved about the box of radius ρ; null for what was not. */
export interface InstanceProofs {
  readonly rho: number;
  /** Least ρ at which the data set solves the equations. */
  readonly residual: number | null;
  readonly span: SpanProof | null;
  readonly kernel: Regularity | null;
  readonly moments: MomentProof | null;
  readonly catalecticant: CatalecticantProof | null;
  readonly scales: { readonly degree: number | null } | null;
  readonly witness: WitnessProof | null;
}

/** A proved verdict about every system within ρ of a file. */
export interface CertifiedInstance {
  readonly verdict: "globally-identifiable" | "locally-identifiable" | "nonidentifiable";
  readonly rho: number;
  /** Lower bound of the distance of the two data sets of a witness, else null. */
  readonly distance: number | null;
  readonly steps: readonly CertificateStep[];
  readonly statement: string;
}

/** A step of a certificate: its choices, from which a checker recomputes everything else. */
export interface CertificateStep {
  readonly id: string;
  readonly kind: string;
  readonly uses: readonly string[];
  readonly [choice: string]: unknown;
}
