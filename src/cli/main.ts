#!/usr/bin/env node
import { run } from "./run.ts";

// A reader that closes the pipe early (head, less) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 2));
process.exitCode = await run(process.argv.slice(2), process);
