import { describe, expect, test } from "vitest";
import { checkNetwork, type NetworkDecision } from "../../src/audit/check-network.ts";
import type { InstanceQuestion } from "../../src/audit/network-evidence.ts";
import type { LayerTensors, TwoLayerNetwork } from "../../src/network/network.ts";
import { createRandom } from "../../src/random.ts";
import { loadExample } from "../support/example-networks.ts";

type Change = (layer: LayerTensors, size: { readonly width: number; readonly inputDim: number }) => LayerTensors;

/** Neurons in another order, everywhere the same. */
const permuted: Change = (layer, { width, inputDim: d }) => {
  const random = createRandom(5, 3);
  const order = Array.from({ length: width }, (_, j) => j);
  for (let j = width - 1; j > 0; j--) {
    const k = random.integer(j + 1);
    [order[j], order[k]] = [order[k]!, order[j]!];
  }
  const rows = (values: Float64Array | null, length: number): Float64Array | null =>
    values?.map((_, at) => values[order[Math.floor(at / length)]! * length + (at % length)]!) ?? null;
  const { outputWeight } = layer;
  const columns = outputWeight?.map((_, at) => outputWeight[at - (at % width) + order[at % width]!]!) ?? null;
  return {
    ...layer,
    hiddenWeight: rows(layer.hiddenWeight, d),
    hiddenBias: rows(layer.hiddenBias, 1),
    outputWeight: columns,
  };
};

/** Coordinates in reverse order and with other signs: an orthogonal map that rounds nothing. */
const reflected: Change = (layer, { inputDim: d }) => ({
  ...layer,
  hiddenWeight:
    layer.hiddenWeight?.map((_, at) => {
      const e = at % d;
      return (e % 2 === 0 ? 1 : -1) * layer.hiddenWeight![at - e + (d - 1 - e)]!;
    }) ?? null,
});

function changed(question: InstanceQuestion, change: Change): InstanceQuestion {
  const { network, gradient, init } = question;
  const apply = (layer: LayerTensors | undefined): LayerTensors | undefined =>
    layer === undefined ? undefined : change(layer, network);
  return {
    ...question,
    network: { ...network, ...change(network, network) } as TwoLayerNetwork,
    gradient: apply(gradient),
    init: apply(init),
  };
}

/** What must not depend on the order of neurons or on the axes. */
const essence = ({ verdict, basis, upTo, counts, conditions }: NetworkDecision) => ({
  verdict,
  basis,
  upTo,
  counts,
  conditions: conditions.map(({ id, status }) => `${id}: ${status}`),
});

describe.each(["iris-hidden-layer", "iris-both-layers", "iris-cubic", "wine-gradient"])(
  "the answer about %s",
  (name) => {
    const question = loadExample(name).question(1);
    const before = essence(checkNetwork(question, null));

    test.each([
      ["the order of the neurons", permuted],
      ["reflections and the order of the coordinates", reflected],
    ] as const)("does not depend on %s", (_, change) => {
      expect(essence(checkNetwork(changed(question, change), null))).toEqual(before);
    });

    test("does not depend on the seed", () => {
      expect(essence(checkNetwork({ ...question, seed: 2 }, null))).toEqual(before);
    });
  },
);
