import { expect, test } from "vitest";
import { recheckCertificate } from "../../src/recheck/recheck.ts";
import { cubic, dataStep, exactInstance, gradientOf, kernel, span } from "./exact-instance.ts";
import { type Json, mutantsOf, withHash } from "./mutants.ts";

const { document, readFile } = exactInstance(cubic, { steps: [dataStep("data", cubic.X, cubic.g), span, kernel] });
const original = JSON.parse(JSON.stringify(document)) as Json;

interface Changed {
  readonly claim: { readonly rho: string };
  readonly problem: { readonly activation: readonly string[] };
  readonly steps: readonly { readonly rows: readonly number[]; readonly columns: readonly number[] }[];
}

function isAccepted(text: string): boolean {
  try {
    return recheckCertificate(text, { readFile }).accepted;
  } catch (error) {
    expect((error as { code?: string }).code).toMatch(/not-json|file/);
    return false;
  }
}

/**
 * Why an accepted change is a proof as well, without the checker: names and order of steps prove nothing, c_0 is in no equation of
 * the hidden layer, a smaller box is inside the one proved, another minor of the known side is as good if it is regular.
 */
const REASONS: readonly (readonly [RegExp, (changed: Changed) => boolean])[] = [
  [/^steps\.[02]\.id$/, () => true],
  [/^steps$/, ({ steps }) => sorted(steps) === sorted((original as unknown as Changed).steps)],
  [/^problem\.activation(\.0)?$/, ({ problem }) => problem.activation.slice(1).join() === "1,1,1"],
  [/^claim\.rho$/, ({ claim }) => isPowerBelow(claim.rho, 2 ** -44)],
  [/^steps\.1\.rows(\.\d)?$/, ({ steps }) => isRegularMinor(steps[1]!.rows, steps[1]!.columns)],
];

/** The steps whatever their order; each must still come after those it uses, or the checker does not find them. */
function sorted(steps: Changed["steps"]): string {
  return steps
    .map((step) => JSON.stringify(step))
    .sort()
    .join();
}

/** Between half an ulp and a size at which the ranks are far from changing: the smallest minors here are integers. */
function isPowerBelow(text: string, bound: number): boolean {
  const [mantissa, exponent] = text.split("*2^").map(Number);
  const rho = mantissa! * 2 ** exponent!;
  return rho >= 2 ** -53 && rho <= bound;
}

/** A minor of the exact integer gradient, by hand. */
function isRegularMinor(rows: readonly number[], columns: readonly number[]): boolean {
  const side = gradientOf(cubic);
  const [a, b] = rows.map((row) => columns.map((column) => side[row]![column]!));
  return a![0]! * b![1]! - a![1]! * b![0]! !== 0;
}

test("every changed leaf, key or order is rejected, or a proof for a reason", () => {
  const mutants = mutantsOf(original);
  const forged = mutants
    .filter(({ path, change }) => path.startsWith("problem") && !/twice|NaN|prototype/.test(change))
    .map((mutant) => ({ ...mutant, text: withHash(mutant.text) }));
  expect(mutants.length).toBeGreaterThan(500);
  for (const { path, change, text } of [...mutants, ...forged]) {
    if (change === "other order of keys" || text === JSON.stringify(original) || !isAccepted(text)) continue;
    const reason = REASONS.find(([pattern]) => pattern.test(path));
    expect(reason, `${path}: ${change}`).toBeDefined();
    expect(reason![1](JSON.parse(text) as Changed), `${path}: ${change}`).toBe(true);
  }
});
