import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { sweepAnswerSchema } from "../../src/answers/sweep-answer.ts";
import type { run } from "../../src/cli/run.ts";
import { commandLines } from "../../src/cli/sweep-text.ts";
import { temporaryFolder } from "../support/command-line.ts";

/** The compiled command line: its worker threads start without compiling anything first. */
const compiled = (await import(new URL("../../dist/cli/run.js", import.meta.url).href)) as { readonly run: typeof run };

async function kktid(argv: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  let [stdout, stderr] = ["", ""];
  const code = await compiled.run(argv, {
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
    env: {},
  });
  return { code, stdout, stderr };
}

const EXAMPLES = fileURLToPath(new URL("../../examples/sweeps/", import.meta.url));
const folder = temporaryFolder();
afterAll(() => folder.remove());

const SMALL = { activation: "z + z^2 + z^3", inputDim: 2 };
const gridFile = (name: string, content: object): string => folder.write(name, content);
const grid = gridFile("small.yaml", {
  problem: SMALL,
  x: { parameter: "width", values: "1..5" },
  y: { parameter: "samples", values: "1..4" },
});
const RESULTS = ["cells.csv", "cells.jsonl", "diagram.svg", "sweep.json"];

/** Everything in a folder of results. */
function contentOf(name: string): Record<string, string> {
  const path = join(folder.path, name);
  return Object.fromEntries(readdirSync(path).map((file) => [file, readFileSync(join(path, file), "utf8")]));
}

const sweep = (name: string, ...options: string[]) =>
  kktid(["sweep", grid, "--out", join(folder.path, name), "--quiet", "--threads", "1", ...options]);

const journalOf = (name: string): string => join(folder.path, name, "cells.jsonl");

describe("a sweep", () => {
  test("writes its cells, its answer, a table and a diagram", async () => {
    const { code, stdout, stderr } = await sweep("whole");
    expect([code, stderr]).toEqual([0, ""]);
    expect(Object.keys(contentOf("whole")).sort()).toEqual(RESULTS);
    const { "sweep.json": json, "cells.csv": csv, "diagram.svg": svg } = contentOf("whole");
    const answer = sweepAnswerSchema.parse(JSON.parse(json!));
    expect(answer.cells.map(({ x, y }) => [x, y]).slice(0, 6)).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 0],
      [4, 0],
      [0, 1],
    ]);
    expect(answer.cells).toHaveLength(20);
    expect(csv!.split("\n")).toHaveLength(22);
    expect(svg).toMatch(/^<svg /);
    expect(stdout).toContain("20 of 20 cells");
    expect(Math.max(...stdout.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(80);
  });

  test("answers the same on any number of threads", async () => {
    await sweep("threads", "--threads", "3");
    expect(contentOf("threads")).toEqual(contentOf("whole"));
  });

  test("prints one JSON document with --json, the one that it writes", async () => {
    const { stdout } = await sweep("whole", "--json");
    expect(stdout).toBe(contentOf("whole")["sweep.json"]);
  });

  test("needs a folder, or one cell", async () => {
    const { code, stderr } = await kktid(["sweep", grid]);
    expect(code).toBe(2);
    expect(stderr).toContain("--out DIR");
  });

  test("stopped by --max-seconds it keeps its cells, and the same command ends it", async () => {
    const stopped = await sweep("stopped", "--max-seconds", "0.001");
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain("stopped by --max-seconds with");
    expect(existsSync(join(folder.path, "stopped", "sweep.json"))).toBe(false);
    expect((await sweep("stopped")).code).toBe(0);
    expect(contentOf("stopped")).toEqual(contentOf("whole"));
  });
});

