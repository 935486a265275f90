#!/usr/bin/env node
import { run } from "./run.ts";

// A reader that closes the pipe early (head, less) is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit();
    process.stderr.write(`kktid: the answer could not be written: ${error.message}\n`);
    process.exit(2);
  });
}

process.exitCode = await run(process.argv.slice(2), process);
