import { toolStamp } from "../library/tool.ts";

/** The version in package.json. */
export function readVersion(): string {
  return toolStamp().version;
}
