import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { FileError } from "../errors.ts";
import type { Io } from "./io.ts";

const LARGEST_FILE = 2 ** 31;

/** @throws {@link FileError} if the file is missing, unreadable, a directory or larger than 2 GiB */
export function readInput(path: string): Uint8Array {
  try {
    const { size } = statSync(path);
    if (size > LARGEST_FILE) throw new FileError(path, "is larger than 2 GiB");
    return readFileSync(path);
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw new FileError(path, reasonOf(error), undefined, error);
  }
}

/**
 * Writes the whole text under a temporary name beside the target and renames it, so that no half-written file is seen.
 *
 * @throws {@link FileError} if the folder is missing or not writable
 */
export function writeOutput(path: string, text: string): void {
  const temporary = `${path}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    writeFileSync(temporary, text, { flag: "wx" });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new FileError(path, `cannot be written: ${reasonOf(error)}`, undefined, error);
  }
}

/** Writes a certificate; where there is nothing to prove the reader is told. */
export function writeCertificate(path: string, certificate: object | null, { stderr }: Io): void {
  if (certificate !== null) writeOutput(path, `${JSON.stringify(certificate)}\n`);
  else stderr.write(`kktid: this answer has no certificate; ${path} was not written\n`);
}

/** @throws {@link FileError} if the folder of an output is missing: better before the work than after it */
export function requireFolderOf(path: string): void {
  try {
    if (!statSync(dirname(path)).isDirectory()) throw new FileError(path, "its folder is a file");
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw new FileError(path, `cannot be written: ${reasonOf(error)}`, undefined, error);
  }
}

/** What went wrong with a file, in plain words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const known: Record<string, string> = {
    ENOENT: "no such file or folder",
    EACCES: "permission denied",
    EISDIR: "is a folder",
    ENOSPC: "no space left on the disk",
    EROFS: "the disk is read-only",
    ENOTDIR: "a part of the path is not a folder",
  };
  return known[code] ?? (error instanceof Error ? error.message : String(error));
}
