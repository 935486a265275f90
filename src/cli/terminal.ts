import picocolors from "picocolors";
import type { Watch } from "../identifiability/watch.ts";
import type { TextStyle } from "../report/style.ts";
import { isInterrupted } from "./interruption.ts";
import type { Io } from "./io.ts";

/** Colour only on a terminal, and never with NO_COLOR or on a terminal that knows no escape sequences. */
export function styleFor({ stdout, env }: Io): TextStyle {
  const colours = picocolors.createColors(stdout.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb");
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
/** Columns of a line that is rewritten: one that wraps could not be. */
const LINE_WIDTH = 78;
/** Work that takes longer than this is announced in a line that stays, in a pipe as well; progress tells its time. */
const LONG_SECONDS = 3;

export function progressFor({ stderr, env }: Io, quiet: boolean): Progress {
  if (quiet) return SILENT;
  if (stderr.isTTY !== true || env.TERM === "dumb")
    return { ...SILENT, note: (message) => stderr.write(`${message}\n`) };
  const started = performance.now();
  let last = 0;
  let lastKind = "";
  return {
    show(message) {
      const now = performance.now();
      // The first message of a stage is never left out: it may stand for as long as the stage takes.
      const kind = message.split(" ", 1)[0]!;
      if (kind === lastKind && now - last < REFRESH_MILLISECONDS) return;
      lastKind = kind;
      last = now;
      const seconds = Math.floor((now - started) / 1000);
      const elapsed = seconds < LONG_SECONDS ? "" : ` (${seconds} s)`;
      stderr.write(`\r\x1b[2K${message.slice(0, LINE_WIDTH - elapsed.length)}${elapsed}`);
    },
    note(message) {
      stderr.write(`\r\x1b[2K${message}\n`);
    },
    clear() {
      stderr.write("\r\x1b[2K");
    },
  };
}

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
