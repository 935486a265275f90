import picocolors from "picocolors";
import type { Watch } from "../identifiability/watch.ts";
import type { TextStyle } from "../report/style.ts";
import { isInterrupted } from "./interruption.ts";
import type { Io } from "./io.ts";
import { createProgressLine, stageOf } from "./progress-line.ts";

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

/** What is heard of work while it goes on: on a terminal a line that is rewritten, elsewhere only what stays. */
export interface Progress {
  /** `done` of `total` steps, where the work knows them. */
  readonly show: (message: string, done?: number, total?: number) => void;
  /** A line that stays. */
  readonly note: (message: string) => void;
  readonly clear: () => void;
}

const SILENT: Progress = { show: () => undefined, note: () => undefined, clear: () => undefined };

const REFRESH_MILLISECONDS = 80;
/** Work that takes longer than this is announced in a line that stays, in a pipe as well; progress tells its time. */
const LONG_SECONDS = 3;

/** Whether a stream can show a line that is rewritten. */
export function canRewrite({ stderr, env }: Pick<Io, "stderr" | "env">): boolean {
  return stderr.isTTY === true && env.TERM !== "dumb";
}

export function progressFor(io: Io, quiet: boolean): Progress {
  if (quiet) return SILENT;
  const { stderr } = io;
  if (!canRewrite(io)) return { ...SILENT, note: (message) => stderr.write(`${message}\n`) };
  const line = io.progress ?? createProgressLine(stderr);
  let last = 0;
  let lastStage = "";
  return {
    show(text, done, total) {
      const now = performance.now();
      // The first message of a stage is never left out: it may stand for as long as the stage takes.
      const stage = stageOf({ text });
      if (stage === lastStage && now - last < REFRESH_MILLISECONDS) return;
      lastStage = stage;
      last = now;
      line.show({ text, done, total });
    },
    note: (message) => line.above(() => stderr.write(`${message}\n`)),
    clear: () => line.clear(),
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
