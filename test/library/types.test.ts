import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

const fixture = fileURLToPath(new URL("./types-fixture.ts", import.meta.url));

/** A file beside the fixture that is not on the disk. */
const bare = fixture.replace(/\.ts$/, "-bare.ts");

/** What the compiler objects to in each of the texts, as a user of the package would see it; the library is read once. */
function complaints(texts: ReadonlyMap<string, string>): string[][] {
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
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => texts.has(name) || fileExists(name);
  host.getSourceFile = (name, ...rest) => {
    const text = texts.get(name);
    return text === undefined
      ? getSourceFile(name, ...rest)
      : ts.createSourceFile(name, text, {
          languageVersion: ts.ScriptTarget.ES2023,
          impliedNodeFormat: ts.ModuleKind.ESNext,
        });
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  return [...texts.keys()].map((name) =>
    program
      .getSemanticDiagnostics(program.getSourceFile(name))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
  );
}

test("good calls compile, and every @ts-expect-error stands above a call that does not", () => {
  const text = readFileSync(fixture, "utf8");
  // Without the directives each of the calls is a complaint of its own.
  const [good, without] = complaints(
    new Map([
      [fixture, text],
      [bare, text.replaceAll("@ts-expect-error", "")],
    ]),
  );
  expect(good).toEqual([]);
  expect(without).toHaveLength(text.match(/@ts-expect-error/g)!.length);
});
