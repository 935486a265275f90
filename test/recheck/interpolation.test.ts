import { describe, expect, test } from "vitest";
import { hermiteMatrix } from "../../src/equations/hermite.ts";
import { momentColumnCount, type TrainedLayer } from "../../src/equations/shape.ts";
import { nodesForMoments as nodesOfProducer } from "../../src/identifiability/ranks/certificate-minors.ts";
import { primeRing, randomNodes } from "../../src/identifiability/ranks/prime-ring.ts";
import { choosePrimes, PrimeField } from "../../src/modular/prime-field.ts";
import { rankProfile } from "../../src/modular/rank.ts";
import { createRandom } from "../../src/random.ts";
import { nodesForMoments } from "../../src/recheck/interpolation.ts";
import { parseStrictJson } from "../../src/recheck/json.ts";
import { readProblem } from "../../src/recheck/problem.ts";
import { problemOf, type ShapeCase } from "./certificates.ts";

const LAYERS: readonly (readonly TrainedLayer[])[] = [
  ["hidden"],
  ["hidden", "output"],
  ["hidden", "output-bias"],
  ["hidden", "output", "output-bias"],
  ["hidden", "bias"],
  ["hidden", "bias", "output"],
  ["hidden", "bias", "output", "output-bias"],
];
/** Complete and with gaps, with and without a constant. */
const ACTIVATIONS = [
  "z",
  "z^2",
  "1 + z^2",
  "z + z^2",
  "z^3",
  "1 + z^3",
  "z + z^3",
  "1 + z + z^2 + z^3",
  "z^2 + z^4",
  "z^4",
];

const CASES: readonly ShapeCase[] = LAYERS.flatMap((trained) =>
  ACTIVATIONS.flatMap((activation) =>
    [false, true]
      .filter((frozenBias) => !frozenBias || !trained.includes("bias"))
      .flatMap((frozenBias) =>
        [1, 2, 3].map((inputDim) => ({
          ...{ activation, inputDim, trained, frozenBias, samples: 1, width: 1 },
          outputs: inputDim === 2 ? 2 : 1,
        })),
      ),
  ),
);

/** How many nodes the checker asks for. */
function nodesOfChecker(given: ShapeCase): number | null {
  const { shape } = problemOf(given);
  const fraction = ({ numerator, denominator }: { numerator: bigint; denominator: bigint }): string =>
    denominator === 1n ? `${numerator}` : `${numerator}/${denominator}`;
  const problem = {
    ...{ setting: "kkt", inputDim: shape.inputDim, samples: 1, width: 1, outputs: shape.outputs },
    activation: shape.activation.coefficients.map(fraction),
    trained: [...shape.trained],
    ...{ bias: shape.bias, domain: "free", loss: null, weightDecay: null, network: null },
  };
  return nodesForMoments(readProblem(parseStrictJson(JSON.stringify(problem))), shape.inputDim);
}

/** Whether the Hermite matrix of random nodes has full column rank modulo a prime. */
function isFull(given: ShapeCase, width: number): boolean {
  const shape = { ...problemOf(given).shape, width };
  const prime = choosePrimes(3, 1)[0]!;
  const field = new PrimeField(prime);
  const nodes = randomNodes(field, shape, createRandom(3, 1));
  const { entries, rows, cols } = hermiteMatrix(primeRing(field), shape, nodes);
  return rankProfile(Float64Array.from(entries), rows, cols, prime).rank === momentColumnCount(shape);
}

describe("the nodes that interpolation asks for", () => {
  test("are as many as the producer thinks, and determine all moments", () => {
    const spoken = CASES.filter((given) => nodesOfChecker(given) !== null);
    expect(spoken.length).toBeGreaterThan(200);
    for (const given of CASES) {
      const nodes = nodesOfChecker(given);
      expect(nodes, JSON.stringify(given)).toBe(nodesOfProducer(problemOf(given).shape));
      if (nodes !== null) expect(isFull(given, nodes), `${JSON.stringify(given)}: ${nodes}`).toBe(true);
    }
  });

  test.each<ShapeCase>([
    { activation: "z^4", inputDim: 3, samples: 1, width: 1 },
    { activation: "z^3", inputDim: 5, samples: 1, width: 1 },
    { activation: "z^4", inputDim: 2, samples: 1, width: 1, trained: ["hidden", "bias"] },
    { activation: "1 + z + z^2 + z^3 + z^4", inputDim: 2, samples: 1, width: 1, trained: ["hidden", "output"] },
    { activation: "z^2", inputDim: 4, samples: 1, width: 1 },
  ])("are the least for $activation in dimension $inputDim, an exception", (given) => {
    const nodes = nodesOfChecker(given)!;
    expect([isFull(given, nodes - 1), isFull(given, nodes)]).toEqual([false, true]);
  });
});
