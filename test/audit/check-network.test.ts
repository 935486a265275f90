import { describe, expect, test } from "vitest";
import { checkNetwork, type NetworkDecision } from "../../src/audit/check-network.ts";
import { golden } from "../golden/networks.ts";
import { exactResidual, pointErrors } from "../support/exact-residual.ts";
import { questionAbout, realNetworks, trainingData } from "../support/networks.ts";

const statusOf = (decision: NetworkDecision, id: string) =>
  decision.conditions.find((condition) => condition.id === id)?.status;

describe.each(golden.counts)("$network.name", ({ network, distinct, rank, unknowns }) => {
  test("has the distinct neurons and the rank at its training data that theory.md gives", () => {
    const { counts, data } = checkNetwork(questionAbout(network, 1), trainingData(network));
    expect(counts.distinctNeurons).toBe(distinct);
    expect(data!.reachedFloor).toBe(true);
    expect(counts.unknowns).toBe(unknowns);
    expect(counts.jacobianRank).toBe(rank);
    expect(counts.nullity).toBe(counts.unknowns - counts.jacobianRank!);
  });
});

describe.each([1, 2, 3])("with seed %i", (seed) => {
  test("iris-hidden-layer is globally identifiable, its float32 copy locally", () => {
    const decision = checkNetwork(questionAbout(realNetworks.hiddenLayer, seed), null);
    expect(decision.verdict).toBe("globally-identifiable");
    expect(decision.witness).toBeNull();
    const moments = ["nodes-determine-moments", "catalecticant", "scales-fixed"].map((id) => statusOf(decision, id));
    const criteria = [[statusOf(decision, "kernel-criterion")], moments];
    expect(criteria.some((statuses) => statuses.every((status) => status === "holds"))).toBe(true);
    const rounded = checkNetwork(questionAbout(realNetworks.float32, seed), null);
    expect(rounded.verdict).toBe("locally-identifiable");
  });

  test.each([realNetworks.bothLayers, realNetworks.bias, realNetworks.quadratic, realNetworks.cubic])(
    "$name is nonidentifiable, by two data sets that solve the exact equations and lie a tenth apart",
    (network) => {
      const decision = checkNetwork(questionAbout(network, seed), null);
      expect(decision.verdict).toBe("nonidentifiable");
      const { first, second, distance, continuumDimension } = decision.witness!;
      const { system } = decision.evidence.equations;
      const { inputDim: d, activation } = system.shape;
      for (const data of [first, second]) {
        const { relative, termSize } = exactResidual(system, data);
        const rounding = (activation.degree + 1) * d * Number.EPSILON * termSize;
        expect(relative).toBeLessThanOrEqual(decision.data!.residualFloor + rounding);
        expect(data.multipliers.every((g) => g !== 0)).toBe(true);
      }
      // One monomial: compare where g has norm one. Only z^3 is odd or even throughout.
      const oneMonomial = network === realNetworks.cubic;
      const gauged = ({ points, multipliers }: typeof first) =>
        oneMonomial ? points.map((x, k) => x * Math.abs(multipliers[Math.floor(k / d)]!) ** (1 / 3)) : points;
      const before = gauged(first);
      const apart = Math.hypot(...pointErrors(gauged(second), before, d, oneMonomial)) / Math.hypot(...before);
      expect(apart).toBeGreaterThanOrEqual(0.1);
      expect(Math.abs(apart - distance)).toBeLessThanOrEqual(1e3 * Number.EPSILON * distance);
      const { counts } = decision;
      expect(continuumDimension).toBe(counts.nullity! - counts.gaugeDimension);
    },
  );
});

test("iris-quadratic with its data has nullity 6, and its witness keeps both moments of the first data set", () => {
  const decision = checkNetwork(questionAbout(realNetworks.quadratic, 1), trainingData(realNetworks.quadratic));
  expect(decision.counts.nullity).toBe(6);
  expect(statusOf(decision, "second-data-set")).toBe("holds");
  const { first, second } = decision.witness!;
  const d = 4;
  // T_1 and T_2 with the sums of the absolute values of their terms: 14 coordinates, all that z + z^2 can see.
  const moments = ({ points, multipliers }: typeof first) =>
    Array.from({ length: d }, (_, a) => a).flatMap((a) =>
      Array.from({ length: d + 1 }, (_, b) => {
        const terms = Array.from(multipliers, (g, i) => g * points[i * d + a]! * (b < d ? points[i * d + b]! : 1));
        return {
          value: terms.reduce((sum, term) => sum + term, 0),
          size: terms.reduce((sum, term) => sum + Math.abs(term), 0),
        };
      }),
    );
  const after = moments(second);
  // 14 moments from 160 equations: an error of the residual floor in those is amplified by the condition of the nodes.
  const { singularValues } = decision.evidence.moments!.rank;
  const condition = singularValues[0]! / singularValues.at(-1)!;
  const largest = Math.max(...after.map(({ size }) => size));
  moments(first).forEach(({ value }, k) => {
    const tolerance = 2 * condition * Math.sqrt(160) * decision.data!.residualFloor * largest;
    expect(Math.abs(value - after[k]!.value)).toBeLessThanOrEqual(tolerance);
  });
});

describe.each([realNetworks.hiddenLayer, realNetworks.gradientSmall])(
  "$name with a wrong number of samples",
  (network) => {
    test.each([-1, 1])("%i is not globally identifiable", (change) => {
      const question = questionAbout(network, 1, { n: network.samples + change, seconds: 1 });
      const decision = checkNetwork(question, null);
      expect(["inconclusive", "nonidentifiable", "locally-identifiable"]).toContain(decision.verdict);
      // With one sample too few at most one data set is possible, and none is there: that decides nothing.
      expect(statusOf(decision, "kernel-criterion")).toBe(change > 0 ? "unknown" : "holds");
      expect(decision.certificate === null || decision.verdict === "nonidentifiable").toBe(true);
      expect(statusOf(decision, "known-side-spans-samples")).toBe(
        change > 0 && network.samples < 5 ? "holds" : "fails",
      );
      if (change < 0) expect(statusOf(decision, "data-set-fits")).toBe("unknown");
    });
  },
);

describe("given data", () => {
  test("that do not belong to the network do not fit, and give no local verdict", () => {
    const data = trainingData(realNetworks.hiddenLayer);
    const other = { ...data, X: data.X.map((value, k) => value + Math.sin(k)) };
    const decision = checkNetwork(questionAbout(realNetworks.gradientSmall, 1), other);
    expect(statusOf(decision, "data-set-fits")).toBe("unknown");
    expect(decision.verdict).toBe("inconclusive");
  });
});
