import type { DataPoints } from "../../equations/ring-tools.ts";
import { type EquationShape, momentColumnCount, unknownCount } from "../../equations/shape.ts";
import { decideDecomposition } from "../../identifiability/decomposition/decomposition.ts";
import { hessianCriterion } from "../../identifiability/decomposition/hessian-criterion.ts";
import { primeRing, randomData } from "../../identifiability/ranks/prime-ring.ts";
import type { Claim, Draw, Experiment } from "../experiment.ts";
import {
  dataSideRank,
  jacobianRank,
  momentsOf,
  powersOf,
  randomVectors,
  rankOf,
  relationsOf,
  units,
} from "../modular.ts";
import { exactPair, exactRow, integerRow } from "../rows.ts";
import { setText, shapeOf } from "../shapes.ts";

/** D, d, n and by how much the rank of the moments falls short of counting. */
type Deficit = readonly [degrees: readonly number[], inputDim: number, samples: number, missing: number];

const DEFICITS: readonly Deficit[] = [
  [[1, 2], 3, 2, 1],
  [[1, 2], 4, 3, 2],
  [[1, 2], 5, 4, 2],
  [[2, 3], 4, 6, 1],
  [[2, 3, 4], 2, 4, 1],
  [[2, 3, 4], 3, 8, 1],
  [[2, 3, 4], 4, 13, 1],
  [[2, 4], 3, 5, 1],
  [[2, 4], 4, 9, 2],
  [[2, 4], 5, 14, 1],
  [[2, 4, 6], 2, 5, 1],
  [[1, 5], 3, 4, 1],
];

const NEIGHBOURS: readonly Deficit[] = [
  [[1, 2], 4, 1, 0],
  [[1, 2], 4, 4, 0],
  ...DEFICITS.slice(3, -1).flatMap(([D, d, n]): Deficit[] => [
    [D, d, n - 1, 0],
    [D, d, n + 1, 0],
  ]),
  [[1, 5], 3, 3, 0],
];

/** Shapes whose degrees leave no deficit anywhere. */
const WITHOUT: readonly (readonly number[])[] = [
  [1, 2, 3],
  [1, 2, 3, 4],
  [3, 4],
  [3, 5],
  [1, 3, 5],
];

/** Terracini ranks of several degrees with the same multipliers. */
export const sharedDegrees: Claim = {
  id: "shared-degrees",
  statement:
    "Moments of several degrees with the same multipliers are as independent as counting says, except in a list of degree sets and sizes.",
  ofSourcePaper: false,
  page: "proofs/shared-degrees.md",
  experiments: [
    ...DEFICITS.map((deficit) => deficitRow(deficit)),
    ...NEIGHBOURS.map((deficit) => deficitRow(deficit)),
    ...WITHOUT.flatMap((degrees) => [2, 3, 4, 5, 6].map((d) => nowhereDeficient(degrees, d))),
    ...[
      [2, 3],
      [3, 4],
    ]
      .map((d) => d)
      .flatMap(([a, d]) => scalePair(a!, d! - 1)),
  ],
};

function deficitRow([degrees, d, n, missing]: Deficit): Experiment {
  const shape = shapeOf({ activation: degrees, inputDim: d });
  const counted = Math.min(unknownCount(shape, n), momentColumnCount(shape));
  return integerRow({
    label: `${setText(degrees)}, d = ${d}, n = ${n}: ${missing === 0 ? "as counted" : `${missing} less than counted`}`,
    hypothesis: missing === 0 ? "satisfied" : "violated",
    is: counted - missing,
    measure: (draw) => dataSideRank(draw, shape, n),
  });
}

/** The rank at every number of samples up to one more than the moments can hold; degrees {a, b} count up to N_a. */
function nowhereDeficient(degrees: readonly number[], d: number): Experiment {
  const shape = shapeOf({ activation: degrees, inputDim: d });
  const columns = momentColumnCount(shape);
  const lowest =
    degrees.length === 2 ? momentColumnCount(shapeOf({ activation: [degrees[0]!], inputDim: d })) : columns;
  const most = Math.min(lowest, Math.ceil(columns / (d + 1)));
  return exactRow(
    { label: `${setText(degrees)}, d = ${d}, n = 1 … ${most}: no deficit`, trials: 2, onlyLong: d > 4 },
    (draw) =>
      Array.from({ length: most }, (_, k) => k + 1).every(
        (n) =>
          dataSideRank(draw, shape, n) ===
          Math.min(unknownCount(shape, n), columns) - (draw.sabotaged && n === most ? 1 : 0),
      ),
  );
}

