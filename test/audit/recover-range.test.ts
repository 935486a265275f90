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

test("a search that was stopped says so, and one that ended does not", () => {
  const question = questionAbout(realNetworks.hiddenLayer, 1);
  const settings = { ...options, maxStarts: 2 };
  const stopped = recoverRange({ ...question, shouldStop: () => true }, { from: 3, to: 3 }, settings);
  expect(stopped.status).toBe("not-found");
  expect(stopped.explanation).toContain("stopped before its end");
  const ended = recoverRange(question, { from: 3, to: 3 }, settings);
  expect(ended.status).toBe("not-found");
  expect(ended.explanation).not.toContain("stopped before its end");
});

test("a bound from ranks names the error of the weights up to which it holds", () => {
  const loose = { ...questionAbout(realNetworks.hiddenLayer, 1), weightPrecision: 1e-9 };
  const { explanation } = recoverRange(loose, { from: 3, to: 3 }, { ...options, maxStarts: 2 });
  expect(explanation).toMatch(/^n = 3 is too small: .*, as long as the weights solve their equations to 1\.0e-9;/);
});
