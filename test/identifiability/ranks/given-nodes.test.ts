import { expect, test } from "vitest";
import { type Rational, rational } from "../../../src/algebra/rational.ts";
import { checkNetwork } from "../../../src/audit/check-network.ts";
import { givenNodesRank } from "../../../src/identifiability/ranks/given-nodes.ts";
import { loadExample } from "../../support/example-networks.ts";
import { shapeOf } from "../shapes.ts";

const thirds = (values: readonly number[]): Rational[] => values.map((value) => rational(BigInt(value), 3n));

function rankAt(activation: string, rows: readonly (readonly number[])[]): number {
  const shape = shapeOf({ activation, inputDim: rows[0]!.length, width: rows.length });
  const nodes = {
    weights: thirds(rows.flat()),
    bias: thirds(rows.map(() => 0)),
    output: thirds(rows.map((_, j) => j + 1)),
  };
  const [first, second] = [1, 2].map((seed) => givenNodesRank(shape, nodes, seed)!);
  expect(first!.rank).toBe(second!.rank);
  return first!.rank;
}

test("nodes on a line see less than general ones, and a repeated node sees nothing new", () => {
  const general = [
    [1, 2],
    [3, -1],
    [2, 5],
    [-4, 1],
    [5, 3],
  ];
  expect(rankAt("z + z^2 + z^3", general)).toBe(9);
  expect(rankAt("z + z^2 + z^3", general.slice(0, 4))).toBe(8);
  expect(rankAt("z + z^2 + z^3", [...general.slice(0, 4), general[0]!])).toBe(8);
  // Gradients at multiples of (1, 2): values and slopes of polynomials along one line, and one normal slope each.
  expect(
    rankAt("z + z^2 + z^3", [
      [1, 2],
      [2, 4],
      [3, 6],
      [4, 8],
      [5, 10],
    ]),
  ).toBe(6);
});

test("a node whose output weight is zero says nothing", () => {
  const shape = shapeOf({ activation: "z + z^2", inputDim: 2, width: 3 });
  const nodes = { weights: thirds([1, 2, 3, -1, 2, 5]), bias: thirds([0, 0, 0]), output: thirds([1, 1, 0]) };
  expect(givenNodesRank(shape, nodes, 1)!.rank).toBe(4);
});

test("a gradient has its nodes exactly, a kkt network only nearly", () => {
  const ids = (name: string): string[] =>
    checkNetwork(loadExample(name).question(1), null).conditions.map(({ id }) => id);
  expect(ids("wine-gradient")).toContain("given-nodes");
  expect(ids("iris-cubic")).not.toContain("given-nodes");
});
