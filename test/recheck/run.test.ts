import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runRecheck } from "../../src/cli/recheck.ts";
import { produce } from "./certificates.ts";
import { cubic, dataStep, exactInstance, kernel, span } from "./exact-instance.ts";

const folder = mkdtempSync(join(tmpdir(), "recheck-"));

/** Runs the command on a file with this content. */
function recheck(content: string | Uint8Array, json = false): { status: number; output: string; error: string } {
  const file = join(folder, "certificate.json");
  writeFileSync(file, content);
  return recheckFile(file, json);
}

function recheckFile(file: string, json = false): { status: number; output: string; error: string } {
  const [output, error]: [string[], string[]] = [[], []];
  const io = {
    stdout: { write: (text: string) => output.push(text) },
    stderr: { write: (text: string) => error.push(text) },
    env: {},
  };
  const status = runRecheck(file, { json }, io);
  return { status, output: output.join(""), error: error.join("") };
}

const certificate = produce({ activation: "z + z^2 + z^3", inputDim: 2, samples: 2, width: 3 }).certificate!;

describe("kktid recheck", () => {
  test("accepts with 0 and says what each step proves", () => {
    const { status, output, error } = recheck(JSON.stringify(certificate));
    expect({ status, error }).toEqual({ status: 0, error: "" });
    expect(output).toMatch(
      /^accepted: locally-identifiable \(generic\), up to permutation\n {2}s1 generic-full-rank: The/,
    );
  });

  test("rejects with 1 and names the step and the reason", () => {
    const steps = [{ ...certificate.steps[0], prime: 33554391 }];
    const { status, output } = recheck(JSON.stringify({ ...certificate, steps }));
    expect(status).toBe(1);
    expect(output).toMatch(/^rejected: step s1: 33554391 is no prime: 3 divides it\n$/);
  });

  test("answers in JSON", () => {
    const accepted = JSON.parse(recheck(JSON.stringify(certificate), true).output) as object;
    expect(accepted).toMatchObject({ schema: "kktid.recheck/1", accepted: true, claim: { upTo: ["permutation"] } });
    const { output, status } = recheck(JSON.stringify({ ...certificate, inputHash: "" }), true);
    expect(status).toBe(1);
    expect(JSON.parse(output)).toMatchObject({ accepted: false, step: null, reason: expect.stringContaining("hash") });
  });

  test.each([
    ["not JSON", "{"],
    ["not UTF-8", Uint8Array.of(0x7b, 0xff, 0x7d)],
    ["empty", ""],
  ])("a file that is %s: 2", (_, content) => {
    const { status, output, error } = recheck(content);
    expect({ status, output }).toEqual({ status: 2, output: "" });
    expect(error).toMatch(/^kktid recheck: .*certificate\.json/);
  });

  test("a missing file, or a missing network: 2", () => {
    expect(recheckFile(join(folder, "none.json")).status).toBe(2);
    const { document } = exactInstance(cubic, { steps: [dataStep("data", cubic.X, cubic.g), span, kernel] });
    expect(recheck(JSON.stringify(document)).error).toMatch(/network\.json/);
  });

  test("network files are found beside the certificate", () => {
    const { document, readFile } = exactInstance(cubic, { steps: [dataStep("data", cubic.X, cubic.g), span, kernel] });
    for (const name of ["network.json", "gradient.json"]) writeFileSync(join(folder, name), readFile(name));
    const { status, output } = recheck(JSON.stringify(document));
    expect(output).toMatch(/^accepted: globally-identifiable \(instance\), up to permutation\nassumes within-rho = /);
    expect(status).toBe(0);
  });
});
