import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kktid, temporaryFolder } from "../support/command-line.ts";
import { EXAMPLES } from "../support/example-networks.ts";
import { SKIP_WITHOUT_TEX, TEX_ENV } from "../support/tex.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const CUBIC = "z + z^2 + z^3";
const network = `${EXAMPLES}iris-hidden-layer/network.npz`;
const truth = ["--truth", `${EXAMPLES}iris-hidden-layer/training-data.npz`];
const asked = [network, "-a", CUBIC, "-n", "4"];
const path = (name: string): string => join(folder.path, name);
const read = (name: string): string => readFileSync(path(name), "utf8");

let check = "";
let recovery = "";
let openVerdict = "";
beforeAll(async () => {
  check = folder.write("check.json", (await kktid(["check", ...asked, "--json"])).stdout);
  recovery = folder.write("recover.json", (await kktid(["recover", ...asked, ...truth, "--json"])).stdout);
  const shape = ["check", "-a", "z + z^2", "-d", "4", "-n", "4", "-m", "40", "--json"];
  openVerdict = folder.write("quadratic.json", (await kktid(shape)).stdout);
});

async function expectRefusal(argv: readonly string[], ...messages: RegExp[]): Promise<void> {
  const { code, stdout, stderr } = await kktid(["report", ...argv]);
  expect([code, stdout]).toEqual([2, ""]);
  for (const message of messages) expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/internal error|^\s+at /m);
}

describe("kktid report writes", () => {
  test("text to stdout, nothing else", async () => {
    const { code, stdout, stderr } = await kktid(["report", check, recovery]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/4 of 4 samples/);
    for (const line of stdout.split("\n")) expect([...line].length).toBeLessThanOrEqual(80);
  });

  test("LaTeX with pictures and bibliography beside it, and leaves no temporary file", async () => {
    mkdirSync(path("tex"));
    const { code } = await kktid(["report", check, recovery, "--out", path("tex/my report.tex")]);
    expect(code).toBe(0);
    const main = read("tex/my report.tex");
    expect(main).toMatch(/^% Written by kktid/);
    for (const [, file] of main.matchAll(/\\includegraphics\{([^}]+)\}/g))
      expect(existsSync(path(`tex/${file}`))).toBe(true);
    expect(main).toContain("\\includegraphics");
    const [, bibliography] = /\\bibliography\{([^}]+)\}/.exec(main)!;
    expect(read(`tex/${bibliography}.bib`)).toMatch(/@article/);
    expect(readdirSync(path("tex"), { recursive: true }).filter((name) => `${name}`.endsWith(".tmp"))).toEqual([]);
  });

  test("a fragment without a document of its own", async () => {
    await kktid(["report", check, "--fragment", "--out", path("piece.tex")]);
    expect(read("piece.tex")).not.toMatch(/\\documentclass|\\begin\{document\}/);
  });

  test("HTML and Markdown by the name of the file", async () => {
    await kktid(["report", check, "--out", path("audit.html")]);
    await kktid(["report", check, "--out", path("audit.md")]);
    expect(read("audit.html")).toMatch(/^<!doctype html>/i);
    expect(read("audit.html")).toContain("moment");
    expect(read("audit.md")).toMatch(/^# /);
  });

  test("the same from a network as from its saved answers", async () => {
    const options = ["--format", "markdown", "--out"];
    await kktid(["report", ...asked, ...truth, "--answers", path("kept"), ...options, path("direct.md")]);
    await kktid(["report", path("kept/check.json"), path("kept/recover.json"), ...options, path("saved.md")]);
    expect(read("saved.md").replaceAll("saved-", "direct-")).toBe(read("direct.md"));
    const recheck = await kktid(["recheck", path("kept/check.json")]);
    expect(recheck.code).not.toBe(3);
  });

  test("a shape and a problem file, which have nothing to recover", async () => {
    const shape = await kktid(["report", "-a", CUBIC, "-d", "4", "-n", "4", "-m", "40"]);
    const problem = folder.write("problem.yaml", `activation: ${CUBIC}\ninputDim: 4\nsamples: 4\nwidth: 40\n`);
    const file = await kktid(["report", problem]);
    expect([shape.code, file.code]).toEqual([0, 0]);
    expect(shape.stdout).toContain("globally identifiable");
  });

  test("--json: what was written", async () => {
    const { stdout } = await kktid(["report", check, "--json", "--out", path("listed.md")]);
    const { schema, files, verdict } = JSON.parse(stdout);
    expect([schema, verdict]).toEqual(["kktid.report/1", "globally-identifiable"]);
    expect(files.at(-1)).toEqual({ path: path("listed.md"), bytes: Buffer.byteLength(read("listed.md")) });
  });
});

