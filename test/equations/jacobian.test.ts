import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatRational } from "../../src/algebra/rational.ts";
import { rationalRing } from "../../src/algebra/ring.ts";
import { jacobianMatrix } from "../../src/equations/jacobian.ts";
import { unknownCount } from "../../src/equations/shape.ts";
import { leftSideJacobian } from "../support/definition.ts";
import { exactSystems, layerSets } from "../support/systems.ts";

describe("the Jacobian over the rationals is the exact derivative by dual numbers", () => {
  test.each(layerSets.map((layers) => [layers.join(" + "), layers] as const))("with %s trained", (_, layers) => {
    const sizes = { inputDim: 3, width: 2, samples: 2, outputs: 3, degree: 4 };
    fc.assert(
      fc.property(exactSystems(sizes, [1n, 2n, 3n, 5n], fc.constant(layers)), ({ shape, nodes, data, samples }) => {
        const { rows, cols, entries } = jacobianMatrix(rationalRing, shape, nodes, data);
        const expected = leftSideJacobian(rationalRing, shape, nodes, data);
        expect([rows, cols]).toEqual([expected.rows, expected.cols]);
        expect(cols).toBe(unknownCount(shape, samples));
        expect(entries.map(formatRational)).toEqual(expected.entries.map(formatRational));
      }),
      { numRuns: 25 },
    );
  });
});
