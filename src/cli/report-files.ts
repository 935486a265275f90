import { randomBytes } from "node:crypto";
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { FileError } from "../errors.ts";
import type { Rendered } from "../render/rendered.ts";
import { reasonOf, requireFolderOf } from "./files.ts";

/** A file that was written. */
export interface WrittenFile {
  readonly path: string;
  readonly bytes: number;
}

/** @throws {@link FileError} if the folder of the file is missing, or the file is a folder: before the work, not after */
export function requireReportFile(path: string): void {
  requireFolderOf(path);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new FileError(path, "is a folder", "name a file in it");
  }
}

/**
 * Writes a report and the files beside it, all under temporary names before the first is renamed, the report last: what
 * it names is there when it appears.
 *
 * @throws {@link FileError} naming the file that cannot be written; nothing new is then left
 */
export function writeRendered(out: string, { main, files }: Rendered): WrittenFile[] {
  const folder = dirname(out);
  const wanted = [
    ...files.map(({ name, bytes }) => ({ path: join(folder, name), content: bytes })),
    { path: out, content: typeof main === "string" ? new TextEncoder().encode(main) : main },
  ];
  const suffix = `.${randomBytes(4).toString("hex")}.tmp`;
  const made = new Set<string>();
  let current = out;
  try {
    for (const { path, content } of wanted) {
      current = path;
      const created = mkdirSync(dirname(path), { recursive: true });
      if (created !== undefined) made.add(created);
      writeFileSync(`${path}${suffix}`, content, { flag: "wx" });
    }
    for (const { path } of wanted) {
      current = path;
      renameSync(`${path}${suffix}`, path);
    }
  } catch (error) {
    for (const { path } of wanted) rmSync(`${path}${suffix}`, { force: true });
    for (const path of made) rmSync(path, { force: true, recursive: true });
    throw new FileError(current, `cannot be written: ${reasonOf(error)}`, undefined, error);
  }
  return wanted.map(({ path, content }) => ({ path, bytes: content.length }));
}

/** Name of a file without folder and extension. */
export function stemOf(path: string): string {
  return basename(path).replace(/\.[^.]+$/, "");
}
