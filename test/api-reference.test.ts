import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { temporaryFolder } from "./support/command-line.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = temporaryFolder();
afterAll(() => folder.remove());

test("docs/api is what npm run api writes, and names no folder of a machine", () => {
  const out = join(folder.path, "api");
  const typedoc = join(root, "node_modules/typedoc/bin/typedoc");
  execFileSync(process.execPath, [typedoc, "--out", out, "--logLevel", "Warn"], { cwd: root, stdio: "pipe" });
  const pages = readdirSync(out);
  expect(readdirSync(join(root, "docs/api"))).toEqual(pages);
  for (const page of pages) {
    const written = readFileSync(join(out, page), "utf8");
    expect(readFileSync(join(root, "docs/api", page), "utf8"), "run npm run api").toBe(written);
    expect(written).not.toContain(root);
  }
});
