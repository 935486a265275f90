import fc from "fast-check";
import { expect, test } from "vitest";
import {
  dataSideRanks,
  hermiteRanks,
  jacobianRanks,
  rankAt,
} from "../../../src/identifiability/ranks/generic-ranks.ts";
import { knownSideBound } from "../../../src/identifiability/ranks/rank-bounds.ts";
import { questions, shapeOf } from "../shapes.ts";

// theory.md section 6 [M]: a law seen in every case tried with one output, not a theorem. With more outputs the known
// side, matrices of rank at most n, is a third bound.
test("the Jacobian of one output has the smaller of data-side rank and node-side rank on random shapes", () => {
  fc.assert(
    fc.property(questions, (question) => {
      const shape = shapeOf(question);
      const dataSide = rankAt(dataSideRanks(shape, question.samples, 1), question.samples)!.rank;
      const nodeSide = rankAt(hermiteRanks(shape, 2), question.width)!.rank;
      const knownSide = knownSideBound(shape, question.width, question.samples);
      const jacobian = rankAt(jacobianRanks(shape, question.samples, dataSide, 3), question.width)!.rank;
      if (question.outputs === 1) expect(jacobian).toBe(Math.min(dataSide, nodeSide));
      else expect(jacobian).toBeLessThanOrEqual(Math.min(dataSide, nodeSide, knownSide));
    }),
    { numRuns: 300 },
  );
});

test("with two outputs, n + 1 neurons have enough equations but leave a continuum; n + 2 do not", () => {
  const shape = shapeOf({ activation: "z^2 + z^3", inputDim: 8, outputs: 2 });
  const ranks = jacobianRanks(shape, 2, 20, 1);
  expect(rankAt(ranks, 3)?.rank).toBe(2 * (3 + 8 - 2));
  expect(rankAt(ranks, 4)?.rank).toBe(20);
});
