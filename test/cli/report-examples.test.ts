import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { compilePdf } from "../../src/cli/tex-run.ts";
import type { Rendered } from "../../src/render/rendered.ts";
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

/** An answer as a file, from the command that gives it. */
async function saved(name: string, argv: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await kktid([...argv, "--json"]);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  return folder.write(`${name}.json`, stdout);
}

/** The files in a folder, named as from another one. */
function filesIn(path: string, from = path): Rendered["files"] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ name: relative(from, file), bytes: readFileSync(file) }));
}

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

  test("raw units through a scaler", { timeout: 120_000 }, async () => {
    const network = `${EXAMPLES}iris-hidden-layer-raw/network.npz`;
    const scaler = folder.write("scaler.json", { mean: [5.8, 3, 3.7, 1.2], std: [0.8, 0.4, 1.8, 0.8] });
    await expectCleanPdf("raw", [network, "-a", CUBIC, "-n", "4", "--scaler", scaler]);
  });

  test("splits: a long search with its tree", { timeout: 120_000 }, async () => {
    const network = `${EXAMPLES}wine-hidden-layer/network.npz`;
    const options = ["-a", "z + z^2/2 + z^3/4", "-n", "6", "--strategy", "splitting", "--seed", "4"];
    const answer = await saved("splits", ["recover", network, ...options]);
    const { splitTree } = JSON.parse(readFileSync(answer, "utf8"));
    expect(splitTree.length).toBeGreaterThan(0);
    await expectCleanPdf("splits", [answer]);
  });

  test.each([
    ["two numbers", "x: { parameter: width, values: 1..9 }"],
    ["words and numbers", "x: { parameter: trained, values: [[hidden], [hidden, output]] }"],
  ])("a sweep over %s", { timeout: 120_000 }, async (name, axis) => {
    const out = join(folder.path, name);
    const width = name === "two numbers" ? "" : "  width: 9\n";
    const problem = `problem:\n  activation: z + z^2 + z^3\n  inputDim: 4\n${width}`;
    const grid = folder.write(`${name}.yaml`, `${problem}${axis}\ny: { parameter: samples, values: 1..7 }\n`);
    const { code } = await kktid(["sweep", grid, "--out", out]);
    expect(code).toBe(0);
    await expectCleanPdf(name, [join(out, "sweep.json")]);
  });

  test("the table of verify", { timeout: 300_000 }, async () => {
    await expectCleanPdf("verify", [await saved("verify", ["verify", "gauge", "interpolation", "sample-splitting"])]);
  });

  const PAPERS = {
    "one column": "\\documentclass{article}",
    "two columns": "\\documentclass[twocolumn]{article}",
    "two wide columns":
      "\\documentclass[twocolumn]{article}\\setlength{\\textwidth}{6.75in}\\setlength{\\columnsep}{0.25in}",
  };

  test("fragments of several networks go into any one paper", { timeout: 240_000 }, async () => {
    const path = join(folder.path, "paper");
    mkdirSync(path);
    const names = ["iris-hidden-layer", "iris-multiclass", "wine-gradient"];
    for (const name of names) {
      const out = join(path, `${name}.tex`);
      const argv = [`${EXAMPLES}${name}/network.npz`, ...NETWORKS[name]!, "--fragment", "--out", out];
      expect((await kktid(["report", ...argv])).code).toBe(0);
      expect(readFileSync(out, "utf8")).not.toContain("longtable");
    }
    const fragment = readFileSync(join(path, `${names[0]}.tex`), "utf8");
    const packages = [...fragment.matchAll(/^%\s+(\\usepackage.*)$/gm)].map(([, line]) => line).join("");
    const withoutTheorems = packages.replace("amsthm,", "").replace(",hyperref", "");
    expect(withoutTheorems.length).toBe(packages.length - "amsthm,,hyperref".length);
    const files = filesIn(path);
    const inputs = names.map((name) => `\\input{${name}}`).join("\n");
    const end = `\\bibliographystyle{plain}\\bibliography{${names.join(",")}}\\end{document}`;
    for (const [paper, head] of Object.entries(PAPERS)) {
      for (const preamble of [packages, withoutTheorems]) {
        const main = `${head}${preamble}\\begin{document}${inputs}${end}`;
        const { warnings } = await compilePdf({ main, files }, { env: TEX_ENV, keepAs: null });
        expect([paper, warnings]).toEqual([paper, []]);
      }
    }
  });

  test("a fragment in a folder of its own finds its pictures through \\graphicspath", {
    timeout: 120_000,
  }, async () => {
    const out = join(folder.path, "appendix", "audit.tex");
    mkdirSync(join(folder.path, "appendix"));
    const argv = [`${EXAMPLES}iris-hidden-layer/network.npz`, "-a", CUBIC, "-n", "4", "--fragment", "--out", out];
    expect((await kktid(["report", ...argv])).code).toBe(0);
    const fragment = readFileSync(out, "utf8");
    expect(fragment).toContain("\\graphicspath{{folder/of/this/file/}}");
    const packages = [...fragment.matchAll(/^%\s+(\\usepackage.*)$/gm)].map(([, line]) => line).join("");
    const paper = (path: string): string =>
      `\\documentclass{article}${packages}${path}\\begin{document}\\input{appendix/audit}\\bibliographystyle{plain}\\bibliography{appendix/audit}\\end{document}`;
    const files = filesIn(join(folder.path, "appendix"), folder.path);
    const options = { env: TEX_ENV, keepAs: null };
    const compiled = await compilePdf({ main: paper("\\graphicspath{{appendix/}}"), files }, options);
    expect(compiled.warnings).toEqual([]);
    await expect(compilePdf({ main: paper(""), files }, options)).rejects.toThrow(/pdflatex/);
  });
});

