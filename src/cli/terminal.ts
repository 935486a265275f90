import picocolors from "picocolors";
import type { Watch } from "../identifiability/watch.ts";
import type { TextStyle } from "../report/style.ts";
import { isInterrupted } from "./interruption.ts";
import type { Io } from "./io.ts";

/** Colour only on a terminal, and never with NO_COLOR. */
export function styleFor({ stdout, env }: Io): TextStyle {
  const colours = picocolors.createColors(stdout.isTTY === true && !env.NO_COLOR);
  return {
    bold: colours.bold,
    good: colours.green,
    bad: colours.red,
    open: colours.yellow,
    faint: colours.dim,
  };
}

/** A line on stderr that is rewritten while work goes on. */
export interface Progress {
  readonly show: (message: string) => void;
  /** A line that stays. */
  readonly note: (message: string) => void;
  readonly clear: () => void;
}

const SILENT: Progress = { show: () => undefined, note: () => undefined, clear: () => undefined };

const REFRESH_MILLISECONDS = 80;

export function progressFor({ stderr }: Io, quiet: boolean): Progress {
  if (quiet) return SILENT;
  if (stderr.isTTY !== true) return { ...SILENT, note: (message) => stderr.write(`${message}\n`) };
  let last = 0;
  return {
    show(message) {
      const now = performance.now();
      if (now - last < REFRESH_MILLISECONDS) return;
      last = now;
      stderr.write(`\r\x1b[2K${message.slice(0, 78)}`);
    },
    note(message) {
      stderr.write(`\r\x1b[2K${message}\n`);
    },
    clear() {
      stderr.write("\r\x1b[2K");
    },
  };
}

/** Work that takes longer than this is announced in a line that stays, in a pipe as well. */
const LONG_SECONDS = 3;

/** The watch of an analysis with a time limit: stages as progress, long ones and findings after a while as lines. */
export function watchWith(progress: Progress, maxSeconds: number): Watch {
  const started = performance.now();
  const elapsed = (): number => (performance.now() - started) / 1000;
  return {
    onStage(stage, seconds) {
      if (seconds < LONG_SECONDS) progress.show(stage);
      else progress.note(`${stage}: about ${Math.ceil(seconds)} s`);
    },
    onFinding(finding) {
      if (elapsed() > LONG_SECONDS) progress.note(`${finding} (after ${elapsed().toFixed(0)} s)`);
    },
    secondsLeft: () => (isInterrupted() ? 0 : maxSeconds - elapsed()),
  };
}
