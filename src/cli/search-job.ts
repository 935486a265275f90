import type { ReducedSystem } from "../equations/reduction.ts";
import type { Evaluation } from "../solve/schedule.ts";
import type { SearchQuestion } from "../solve/search-context.ts";
import type { StrategyName } from "../solve/strategy.ts";

/** Slots of the control words that the threads of a search share. */
export const NEXT = 0;
export const STOP = 1;
export const DONE = 2;
export const CONTROL_LENGTH = 3;

/** A search as it is sent to a helping thread: everything that decides the results, and the control words. */
export interface SearchJob {
  readonly question: Omit<SearchQuestion, "shouldStop"> & { readonly reduced: ReducedSystem };
  readonly entries: readonly { readonly name: StrategyName; readonly weight: number }[];
  /** NEXT: position that the next free thread takes; STOP: not 0 when the search is over; DONE: results sent. */
  readonly control: SharedArrayBuffer;
  /** Tells the results of this job from late ones of the job before. */
  readonly id: number;
}

/** One result of a helping thread. */
export interface SearchResultMessage {
  readonly id: number;
  readonly position: number;
  readonly evaluation: Evaluation;
}
