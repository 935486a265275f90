import type { ExactData } from "./instance-data.ts";
import type { FrameView, SpaceView } from "./instance-space.ts";
import type { Interval } from "./intervals.ts";
import { Fields, type JsonObject, reject, require, word } from "./json.ts";
import type { MatrixName, Point } from "./matrices.ts";
import type { PrimeField } from "./modular.ts";
import type { NetworkSystem } from "./network-system.ts";
import type { Problem } from "./problem.ts";

/** What a certificate claims. */
export interface Claim {
  readonly verdict: "globally-identifiable" | "locally-identifiable" | "nonidentifiable";
  readonly scope: "generic" | "instance";
  readonly field: "R";
  readonly upTo: readonly string[];
  readonly assumes: readonly string[];
  /** ρ of an instance. */
  readonly rho: number | null;
  /** Least distance of the two data sets of a witness. */
  readonly distance: number | null;
}

/** A matrix of full rank in general, shown at a point modulo a prime. */
export interface FullRank {
  readonly is: "full-rank";
  readonly matrix: MatrixName;
  readonly field: PrimeField;
  readonly point: Point;
}

/** A region around a data set, by sample half-widths of x and g, that holds one zero of some of the equations. */
export interface IsolatedZero {
  readonly is: "isolated-zero";
  readonly data: ExactData;
  readonly region: readonly { readonly point: number; readonly multiplier: number }[];
  readonly radii: readonly { readonly point: number; readonly multiplier: number }[];
}

/** How far the points and multipliers of every data set may be from the one that fits. */
export interface GlobalError {
  readonly is: "global-error";
  readonly data: ExactData;
  readonly errors: readonly number[];
  readonly multiplierErrors: readonly number[] | null;
}

/** What a checked step has proved, as far as later steps and the verdict need it. */
export type Fact =
  | FullRank
  | { readonly is: "reduction"; readonly dimension: number }
  | { readonly is: "instance-span"; readonly view: SpaceView }
  | { readonly is: "instance-moments"; readonly inputDim: number; readonly moments: readonly Interval[] }
  | { readonly is: "instance-catalecticant"; readonly k: number }
  | { readonly is: "moments-known" | "unique-decomposition" | "local-rank" | "continuum" }
  | { readonly is: "data-fits"; readonly data: ExactData }
  | IsolatedZero
  | { readonly is: "instance-frame"; readonly view: FrameView }
  | GlobalError
  | { readonly is: "global-radius" }
  | { readonly is: "witness" | "instance-scales" | "instance-kernel" };

/** What a step proves, and a sentence that says it. */
export type Checked = readonly [Fact, string];

/** A step before it is checked: its fields, and the facts of the steps it uses. */
export class Step {
  readonly problem: Problem;
  readonly claim: Claim;
  readonly used: readonly Fact[];
  private readonly network: NetworkSystem | null;
  private readonly object: JsonObject;

  constructor(
    { problem, claim, network }: { problem: Problem; claim: Claim; network: NetworkSystem | null },
    object: JsonObject,
    used: readonly Fact[],
  ) {
    this.problem = problem;
    this.claim = claim;
    this.network = network;
    this.object = object;
    this.used = used;
  }

  /** The system of the file, which instances have. */
  get system(): NetworkSystem {
    return this.network!;
  }

  /** A field that decides which others there are. */
  word<T extends string>(key: string, words: readonly T[]): T {
    return word(words)(this.object.get(key) ?? null, key);
  }

  /** The fields, exactly these. */
  fields(...keys: readonly string[]): Fields {
    return new Fields(this.object, ["id", "kind", "uses", ...keys]);
  }

  usesNothing(): void {
    require(this.used.length === 0, "should use no other step");
  }

  /** The one fact of this kind that the step uses, and nothing else. */
  uses<K extends Fact["is"]>(kind: K): Extract<Fact, { is: K }> {
    const [fact] = this.used;
    if (this.used.length !== 1 || fact?.is !== kind) return reject(`should use exactly one ${kind}`);
    return fact as Extract<Fact, { is: K }>;
  }
}

/** The dimension of the space a step is about: the problem's, or that of the one reduction it uses. */
export function spaceOf(step: Step): number {
  return step.used.length === 0 ? step.problem.inputDim : step.uses("reduction").dimension;
}