/** Two degrees a, a + 1 fix the scales of up to N_a samples; one sample more has a second set of scales. */
function scalePair(a: number, d: number): Experiment[] {
  const most = momentColumnCount(shapeOf({ activation: [a], inputDim: d }));
  const shape = shapeOf({ activation: [a, a + 1], inputDim: d });
  return exactPair(
    {
      satisfied: `{${a}, ${a + 1}}, d = ${d}, n = N_${a} = ${most}: scales fixed`,
      violated: `{${a}, ${a + 1}}, d = ${d}, n = ${most + 1}: other scales, same moments`,
    },
    (draw, satisfied) => otherScales(draw, shape, satisfied ? most : most + 1) === null,
  );
}

/** The same data with other scales and the same moments of degrees a and a + 1, checked; null where there are none. */
function otherScales(draw: Draw, shape: EquationShape, n: number): DataPoints<number> | null {
  const { field } = draw;
  const ring = primeRing(field);
  const { inputDim: d } = shape;
  const [a, p] = shape.activation.support as readonly [number, number];
  const vectors = randomVectors(draw, n, d);
  const multipliers = units(draw, n);
  const relation = relationsOf(
    field,
    vectors.map((x) => powersOf(ring, x, a)),
  )[0];
  if (relation === undefined) return null;
  // s_i^{a − p} = 1 + c_i / g_i leaves Σ g_i s_i^{a−p} x_i^{⊗a} as it is.
  const inverses = multipliers.map((g, i) => field.add(1, field.mul(relation[i]!, field.inverse(g))));
  const scales = inverses.map((value) => field.inverse(value));
  const power = (base: number): number => Array.from({ length: p }).reduce<number>((v) => field.mul(v, base), 1);
  const other = {
    points: vectors.flatMap((x, i) => x.map((value) => field.mul(scales[i]!, value))),
    multipliers: multipliers.map((g, i) => field.mul(g, power(inverses[i]!))),
  };
  const before = momentsOf(ring, shape, { points: vectors.flat(), multipliers });
  const same = momentsOf(ring, shape, other).every((value, k) => value === before[k]);
  return same && scales.some((s) => s !== 1) ? other : null;
}

/** What the theorems on one tensor are put together to: step B for a whole shape. */
export const decomposition: Claim = {
  id: "decomposition",
  statement:
    "The moments of general samples determine them by their top tensor with scales from a second degree, by several outputs, or by the Hessian criterion.",
  ofSourcePaper: false,
  page: "proofs/decomposition.md",
  experiments: [
    ...scalePair(1, 3),
    ...scalePair(2, 2),
    ...outputPair(),
    ...oneSampleMorePair(),
    ...[
      { degrees: [1, 2, 3], d: 5, n: 8, holds: true },
      { degrees: [1, 2, 3], d: 5, n: 9, holds: false },
      { degrees: [2, 3, 4], d: 3, n: 6, holds: true },
      { degrees: [2, 3, 4], d: 3, n: 7, holds: false },
      { degrees: [2, 4], d: 4, n: 7, holds: true },
      { degrees: [2, 4], d: 4, n: 8, holds: false },
    ].map(({ degrees, d, n, holds }) =>
      exactRow(
        {
          label: `${setText(degrees)}, d = ${d}, n = ${n}: Hessians ${holds ? "show one data set" : "do not"}`,
          hypothesis: holds ? "satisfied" : "violated",
          trials: 1,
        },
        ({ seed, sabotaged }) =>
          hessianCriterion(shapeOf({ activation: degrees, inputDim: d }), n, seed)?.holds === (holds !== sabotaged),
      ),
    ),
  ],
};

