import { describe, expect, test } from "vitest";
import { kktid } from "../support/command-line.ts";

const { stdout: overview } = await kktid(["--help"]);
const commands = [...overview.split("Commands:")[1]!.matchAll(/^ {2}([a-z]+) /gm)].map((match) => match[1]!);
const documented = commands.filter((name) => name !== "help");

test("the overview names every command in a line or two", () => {
  expect(documented).toEqual(expect.arrayContaining(["check", "recover", "recheck", "expand", "train", "completion"]));
});

describe.each(documented)("kktid %s --help", (name) => {
  test("fits 80 columns, and says what the exit status means, with examples and where to read on", async () => {
    const { code, stdout } = await kktid([name, "--help"]);
    expect(code).toBe(0);
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    for (const heading of ["Exit status:", "Examples:", "See also:"]) expect(stdout).toContain(`\n${heading}`);
    expect(stdout).toMatch(/^ {4}0 /m);
    expect(stdout).toMatch(/^ {4}2 /m);
  });

  test("has every option in a group", async () => {
    const { stdout } = await kktid([name, "--help"]);
    expect(stdout).not.toMatch(/^Options:/m);
    expect(stdout).toMatch(/^General:\n( {2}.*\n)* {2}-h, --help/m);
  });
});
