import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { verifyAnswerSchema } from "../../src/answers/verify-answer.ts";
import { run } from "../../src/cli/run.ts";
import { runVerify } from "../../src/cli/verify.ts";
import { CLAIMS } from "../../src/verify/claims.ts";
import type { Claim } from "../../src/verify/experiment.ts";
import { exactRow } from "../../src/verify/rows.ts";

function createIo() {
  const written = { out: "", err: "" };
  const io = {
    stdout: { write: (text: string) => (written.out += text) },
    stderr: { write: (text: string) => (written.err += text) },
    env: {},
  };
  return { io, written };
}

const options = { seed: 1, maxSeconds: 60, threads: 1, quiet: true };

const falseClaim: Claim = {
  id: "one-is-two",
  statement: "One is two.",
  ofSourcePaper: false,
  page: "proofs/gauge.md",
  experiments: [exactRow({ label: "compare" }, ({ sabotaged }) => (sabotaged ? 2 : 1) === 2)],
};

describe("kktid verify", () => {
  test("prints a table of the claims named within 80 columns", async () => {
    const { io, written } = createIo();
    expect(await run(["verify", "gauge", "quadratic-mixing"], io)).toBe(0);
    expect(written.out).toContain("every claim agrees");
    for (const line of written.out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  test("prints the answer as JSON, the same bytes but for the time", async () => {
    const answers = await Promise.all(
      [1, 2].map(async () => {
        const { io, written } = createIo();
        expect(await run(["verify", "gauge", "--json", "--seed", "3"], io)).toBe(0);
        return verifyAnswerSchema.parse(JSON.parse(written.out));
      }),
    );
    expect(answers[0]).toMatchObject({ seed: 3, passed: true, claims: [{ id: "gauge" }] });
    expect({ ...answers[0], timings: null }).toEqual({ ...answers[1], timings: null });
  });

  test("lists every claim with its page", async () => {
    const { io, written } = createIo();
    expect(await run(["verify", "--list"], io)).toBe(0);
    for (const { id, page, ofSourcePaper } of CLAIMS) {
      expect(written.out.split("\n")).toContain(`${id}${ofSourcePaper ? " *" : ""}  (${page})`);
    }
    for (const line of written.out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  test("refuses a claim that does not exist, with the list", async () => {
    const { io, written } = createIo();
    expect(await run(["verify", "gauge", "flat-earth"], io)).toBe(2);
    expect(written.err).toContain("flat-earth is no claim");
    for (const { id } of CLAIMS) expect(written.err).toContain(id);
  });

  test("writes the document for a report", () => {
    const folder = mkdtempSync(join(tmpdir(), "verify-"));
    try {
      const out = join(folder, "verify.json");
      const { io } = createIo();
      expect(runVerify(["counting"], { ...options, out }, io)).toBe(0);
      expect(verifyAnswerSchema.parse(JSON.parse(readFileSync(out, "utf8"))).claims[0]!.id).toBe("counting");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("ends with 1 where a claim is false, and says which row", () => {
    const { io, written } = createIo();
    expect(runVerify([], options, io, [falseClaim])).toBe(1);
    expect(written.out).toContain("one-is-two");
    expect(written.out).toContain("4 trials disagree");
  });

  test("ends with 1 where the time was up", () => {
    const { io, written } = createIo();
    expect(runVerify(["gauge"], { ...options, maxSeconds: 1e-9 }, io)).toBe(1);
    expect(written.out).toContain("the time was up");
  });
});
