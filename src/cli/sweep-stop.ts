import type { Io } from "./io.ts";

/** A wish to end before the end: Ctrl-C, a signal to terminate, or the end of --max-seconds. */
export interface StopRequest {
  readonly signal: AbortSignal;
  /** Why, as the end of a sentence; empty where there was no wish. */
  readonly reason: () => string;
  /** Gives the signals back. */
  readonly release: () => void;
}

/** Listens for the first wish; the second Ctrl-C ends the process at once. */
export function listenForStop({ stderr }: Io, maxSeconds: number | undefined): StopRequest {
  const controller = new AbortController();
  let reason = "";
  const stopFor = (why: string): void => {
    if (reason === "") reason = ` ${why}`;
    controller.abort();
  };
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(130);
    stderr.write("\nkktid: interrupted; ending (Ctrl-C again: at once)\n");
    stopFor("by the interruption");
  };
  const timer = maxSeconds === undefined ? undefined : setTimeout(() => stopFor("by --max-seconds"), 1000 * maxSeconds);
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    reason: () => reason,
    release() {
      clearTimeout(timer);
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}
