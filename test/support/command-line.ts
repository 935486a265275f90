import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../src/cli/run.ts";

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Terminal {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdoutIsTty?: boolean;
  readonly stderrIsTty?: boolean;
}

/** Runs one command line with streams that only collect. */
export async function kktid(argv: readonly string[], terminal: Terminal = {}): Promise<Outcome> {
  const { env = {}, stdoutIsTty = false, stderrIsTty = false } = terminal;
  let stdout = "";
  let stderr = "";
  const code = await run(argv, {
    stdout: { write: (text: string) => (stdout += text), isTTY: stdoutIsTty },
    stderr: { write: (text: string) => (stderr += text), isTTY: stderrIsTty },
    env,
  });
  return { code, stdout, stderr };
}

/** A folder of its own for the files of one test file. */
export function temporaryFolder(): {
  readonly path: string;
  write(name: string, content: unknown): string;
  remove(): void;
} {
  const path = mkdtempSync(join(tmpdir(), "kktid-test-"));
  return {
    path,
    /** Text as it is, anything else as JSON; returns the path. */
    write(name, content) {
      const file = join(path, name);
      writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
      return file;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
