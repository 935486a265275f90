import { type ExpandOptions, runExpand } from "../../src/cli/expand.ts";

/** What `expand` prints; nothing may go to stderr. */
export function expandOutput(options: ExpandOptions, terminal = false): string {
  let stdout = "";
  const io = {
    stdout: { write: (text: string) => (stdout += text), isTTY: terminal },
    stderr: {
      write: (text: string) => {
        throw new Error(`on stderr: ${text}`);
      },
    },
    env: {},
  };
  if (runExpand(options, io) !== 0) throw new Error("expand did not exit with 0");
  return stdout;
}
