import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/command-line.ts";
import { EXAMPLES } from "../support/example-networks.ts";

/** The installed program in a shell: pipes are the process's, not the command's. */
const program = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const folder = temporaryFolder();
afterAll(() => folder.remove());

function shell(script: string): { readonly code: number | null; readonly stdout: string; readonly stderr: string } {
  const { status, stdout, stderr } = spawnSync("bash", ["-c", `set -o pipefail; ${script}`], {
    encoding: "utf8",
    maxBuffer: 2 ** 26,
    cwd: folder.path,
    env: { ...process.env, KKTID: program, NODE: process.execPath, EXAMPLES, CI: "true", FORCE_COLOR: "1" },
  });
  return { code: status, stdout, stderr };
}

const kktid = '"$NODE" "$KKTID"';
const iris = `${kktid} recover "$EXAMPLES/iris-hidden-layer/network.npz" -a 'z + z^2 + z^3'`;

describe("a reader that leaves early", () => {
  test.each([
    ["head -1", `${iris} -n 4 | head -1`],
    ["a reader that reads nothing", `${iris} -n 4 --json | true`],
    ["head -1 of a command without a thread", `${kktid} expand -a 'z + z^2 + z^3' -d 8 --format macaulay2 | head -1`],
  ])("%s: no message, no stack trace, exit 0", (_, script) => {
    const { code, stderr } = shell(script);
    expect([code, stderr]).toEqual([0, ""]);
  });

  test("does not change the exit status, nor keep files from being written", () => {
    const { code, stderr } = shell(`${iris} -n 3 --max-starts 2 --json --out lost.json | true`);
    expect([code, stderr]).toEqual([3, ""]);
    expect(JSON.parse(readFileSync(join(folder.path, "lost.json"), "utf8")).status).toBe("not-found");
  });

  test("of the progress does not cost the answer", () => {
    const { code, stdout } = shell(`${iris} -n auto 2> >(true)`);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^RECOVERED/);
  });
});

describe("a place that cannot be written to", () => {
  test.skipIf(!existsSync("/dev/full"))("is named, exits 2, and the files are written all the same", () => {
    const { code, stderr } = shell(`${iris} -n 4 --json --out kept.json > /dev/full`);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^kktid: the answer could not be written: ENOSPC.*\n$/);
    expect(JSON.parse(readFileSync(join(folder.path, "kept.json"), "utf8")).status).toBe("recovered");
    expect(shell(`${iris} -n 4 --json > /dev/full 2> /dev/full`).code).toBe(2);
  });
});

describe("a pipe", () => {
  const long = `${kktid} expand -a 'z + z^2 + z^3 + z^4' -d 12 --format latex`;

  test("gets all of a long answer, however slowly it is read", () => {
    const { stdout } = shell(long);
    expect(stdout.length).toBeGreaterThan(2 ** 17);
    expect(shell(`${long} | (sleep 1; cat)`).stdout).toBe(stdout);
  });

  test("gets no escape sequences, whatever CI and FORCE_COLOR say", () => {
    for (const script of [`${iris} -n 4`, `${kktid} check -a 'z + z^2' -d 4 -n 4 -m 40`, `${kktid} --help`]) {
      const { stdout, stderr } = shell(script);
      expect(stdout.length).toBeGreaterThan(100);
      expect(stdout + stderr).not.toContain("\u001b");
    }
  });
});