describe("a TeX that stops", () => {
  /** A folder for PATH with a pdflatex that leaves this log. */
  function brokenTex(name: string, log: string): string {
    const path = join(folder.path, name);
    mkdirSync(path);
    const script = `#!/bin/sh\n[ "$1" = --version ] && exit 0\ncat > report.log <<'END'\n${log}\nEND\nexit 1\n`;
    writeFileSync(join(path, "pdflatex"), script, { mode: 0o755 });
    return `${path}:/usr/bin:/bin`;
  }

  const report = (name: string, PATH: string): ReturnType<typeof kktid> =>
    kktid(["report", "-a", CUBIC, "-d", "2", "-n", "1", "-m", "5", "--out", join(folder.path, name)], {
      env: { PATH, HOME: "/" },
    });

  test("a package that is missing is named with what to install, and the .tex is kept", async () => {
    const path = brokenTex("no-booktabs", "! LaTeX Error: File `booktabs.sty' not found.");
    const { code, stdout, stderr } = await report("missing.pdf", path);
    expect([code, stdout]).toEqual([expect.any(Number), ""]);
    expect(code).not.toBe(0);
    expect(stderr).toContain("booktabs.sty is not installed");
    expect(stderr).toContain("texlive-latex-recommended");
    const kept = join(folder.path, "missing.failed.tex");
    expect(stderr).toContain(kept);
    expect(readFileSync(kept, "utf8")).toContain("\\begin{document}");
    expect(readFileSync(join(folder.path, "missing.failed.log"), "utf8")).toContain("booktabs.sty");
    expect(existsSync(join(folder.path, "missing.pdf"))).toBe(false);
  });

  test("what TeX stopped at is named, and the .tex is kept", async () => {
    const { code, stderr } = await report("stopped.pdf", brokenTex("stops", "! Undefined control sequence.\nl.12 \\x"));
    expect(code).not.toBe(0);
    expect(stderr).toContain("pdflatex stopped: Undefined control sequence.");
    expect(stderr).toContain("--format latex");
    expect(existsSync(join(folder.path, "stopped.failed.tex"))).toBe(true);
  });

  test("without pdflatex nothing is computed and nothing is kept", async () => {
    const { code, stderr } = await report("none.pdf", join(folder.path, "no-such-folder"));
    expect(code).not.toBe(0);
    expect(stderr).toContain("pdflatex is not installed");
    expect(stderr).toContain("apt install");
    expect(existsSync(join(folder.path, "none.failed.tex"))).toBe(false);
  });
});
