/** A field that contradicts another one, and what is wrong with it. */
export interface Contradiction {
  readonly path: PropertyKey[];
  readonly message: string;
}

/** The fields of an answer of recover that have to fit each other. */
interface Sizes {
  readonly problem: { readonly inputDim: number; readonly outputs: number; readonly samples: number };
  readonly status: string;
  readonly samples: readonly { readonly x: readonly number[]; readonly multiplier: number | readonly number[] }[];
}

/** The fields of an answer of recover whose sizes do not fit the problem that it states. */
export function contradictions({ problem, status, samples }: Sizes): Contradiction[] {
  const { inputDim, outputs } = problem;
  const isWrongCount = status === "recovered" && samples.length !== problem.samples;
  return [
    ...(isWrongCount
      ? [
          {
            path: ["samples"],
            message: `expected ${problem.samples} samples with status recovered, got ${samples.length}`,
          },
        ]
      : []),
    ...samples.flatMap(({ x, multiplier }, i) => {
      const multipliers = typeof multiplier === "number" ? 1 : multiplier.length;
      return [
        ...(x.length === inputDim ? [] : [wrongLength(["samples", i, "x"], inputDim, x.length)]),
        ...(multipliers === outputs ? [] : [wrongLength(["samples", i, "multiplier"], outputs, multipliers)]),
      ];
    }),
  ];
}

function wrongLength(path: PropertyKey[], expected: number, actual: number): Contradiction {
  return { path, message: `expected ${expected} numbers, got ${actual}` };
}
