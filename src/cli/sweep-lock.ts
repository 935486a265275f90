import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
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
  const path = join(folder, LOCK_NAME);
  const holder: Holder = { pid: process.pid, host: hostname(), started: startOf(process.pid) };
  const text = JSON.stringify(holder);
  for (let attempt = 0; attempt < 3; attempt++) {
    if (tryCreate(path, text)) return () => release(path, text);
    const found = readLock(path);
    if (found === null) continue;
    if (isAlive(found)) throw heldBy(path, found);
    removeStale(path, found);
  }
  throw new FileError(path, "is taken again and again by other sweeps", "choose another --out");
}

function tryCreate(path: string, text: string): boolean {
  const temporary = `${path}.${randomBytes(4).toString("hex")}`;
  try {
    // A link appears with its whole content or not at all, and never over another file.
    writeFileSync(temporary, text, { flag: "wx" });
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw new FileError(path, `cannot be written: ${reasonOf(error)}`, undefined, error);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function readLock(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** Moved away before it is deleted: if another process took the folder in between, the lock is its own again. */
function removeStale(path: string, expected: string): void {
  const moved = `${path}.${randomBytes(4).toString("hex")}.stale`;
  try {
    renameSync(path, moved);
    if (readLock(moved) !== expected) linkSync(moved, path);
  } catch {
    // Somebody else was faster; the next attempt sees what is there now.
  } finally {
    rmSync(moved, { force: true });
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
