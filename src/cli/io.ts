import type { ProgressLine } from "./progress-line.ts";

/** The part of `process` that the command line uses; tests pass their own. */
export interface Io {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Who draws the progress, where that is not this thread. */
  readonly progress?: ProgressLine;
}

interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** 0 analysed, 1 a requirement was not met, 2 bad usage or input, 3 no numerical answer, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 3 | 130;
