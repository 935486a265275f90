import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { run } from "../src/cli/run.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const pages = ["README.md", "docs/auditing-a-network.md"].map((name) => readFileSync(`${root}${name}`, "utf8"));

interface Example {
  readonly command: string;
  readonly output: string;
}

/** Every `$ kktid …` of the console blocks with the text up to the next one; "…" alone on a line stands for any lines. */
function examples(): Example[] {
  const blocks = pages.flatMap((page) => [...page.matchAll(/```console\n([\s\S]*?)```/g)].map((match) => match[1]!));
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((part) => {
        const [command = "", ...lines] = part.split("\n");
        return { command, output: lines.join("\n").trimEnd() };
      })
      .filter(({ command }) => command.startsWith("kktid ")),
  );
}

function words(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2]!).slice(1);
}

/** Rounding errors differ between processors: figures with an exponent are compared by their presence only. */
const maskFigures = (text: string): string => text.replace(/ *±?\d+(\.\d+)?e-?\d+/g, " ~");

describe("README and tutorial", () => {
  test("has examples to execute", () => {
    expect(examples().length).toBeGreaterThanOrEqual(9);
  });

  test.each(examples())("$command prints what the page shows", async ({ command, output }) => {
    let printed = "";
    const before = process.cwd();
    process.chdir(`${root}examples/networks`);
    try {
      const io = { stdout: { write: (text: string) => (printed += text) }, stderr: { write: () => true }, env: {} };
      await run(words(command), io);
    } finally {
      process.chdir(before);
    }
    const [shown = "", ...rest] = output.split(/^…$/m).map((part) => maskFigures(part).trim());
    const actual = maskFigures(printed).trim();
    if (rest.length === 0) expect(actual).toBe(shown);
    expect(actual.startsWith(shown)).toBe(true);
    for (const part of rest) expect(actual).toContain(part);
  });

  test("the library example prints what its comment says", async () => {
    const code = /```ts\n([\s\S]*?)```/.exec(pages[0]!)![1]!;
    const folder = `${root}node_modules/.cache/kktid`;
    mkdirSync(folder, { recursive: true });
    const file = `${folder}/readme-example.mjs`;
    const library = pathToFileURL(`${root}dist/index.js`).href;
    writeFileSync(file, code.replace('from "kktid"', `from "${library}"`).replaceAll(" as const", ""));
    const printed = execFileSync(process.execPath, [file], { encoding: "utf8" }).trim();
    expect(printed).toBe(/\/\/ (\S+)/.exec(code)![1]);
  });
});