describe("an interrupted sweep goes on", () => {
  /** A folder as a run leaves it that was killed after some cells. */
  function leave(name: string, change: (lines: string[]) => string): Promise<unknown> {
    const lines = readFileSync(journalOf("whole"), "utf8").split("\n");
    return sweep(name, "--max-seconds", "0.001").then(() => writeFileSync(journalOf(name), change(lines)));
  }

  test("from the cells that are there, in any order", async () => {
    await leave("some", ([header, ...cells]) => `${[header, cells[7], cells[2], cells[11]].join("\n")}\n`);
    const { code, stderr } = await kktid(["sweep", grid, "--out", join(folder.path, "some")]);
    expect(code).toBe(0);
    expect(stderr).toContain("3 cells are there already, 17 to go");
    expect(contentOf("some")).toEqual(contentOf("whole"));
  });

  test("behind the last whole line", async () => {
    await leave("torn", ([header, first, second]) => `${header}\n${first}\n${second!.slice(0, 40)}`);
    expect((await sweep("torn")).code).toBe(0);
    expect(contentOf("torn")).toEqual(contentOf("whole"));
  });

  test("but not over a damaged line in the middle", async () => {
    await leave("damaged", ([header, first, second]) => `${header}\n${first!.slice(0, 40)}\n${second}\n`);
    const { code, stderr } = await sweep("damaged");
    expect(code).toBe(2);
    expect(stderr).toMatch(/cells\.jsonl: line 2 is no cell of this grid\n.*--restart/);
  });

  test.each([
    ["another grid", (header: string) => header.replace(/sha256:../, "sha256:zz"), "another grid"],
    ["another version", (header: string) => header.replace(/"version":"/, '"version":"9'), "version 9"],
    ["another seed", (header: string) => header.replace(/"seed":1/, '"seed":2'), "seed 2, not 1"],
    ["no header", () => "{}", "no file of finished cells"],
  ])("but not with cells of %s", async (name, change, message) => {
    await leave(name, ([header, first]) => `${change(header!)}\n${first}\n`);
    const refused = await sweep(name);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(message);
    expect((await sweep(name, "--restart")).code).toBe(0);
    expect(contentOf(name)).toEqual(contentOf("whole"));
  });

  test("without the temporary files of a run that was killed", async () => {
    await leave("leftovers", (lines) => lines.join("\n"));
    writeFileSync(join(folder.path, "leftovers", "sweep.json.0a1b2c3d.tmp"), "{");
    await sweep("leftovers");
    expect(contentOf("leftovers")).toEqual(contentOf("whole"));
  });
});

describe("a folder that is not for results", () => {
  test("keeps the files that are not of a sweep", async () => {
    await sweep("foreign", "--max-seconds", "0.001");
    const foreign = { "notes.txt": "mine", "sweep.json.bak": "mine", "cells.jsonl.tmp": "mine" };
    for (const [name, text] of Object.entries(foreign)) writeFileSync(join(folder.path, "foreign", name), text);
    expect((await sweep("foreign", "--restart")).code).toBe(0);
    expect(contentOf("foreign")).toEqual({ ...contentOf("whole"), ...foreign });
  });

  test("with a cells.jsonl of somebody else is refused, and left as it is", async () => {
    await sweep("somebody", "--max-seconds", "0.001");
    writeFileSync(journalOf("somebody"), "no line of ours\nat all");
    const { code, stderr } = await sweep("somebody");
    expect([code, contentOf("somebody")]).toEqual([2, { "cells.jsonl": "no line of ours\nat all" }]);
    expect(stderr).toContain("is no file of finished cells");
  });

  test.each([
    ["is a file", () => grid, "cannot be made a folder"],
    ["is below a file", () => join(grid, "below"), "cannot be made a folder: a part of the path is not a folder"],
    ["has a folder for cells.jsonl", () => folderOfFolders("cells.jsonl"), "cells.jsonl: is a folder"],
    ["has a folder for sweep.lock", () => folderOfFolders("sweep.lock"), "sweep.lock: is a folder"],
  ])("because it %s is refused in a sentence", async (_, path, message) => {
    const { code, stderr } = await kktid(["sweep", grid, "--out", path(), "--quiet"]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("internal error");
  });

  // Root may write anywhere.
  test.skipIf(process.getuid?.() === 0).each([
    [0o500, "sweep.lock: cannot be written: permission denied"],
    [0o300, "cannot be read: permission denied"],
  ])("without the permissions is refused in a sentence: %o", async (mode, message) => {
    const path = join(folder.path, `mode-${mode}`);
    mkdirSync(path, { mode });
    const { code, stderr } = await kktid(["sweep", grid, "--out", path, "--quiet"]);
    chmodSync(path, 0o700);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  function folderOfFolders(name: string): string {
    const path = join(folder.path, `with-${name}`);
    mkdirSync(join(path, name), { recursive: true });
    return path;
  }

  test("goes on with the same grid in a file of another name", async () => {
    const renamed = gridFile("renamed.yaml", JSON.parse(readFileSync(grid, "utf8")));
    const { code, stderr } = await kktid(["sweep", renamed, "--out", join(folder.path, "whole")]);
    expect([code, stderr]).toEqual([0, "20 cells are there already, 0 to go\n"]);
  });
});

describe("two sweeps in one folder", () => {
  const lock = (name: string, holder: object): void =>
    writeFileSync(
      join(folder.path, name, "sweep.lock"),
      JSON.stringify({ host: hostname(), started: null, ...holder }),
    );

  test("are refused while the first one runs", async () => {
    await sweep("shared");
    lock("shared", { pid: process.pid });
    const { code, stderr } = await sweep("shared");
    expect(code).toBe(2);
    expect(stderr).toContain(`another sweep is running here, process ${process.pid}`);
  });

  test.each([
    ["has ended", { pid: 2 ** 22 + 1 }],
    ["has given its number to another", { pid: process.pid, started: "1" }],
  ])("are none when the process of the lock %s", async (_, holder) => {
    lock("shared", holder);
    expect((await sweep("shared")).code).toBe(0);
    expect(contentOf("shared")).toEqual(contentOf("whole"));
  });
});

test("of many that find the lock of a dead process one takes it over", async () => {
  const path = join(folder.path, "race");
  mkdirSync(path);
  const lock = new URL("../../dist/cli/sweep-lock.js", import.meta.url).href;
  writeFileSync(join(path, "sweep.lock"), JSON.stringify({ host: hostname(), pid: 2 ** 22 + 1, started: null }));
  // Each waits for the same moment; who gets the folder keeps it until all have tried.
  const script = `
    const { lockFolder } = await import(${JSON.stringify(lock)});
    while (Date.now() < ${Date.now() + 1500});
    try { lockFolder(${JSON.stringify(path)}); console.log("mine"); setTimeout(() => undefined, 1500); }
    catch { console.log("refused"); }`;
  const outcomes = await Promise.all(
    Array.from({ length: 5 }, () => {
      const child = spawn(process.execPath, ["--input-type=module", "-e", script]);
      let printed = "";
      child.stdout.on("data", (chunk: Buffer) => {
        printed += String(chunk);
      });
      return new Promise<string>((resolve) => child.on("close", () => resolve(printed.trim())));
    }),
  );
  expect(outcomes.sort()).toEqual(["mine", "refused", "refused", "refused", "refused"]);
});

describe("a cell again", () => {
  test("by its own command, with the same verdict and basis", async () => {
    const { cells } = sweepAnswerSchema.parse(JSON.parse(contentOf("whole")["sweep.json"]!));
    for (const cell of cells.filter((_, k) => k % 3 === 0)) {
      const words = [...cell.command.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2]!).slice(1);
      const answer = JSON.parse((await kktid([...words, "--json"])).stdout);
      expect([answer.verdict, answer.basis, answer.thresholds]).toEqual([cell.verdict, cell.basis, cell.thresholds]);
    }
  });

  test("by --cell, with everything that check says", async () => {
    const { code, stdout } = await kktid(["sweep", grid, "--cell", "4,1"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^cell 4,1: width 5, samples 2\n {2}kktid check /);
    expect(stdout).toContain("Thresholds for general nodes");
  });

  test.each(readdirSync(EXAMPLES))("of examples/sweeps/%s fits 80 columns", async (name) => {
    const { code, stdout } = await kktid(["sweep", join(EXAMPLES, name), "--cell", "1,1"]);
    expect(code).toBe(0);
    expect(Math.max(...stdout.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(80);
  });

  test("whose command is long is printed in lines that a shell joins", () => {
    const command =
      "kktid check -a 'z - z^2 + z^3 - z^4/12345678901' -d 3 -n 3 -m 5 --trained hidden,output --setting gradient --seed 1";
    const lines = commandLines(command);
    expect(lines).toHaveLength(2);
    expect(
      lines
        .join("\n")
        .replace(/ \\\n +/g, " ")
        .trim(),
    ).toBe(command);
  });

  test("outside the grid is refused", async () => {
    const { code, stderr } = await kktid(["sweep", grid, "--cell", "5,0"]);
    expect(code).toBe(2);
    expect(stderr).toContain("the last one is 4,3");
  });

  test("of an empirical grid shows every network, and counts what the sweep counts", async () => {
    const empirical = gridFile("empirical.yaml", {
      problem: SMALL,
      x: { parameter: "width", values: [2, 6] },
      y: { parameter: "samples", values: [2] },
      empirical: { seeds: 2, maxStarts: 10 },
    });
    const whole = await kktid(["sweep", empirical, "--out", join(folder.path, "empirical"), "--json"]);
    const [, second] = JSON.parse(whole.stdout).cells;
    const cell = JSON.parse((await kktid(["sweep", empirical, "--cell", "1,0", "--json"])).stdout);
    const { networks, ...counts } = cell.empirical;
    expect(counts).toEqual(second.empirical);
    expect(counts).toEqual({ trials: 2, successes: 2, wrong: 0, untrained: 0 });
    expect(networks).toHaveLength(2);
    expect(cell.check.verdict).toBe(second.verdict);
    const text = (await kktid(["sweep", empirical, "--cell", "1,0"])).stdout;
    expect(text).toContain("recovered within the bounds: 2 of 2");
  });
});

describe("the installed program", () => {
  const program = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
  const large = gridFile("large.yaml", {
    problem: { activation: "z + z^2 + z^3", inputDim: 3 },
    x: { parameter: "width", values: "1..9" },
    y: { parameter: "samples", values: "1..5" },
  });
  const start = (name: string): ChildProcess =>
    spawn(process.execPath, [program, "sweep", large, "--out", join(folder.path, name), "--threads", "2"]);

  /** Waits until the file of cells has this many lines, or the process has ended. */
  function untilCells(name: string, lines: number, child: ChildProcess): Promise<void> {
    return new Promise((resolve) => {
      const timer = setInterval(() => {
        const path = journalOf(name);
        const found = existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 1 : 0;
        if (found < lines && child.exitCode === null) return;
        clearInterval(timer);
        resolve();
      }, 5);
    });
  }

  const ended = (child: ChildProcess): Promise<number | null> =>
    new Promise((resolve) => child.on("close", (code) => resolve(code)));

  test("killed three times ends with the same bytes as undisturbed", async () => {
    expect(await ended(start("undisturbed"))).toBe(0);
    for (const lines of [2, 10, 25]) {
      const child = start("killed");
      const end = ended(child);
      await untilCells("killed", lines, child);
      child.kill("SIGKILL");
      expect(await end).toBe(null);
      expect(existsSync(join(folder.path, "killed", "sweep.json"))).toBe(false);
    }
    // What a kill in the middle of a write leaves.
    appendFileSync(journalOf("killed"), '{"x":3,"y":');
    expect(await ended(start("killed"))).toBe(0);
    expect(contentOf("killed")).toEqual(contentOf("undisturbed"));
  });

  test("interrupted says so, exits with 130, and goes on", async () => {
    const child = start("interrupted");
    let stderr = "";
    child.stderr!.on("data", (chunk: Buffer) => {
      stderr += String(chunk);
    });
    const end = ended(child);
    await untilCells("interrupted", 5, child);
    child.kill("SIGINT");
    expect(await end).toBe(130);
    expect(stderr).toMatch(/stopped by the interruption with \d+ of 45 cells; the same command goes on/);
    expect(await ended(start("interrupted"))).toBe(0);
    expect(contentOf("interrupted")).toEqual(contentOf("undisturbed"));
  });
});
