import { describe, expect, test } from "vitest";
import { recoverRange } from "../../src/audit/recover-range.ts";
import { questionAbout, type RealNetwork, realNetworks } from "../support/networks.ts";

const options = { maxStarts: 200, acceptError: 1e-2, truth: null };

function recover(network: RealNetwork, range: Parameters<typeof recoverRange>[1], maxStarts = options.maxStarts) {
  const tried: string[] = [];
  const question = { ...questionAbout(network, 1), onProgress: (message: string) => tried.push(message) };
  const recovery = recoverRange(question, range, { ...options, maxStarts });
  return { recovery, tried: tried.filter((message) => message.startsWith("trying n")) };
}

describe("recoverRange", () => {
  test.each([realNetworks.hiddenLayer, realNetworks.gradientSmall])(
    "auto starts at the rank of the known side of $name, which is its number of samples",
    (network) => {
      const { recovery, tried } = recover(network, "auto");
      expect(recovery.status).toBe("recovered");
      expect(recovery.sampleCount).toBe(network.samples);
      expect(tried).toEqual([`trying n = ${network.samples}`]);
    },
  );

  test("takes the smallest number that fits and names those that do not", () => {
    const { recovery, tried } = recover(realNetworks.gradientSmall, { from: 2, to: 6 }, 10);
    expect(recovery.status).toBe("recovered");
    expect([recovery.sampleCount, recovery.samples.length]).toEqual([4, 4]);
    // Two and three samples cannot have a known side of rank four.
    expect(tried).toEqual(["trying n = 4"]);
    expect(recovery.count!.excluded.map(({ n }) => n)).toEqual([2, 3]);
  });
});
