import { rational } from "../../algebra/rational.ts";
import { decideAtPoints } from "../../identifiability/given-data/decide-at-points.ts";
import type { Claim, Draw } from "../experiment.ts";
import { randomVectors, units } from "../modular.ts";
import { flatteningRank, pencilFindsSamples, secondDataSet } from "../pencil.ts";
import { exactPair, exactRow, integerRow } from "../rows.ts";
import { shapeOf } from "../shapes.ts";

type Points = readonly (readonly number[])[];

/** Independent samples: one pencil of slices finds them all. */
export const jennrich: Claim = {
  id: "jennrich",
  statement:
    "A symmetric tensor of degree p ≥ 3 determines n independent samples, and one pencil of its slices finds them.",
  ofSourcePaper: false,
  page: "proofs/jennrich.md",
  experiments: [
    ...[
      [3, 3],
      [4, 3],
      [3, 4],
      [5, 5],
      [8, 3],
      [6, 4],
    ].flatMap(([d, p]) =>
      exactPair(
        {
          onlyLong: d! > 5,
          satisfied: `d = ${d}, p = ${p}, n = ${d}: independent`,
          violated: `d = ${d}, p = ${p}, n = ${d! + 1}: the slices lack rank`,
        },
        (draw, satisfied) => {
          const points = randomVectors(draw, satisfied ? d! : d! + 1, d!);
          return pencilFindsSamples(draw, { degree: p!, points, multipliers: units(draw, points.length) }, 1);
        },
      ),
    ),
    ...exactPair(
      {
        satisfied: "d = 4, p = 3, n = 3: independent",
        violated: "d = 4, p = 3, n = 3: one sample in the plane of the others",
      },
      (draw, satisfied) => {
        const [x, y, z] = randomVectors(draw, 3, 4) as [number[], number[], number[]];
        const points = [x, y, satisfied ? z : combination(draw, [x, y])];
        return pencilFindsSamples(draw, { degree: 3, points, multipliers: units(draw, 3) }, 1);
      },
    ),
    ...lineRows(3),
  ],
};

/** n samples on a line through the origin plane: the largest number that is unique, and one more with a second data set. */
function lineRows(degree: number): Claim["experiments"] {
  const unique = (degree + 1) / 2;
  return exactPair(
    {
      satisfied: `p = ${degree}, n = ${unique} in a plane of d = 4: unique`,
      violated: `p = ${degree}, n = ${unique + 1} in a plane of d = 4: a second data set`,
    },
    (draw, satisfied) => {
      const n = satisfied ? unique : unique + 1;
      const plane = randomVectors(draw, 2, 4);
      const points = Array.from({ length: 2 * n }, () => combination(draw, plane));
      const pair = secondDataSet(draw, points, [degree]);
      if (pair !== null) return false;
      const sum = { degree, points: points.slice(0, n), multipliers: units(draw, n) };
      return pencilFindsSamples(draw, sum, (degree - 1) / 2);
    },
  );
}

/** Kruskal's bound, met and missed by one. */
export const kruskal: Claim = {
  id: "kruskal",
  statement: "Given samples of Kruskal rank κ are determined by their tensor of degree p if p·κ ≥ 2n + p − 1.",
  ofSourcePaper: false,
  page: "proofs/kruskal.md",
  experiments: [
    ...lineRows(5),
    ...lineRows(7),
    ...exactPair(
      {
        satisfied: "p = 3, n = 3, κ = 3: unique",
        violated: "p = 3, n = 3, two samples parallel, κ = 1: a second data set",
      },
      (draw, satisfied) => {
        const { field } = draw;
        const [x, y, z] = randomVectors(draw, 3, 3) as [number[], number[], number[]];
        const s = units(draw, 1)[0]!;
        const second = satisfied ? y : x.map((value) => field.mul(s, value));
        const multipliers = units(draw, 3);
        const cube = field.mul(s, field.mul(s, s));
        // On parallel samples a share of the first multiplier can be moved to the second.
        const moved = [field.add(multipliers[0]!, cube), field.sub(multipliers[1]!, 1), multipliers[2]!];
        const points = [x, second, z];
        const same = sameTensor(draw, 3, points, multipliers, moved);
        return !same && pencilFindsSamples(draw, { degree: 3, points, multipliers }, 1);
      },
    ),
    ...decidedPair(
      { satisfied: "p = 3, d = 4, n = 5, κ = 4: bound met", violated: "p = 3, d = 4, n = 6, κ = 4: bound missed" },
      { degree: 3, inputDim: 4, samples: 5, theorem: "kruskal" },
    ),
    ...decidedPair(
      { satisfied: "p = 4, d = 3, n = 4, κ = 3: bound met", violated: "p = 4, d = 3, n = 4, κ = 2: bound missed" },
      { degree: 4, inputDim: 3, samples: 4, theorem: "kruskal", flat: true },
    ),
  ],
};

