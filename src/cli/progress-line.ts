import cliProgress from "cli-progress";
import { duration } from "./duration.ts";

/** What work tells of itself: what it does now, and how many of how many steps are done, where it knows. */
export interface ProgressState {
  readonly text: string;
  readonly done?: number | undefined;
  readonly total?: number | undefined;
}

/** The last line of a terminal while work goes on. */
export interface ProgressLine {
  readonly show: (state: ProgressState) => void;
  /** Writes above the line, which comes back with the next tick. */
  readonly above: (write: () => void) => void;
  readonly clear: () => void;
}

/** A terminal, as far as the line needs one. */
interface TerminalStream {
  write(text: string): unknown;
  readonly columns?: number | undefined;
}

const ERASE = "\r\x1b[2K";
const TICK_MILLISECONDS = 1000;
const BAR_COLUMNS = 12;
/** Columns of the message without which there is no bar either. */
const LEAST_TEXT = 12;
/** Columns of a line that is rewritten: one that wraps could not be. */
const LINE_WIDTH = 78;
/** Below this many seconds nothing is said about time. */
const LONG_SECONDS = 3;

/**
 * A line that is rewritten, and that goes on counting seconds while nothing new is heard: for that its thread must not
 * be the one that works.
 */
export function createProgressLine(stream: TerminalStream): ProgressLine {
  const started = performance.now();
  let stage = { name: "", since: 0, from: 0 };
  let state: ProgressState | null = null;
  let timer: ReturnType<typeof setInterval> | null = null;
  const draw = (): void => {
    if (state === null) return;
    const now = performance.now();
    // A terminal that does not know its width says 0.
    const width = Math.min(LINE_WIDTH, (stream.columns || LINE_WIDTH + 1) - 1);
    const seconds = Math.floor((now - started) / 1000);
    stream.write(`${ERASE}${lineOf(state, { seconds, left: secondsLeft(state, stage, now), width })}`);
  };
  return {
    show(next) {
      const now = performance.now();
      // Time left is told from the speed of this stage alone.
      const name = stageOf(next);
      if (name !== stage.name || (next.done ?? 0) < stage.from) stage = { name, since: now, from: next.done ?? 0 };
      state = next;
      if (timer === null) {
        timer = setInterval(draw, TICK_MILLISECONDS);
        timer.unref();
      }
      draw();
    },
    above(write) {
      if (state !== null) stream.write(ERASE);
      write();
    },
    clear() {
      if (timer !== null) clearInterval(timer);
      if (state !== null) stream.write(ERASE);
      [timer, state] = [null, null];
    },
  };
}

/** Messages of one stage begin with the same word. */
export function stageOf({ text }: ProgressState): string {
  return text.split(" ", 1)[0]!;
}

function secondsLeft(
  { done, total }: ProgressState,
  { since, from }: { readonly since: number; readonly from: number },
  now: number,
): number | null {
  if (done === undefined || total === undefined || done <= from) return null;
  return ((now - since) / 1000 / (done - from)) * (total - done);
}

interface LineTimes {
  /** Whole seconds since the start. */
  readonly seconds: number;
  /** Null where it is not known. */
  readonly left: number | null;
  readonly width: number;
}

/** The message, cut where it is too long, then the bar and the times. */
function lineOf({ text, done, total }: ProgressState, { seconds, left, width }: LineTimes): string {
  const elapsed = seconds < LONG_SECONDS ? "" : ` (${seconds} s)`;
  const known = done !== undefined && total !== undefined && total > 0;
  const count = known ? ` ${done}/${total}` : "";
  const rest = elapsed === "" || left === null ? "" : `, about ${duration(left)} left`;
  const times = `${count}${elapsed}${rest}`;
  const hasRoom = known && width - times.length > BAR_COLUMNS + LEAST_TEXT;
  const end = hasRoom ? ` ${barOf(done / total)}${times}` : times;
  return `${text.slice(0, Math.max(0, width - end.length))}${end}`;
}

function barOf(share: number): string {
  const { barCompleteChar = "#", barIncompleteChar = "-" } = cliProgress.Presets.shades_classic;
  return cliProgress.Format.BarFormat(Math.min(1, share), {
    barsize: BAR_COLUMNS,
    barCompleteString: barCompleteChar.repeat(BAR_COLUMNS),
    barIncompleteString: barIncompleteChar.repeat(BAR_COLUMNS),
    barGlue: "",
  });
}
