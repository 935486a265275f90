import type { Words } from "./inline.ts";

/** A theorem that a verdict can rest on. */
export interface Theorem {
  readonly title: string;
  readonly content: readonly Words[];
  /** Page of proofs/ with the proof, or with the source and all hypotheses. */
  readonly page: string;
}
