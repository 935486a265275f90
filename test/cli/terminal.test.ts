import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createProgressLine } from "../../src/cli/progress-line.ts";
import { progressFor } from "../../src/cli/terminal.ts";
import { kktid } from "../support/command-line.ts";
import { EXAMPLES } from "../support/example-networks.ts";

const shape = ["check", "-a", "z + z^2 + z^3", "-d", "4", "-n", "4", "-m", "40"];
const network = ["recover", `${EXAMPLES}iris-hidden-layer/network.npz`, "-a", "z + z^2 + z^3", "-n", "4"];
const ESCAPE = "\u001b[";

describe("kktid --version and --help", () => {
  test("--version is the version of package.json", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
      version: string;
    };
    expect(await kktid(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  test("--help lists the commands on stdout", async () => {
    const { code, stdout, stderr } = await kktid(["--help"]);
    expect([code, stderr]).toEqual([0, ""]);
    for (const command of ["check", "recover"]) expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, "m"));
  });

  test.each(["check", "recover", "train"])(
    "%s --help has an example that the command itself accepts",
    async (command) => {
      const { code, stdout } = await kktid([command, "--help"]);
      expect(code).toBe(0);
      expect(stdout).toContain("Examples:");
      const commands = stdout.replaceAll(/ \\\n */g, " ");
      const examples = [...commands.matchAll(/^ {2}kktid (.*)$/gm)].map((match) => match[1]!);
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) {
        const argv = [...example.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2]!);
        const { code: exit, stderr } = await kktid(argv);
        // The files of the examples do not exist here: the command line is fine if that is all there is to say.
        if (exit !== 0) expect(stderr).toMatch(/: no such file or folder\n$/);
      }
    },
  );

  test.each(["check", "recover"])("%s --help documents every option that its examples use", async (command) => {
    const { stdout } = await kktid([command, "--help"]);
    const [options = "", examples = ""] = stdout.split("Examples:");
    const used = [...examples.matchAll(/ (--?[a-z][a-z-]*)/g)].map((match) => match[1]!);
    expect(used.length).toBeGreaterThan(2);
    for (const option of used) expect(options).toMatch(new RegExp(`(^|[ ,])${option}\\b`, "m"));
  });

  test("no command, or one that does not exist, exits 2 and points to the help", async () => {
    const none = await kktid([]);
    expect([none.code, none.stdout]).toEqual([2, ""]);
    expect(none.stderr).toContain("Usage: kktid");
    const unknown = await kktid(["chekc"]);
    expect([unknown.code, unknown.stdout]).toEqual([2, ""]);
    expect(unknown.stderr).toMatch(/unknown command 'chekc'/);
    expect(unknown.stderr).toContain("--help");
  });

  test.each([["chekc"], ["help", "chekc"]])(
    "%s %s: a command that does not exist gets a suggestion",
    async (...argv) => {
      const { code, stdout, stderr } = await kktid(argv);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toContain("unknown command 'chekc'");
      expect(stderr).toContain("Did you mean check?");
    },
  );

  test("help NAME is NAME --help, and help help is the list", async () => {
    expect(await kktid(["help", "check"])).toEqual(await kktid(["check", "--help"]));
    expect(await kktid(["help", "help"])).toEqual(await kktid(["--help"]));
  });
});

describe("colour", () => {
  test("is used on a terminal only, and changes nothing but escape sequences", async () => {
    const plain = await kktid(shape);
    const coloured = await kktid(shape, { stdoutIsTty: true });
    expect(plain.stdout).not.toContain(ESCAPE);
    expect(coloured.stdout).toContain(ESCAPE);
    expect(stripVTControlCharacters(coloured.stdout)).toBe(plain.stdout);
  });

  test.each(["1", "yes"])("is not used with NO_COLOR=%s; an empty NO_COLOR says nothing", async (value) => {
    expect((await kktid(shape, { stdoutIsTty: true, env: { NO_COLOR: value } })).stdout).not.toContain(ESCAPE);
    expect((await kktid(shape, { stdoutIsTty: true, env: { NO_COLOR: "" } })).stdout).toContain(ESCAPE);
  });

  test("is never in JSON", async () => {
    const { stdout } = await kktid([...shape, "--json"], { stdoutIsTty: true, stderrIsTty: true });
    expect(stdout).not.toContain(ESCAPE);
  });
});

