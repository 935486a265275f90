#!/usr/bin/env node
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import type { CommandThreadData } from "./interruption.ts";
import type { ExitCode, Io } from "./io.ts";
import { createProgressLine, type ProgressState } from "./progress-line.ts";
import { run } from "./run.ts";

/** Commands that may take long. They run in a thread of their own, so that this one can hear Ctrl-C. */
const LONG_COMMANDS: ReadonlySet<string> = new Set(["check", "recover", "train", "report", "verify"]);

/** What the thread of a command tells this one. */
type CommandMessage =
  | { readonly kind: "output"; readonly stream: "stdout" | "stderr"; readonly text: string }
  | ({ readonly kind: "progress" } & ProgressState)
  | { readonly kind: "progress-end" }
  | { readonly kind: "exit"; readonly exitCode: ExitCode };

if (!isMainThread) await serve(workerData as CommandThreadData);
else {
  const argv = process.argv.slice(2);
  surviveLostReaders();
  process.exitCode = await (LONG_COMMANDS.has(argv[0] ?? "") ? runInThread(argv) : run(argv, process));
}

/**
 * A reader that closes the pipe early (head, less) is no error, and whoever reads the progress is not missed at all. An
 * answer that cannot be written otherwise exits 2. In each case the command goes on: it may have files to write.
 */
function surviveLostReaders(): void {
  let isLost = false;
  process.stderr.on("error", () => undefined);
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (isLost || error.code === "EPIPE") return;
    isLost = true;
    process.stderr.write(`kktid: the answer could not be written: ${error.message}\n`);
  });
  process.on("exit", () => {
    if (isLost) process.exitCode = 2;
  });
}

/** The first Ctrl-C asks for the best so far, the second ends at once. */
function runInThread(argv: readonly string[]): Promise<number> {
  const interruption = new SharedArrayBuffer(4);
  const flag = new Int32Array(interruption);
  const terminals = { stdout: process.stdout.isTTY === true, stderr: process.stderr.isTTY === true };
  const data: CommandThreadData = { argv, terminals, interruption };
  const thread = new Worker(new URL(import.meta.url), { workerData: data });
  // Drawn here, where the clock goes on while the thread works.
  const line = createProgressLine(process.stderr);
  const complain = (text: string): void => line.above(() => process.stderr.write(text));
  process.on("SIGINT", () => {
    if (Atomics.exchange(flag, 0, 1) !== 0) {
      line.clear();
      process.exit(130);
    }
    complain("\nkktid: interrupted; ending with the best so far (Ctrl-C again: at once)\n");
  });
  return new Promise((resolve) => {
    let exitCode = 2;
    thread.on("message", (message: CommandMessage) => {
      if (message.kind === "exit") exitCode = message.exitCode;
      else if (message.kind === "progress") line.show(message);
      else if (message.kind === "progress-end") line.clear();
      else line.above(() => process[message.stream].write(message.text));
    });
    thread.on("error", (error) => complain(`kktid: internal error: ${error.message}\n`));
    thread.on("exit", () => {
      line.clear();
      resolve(exitCode);
    });
  });
}

/** Runs one command in this thread; what it prints goes to the main thread at once, though nothing else may run here. */
async function serve({ argv, terminals }: CommandThreadData): Promise<void> {
  const port = parentPort!;
  const send = (message: CommandMessage): void => port.postMessage(message);
  const stream = (name: "stdout" | "stderr"): Io["stdout"] => ({
    write: (text) => send({ kind: "output", stream: name, text }),
    isTTY: terminals[name],
  });
  const progress: Io["progress"] = {
    show: ({ text, done, total }) => send({ kind: "progress", text, done, total }),
    above: (write) => write(),
    clear: () => send({ kind: "progress-end" }),
  };
  const io: Io = { stdout: stream("stdout"), stderr: stream("stderr"), env: process.env, progress };
  send({ kind: "exit", exitCode: await run(argv, io) });
}
