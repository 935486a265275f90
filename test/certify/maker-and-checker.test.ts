import { describe, expect, test } from "vitest";
import { activationFromCoefficients } from "../../src/algebra/activation.ts";
import { fromNumber } from "../../src/algebra/rational.ts";
import { instanceCertificate } from "../../src/certify/document.ts";
import { certifySamples } from "../../src/certify/krawczyk.ts";
import { concludeSamples } from "../../src/certify/sample-steps.ts";
import { buildEquations } from "../../src/equations/build.ts";
import { gaugeOf } from "../../src/identifiability/gauge.ts";
import { assembleGradient, assembleNetwork } from "../../src/network/network.ts";
import { readTensorFile } from "../../src/network/read-tensors.ts";
import { type RecheckResult, recheckCertificate } from "../../src/recheck/recheck.ts";
import { cubic, type Exact, exactInstance, NODES } from "../recheck/exact-instance.ts";
import { withHash } from "../recheck/mutants.ts";

/** What the checker says to the certificate that is made of a network in memory and its data. */
function check(exact: Exact, rho: number): RecheckResult {
  const { document, readFile } = exactInstance(exact, { steps: [] });
  const { problem } = document as { problem: { network: Parameters<typeof instanceCertificate>[0]["network"] } };
  const open = (name: string) => readTensorFile(readFile(name), name);
  const network = assembleNetwork(open("network.json"));
  const equations = buildEquations({
    setting: "gradient",
    activation: activationFromCoefficients(exact.activation.map(fromNumber)),
    network,
    gradient: assembleGradient(open("gradient.json"), network),
  });
  const { shape } = equations.system;
  const gauge = gaugeOf(shape).symmetries;
  const data = { points: Float64Array.from(exact.X.flat()), multipliers: Float64Array.from(exact.g) };
  const proof = certifySamples({ equations, data, rho, gauge });
  if ("failed" in proof) throw new Error(proof.failed);
  const parts = { shape, samples: exact.X.length, gauge, network: problem.network };
  const made = instanceCertificate({ ...parts, certified: concludeSamples(proof, shape), sha256: () => "" });
  return recheckCertificate(withHash(JSON.stringify(made)), { readFile });
}

const reasonOf = (result: RecheckResult): string =>
  result.accepted ? result.claim.verdict : `${result.step}: ${result.reason}`;

describe("the checker accepts what is proved", () => {
  test.each<readonly [string, Exact]>([
    ["mixed degrees", cubic],
    ["one monomial, multipliers held", { ...cubic, activation: [0, 0, 0, 1] }],
    ["even degrees", { ...cubic, activation: [0, 0, 1, 0, 1] }],
    ["a frozen bias", { ...cubic, bias: NODES.map((_, j) => (j % 3) - 1) }],
  ])("%s, from half an ulp up to where the proof ends", (_, exact) => {
    for (const rho of [2 ** -53, 2 ** -40, 2 ** -30]) {
      expect(reasonOf(check(exact, rho)), `${rho}`).toBe("locally-identifiable");
    }
    const largest = [...Array(30).keys()].map((k) => 2 ** -(30 - k)).findLast((rho) => isProved(exact, rho))!;
    expect(largest).toBeGreaterThan(2 ** -30);
    expect(reasonOf(check(exact, largest))).toBe("locally-identifiable");
  });
});

function isProved(exact: Exact, rho: number): boolean {
  try {
    check(exact, rho);
    return true;
  } catch (error) {
    expect((error as Error).message).toMatch(/contract|told apart/);
    return false;
  }
}
