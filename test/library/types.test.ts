import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

const fixture = fileURLToPath(new URL("./types-fixture.ts", import.meta.url));

/** What the compiler objects to, as a user of the package would see it. */
function complaints(text: string): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    allowImportingTsExtensions: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (name, ...rest) =>
    name === fixture ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2023) : getSourceFile(name, ...rest);
  const program = ts.createProgram([fixture], options, host);
  const source = program.getSourceFile(fixture);
  return program
    .getSemanticDiagnostics(source)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

test("good calls compile, and every @ts-expect-error stands above a call that does not", () => {
  const text = readFileSync(fixture, "utf8");
  expect(complaints(text)).toEqual([]);
  // Without the directives each of the calls is a complaint of its own.
  const directives = text.match(/@ts-expect-error/g)!.length;
  expect(complaints(text.replaceAll("@ts-expect-error", "")).length).toBe(directives);
});
