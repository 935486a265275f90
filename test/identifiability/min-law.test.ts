import fc from "fast-check";
import { expect, test } from "vitest";
import { dataSideRanks, hermiteRanks, jacobianRanks, rankAt } from "../../src/identifiability/generic-ranks.ts";
import { questions, shapeOf } from "./shapes.ts";

// theory.md section 6 [M]: a law seen in every case tried, not a theorem.
test("the Jacobian has the smaller of data-side rank and node-side rank on random shapes", () => {
  fc.assert(
    fc.property(questions, (question) => {
      const shape = shapeOf(question);
      const dataSide = rankAt(dataSideRanks(shape, question.samples, 1), question.samples)!.rank;
      const nodeSide = rankAt(hermiteRanks(shape, 2), question.width)!.rank;
      const jacobian = rankAt(jacobianRanks(shape, question.samples, dataSide, 3), question.width)!.rank;
      expect(jacobian).toBe(Math.min(dataSide, nodeSide));
    }),
    { numRuns: 300 },
  );
});
