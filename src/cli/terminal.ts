import picocolors from "picocolors";
import type { TextStyle } from "../report/style.ts";
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

/** A line on stderr that is rewritten while work goes on; silent off a terminal. */
export interface Progress {
  readonly show: (message: string) => void;
  readonly clear: () => void;
}

const REFRESH_MILLISECONDS = 80;

export function progressFor({ stderr }: Io, quiet: boolean): Progress {
  if (quiet || stderr.isTTY !== true) return { show: () => undefined, clear: () => undefined };
  let last = 0;
  return {
    show(message) {
      const now = performance.now();
      if (now - last < REFRESH_MILLISECONDS) return;
      last = now;
      stderr.write(`\r\x1b[2K${message.slice(0, 78)}`);
    },
    clear() {
      stderr.write("\r\x1b[2K");
    },
  };
}
