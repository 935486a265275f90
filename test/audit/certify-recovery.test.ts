import { describe, expect, test } from "vitest";
import { certifyRecovery, type NoBounds, type ProvedBounds, provedBounds } from "../../src/audit/certify-recovery.ts";
import type { InstanceQuestion } from "../../src/audit/network-evidence.ts";
import { type Recovery, recoverNetwork } from "../../src/audit/recover-network.ts";
import { loadExample } from "../support/example-networks.ts";
import { questionAbout, type RealNetwork, realNetworks, trainingData } from "../support/networks.ts";

interface Case {
  readonly question: InstanceQuestion;
  readonly recovery: Recovery;
  readonly proof: ProvedBounds | NoBounds;
}

function proved({ proof }: Case): ProvedBounds {
  if (proof.kind === "none") throw new Error(proof.reason);
  return proof;
}

const reasonOf = (proof: ProvedBounds | NoBounds): string => (proof.kind === "none" ? proof.reason : proof.kind);

function solve(network: RealNetwork, change: Partial<InstanceQuestion> = {}): Case {
  const question = { ...questionAbout(network, 1), ...change };
  const truth = trainingData(network);
  const recovery = recoverNetwork(question, { maxStarts: 40, acceptError: 0.01, truth });
  return { question, recovery, proof: certifyRecovery(question, recovery.evidence, recovery.samples) };
}

describe("recovered samples", () => {
  test.each([
    ["iris-hidden-layer", realNetworks.hiddenLayer],
    ["iris-multiclass", realNetworks.multiclass],
    ["wine-gradient", realNetworks.wineGradient],
  ])("%s: the true ones lie within the proved bounds, which are radii of an isolated zero", (_, network) => {
    const solved = solve(network);
    const { certificate, isolated, perSample } = proved(solved);
    const { assignment, perSample: errors } = solved.recovery.truth!;
    expect(certificate.steps.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["data-fits", "isolated-zero"]) as unknown,
    );
    assignment.forEach((sample, i) => {
      expect(perSample[sample]).toBe(isolated!.perSample[sample]!.radius);
      expect(errors[i]!).toBeLessThanOrEqual(perSample[sample]!);
    });
  });

  test("ρ is the assumption about the weights, which --weight-precision raises, and the radii with it", () => {
    const usual = proved(solve(realNetworks.hiddenLayer));
    const coarse = proved(solve(realNetworks.hiddenLayer, { weightPrecision: 1e-10 }));
    expect([usual.rho, coarse.rho]).toEqual([1e-13, 1e-10]);
    usual.perSample.forEach((bound, i) => {
      expect(coarse.perSample[i]!).toBeGreaterThan(100 * bound);
    });
  });

  test("nothing is proved without samples, without time, or where data sets form a continuum", () => {
    const { question, recovery } = solve(realNetworks.hiddenLayer);
    expect(reasonOf(certifyRecovery(question, recovery.evidence, []))).toMatch(/no samples/);
    const late = { ...question, shouldStop: () => true };
    expect(reasonOf(certifyRecovery(late, recovery.evidence, recovery.samples))).toMatch(/time was up/);
    expect(reasonOf(solve(realNetworks.quadratic).proof)).toMatch(/contract|open/);
  });

  test("nothing is proved in raw units", () => {
    const proof = proved(solve(realNetworks.hiddenLayer));
    expect(provedBounds({ scaler: null }, proof)).toEqual(proof.perSample);
    expect(provedBounds({ scaler: {} }, proof)).toBeNull();
    expect(provedBounds({ scaler: null }, { kind: "none", reason: "" })).toBeNull();
    expect(provedBounds({ scaler: null }, null)).toBeNull();
  });

  test("wine-hidden-layer is too ill-conditioned for a proof, and says so", () => {
    const example = loadExample("wine-hidden-layer");
    const question = example.question(1);
    const recovery = recoverNetwork(question, { maxStarts: 40, acceptError: 0.01, truth: null });
    expect(reasonOf(certifyRecovery(question, recovery.evidence, recovery.samples))).toMatch(/contract|open/);
  });
});