/**
 * Massarenti and Mella: full rank at n + 1 samples makes n of them unique. At n = 9 the rank is full and at 10 it cannot be,
 * and there are two data sets on an elliptic curve (claim number-of-solutions).
 */
function oneSampleMorePair(): Experiment[] {
  const shape = shapeOf({ activation: [1, 2, 3], inputDim: 5 });
  return exactPair(
    {
      satisfied: "{1, 2, 3}, d = 5, n = 8: rank full with one sample more, one data set",
      violated: "{1, 2, 3}, d = 5, n = 9: rank full, but not with one sample more",
    },
    (draw, satisfied) => {
      const n = satisfied ? 8 : 9;
      const isFull = (samples: number): boolean => dataSideRank(draw, shape, samples) === unknownCount(shape, samples);
      const capacity = isFull(n + 1) ? n + 1 : isFull(n) ? n : 0;
      return decideDecomposition(shape, n, capacity).theorem === "massarenti-mella";
    },
  );
}

/** Degree 2 with two outputs: a pencil of T_2 finds the samples if their multipliers are pairwise not parallel. */
function outputPair(): Experiment[] {
  return exactPair(
    {
      satisfied: "z^2, two outputs, d = n = 4: one pencil finds the samples",
      violated: "z^2, two outputs, d = n = 4, two parallel multipliers: an eigenvalue is double",
    },
    (draw, satisfied) => {
      const { field } = draw;
      const points = randomVectors(draw, 4, 4);
      const multipliers = randomVectors(draw, 4, 2);
      if (!satisfied) multipliers[1] = multipliers[0]!.map((value) => field.mul(5, value));
      const slice = (c: number): number[][] =>
        Array.from({ length: 4 }, (_, e) =>
          Array.from({ length: 4 }, (_, f) =>
            points.reduce((sum, x, i) => field.add(sum, field.mul(multipliers[i]![c]!, field.mul(x[e]!, x[f]!))), 0),
          ),
        );
      const [first, second] = [slice(0), slice(1)];
      // T_{2,1} − (g_i1/g_i2) T_{2,2} loses sample i, and no other.
      return multipliers.every(([g, h]) => {
        const ratio = field.mul(g!, field.inverse(h!));
        const rows = first.map((row, e) => row.map((value, f) => field.sub(value, field.mul(ratio, second[e]![f]!))));
        return rankOf(field, rows) === 3;
      });
    },
  );
}

/** Given samples that are independent are as good as general ones. */
export const givenData: Claim = {
  id: "given-data",
  statement: "Independent given samples have the ranks of general ones; special positions may lack rank.",
  ofSourcePaper: false,
  page: "proofs/given-data.md",
  experiments: [
    ...positionPair("z + z^2 + z^3", 4, 4, "four samples on one line", (draw, [x]) => {
      const scales = units(draw, 4);
      return scales.map((s) => x!.map((value) => draw.field.mul(s, value)));
    }),
    ...positionPair("z^2 + z^3", 3, 3, "one sample repeated", (_, [x, y]) => [x!, y!, x!]),
    ...positionPair("z^3", 4, 4, "three samples in a plane", (draw, [x, y, , z]) => [
      x!,
      y!,
      x!.map((value, e) => draw.field.add(value, y![e]!)),
      z!,
    ]),
  ],
};

/** Jacobian rank at general nodes and multipliers, at independent points or at points in special position. */
function positionPair(
  activation: string,
  d: number,
  n: number,
  special: string,
  place: (draw: Draw, points: readonly (readonly number[])[]) => readonly (readonly number[])[],
): Experiment[] {
  const shape = shapeOf({ activation, inputDim: d, width: 3 * n });
  const free = unknownCount(shape, n) - (shape.activation.support.length === 1 ? n : 0);
  return exactPair(
    {
      satisfied: `${activation}, d = ${d}, n = ${n}: independent`,
      violated: `${activation}, d = ${d}, n = ${n}: ${special}`,
    },
    (draw, satisfied) => {
      const general = randomVectors(draw, n, d);
      const points = (satisfied ? general : place(draw, general)).flat();
      const { multipliers } = randomData(draw.field, shape, n, draw.random);
      return jacobianRank(draw, shape, n, { points, multipliers }) === free;
    },
  );
}
