import cliProgress from "cli-progress";
import { duration } from "./duration.ts";
import type { Io } from "./io.ts";
import { canRewrite } from "./terminal.ts";

/** How far a sweep is: a bar on a terminal, elsewhere a line now and then. */
export interface SweepProgress {
  readonly note: (message: string) => void;
  /** One cell more is finished. */
  readonly advance: () => void;
  readonly end: () => void;
}

const LINE_MILLISECONDS = 10_000;

/** @param total - cells of this run */
export function sweepProgress(
  io: Io,
  { total, quiet }: { readonly total: number; readonly quiet: boolean },
): SweepProgress {
  if (quiet) return { note: () => undefined, advance: () => undefined, end: () => undefined };
  const note = (message: string): unknown => io.stderr.write(`${message}\n`);
  if (total === 0) return { note, advance: () => undefined, end: () => undefined };
  return canRewrite(io) ? bar(io.stderr, total, note) : lines(total, note);
}

function bar(stream: Io["stderr"], total: number, note: (message: string) => unknown): SweepProgress {
  const progress = new cliProgress.SingleBar(
    {
      format: "cells {bar} {value}/{total} ({duration_formatted}), {eta_formatted} left",
      barsize: 28,
      stream: stream as NodeJS.WriteStream,
      hideCursor: true,
      clearOnComplete: true,
      // Times vary between cells: the estimate looks at many.
      etaBuffer: 100,
    },
    cliProgress.Presets.shades_classic,
  );
  let isStarted = false;
  const start = (): void => {
    if (!isStarted) progress.start(total, 0);
    isStarted = true;
  };
  return {
    note(message) {
      note(message);
      start();
    },
    advance() {
      start();
      progress.increment();
    },
    end() {
      if (isStarted) progress.stop();
    },
  };
}

function lines(total: number, note: (message: string) => unknown): SweepProgress {
  const started = performance.now();
  let last = started;
  let done = 0;
  return {
    note,
    advance() {
      done++;
      const now = performance.now();
      if (now - last < LINE_MILLISECONDS) return;
      last = now;
      const left = ((now - started) / done / 1000) * (total - done);
      note(`${done} of ${total} cells, about ${duration(left)} left`);
    },
    end: () => undefined,
  };
}
