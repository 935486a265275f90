import type { RecoveredAgainstTrueFigure } from "../document/figure.ts";

type Samples = RecoveredAgainstTrueFigure["samples"];

/** Marks that a panel holds before they cover each other, and a page grows heavy. */
const MOST_MARKS = 400;

/** A coordinate of a sample, true and recovered. */
export interface Coordinate {
  readonly truth: number;
  readonly recovered: number;
}

/** Whether a panel would hold too many marks if each coordinate had one. */
export function hasManyCoordinates(samples: Samples): boolean {
  return samples.reduce((sum, { truth }) => sum + truth.length, 0) > MOST_MARKS;
}

/**
 * The coordinates of each sample that are shown: all, or of very many an even choice in the order of their true values,
 * with the worst one among them.
 */
export function coordinatesShown(samples: Samples): readonly (readonly Coordinate[])[] {
  const all = samples.map(({ truth, recovered }) =>
    truth.map((value, k) => ({ truth: value, recovered: recovered[k]! })),
  );
  if (!hasManyCoordinates(samples)) return all;
  const each = Math.max(2, Math.floor(MOST_MARKS / samples.length));
  return all.map((coordinates) => evenChoice(coordinates, each));
}

function evenChoice(coordinates: readonly Coordinate[], count: number): Coordinate[] {
  if (coordinates.length <= count) return [...coordinates];
  const sorted = [...coordinates].sort((a, b) => a.truth - b.truth);
  const places = Array.from({ length: count - 1 }, (_, k) =>
    count === 2 ? 0 : Math.round((k * (sorted.length - 1)) / (count - 2)),
  );
  return [
    ...places.map((place) => sorted[place]!),
    coordinates.reduce((worst, one) => (errorOf(one) > errorOf(worst) ? one : worst)),
  ];
}

/** Absolute error of a coordinate. */
export function errorOf({ truth, recovered }: Coordinate): number {
  return Math.abs(recovered - truth);
}

/** Least, lower quartile, median, upper quartile and greatest of some numbers; null of none. */
export function quartilesOf(values: readonly number[]): readonly [number, number, number, number, number] | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))]!;
  return [at(0), at(0.25), at(0.5), at(0.75), at(1)];
}
