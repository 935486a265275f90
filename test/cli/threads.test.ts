import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { EXAMPLES } from "../support/example-networks.ts";

const program = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** The installed program: threads and signals are the process's, not the command's. */
async function answer(...options: string[]): Promise<string> {
  const network = `${EXAMPLES}wine-hidden-layer/network.npz`;
  const argv = [program, "recover", network, "-a", "z + z^2/2 + z^3/4", "-n", "6", "--json", ...options];
  const { stdout } = await promisify(execFile)(process.execPath, argv, { maxBuffer: 2 ** 26 });
  return stdout.replace(/"timings":\{[^}]*\}/, '"timings":{}');
}

test("the answer does not depend on the number of threads", async () => {
  // Random starts alone take long enough for the other threads to be asked.
  const options = ["--strategy", "random", "--seed", "2"];
  const one = await answer(...options, "--threads", "1");
  expect(JSON.parse(one).status).toBe("recovered");
  expect(JSON.parse(one).starts).toBeGreaterThan(5);
  expect(JSON.parse(one).convergence.runs.length).toBeGreaterThan(1);
  expect(await answer(...options, "--threads", "3")).toBe(one);
});
