import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { kktid, temporaryFolder } from "../support/command-line.ts";
import { EXAMPLES } from "../support/example-networks.ts";
import { SKIP_WITHOUT_TEX, TEX_ENV } from "../support/tex.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const CUBIC = "z + z^2 + z^3";
const gradientOf = (name: string): string[] => [
  "--setting",
  "gradient",
  "--gradient",
  `${EXAMPLES}${name}/gradient.npz`,
];

/** Options that ask about each network with the number of samples it was trained on. */
const NETWORKS: Readonly<Record<string, readonly string[]>> = {
  "iris-hidden-layer": ["-a", CUBIC, "-n", "4"],
  "iris-both-layers": ["-a", CUBIC, "-n", "4", "--trained", "hidden,output"],
  "iris-multiclass": ["-a", CUBIC, "-n", "6"],
  "wine-gradient": ["-a", CUBIC, "-n", "6", ...gradientOf("wine-gradient")],
  "digits-gradient": ["-a", "z + z^2/2 + z^3/4", "-n", "8", ...gradientOf("digits-gradient"), "--image", "8x8"],
  "iris-quadratic": ["-a", "z + z^2", "-n", "4"],
};

const SHAPES: Readonly<Record<string, readonly string[]>> = {
  determined: ["-a", CUBIC, "-d", "4", "-n", "4", "-m", "40"],
  "too narrow": ["-a", CUBIC, "-d", "4", "-n", "4", "-m", "4"],
  "several outputs": [
    "-a",
    "z + z^2/2 + z^3/4",
    "-d",
    "3",
    "-n",
    "3",
    "-m",
    "30",
    "--outputs",
    "3",
    "--trained",
    "hidden,bias,output",
  ],
};

/** Overfull boxes and undefined references would be lines on stderr. */
async function expectCleanPdf(name: string, argv: readonly string[]): Promise<void> {
  const out = join(folder.path, `${name.replaceAll(" ", "-")}.pdf`);
  const outcome = await kktid(["report", ...argv, "--out", out], { env: TEX_ENV });
  expect(outcome).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(readFileSync(out).subarray(0, 5).toString()).toBe("%PDF-");
}

describe.skipIf(SKIP_WITHOUT_TEX)("the report compiles without a complaint of TeX", () => {
  test.each(Object.entries(NETWORKS))("%s", { timeout: 120_000 }, async (name, options) => {
    const data = `${EXAMPLES}${name}/training-data.npz`;
    await expectCleanPdf(name, [`${EXAMPLES}${name}/network.npz`, ...options, "--truth", data]);
  });

  test.each(Object.entries(SHAPES))("a shape: %s", { timeout: 120_000 }, async (name, options) => {
    await expectCleanPdf(name, options);
  });
});