describe("progress", () => {
  afterEach(() => vi.restoreAllMocks());

  test("tells the time once it is long, within a line", () => {
    const lines: string[] = [];
    const stderr = { write: (text: string) => lines.push(text.replace("\r\u001b[2K", "")), isTTY: true };
    const clock = vi.spyOn(performance, "now").mockReturnValue(1000);
    const progress = progressFor({ stdout: stderr, stderr, env: {} }, false);
    for (const milliseconds of [3500, 5000, 63_500]) {
      clock.mockReturnValue(milliseconds);
      progress.show("x".repeat(100));
    }
    expect(lines).toEqual(["x".repeat(78), `${"x".repeat(72)} (4 s)`, `${"x".repeat(71)} (62 s)`]);
  });

  test("goes on counting seconds while nothing is heard, and stops at the end", () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
    try {
      const lines: string[] = [];
      const line = createProgressLine({ write: (text) => lines.push(text.replace("\r\u001b[2K", "")) });
      line.show({ text: "proving" });
      vi.advanceTimersByTime(5000);
      expect(lines).toEqual(["proving", "proving", "proving", "proving (3 s)", "proving (4 s)", "proving (5 s)"]);
      line.above(() => lines.push("a note"));
      expect(lines.slice(-2)).toEqual(["", "a note"]);
      line.clear();
      const { length } = lines;
      vi.advanceTimersByTime(5000);
      expect(lines).toHaveLength(length);
    } finally {
      vi.useRealTimers();
    }
  });

  test("has a bar and the time left where the number of steps is known, within the terminal's width", () => {
    const lines: string[] = [];
    const clock = vi.spyOn(performance, "now").mockReturnValue(0);
    const line = createProgressLine({ write: (text) => lines.push(text.replace("\r\u001b[2K", "")), columns: 72 });
    line.show({ text: `testing ${"x".repeat(80)}`, done: 0, total: 40 });
    clock.mockReturnValue(10_000);
    line.show({ text: "testing gauge", done: 10, total: 40 });
    line.clear();
    expect(lines[0]).toHaveLength(71);
    expect(lines[0]).toMatch(/x {1}░{12} 0\/40$/);
    expect(lines[1]).toBe("testing gauge ███░░░░░░░░░ 10/40 (10 s), about 30 s left");
  });

  test("repeats of one stage are thinned, the first message of the next is not", () => {
    const lines: string[] = [];
    const stderr = { write: (text: string) => lines.push(text.replace("\r\u001b[2K", "")), isTTY: true };
    vi.spyOn(performance, "now").mockReturnValue(1000);
    const progress = progressFor({ stdout: stderr, stderr, env: {} }, false);
    for (const message of ["attempt 1", "attempt 2", "proving a bound"]) progress.show(message);
    expect(lines).toEqual(["attempt 1", "proving a bound"]);
  });

  test("a terminal that knows no escape sequences gets none", async () => {
    const { stdout, stderr } = await kktid(network, { stdoutIsTty: true, stderrIsTty: true, env: { TERM: "dumb" } });
    expect(stdout).toContain("RECOVERED");
    expect(stdout + stderr).not.toContain("\u001b");
    expect((await kktid(network, { stdoutIsTty: true, env: { TERM: "xterm" } })).stdout).toContain(ESCAPE);
  });

  test("is shown on a terminal at stderr and taken back at the end", async () => {
    const { stdout, stderr } = await kktid(network, { stderrIsTty: true });
    const messages = stderr.split("\r\u001b[2K").filter((message) => message !== "");
    expect(messages.length).toBeGreaterThan(0);
    expect(stderr.endsWith("\r\u001b[2K")).toBe(true);
    for (const message of messages) expect(message.length).toBeLessThan(80);
    expect(stdout).not.toContain("\r");
  });

  test.each([
    ["stderr is no terminal", [], { stdoutIsTty: true }],
    ["--quiet", ["--quiet"], { stderrIsTty: true }],
    ["--json", ["--json"], { stderrIsTty: true }],
  ])("is silent where %s", async (_, options, terminal) => {
    expect((await kktid([...network, ...options], terminal)).stderr).toBe("");
  });
});
