import { workerData } from "node:worker_threads";

/** What the thread of a command is given beside its arguments; see main.ts. */
export interface CommandThreadData {
  readonly argv: readonly string[];
  readonly terminals: { readonly stdout: boolean; readonly stderr: boolean };
  /** One Int32: not 0 after Ctrl-C. */
  readonly interruption: SharedArrayBuffer;
}

const given = workerData as Partial<CommandThreadData> | null;

/** The word that Ctrl-C sets; a thread that this one starts is given it as well. */
export const interruption: SharedArrayBuffer = given?.interruption ?? new SharedArrayBuffer(4);
const flag = new Int32Array(interruption);

/** Whether the user pressed Ctrl-C: work stops at its next look, and prints the best so far. */
export function isInterrupted(): boolean {
  return Atomics.load(flag, 0) !== 0;
}
