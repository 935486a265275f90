import type { Watch } from "../identifiability/watch.ts";
import type { RunOptions } from "./options.ts";

/** How long an analysis may go on, and who hears of it. */
export interface Clock {
  readonly shouldStop: () => boolean;
  readonly onProgress: (message: string) => void;
  /** Seconds since the start. */
  readonly elapsed: () => number;
  /** For analyses of shapes. */
  readonly watch: Watch;
}

/** A clock that starts now. */
export function startClock({ maxSeconds, shouldStop, onProgress }: RunOptions, defaultSeconds: number): Clock {
  const started = performance.now();
  const limit = maxSeconds ?? defaultSeconds;
  const elapsed = (): number => (performance.now() - started) / 1000;
  const isStopped = shouldStop ?? (() => false);
  const tell = onProgress ?? (() => undefined);
  return {
    shouldStop: () => isStopped() || elapsed() > limit,
    onProgress: tell,
    elapsed,
    watch: {
      onStage: tell,
      onFinding: tell,
      secondsLeft: () => (isStopped() ? 0 : limit - elapsed()),
    },
  };
}
