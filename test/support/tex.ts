import { spawnSync } from "node:child_process";
import { compilePdf } from "../../src/cli/tex-run.ts";
import type { Rendered } from "../../src/render/rendered.ts";

const found = spawnSync("pdflatex", ["--version"]).status === 0;

/** Tests that need TeX are left out where there is none, but never on a CI, which has to install it. */
export const SKIP_WITHOUT_TEX: boolean = !found && process.env.CI === undefined;

/** Compiles; what TeX complains about is the result. */
export async function complaints(rendered: Rendered): Promise<readonly string[]> {
  const { warnings } = await compilePdf(rendered, { env: process.env, keepAs: null });
  return warnings.map(({ message }) => message);
}

/** What pdflatex needs of the environment. */
export const TEX_ENV: Readonly<Record<string, string>> = {
  PATH: process.env.PATH ?? "",
  HOME: process.env.HOME ?? "/",
};