/** Kruskal's theorem for groups of factors. */
export const reshapedKruskal: Claim = {
  id: "reshaped-kruskal",
  statement:
    "Given samples are determined by their tensor of degree p = p_1 + p_2 + p_3 if the Kruskal ranks of their powers add up to 2n + 2.",
  ofSourcePaper: false,
  page: "proofs/reshaped-kruskal.md",
  experiments: [
    ...conicRows(5, 6),
    exactRow({ label: "p = 5, n = 5 on a conic, (2, 2, 1): 5 + 5 + 3 ≥ 12, unique" }, (draw) => {
      const points = conicPoints(draw, draw.sabotaged ? 6 : 5);
      return pencilFindsSamples(draw, { degree: 5, points, multipliers: units(draw, points.length) }, 2);
    }),
    ...decidedPair(
      {
        satisfied: "p = 5, d = 3, n = 6: 6 + 6 + 3 ≥ 14, bound met",
        violated: "p = 5, d = 3, n = 7: 6 + 6 + 3 < 16, bound missed",
      },
      { degree: 5, inputDim: 3, samples: 6, theorem: "reshaped-kruskal" },
    ),
    ...exactPair(
      { satisfied: "p = 7, d = 3, n = 10, (3, 3, 1): unique", violated: "p = 7, d = 3, n = 11: ten cubes span all" },
      (draw, satisfied) => {
        const points = randomVectors(draw, satisfied ? 10 : 11, 3);
        return pencilFindsSamples(draw, { degree: 7, points, multipliers: units(draw, points.length) }, 3);
      },
    ),
  ],
};

/** Six plane points in general position, or on a conic, where κ of their squares is 5. */
function conicRows(degree: number, n: number): Claim["experiments"] {
  return exactPair(
    {
      satisfied: `p = ${degree}, n = ${n} general, (2, 2, 1): 6 + 6 + 3 ≥ 14, unique`,
      violated: `p = ${degree}, n = ${n} on a conic: 5 + 5 + 3 < 14, a second data set`,
    },
    (draw, satisfied) => {
      const points = satisfied ? randomVectors(draw, n, 3) : conicPoints(draw, 2 * n);
      if (satisfied) return pencilFindsSamples(draw, { degree, points, multipliers: units(draw, n) }, 2);
      return secondDataSet(draw, points, [degree]) === null;
    },
  );
}

/** Points (1, t, t²) with random scales. */
function conicPoints(draw: Draw, count: number): number[][] {
  const { field } = draw;
  return units(draw, count).map((t) => {
    const s = units(draw, 1)[0]!;
    return [s, field.mul(s, t), field.mul(s, field.mul(t, t))];
  });
}

/** The flattening of the top tensor decides without knowing the samples. */
export const catalecticant: Claim = {
  id: "catalecticant",
  statement:
    "If a flattening of the top moment tensor has rank n, its decomposition into n samples is unique, and no fewer samples have it.",
  ofSourcePaper: false,
  page: "proofs/catalecticant.md",
  experiments: [
    ...[
      [3, 3, 1, 3],
      [2, 5, 2, 3],
      [3, 5, 2, 6],
      [3, 6, 2, 6],
      [2, 7, 3, 4],
    ].flatMap(([d, p, k, n]) =>
      exactPair(
        {
          satisfied: `d = ${d}, p = ${p}, n = ${n} = N_${k}: rank n, unique`,
          violated: `d = ${d}, p = ${p}, n = ${n! + 1}: rank below n`,
        },
        (draw, satisfied) => {
          const points = randomVectors(draw, satisfied ? n! : n! + 1, d!);
          const sum = { degree: p!, points, multipliers: units(draw, points.length) };
          return flatteningRank(draw, sum, k!) === points.length && pencilFindsSamples(draw, sum, k!);
        },
      ),
    ),
    integerRow({
      label: "d = 3, p = 5, seven samples: rank 6 refutes five",
      is: 6,
      measure: (draw) =>
        flatteningRank(draw, { degree: 5, points: randomVectors(draw, 7, 3), multipliers: units(draw, 7) }, 2),
    }),
    ...exactPair(
      { satisfied: "no multiplier vanishes: rank n", violated: "one multiplier is 0: rank n − 1" },
      (draw, satisfied) => {
        const multipliers = units(draw, 5);
        const points = randomVectors(draw, 5, 3);
        const sum = { degree: 5, points, multipliers: satisfied ? multipliers : multipliers.with(0, 0) };
        return flatteningRank(draw, sum, 2) === 5;
      },
    ),
  ],
};

/** Whether two lists of multipliers give the points the same tensor. */
function sameTensor(
  draw: Draw,
  degree: number,
  points: Points,
  first: readonly number[],
  second: readonly number[],
): boolean {
  const { field } = draw;
  const difference = first.map((g, i) => field.sub(g, second[i]!));
  return flatteningRank(draw, { degree, points, multipliers: difference }, 1) === 0;
}

/** A random combination of vectors. */
function combination(draw: Draw, vectors: Points): number[] {
  const { field } = draw;
  const factors = units(draw, vectors.length);
  return vectors[0]!.map((_, e) => vectors.reduce((sum, v, k) => field.add(sum, field.mul(factors[k]!, v[e]!)), 0));
}

/** Whether the tool finds the bound met at exact rational points; one sample more, or points in a plane, misses it. */
function decidedPair(
  text: { readonly satisfied: string; readonly violated: string },
  {
    degree,
    inputDim,
    samples,
    theorem,
    flat = false,
  }: {
    readonly degree: number;
    readonly inputDim: number;
    readonly samples: number;
    readonly theorem: string;
    readonly flat?: boolean;
  },
): Claim["experiments"] {
  return exactPair(text, ({ random, seed }, satisfied) => {
    const count = satisfied || flat ? samples : samples + 1;
    const integer = (): number => random.integer(199) - 99;
    const points = Array.from({ length: count }, () => {
      const x = Array.from({ length: inputDim }, integer);
      return flat && !satisfied ? x.with(inputDim - 1, x[0]! + x[1]!) : x;
    });
    const exact = points.map((x) => x.map((value) => rational(BigInt(value))));
    const shape = shapeOf({ activation: [degree], inputDim });
    const decision = decideAtPoints(shape, exact, seed);
    return decision.status === "holds" && decision.theorem === theorem;
  });
}
