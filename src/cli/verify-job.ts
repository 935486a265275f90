/** Slots of the control words that the threads of a run share. */
export const NEXT = 0;
export const DONE = 1;
export const CONTROL_LENGTH = 2;

/** A run as it is sent to a helping thread; the rows are those of {@link rowsOf}, in the same order. */
export interface VerifyJob {
  /** Claims by name. */
  readonly claims: readonly string[];
  readonly seed: number;
  readonly long: boolean;
  /** On the clock of Date.now(). */
  readonly deadline: number;
  /** NEXT: the row that the next free thread takes; DONE: rows that helpers have sent. */
  readonly control: SharedArrayBuffer;
}
