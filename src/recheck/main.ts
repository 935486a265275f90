#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { FileError } from "../errors.ts";
import { runChecker } from "./run.ts";

/** `kktid-recheck FILE [--json]`: the checker alone, without the rest of the tool. */
const files = process.argv.slice(2).filter((argument) => argument !== "--json");

if (files.length === 1) {
  process.exitCode = runChecker({
    file: files[0]!,
    json: process.argv.includes("--json"),
    readFile: read,
    writeOutput: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
  });
} else {
  process.stderr.write("usage: kktid-recheck FILE [--json]\n");
  process.exitCode = 2;
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new FileError(path, "cannot be read", undefined, error);
  }
}
