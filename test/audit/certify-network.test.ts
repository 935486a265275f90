import { describe, expect, test } from "vitest";
import { checkNetwork, type NetworkDecision } from "../../src/audit/check-network.ts";
import { questionAbout, type RealNetwork, realNetworks, trainingData } from "../support/networks.ts";

const check = (network: RealNetwork, n = network.samples): NetworkDecision =>
  checkNetwork(questionAbout(network, 1, { n }), n === network.samples ? trainingData(network) : null);

const certifiedIds = ({ conditions }: NetworkDecision): string[] =>
  conditions.filter(({ basis }) => basis === "certificate").map(({ id }) => id);

const numbersOf = ({ conditions }: NetworkDecision, id: string) =>
  conditions.find((condition) => condition.id === id)!.numbers;

describe("checkNetwork proves what it can", () => {
  test("iris-hidden-layer: unique, with the bounds of every rank that the verdict rests on", () => {
    const decision = check(realNetworks.hiddenLayer);
    expect(decision).toMatchObject({ verdict: "globally-identifiable", basis: "certificate" });
    expect(decision.certificate).toMatchObject({ verdict: "globally-identifiable", rho: 1e-13, distance: null });
    const rests = ["nodes-determine-moments", "catalecticant", "scales-fixed", "data-set-fits"];
    expect(decision.derivation[0]).toMatchObject({ from: rests, basis: "certificate" });
    expect(certifiedIds(decision)).toEqual(expect.arrayContaining(rests));
    for (const id of ["nodes-determine-moments", "catalecticant"]) {
      const { leastSingularValue, contraction, rho } = numbersOf(decision, id);
      expect(leastSingularValue).toBeGreaterThan(0);
      expect(contraction).toBeLessThanOrEqual(0.5);
      expect(rho).toBe(1e-13);
    }
    const { largestProvableRho } = numbersOf(decision, "weights-within-rho");
    expect(largestProvableRho).toBeGreaterThan(1e-13);
    expect(largestProvableRho).toBeLessThan(2 ** -24);
  });

  test("the same network saved as float32: parts are proved, the verdict is not", () => {
    const decision = check(realNetworks.float32);
    expect(decision.basis).toBe("numerical");
    expect(decision.certificate).toBeNull();
    expect(certifiedIds(decision)).toContain("data-set-fits");
    expect(certifiedIds(decision)).not.toContain("catalecticant");
    expect(numbersOf(decision, "weights-within-rho").largestProvableRho).toBeLessThan(2 ** -24);
  });

  test.each([
    ["iris-quadratic", realNetworks.quadratic],
    ["iris-both-layers", realNetworks.bothLayers],
    ["iris-cubic", realNetworks.cubic],
    ["iris-bias", realNetworks.bias],
  ])("%s: two data sets whose residuals and distance are proved", (_, network) => {
    const decision = check(network);
    expect(decision).toMatchObject({ verdict: "nonidentifiable", basis: "certificate" });
    const { certificate, witness } = decision;
    expect(certificate!.steps.map(({ kind }) => kind)).toEqual(["witness"]);
    expect(certificate!.distance).toBeGreaterThan(0.01);
    // The nearest points are no farther than those of the best assignment; a scale as gauge is measured otherwise.
    if (!decision.upTo.includes("scale")) {
      expect(certificate!.distance).toBeLessThanOrEqual(witness!.distance * (1 + 1e-9));
    }
    expect(numbersOf(decision, "second-data-set").largestResidual).toBeLessThanOrEqual(certificate!.rho);
  });

  test.each([3, 5])("iris-gradient-small with n = %i instead of 4 is not proved unique", (n) => {
    const { verdict, certificate } = check(realNetworks.gradientSmall, n);
    expect(verdict).not.toBe("globally-identifiable");
    expect(certificate?.verdict).not.toBe("globally-identifiable");
  });

  test("iris-multiclass: uniqueness is not decided, so no certificate claims it", () => {
    const decision = check(realNetworks.multiclass);
    expect(decision.certificate).toBeNull();
    expect(certifiedIds(decision)).toEqual(["nodes-determine-moments", "data-set-fits"]);
  });
});
