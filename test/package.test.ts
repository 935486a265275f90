import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "./support/command-line.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = temporaryFolder();
const project = join(folder.path, "project");
// Some thousand files.
afterAll(() => folder.remove(), 60_000);

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

let packed: Packed;

const run = (command: string, argv: readonly string[], cwd: string): string =>
  execFileSync(command, [...argv], { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

beforeAll(() => {
  // dist/ is there already: packing must not build it again while other tests run on it.
  const printed = run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder.path], root);
  [packed] = JSON.parse(printed) as [Packed];
}, 60_000);

describe("npm pack", () => {
  test("contains the programs, their types, the proofs that a report shows, and nothing else", () => {
    const paths = packed.files.map(({ path }) => path);
    for (const needed of [
      "package.json",
      "README.md",
      "LICENSE",
      "docs/certificates.md",
      "dist/index.js",
      "dist/index.d.ts",
      "dist/cli/main.js",
      "dist/cli/search-worker.js",
      "dist/cli/sweep-worker.js",
      "dist/cli/verify-worker.js",
      "dist/recheck/main.js",
      "proofs/moment-expansion.md",
    ]) {
      expect(paths).toContain(needed);
    }
    const known = /^(package\.json|README\.md|LICENSE|docs\/[\w-]+\.md|proofs\/[\w-]+\.md|dist\/.*\.(js|d\.ts))$/;
    expect(paths.filter((path) => !known.test(path))).toEqual([]);
    expect(paths.filter((path) => /\.(test|map)\b|\/test\//.test(path))).toEqual([]);
  });

  test("stays below two megabytes", () => {
    expect(packed.size).toBeLessThan(2_000_000);
  });
});

describe("in an empty folder", () => {
  beforeAll(() => {
    mkdirSync(project);
    writeFileSync(join(project, "package.json"), JSON.stringify({ name: "project", private: true, type: "module" }));
    const tarball = join(folder.path, packed.filename);
    run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", tarball], project);
    copyFileSync(join(root, "examples/networks/iris-hidden-layer/network.npz"), join(project, "network.npz"));
  }, 120_000);

  test("the command line runs", () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    expect(run("npx", ["--no-install", "kktid", "--version"], project).trim()).toBe(version);
    const argv = ["--no-install", "kktid", "check", "network.npz", "-a", "z + z^2 + z^3", "-n", "4"];
    expect(run("npx", [...argv, "--certificate", "proof.json", "--detail", "brief"], project)).toMatch(/^GLOBALLY/);
    expect(run("npx", ["--no-install", "kktid-recheck", "proof.json"], project)).toMatch(/^accepted/);
  });

  test("the library runs, and its types compile", () => {
    writeFileSync(
      join(project, "use.mts"),
      [
        'import { type CheckAnswer, check } from "kktid";',
        'const answer: CheckAnswer = check({ activation: "z + z^2", inputDim: 2, samples: 1, width: 9 });',
        "console.log(answer.verdict satisfies string);",
      ].join("\n"),
    );
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const compilerOptions = { module: "nodenext", target: "es2023", strict: true, types: [] };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["use.mts"] }));
    expect(run(process.execPath, [tsc, "-p", "."], project)).toBe("");
    expect(run(process.execPath, ["use.mjs"], project).trim()).toMatch(/identifiable$/);
  });
});
