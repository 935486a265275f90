import { describe, expect, test } from "vitest";
import { produce, recheckJson, type ShapeCase } from "./certificates.ts";
import { type Json, mutantsOf, withHash } from "./mutants.ts";
import { type CertificateLike, isValidProof } from "./oracle.ts";

/** Accepted by the checker; a text that is no JSON is as good as rejected. */
function isAccepted(text: string): boolean {
  try {
    return recheckJson(text).accepted;
  } catch (error) {
    expect((error as { code?: string }).code).toBe("not-json");
    return false;
  }
}

/** Small shapes with every kind of step: the certificate of each has at most a hundred leaves or so. */
const SMALL: readonly ShapeCase[] = [
  { activation: "z + z^2 + z^3", inputDim: 2, samples: 1, width: 4 },
  { activation: "z^3", inputDim: 3, samples: 2, width: 3, setting: "kkt" },
  { activation: "z/2 + z^3", inputDim: 1, samples: 1, width: 2, setting: "kkt" },
  { activation: "z + z^2 + z^3", inputDim: 2, samples: 2, width: 3 },
  { activation: "z + z^2", inputDim: 3, samples: 2, width: 9 },
  { activation: "z + z^2 + z^3", inputDim: 2, samples: 2, width: 2 },
  { activation: "z^4", inputDim: 3, samples: 5, width: 12 },
  { activation: "z^2", inputDim: 2, samples: 3, width: 4, outputs: 4, trained: ["hidden", "output"] },
  { activation: "z + z^2 + z^3", inputDim: 2, samples: 1, width: 3, trained: ["hidden", "bias"], setting: "kkt" },
  { activation: "z^3", inputDim: 1, samples: 1, width: 4, trained: ["hidden", "bias", "output"], setting: "kkt" },
  { activation: "z + z^2", inputDim: 2, samples: 1, width: 2, outputs: 3, loss: "softmax" },
  { activation: "z + z^2", inputDim: 2, samples: 2, width: 4, domain: "sphere" },
  { activation: "1 + z^3", inputDim: 1, samples: 1, width: 2, trained: ["hidden", "output-bias"], setting: "kkt" },
  { activation: "z^2 + z^3", inputDim: 2, samples: 2, width: 20, outputs: 2, setting: "ntk", frozenBias: true },
  { activation: "z^3", inputDim: 1, samples: 1, width: 3, setting: "kkt", frozenBias: true },
  { activation: "z^2 + z^3", inputDim: 2, samples: 3, width: 40, outputs: 2 },
];

const certificates = SMALL.map((shape) => {
  const text = JSON.stringify(produce(shape).certificate);
  const name = `${shape.activation}, d = ${shape.inputDim}, n = ${shape.samples}, m = ${shape.width}`;
  return { name: `${name}, ${shape.trained ?? "hidden"}`, document: JSON.parse(text) as Json };
});

/** The proof under a changed text may still be one; then something else than the checker has to say so. */
function expectValid(mutant: { path: string; change: string; text: string }, original: Json): void {
  const document = JSON.parse(mutant.text) as CertificateLike & Json;
  if (isSameDocument(document, original)) return;
  expect(isValidProof(document), `${mutant.path}: ${mutant.change}`).toBe(true);
}

/** Equal but for the order of keys. */
function isSameDocument(a: Json, b: Json): boolean {
  try {
    expect(a).toEqual(b);
    return true;
  } catch {
    return false;
  }
}

test("the set of certificates contains every kind of step and of verdict", () => {
  const text = JSON.stringify(certificates.map(({ document }) => document));
  for (const word of [
    ...[
      "interpolation",
      "hessian",
      "hermite",
      "jacobian",
      "known-side",
      "reduction",
      "single-point",
      "general-nodes",
      "counting",
      "quadratic-mixing",
    ],
    ...[
      "globally-identifiable",
      "locally-identifiable",
      "nonidentifiable",
      "softmax",
      "sphere",
      "labels",
      "one-sample",
    ],
  ]) {
    expect(text).toContain(`"${word}"`);
  }
});

describe.each(certificates)("$name", ({ document }) => {
  test("a changed leaf, key or order is rejected, or still a proof", () => {
    const mutants = mutantsOf(document);
    const accepted = mutants.filter(({ text }) => isAccepted(text));
    for (const mutant of accepted) expectValid(mutant, document);
    expect(accepted.length).toBeLessThan(mutants.length / 2);
  });

  test("no change of the claim or of the hash is accepted", () => {
    const mutants = mutantsOf(document).filter(({ path }) => path.startsWith("claim") || path === "inputHash");
    const accepted = mutants.filter(({ text, change }) => change !== "other order of keys" && isAccepted(text));
    expect(accepted.map(({ path, change }) => `${path}: ${change}`)).toEqual([]);
  });

  test("a changed problem with the right hash is rejected, or a problem that the proof fits", () => {
    const forged = mutantsOf(document)
      .filter(({ path, change }) => path.startsWith("problem") && !/twice|NaN|prototype/.test(change))
      .map((mutant) => ({ ...mutant, text: withHash(mutant.text) }));
    for (const mutant of forged.filter(({ text }) => isAccepted(text))) expectValid(mutant, document);
  });
});
