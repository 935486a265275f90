import { describe, expect, test } from "vitest";
import { checkNetwork } from "../../src/audit/check-network.ts";
import { gatherEvidence } from "../../src/audit/network-evidence.ts";
import { recoverNetwork } from "../../src/audit/recover-network.ts";
import { questionAbout, realNetworks } from "../support/networks.ts";

const HALF_ULP = 2 ** -53;

describe("gatherEvidence", () => {
  test("takes half an ulp of the file as the error of an entry, or the precision that is asked for if larger", () => {
    const errorOf = (network: typeof realNetworks.hiddenLayer, weightPrecision?: number) =>
      gatherEvidence({ ...questionAbout(network, 1), weightPrecision }).entryError;
    expect(errorOf(realNetworks.hiddenLayer)).toBe(HALF_ULP);
    expect(errorOf(realNetworks.float32)).toBe(2 ** -24);
    expect(errorOf(realNetworks.hiddenLayer, 1e-9)).toBe(1e-9);
    expect(errorOf(realNetworks.float32, 1e-9)).toBe(2 ** -24);
  });

  test("scales the reduced system so that points have norms about one, whatever the units of the file", () => {
    // iris-gradient-small has points of norm 0.05 times that of a flower, the others norm one.
    const { reduced } = gatherEvidence(questionAbout(realNetworks.gradientSmall, 1));
    const recovery = recoverNetwork(questionAbout(realNetworks.gradientSmall, 1), {
      maxStarts: 200,
      acceptError: 1e-2,
      truth: null,
    });
    for (const { x } of recovery.samples) {
      const norm = Math.hypot(...x) / reduced.scale;
      expect(norm).toBeGreaterThan(0.1);
      expect(norm).toBeLessThan(10);
    }
  });

  test("sees the scale gauge of one monomial, one direction per sample", () => {
    const cubic = gatherEvidence(questionAbout(realNetworks.cubic, 1));
    expect(cubic.gaugeDimension).toBe(3);
    expect(cubic.gauge.symmetries).toContain("scale");
    expect(gatherEvidence(questionAbout(realNetworks.hiddenLayer, 1)).gaugeDimension).toBe(0);
  });
});

describe("a lower precision of the weights", () => {
  test("takes the global verdict away and makes the bounds grow in proportion", () => {
    const coarse = 1e-8;
    const question = { ...questionAbout(realNetworks.hiddenLayer, 1), weightPrecision: coarse };
    // The proof holds up to 1.5e-8, so the verdict outlives a precision of 1e-8, and not one of 1e-7.
    expect(checkNetwork(question, null).verdict).toBe("globally-identifiable");
    expect(checkNetwork({ ...question, weightPrecision: 1e-7 }, null).verdict).not.toBe("globally-identifiable");
    const bounds = (weightPrecision?: number) =>
      recoverNetwork({ ...question, weightPrecision }, { maxStarts: 200, acceptError: 1, truth: null }).samples.map(
        ({ errorBound }) => errorBound!,
      );
    const fine = bounds();
    bounds(coarse).forEach((bound, i) => {
      // The bounds are linear in the precision, but for the residual of the fit and the last step, both of one ulp.
      const growth = bound / fine[i]! / (coarse / HALF_ULP);
      expect(growth).toBeGreaterThan(0.1);
      expect(growth).toBeLessThan(10);
    });
  });
});
