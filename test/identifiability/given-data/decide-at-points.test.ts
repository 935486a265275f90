import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Rational, rational } from "../../../src/algebra/rational.ts";
import { decideAtPoints } from "../../../src/identifiability/given-data/decide-at-points.ts";
import { kruskalRank, powerVectors } from "../../../src/identifiability/given-data/kruskal-rank.ts";
import { type ShapeOptions, shapeOf } from "../shapes.ts";

const exact = (rows: readonly (readonly number[])[]): Rational[][] =>
  rows.map((row) => row.map((value) => rational(BigInt(value))));

const decide = (options: Omit<ShapeOptions, "inputDim">, rows: readonly (readonly number[])[]) =>
  decideAtPoints(shapeOf({ ...options, inputDim: rows[0]!.length }), exact(rows), 1);

/** Points on the moment curve: any d of them are independent. */
const curve = (n: number, d: number): number[][] =>
  Array.from({ length: n }, (_, i) => Array.from({ length: d }, (_, e) => (i + 1) ** e));

describe("the Kruskal rank", () => {
  test.each([
    ["points on a moment curve", curve(5, 3), 3],
    [
      "two parallel ones among independent ones",
      [
        [1, 0, 0],
        [2, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
      1,
    ],
    [
      "three in a plane",
      [
        [1, 0, 0],
        [0, 1, 0],
        [1, 1, 0],
        [0, 0, 1],
      ],
      2,
    ],
    [
      "independent ones",
      [
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 10],
      ],
      3,
    ],
    [
      "a zero among them",
      [
        [1, 0],
        [0, 0],
      ],
      0,
    ],
  ])("of %s", (_, rows, rank) => {
    expect(kruskalRank(powerVectors(exact(rows), 1), 1)).toBe(rank);
  });

  test("of squares of points on a conic is 5, of general ones 6", () => {
    const onConic = Array.from({ length: 7 }, (_, i) => [1, i, i * i]);
    expect(kruskalRank(powerVectors(exact(onConic), 1), 2)).toBe(5);
    const general = [
      [1, 2, 3],
      [4, -5, 6],
      [7, 8, -1],
      [2, 9, 4],
      [-3, 1, 5],
      [6, 2, -7],
      [3, -4, 8],
    ];
    expect(kruskalRank(powerVectors(exact(general), 1), 2)).toBe(6);
  });

  test("is found by brute force, too", () => {
    const rows = fc.array(fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 3, maxLength: 3 }), {
      minLength: 2,
      maxLength: 5,
    });
    fc.assert(
      fc.property(rows, (points) => {
        const vectors = powerVectors(exact(points), 1);
        const subsets = Array.from({ length: 2 ** points.length }, (_, bits) =>
          points.map((_, i) => i).filter((i) => (bits >> i) % 2 === 1),
        );
        const independent = (size: number): boolean =>
          subsets.filter(({ length }) => length === size).every((subset) => vectors.rank(1, subset) === size);
        let expected = 0;
        while (expected < points.length && independent(expected + 1)) expected++;
        expect(kruskalRank(vectors, 1)).toBe(expected);
      }),
    );
  });
});

