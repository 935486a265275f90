import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { kktid } from "../support/command-line.ts";
import { EXAMPLES } from "../support/example-networks.ts";

/** Columns of a line on a terminal: combining marks take none, wide characters two. */
function columnsOf(line: string): number {
  const visible = stripVTControlCharacters(line).replaceAll(/\p{M}/gu, "");
  const wide = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}]/u;
  return [...visible].reduce((sum, character) => sum + (wide.test(character) ? 2 : 1), 0);
}

/** On a terminal: elsewhere the text is the same without colours (terminal.test.ts). */
async function expectNarrow(argv: readonly string[]): Promise<void> {
  const { stdout } = await kktid(argv, { stdoutIsTty: true });
  expect(stdout.length).toBeGreaterThan(0);
  for (const line of stdout.split("\n")) expect([line, columnsOf(line) <= 80]).toEqual([line, true]);
}

interface About {
  readonly n: number;
  readonly coefs: readonly number[];
  readonly trained?: readonly string[];
}

const LAYERS: Readonly<Record<string, string>> = { "fc1.weight": "hidden", "fc1.bias": "bias", "fc2.weight": "output" };

/** The options that about.json of an example stands for. */
function optionsOf(name: string): string[] {
  const about = JSON.parse(readFileSync(`${EXAMPLES}${name}/about.json`, "utf8")) as About;
  const activation = about.coefs.flatMap((value, k) => (value === 0 ? [] : [`${value}*z^${k}`])).join(" + ");
  const gradient = name.includes("gradient")
    ? ["--setting", "gradient", "--gradient", `${EXAMPLES}${name}/gradient.npz`]
    : [];
  const trained = about.trained?.map((tensor) => LAYERS[tensor]!).join(",");
  return [
    `${EXAMPLES}${name}/network.npz`,
    ...["-a", activation, "-n", String(about.n), "--max-seconds", "2"],
    ...gradient,
    ...(trained === undefined || gradient.length > 0 ? [] : ["--trained", trained]),
  ];
}

const networks = [
  "iris-hidden-layer",
  "iris-both-layers",
  "iris-bias",
  "iris-quadratic",
  "iris-multiclass",
  "iris-gradient-small",
  "wine-hidden-layer",
];

describe("no line of text is wider than 80 columns", () => {
  test.each(networks)("check %s", async (name) => {
    await expectNarrow(["check", ...optionsOf(name), "--detail", "full"]);
  });

  test.each(networks)("recover %s", async (name) => {
    await expectNarrow(["recover", ...optionsOf(name), "--truth", `${EXAMPLES}${name}/training-data.npz`]);
  });

  test("recover with one sample less", async () => {
    const options = optionsOf("iris-hidden-layer").map((value) => (value === "4" ? "3" : value));
    await expectNarrow(["recover", ...options, "--max-starts", "3"]);
  });

  test.each([
    ["-d", "4", "-n", "4", "-m", "40"],
    ["-d", "4", "-n", "8", "-m", "3"],
    ["-d", "12", "-n", "100", "-m", "2000", "--trained", "hidden,bias,output"],
    ["-d", "4", "-n", "4", "-m", "40", "--loss", "logistic", "--weight-decay", "1/100", "--domain", "sphere"],
  ])("check of a shape %#", async (...shape) => {
    const options = ["--detail", "full", "--max-seconds", "2"];
    await expectNarrow(["check", "-a", "z + z^2/7 + 1234567/89101112*z^3", ...shape, ...options]);
  });

  test.each([[], ["-d", "2"], ["-d", "3", "--trained", "hidden,bias,output"]])("expand %#", async (...options) => {
    await expectNarrow(["expand", "-a", "z + z^2/7 + z^3 + z^4", ...options]);
  });

  test.each(["check", "recover", "recheck", "expand", "train", "report", "sweep", "verify", "completion"])(
    "%s --help",
    async (command) => {
      await expectNarrow([command, "--help"]);
    },
  );

  test("counts columns, not code units: the measure itself", () => {
    expect(columnsOf("\u001b[1mσ\u0304̂ = 数\u001b[0m")).toBe(6);
    expect(columnsOf("x".repeat(81))).toBe(81);
  });
});
