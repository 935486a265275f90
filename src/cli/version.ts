import { readFileSync } from "node:fs";
import type { ToolStamp } from "../report/problem.ts";

/** The version in package.json. */
export function readVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const { version } = JSON.parse(text) as { version: string };
  return version;
}

export function toolStamp(): ToolStamp {
  return { name: "kktid", version: readVersion() };
}
