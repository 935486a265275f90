import { randomBytes } from "node:crypto";
import { existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { FileError } from "../errors.ts";
import { reasonOf } from "./files.ts";

const LOCK_NAME = "sweep.lock";

/** Who holds a folder. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process started, in the kernel's own count; null where the system does not say. */
  readonly started: string | null;
}

/**
 * Takes a folder for this process: two sweeps at once would write over each other's files. A lock whose process is gone
 * (kill -9) is taken over.
 *
 * @returns a function that gives the folder back
 * @throws {@link FileError} if another process has it
 */
export function lockFolder(folder: string): () => void {
  const holder: Holder = { pid: process.pid, host: hostname(), started: startOf(process.pid) };
  return takeLock(join(folder, LOCK_NAME), JSON.stringify(holder));
}

/** Tries before a folder that changes hands again and again is given up. */
const ATTEMPTS = 3;
/** Locks on locks on locks: more than this many processes were not killed while they took over. */
const MOST_LEVELS = 3;
const PAUSE_MILLISECONDS = 20;

function takeLock(path: string, text: string, level = 0): () => void {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (tryCreate(path, text)) return () => release(path, text);
    const found = readLock(path);
    if (found !== null && isAlive(found)) throw heldBy(path, found);
    if (found !== null && level < MOST_LEVELS && takeOver(path, found, { text, level })) {
      return () => release(path, text);
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MILLISECONDS);
  }
  throw new FileError(path, "is taken again and again by other sweeps", "delete it if there are none");
}

/**
 * Replaces the lock of a process that is gone. Only who holds the lock on taking over may do so, and looks again first:
 * of several that found the same old lock, one gets it, and nobody ever removes the lock of a living process.
 */
function takeOver(
  path: string,
  stale: string,
  { text, level }: { readonly text: string; readonly level: number },
): boolean {
  const done = takeLock(`${path}.takeover`, text, level + 1);
  const temporary = temporaryName(path);
  try {
    if (readLock(path) !== stale) return false;
    writeFileSync(temporary, text, { flag: "wx" });
    renameSync(temporary, path);
    return true;
  } finally {
    removeQuietly(temporary);
    done();
  }
}

const temporaryName = (path: string): string => `${path}.${randomBytes(4).toString("hex")}`;

/** A failure to remove what could not be made must not hide why. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The error that led here is the one to tell.
  }
}

function tryCreate(path: string, text: string): boolean {
  const temporary = temporaryName(path);
  try {
    // A link appears with its whole content or not at all, and never over another file.
    writeFileSync(temporary, text, { flag: "wx" });
    linkSync(temporary, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // ENOENT: the sweep that has the folder has cleaned up.
    if (code === "EEXIST" || (code === "ENOENT" && existsSync(dirname(path)))) return false;
    throw new FileError(path, `cannot be written: ${reasonOf(error)}`, undefined, error);
  } finally {
    removeQuietly(temporary);
  }
}

/** @returns null if there is no lock (any more) */
function readLock(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new FileError(path, reasonOf(error), "delete it, or choose another --out", error);
  }
}

function release(path: string, text: string): void {
  if (readLock(path) === text) rmSync(path, { force: true });
}

function isAlive(text: string): boolean {
  const holder = parseHolder(text);
  if (holder === null) return false;
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  // The number may have gone to another process since.
  return holder.started === null || startOf(holder.pid) === holder.started;
}

function parseHolder(text: string): Holder | null {
  try {
    const { pid, host, started } = JSON.parse(text) as Partial<Holder>;
    if (!Number.isSafeInteger(pid) || pid! < 1 || typeof host !== "string") return null;
    return { pid: pid!, host, started: typeof started === "string" ? started : null };
  } catch {
    return null;
  }
}

/** Field 22 of /proc/PID/stat; null for a process that has ended but was not collected yet, and on other systems. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

function heldBy(path: string, text: string): FileError {
  const { pid, host } = parseHolder(text)!;
  const where = host === hostname() ? "" : ` on ${host}`;
  return new FileError(
    path,
    `another sweep is running here, process ${pid}${where}`,
    `wait for it, or choose another --out; delete the file if no such process exists`,
  );
}
