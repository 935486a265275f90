import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { temporaryFolder } from "../support/command-line.ts";
import { EXAMPLES } from "../support/example-networks.ts";

const program = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const folder = temporaryFolder();
afterAll(() => folder.remove());

/** Runs the installed program and sends it SIGINT once it has had time to look at a few starts. */
function interrupted(...argv: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...argv]);
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += String(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += String(chunk);
    });
    setTimeout(() => child.kill("SIGINT"), 2500);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

test("Ctrl-C prints and saves the best so far, exit 130", async () => {
  const out = join(folder.path, "best.json");
  // Seven samples where six made the weights, and starts that hardly ever find anything: minutes of work.
  const network = [`${EXAMPLES}wine-hidden-layer/network.npz`, "-a", "z + z^2/2 + z^3/4", "-n", "7"];
  const options = ["--strategy", "spectral", "--max-starts", "100000", "--max-seconds", "600", "--json", "--out", out];
  const { code, stdout, stderr } = await interrupted("recover", ...network, ...options);
  expect(code).toBe(130);
  expect(stderr).toContain("interrupted");
  const answer = JSON.parse(stdout);
  expect(answer.status).not.toBe("recovered");
  expect(answer.samples).toHaveLength(7);
  expect(JSON.parse(readFileSync(out, "utf8"))).toEqual(answer);
});
