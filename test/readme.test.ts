import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SKIP_WITHOUT_TEX, TEX_ENV } from "./support/tex.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
/** As `npm test` has built it: what a reader runs. */
const program = `${root}dist/cli/main.js`;
const pages = ["README.md", "docs/tutorial.md", "docs/auditing-a-network.md", "docs/sweeps.md"].map((name) =>
  readFileSync(`${root}${name}`, "utf8"),
);

/** The examples write files: they run in a copy. */
let workplace = "";
beforeAll(() => {
  workplace = mkdtempSync(join(tmpdir(), "kktid-pages-"));
  cpSync(`${root}examples`, join(workplace, "examples"), { recursive: true });
});
afterAll(() => rmSync(workplace, { recursive: true, force: true }));

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

/** Only PDF needs more than Node. */
const canRun = ({ command }: Example): boolean => !command.includes("--format pdf") || !SKIP_WITHOUT_TEX;

function words(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2]!).slice(1);
}

/** Rounding errors differ between processors: figures with an exponent are compared by their presence only. */
const maskFigures = (text: string): string => text.replace(/ *±?\d+(\.\d+)?e-?\d+/g, " ~");

describe("README and tutorial", () => {
  test("has examples to execute", () => {
    expect(examples().length).toBeGreaterThanOrEqual(9);
  });

  test.each(examples().filter(canRun))("$command prints what the page shows", ({ command, output }) => {
    const { status, stdout: printed } = spawnSync(process.execPath, [program, ...words(command)], {
      cwd: join(workplace, "examples/networks"),
      encoding: "utf8",
      env: TEX_ENV,
    });
    expect(status).toBe(command.includes("--require nonidentifiable") ? 1 : 0);
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