describe("one tensor at given points", () => {
  const powers = { activation: "z^5" };

  test("independent points need degree 3, one sample none", () => {
    expect(decide({ activation: "z^3" }, curve(3, 3))).toMatchObject({ status: "holds", theorem: "jennrich" });
    expect(decide({ activation: "z^2" }, curve(3, 3))).toMatchObject({ status: "fails", theorem: "mixing" });
    expect(decide({ activation: "z^2" }, curve(1, 3))).toMatchObject({ status: "holds", theorem: "one-sample" });
  });

  test("Kruskal ends where p κ < 2n + p − 1, and reshaping goes on", () => {
    // 5·2 ≥ 2·3 + 4 for points in the plane.
    expect(decide(powers, curve(3, 2))).toMatchObject({ status: "holds", theorem: "kruskal" });
    // In R³: κ_1 = 3, so 15 ≥ 2·5 + 4 but not 2·6 + 4; reshaped (1, 2, 2): 3 + 6 + 6 ≥ 2·6 + 2.
    const general = [
      [1, 2, 3],
      [4, -5, 6],
      [7, 8, -1],
      [2, 9, 4],
      [-3, 1, 5],
      [6, 2, -7],
      [3, -4, 8],
    ];
    expect(decide(powers, general.slice(0, 5))).toMatchObject({ status: "holds", theorem: "kruskal" });
    expect(decide(powers, general.slice(0, 6))).toMatchObject({
      status: "holds",
      theorem: "reshaped-kruskal",
      partition: [1, 2, 2],
      kruskalRanks: [3, 6, 6],
    });
    // Seven samples: 3 + 6 + 6 < 2·7 + 2.
    expect(decide(powers, general)).toMatchObject({ status: "unknown", partition: [1, 2, 2] });
  });

  test("six points on a conic are one too many for the same partition", () => {
    const onConic = Array.from({ length: 6 }, (_, i) => [1, i, i * i]);
    expect(decide(powers, onConic)).toMatchObject({ status: "unknown", kruskalRanks: [3, 5, 6] });
  });

  test("two parallel points spoil it, though they are general otherwise", () => {
    expect(
      decide(powers, [
        [1, 2],
        [2, 4],
        [1, -1],
      ]).status,
    ).toBe("unknown");
  });
});

test("a sample at the origin leaves no trace unless the constant moment is seen", () => {
  expect(decide({ activation: "z^3" }, [[0, 0]]).status).toBe("unknown");
  expect(decide({ activation: "z^3" }, [[0, 1]]).status).toBe("holds");
  expect(decide({ activation: "z^3", trained: ["hidden", "bias"] }, [[0, 0]]).status).toBe("holds");
  expect(
    decide({ activation: "z + z^3" }, [
      [1, 0],
      [0, 1],
      [0, 0],
    ]).status,
  ).toBe("unknown");
});

describe("scales and signs", () => {
  const three = curve(3, 3);

  test("are fixed by a lower degree with independent powers", () => {
    expect(decide({ activation: "z^2 + z^3" }, three).status).toBe("holds");
    // In the plane three points are dependent: degree 1 fixes nothing, degree 2 does.
    expect(decide({ activation: "z + z^5" }, curve(3, 2)).status).toBe("unknown");
    expect(decide({ activation: "z^2 + z^5" }, curve(3, 2)).status).toBe("holds");
  });

  test("need one odd difference unless the sign is gauge", () => {
    expect(decide({ activation: "z + z^3" }, three).status).toBe("holds");
    // T_0 breaks the sign of odd degrees, and only p − a = 2 is there to fix it.
    const seen = { activation: "1 + z + z^3", trained: ["hidden", "output"] } as const;
    expect(decide(seen, three).status).toBe("unknown");
    expect(decide({ activation: "z + z^2 + z^3" }, three).status).toBe("holds");
  });

  test("are no question with a trained bias, where one point more is independent", () => {
    const bias = { activation: "z^3", trained: ["hidden", "bias"] } as const;
    expect(
      decide(bias, [
        [0, 0],
        [1, 0],
        [0, 1],
      ]),
    ).toMatchObject({ status: "holds", theorem: "jennrich", variables: 3 });
    // Three on a line are independent neither as points nor as (x, 1).
    expect(
      decide(bias, [
        [0, 0],
        [1, 1],
        [2, 2],
      ]),
    ).toMatchObject({ status: "unknown", independent: false });
  });
});

test("the answer does not depend on the order of the samples, nor on an invertible map", () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 2, maxLength: 2 }), {
        minLength: 2,
        maxLength: 4,
      }),
      (rows) => {
        const answer = decide({ activation: "z^2 + z^5" }, rows);
        expect(decide({ activation: "z^2 + z^5" }, [...rows].reverse())).toEqual(answer);
        expect(
          decide(
            { activation: "z^2 + z^5" },
            rows.map(([a, b]) => [2 * a! + b!, a! + b!]),
          ),
        ).toEqual(answer);
      },
    ),
  );
});
