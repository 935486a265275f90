#!/usr/bin/env node
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import type { CommandThreadData } from "./interruption.ts";
import type { ExitCode, Io } from "./io.ts";
import { run } from "./run.ts";

/** Commands that may take long. They run in a thread of their own, so that this one can hear Ctrl-C. */
const LONG_COMMANDS: ReadonlySet<string> = new Set(["check", "recover", "train", "report"]);

/** What the thread of a command tells this one. */
type CommandMessage = { readonly stream: "stdout" | "stderr"; readonly text: string } | { readonly exitCode: ExitCode };

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
  process.on("SIGINT", () => {
    if (Atomics.exchange(flag, 0, 1) !== 0) process.exit(130);
    process.stderr.write("\nkktid: interrupted; ending with the best so far (Ctrl-C again: at once)\n");
  });
  return new Promise((resolve) => {
    let exitCode = 2;
    thread.on("message", (message: CommandMessage) => {
      if ("exitCode" in message) exitCode = message.exitCode;
      else process[message.stream].write(message.text);
    });
    thread.on("error", (error) => {
      process.stderr.write(`kktid: internal error: ${error.message}\n`);
    });
    thread.on("exit", () => resolve(exitCode));
  });
}

/** Runs one command in this thread; what it prints goes to the main thread at once, though nothing else may run here. */
async function serve({ argv, terminals }: CommandThreadData): Promise<void> {
  const port = parentPort!;
  const send = (message: CommandMessage): void => port.postMessage(message);
  const stream = (name: "stdout" | "stderr"): Io["stdout"] => ({
    write: (text) => send({ stream: name, text }),
    isTTY: terminals[name],
  });
  send({ exitCode: await run(argv, { stdout: stream("stdout"), stderr: stream("stderr"), env: process.env }) });
}
