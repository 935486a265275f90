import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import type { Tool } from "../answers/tool.ts";

/** The name and version in package.json. */
export function toolStamp(): Tool {
  const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };
  return { name: "kktid", version };
}

/** Hash of everything an answer depends on: the options as JSON, then each file's bytes. */
export function hashInputs(options: unknown, files: readonly Uint8Array[]): string {
  const hash = createHash("sha256").update(JSON.stringify(options));
  for (const bytes of files) hash.update("\0").update(createHash("sha256").update(bytes).digest());
  return `sha256:${hash.digest("hex")}`;
}

/** SHA-256 in hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
