import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kktid, temporaryFolder } from "../support/command-line.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

interface Candidates {
  readonly values: readonly string[];
  /** Whether the shell completes file names. */
  readonly files: boolean;
}

/** What the scripts are told of the words typed so far. */
async function candidates(...words: readonly string[]): Promise<Candidates> {
  const { code, stdout } = await kktid(["complete", "--", ...words]);
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split("\n");
  const directive = lines.pop();
  expect([":0", ":4"]).toContain(directive);
  return { values: lines.map((line) => line.split("\t")[0]!), files: directive === ":0" };
}

describe("candidates", () => {
  test("are the commands, with what has been typed of them, and never the hidden one", async () => {
    const { values } = await candidates("");
    expect(values).toEqual(expect.arrayContaining(["check", "recover", "recheck", "expand", "train", "completion"]));
    expect(values).not.toContain("complete");
    expect(await candidates("rec")).toEqual({ values: ["recover", "recheck"], files: false });
    expect(await candidates("xyz")).toEqual({ values: [], files: false });
  });

  test("are the options of the command", async () => {
    expect((await candidates("check", "--det")).values).toEqual(["--detail"]);
    expect((await candidates("recover", "--det")).values).toEqual([]);
  });

  test.each([
    [
      ["expand", "--format", ""],
      ["text", "latex", "json", "macaulay2", "sage"],
    ],
    [["expand", "--format", "s"], ["sage"]],
    [["check", "n.npz", "-a", "'z + z^2'", "--require", "l"], ["locally-identifiable"]],
    [
      ["recover", "--setting", ""],
      ["kkt", "ntk", "gradient"],
    ],
    [["recover", "--strategy", "j"], ["jennrich"]],
    [["recover", "--domain", "s"], ["sphere"]],
    [["check", "--trained", "hidden,output-"], ["hidden,output-bias"]],
    [["completion", "f"], ["fish"]],
    // bash splits --format=l at the sign.
    [["expand", "--format", "=", "l"], ["latex"]],
    [
      ["expand", "--format", "="],
      ["text", "latex", "json", "macaulay2", "sage"],
    ],
  ])("of %j are %j", async (words, values) => {
    expect(await candidates(...words)).toEqual({ values, files: false });
  });

  test.each([
    [["check", ""], true],
    [["check", "-n", "4", "netw"], true],
    [["check", "-a", "'z + z^2'", "--json", ""], true],
    [["check", "--init", ""], true],
    [["recheck", "proof"], true],
    [["check", "network.npz", ""], false],
    [["check", "-n", ""], false],
    [["expand", ""], false],
    [["completion", ""], false],
    [[""], false],
  ])("of %j leave files to the shell: %s", async (words, files) => {
    expect((await candidates(...words)).files).toBe(files);
  });
});

test.each(["zsh", "fish", "powershell"])("there is a script for %s that calls kktid complete", async (shell) => {
  const { code, stdout } = await kktid(["completion", shell]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/kktid complete '?--/);
});

test("another shell is refused with the known ones", async () => {
  const { code, stderr } = await kktid(["completion", "csh"]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/bash, zsh, fish, powershell/);
});

describe.skipIf(spawnSync("bash", ["--version"]).status !== 0)("in bash", () => {
  beforeAll(async () => {
    const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
    const program = join(folder.path, "kktid");
    writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`);
    chmodSync(program, 0o755);
    writeFileSync(join(folder.path, "script.bash"), (await kktid(["completion", "bash"])).stdout);
  });

  /** COMPREPLY of the completion function at the last word. */
  function reply(...words: readonly string[]): string[] {
    const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
    const code = [
      `export PATH="$PWD:$PATH"; source ./script.bash; source ./script.bash`,
      "complete -p kktid | grep -q -- '-o default' || exit 9",
      `COMP_WORDS=(kktid ${quoted.join(" ")}); COMP_CWORD=${words.length}`,
      `__kktid_complete 2> errors; printf '%s\\n' "\${COMPREPLY[@]}"`,
    ].join("\n");
    const printed = execFileSync("bash", ["--norc", "-c", code], { cwd: folder.path, encoding: "utf8" });
    return printed.split("\n").filter((line) => line !== "");
  }

  test("the sourced script completes commands, options and values", () => {
    expect(reply("rec")).toEqual(["recover", "recheck"]);
    expect(reply("check", "--det")).toEqual(["--detail"]);
    expect(reply("expand", "-a", "'z + z^2'", "--format", "l")).toEqual(["latex"]);
    expect(reply("check", "")).toEqual([]);
  });

  test("nothing that was typed is evaluated", () => {
    expect(reply("check", "$(touch evaluated)", "--det")).toEqual(["--detail"]);
    expect(spawnSync("ls", [join(folder.path, "evaluated")]).status).not.toBe(0);
  });
});