/** Runs the lines that a report prints, as a shell would in this folder. */
async function runPrinted(report: string): Promise<number[]> {
  const codes: number[] = [];
  for (const [, line] of report.matchAll(/^\$ (kktid recheck .*)$/gm)) {
    codes.push(
      (
        await kktid(
          line!
            .split(" ")
            .slice(1)
            .map((word) => word.replaceAll("'", "")),
        )
      ).code,
    );
  }
  return codes;
}

describe("kktid report NETWORK", () => {
  test("--answers: the printed commands recheck what was kept, seen from there and from here", async () => {
    await kktid(["report", ...asked, "--answers", path("proved"), "--out", path("proved.md")]);
    const printed = read("proved.md");
    expect(printed).toContain(`$ kktid recheck ${path("proved/check.json")}`);
    const codes = await runPrinted(printed);
    expect(codes.length).toBeGreaterThan(0);
    expect(codes.every((code) => code === 0)).toBe(true);
    const { certificate, files } = JSON.parse(read("proved/check.json"));
    expect(existsSync(join(path("proved"), certificate.problem.network.file))).toBe(true);
    expect(existsSync(files[0].name)).toBe(true);
    expect(printed).toContain(files[0].sha256);
    expect(printed).toContain(`kktid check ${files[0].name} -a`);
  });

  test("without a certificate it still names the network", async () => {
    const given = ["--weight-precision", "1e-4", "--strategy", "spectral"];
    await kktid([
      "report",
      network,
      "-a",
      CUBIC,
      "-n",
      "3",
      ...given,
      "--answers",
      path("open"),
      "--out",
      path("open.md"),
    ]);
    const { files, options, certificate } = JSON.parse(read("open/recover.json"));
    expect([certificate, options.weightPrecision]).toEqual([null, 1e-4]);
    expect(files).toEqual([
      {
        role: "network",
        name: expect.stringMatching(/iris-hidden-layer\/network\.npz$/),
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
    expect(read("open.md").split("\n")[0]).toContain("network");
    expect(read("open.md")).toMatch(/kktid recover \S*network\.npz .*--weight-precision 0\.0001/);
  });

  test("with more unknowns than a search takes, is about check alone and says so", async () => {
    const digits = `${EXAMPLES}digits-hidden-layer/network.npz`;
    const { code, stdout, stderr } = await kktid(["report", digits, "-a", CUBIC, "-n", "7"]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/too many unknowns.*report is of check alone/);
    expect(stdout.replace(/\s+/g, " ")).toMatch(/The training data were not searched for: .*too many unknowns/);
  }, 120_000);

  test("--labels that recover uses are not called of no use", async () => {
    const known = ["--loss", "mse", "--weight-decay", "1/100", "--labels=-1,1"];
    expect((await kktid(["report", ...asked, ...known])).stderr).not.toMatch(/not used/);
    const without = await kktid(["report", ...asked, "--loss", "mse", "--weight-decay", "1/100"]);
    expect(without.stderr.match(/not used: the labels/g)).toHaveLength(1);
  });

  test("--answers that names a file is refused before any work", () =>
    expectRefusal([...asked, "--answers", check], /check\.json: is a file/, /names a folder/));
});

describe("kktid report --require", () => {
  test.each([
    ["globally-identifiable", 0],
    ["locally-identifiable", 0],
    ["inconclusive", 0],
    ["nonidentifiable", 1],
  ])("%s of a network that determines its data: exit %i, and the report is written", async (verdict, expected) => {
    const { code, stdout, stderr } = await kktid(["report", check, "--require", verdict]);
    expect(code).toBe(expected);
    expect(stdout).not.toBe("");
    if (expected === 1) expect(stderr).toMatch(/required nonidentifiable, got globally-identifiable/);
  });

  test("nonidentifiable of a shape that mixes its samples: exit 0", async () => {
    expect((await kktid(["report", openVerdict, "--require", "nonidentifiable"])).code).toBe(0);
    expect((await kktid(["report", openVerdict, "--require", "locally-identifiable"])).code).toBe(1);
  });

  test("without a verdict is refused", () => expectRefusal([recovery, "--require", "inconclusive"], /--require needs/));
});

describe("kktid report refuses", () => {
  test("files that are not there, broken, or of another schema", async () => {
    await expectRefusal([path("nothing.json")], /nothing\.json: no such file/);
    await expectRefusal([folder.write("cut.json", '{"schema": "kktid.check/1", ')], /cut\.json: /);
    await expectRefusal([folder.write("other.json", { schema: "other/1" })], /other\.json: schema: "other\/1"/);
    await expectRefusal([folder.write("newer.json", { schema: "kktid.check/9" })], /newer than kktid\.check\/1/);
    await expectRefusal([folder.write("bare.json", { schema: "kktid.check/1" })], /not a valid kktid\.check\/1/);
    await expectRefusal([folder.write("tensors.json", { W: [[1]] })], /schema: the field is missing/);
  });

  test("answers that do not belong together", async () => {
    await expectRefusal([openVerdict, recovery], /different problems: \w+ is /, /quadratic\.json and .*recover\.json/);
    await expectRefusal([check, check], /both kktid\.check\/1/);
    await expectRefusal([check, network], /network\.npz is no JSON answer/);
  });

  test("questions that a saved answer has settled already", async () => {
    await expectRefusal([check, "-a", CUBIC], /-a changes nothing in a saved answer/, /name the network file/);
    await expectRefusal([recovery, ...truth], /--truth changes nothing/);
    await expectRefusal([check, "-n", "5"], /-n changes nothing/);
  });

  test("pictures of another size, naming d", async () => {
    await expectRefusal([recovery, "--image", "8x8"], /64 pixels, but samples have d = 4/);
    await expectRefusal([recovery, "--image", "8by8"], /expected HEIGHTxWIDTH/);
    expect((await kktid(["report", recovery, "--image", "2x2"])).code).toBe(0);
  });

  test("options that contradict each other", async () => {
    await expectRefusal([check, "--fragment", "--format", "html"], /--fragment belongs to LaTeX, not to html/);
    await expectRefusal([check, "--format", "pdf"], /--out report\.pdf/);
    await expectRefusal([check, "--format", "latex"], /--out report\.tex/);
    await expectRefusal([check, "--out", path("report.xyz")], /its extension names no format/);
    await expectRefusal([check, "--json"], /--json prints what was written/);
    await expectRefusal([], /a shape needs/);
  });

  test("to write into a folder that is not there, or over a folder, before any work", async () => {
    await expectRefusal([...asked, "--out", path("no/such/report.tex")], /no such file or folder/);
    mkdirSync(path("folder.html"));
    await expectRefusal([...asked, "--out", path("folder.html")], /folder\.html: is a folder/);
  });

  test.skipIf(process.getuid?.() === 0)("to write where it may not", async () => {
    mkdirSync(path("locked"));
    chmodSync(path("locked"), 0o500);
    await expectRefusal([check, "--out", path("locked/report.md")], /cannot be written: permission denied/);
  });

  test("PDF without pdflatex, naming the packages of Debian and what works without", async () => {
    const { code, stderr } = await kktid(["report", check, "--out", path("none.pdf")], {
      env: { PATH: path("empty") },
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/pdflatex is not installed/);
    expect(stderr).toContain("texlive-latex-base texlive-latex-recommended lmodern");
    expect(stderr).toContain("--format latex");
  });
});

interface SarifLog {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: {
      readonly driver: {
        readonly name: string;
        readonly rules: readonly {
          readonly id: string;
          readonly help: { readonly text: string };
          readonly shortDescription: { readonly text: string };
        }[];
      };
    };
    readonly artifacts: readonly { readonly location: { readonly uri: string } }[];
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly {
        readonly physicalLocation: { readonly artifactLocation: { readonly uri: string; readonly index: number } };
      }[];
    }[];
  }[];
}

/** What SARIF 2.1.0 requires of a log (sections 3.13, 3.14, 3.18, 3.19, 3.27, 3.49). */
function expectSarif(log: SarifLog): void {
  expect(log.version).toBe("2.1.0");
  expect(log.runs).toHaveLength(1);
  for (const { tool, results, artifacts } of log.runs) {
    expect(tool.driver.name).toBe("kktid");
    const ids = tool.driver.rules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { help, shortDescription } of tool.driver.rules) {
      const page = /proofs\/[\w-]+\.md/.exec(help.text)?.[0];
      expect(page).toBeDefined();
      expect(existsSync(new URL(`../../${page}`, import.meta.url))).toBe(true);
      expect(shortDescription.text).not.toBe("");
    }
    for (const { ruleId, ruleIndex, level, message, locations } of results) {
      expect(ids[ruleIndex]).toBe(ruleId);
      expect(["error", "warning", "note"]).toContain(level);
      expect(message.text).not.toBe("");
      const { uri, index } = locations[0]!.physicalLocation.artifactLocation;
      expect(artifacts[index]!.location.uri).toBe(uri);
      expect(() => new URL(uri, "file:///")).not.toThrow();
    }
  }
}

describe("kktid report --format sarif", () => {
  const levelsOf = async (...argv: string[]): Promise<Record<string, string>> => {
    const { stdout } = await kktid(["report", ...argv, "--format", "sarif"]);
    const log = JSON.parse(stdout) as SarifLog;
    expectSarif(log);
    return Object.fromEntries(log.runs[0]!.results.map(({ ruleId, level }) => [ruleId, level]));
  };

  test("is an error where the data can be had", async () => {
    const levels = await levelsOf(check, recovery);
    expect(levels).toMatchObject({ verdict: "error", recovery: "error", "nodes-determine-moments": "note" });
  });

  test("is a note where they cannot, and a warning where that is open", async () => {
    expect((await levelsOf(openVerdict)).verdict).toBe("note");
    const document = JSON.parse(readFileSync(check, "utf8"));
    const open = folder.write("open.json", { ...document, verdict: "inconclusive" });
    expect((await levelsOf(open)).verdict).toBe("warning");
  });

  test("of a data set that is only known to be isolated is an error where it was recovered, else a warning", async () => {
    const document = JSON.parse(readFileSync(check, "utf8"));
    const isolated = folder.write("isolated.json", { ...document, verdict: "locally-identifiable" });
    expect((await levelsOf(isolated)).verdict).toBe("warning");
    expect((await levelsOf(isolated, recovery)).verdict).toBe("error");
  });
});

describe.skipIf(SKIP_WITHOUT_TEX)("kktid report --format pdf", () => {
  test("is a PDF, the same bytes again, without a warning", async () => {
    const first = await kktid(["report", check, recovery, "--out", path("first.pdf")], { env: TEX_ENV });
    expect(first).toEqual({ code: 0, stdout: "", stderr: "" });
    mkdirSync(path("again"));
    await kktid(["report", check, recovery, "--out", path("again/first.pdf")], { env: TEX_ENV });
    const bytes = readFileSync(path("first.pdf"));
    expect(bytes.subarray(0, 5).toString()).toBe("%PDF-");
    expect(bytes.equals(readFileSync(path("again/first.pdf")))).toBe(true);
  });
});
