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
const interrupted = (...argv: string[]): Promise<Ended> => finished(argv, 2500);

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function finished(argv: readonly string[], interruptAfter?: number): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...argv]);
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += String(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += String(chunk);
    });
    if (interruptAfter !== undefined) setTimeout(() => child.kill("SIGINT"), interruptAfter);
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

test("Ctrl-C prints the rows of verify that were tried so far, exit 130", async () => {
  const { code, stdout, stderr } = await interrupted("verify", "--long", "--threads", "2");
  expect(code).toBe(130);
  expect(stderr).toContain("interrupted");
  expect(stdout).toMatch(/interrupted after \d+ of \d+ trials/);
  expect(stdout).toMatch(/claims? of \d+ unfinished:/);
  expect(stdout).not.toContain("FAILS");
});

test("verify gives the same answer on any number of threads", async () => {
  const [one, three] = await Promise.all(
    ["1", "3"].map(async (threads) => {
      const argv = ["verify", "gauge", "counting", "whitened-moments", "--json", "--threads", threads];
      const { code, stdout } = await finished(argv);
      expect(code).toBe(0);
      return { ...JSON.parse(stdout), timings: null };
    }),
  );
  expect(three).toEqual(one);
});
