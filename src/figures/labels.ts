/** A label that starts at its anchor and runs to the right. */
export interface Label {
  readonly start: number;
  readonly width: number;
}

/**
 * The first row in which each label meets none before it; null where all rows are taken or the label would run over
 * the end.
 */
export function staggerLabels(
  labels: readonly Label[],
  room: { readonly rows: number; readonly end: number },
): (number | null)[] {
  const taken = new Array<number>(room.rows).fill(Number.NEGATIVE_INFINITY);
  const places = new Array<number | null>(labels.length).fill(null);
  const order = labels.map((_, k) => k).sort((i, j) => labels[i]!.start - labels[j]!.start || i - j);
  for (const k of order) {
    const { start, width } = labels[k]!;
    const row = taken.findIndex((end) => end <= start);
    if (row < 0 || start + width > room.end) continue;
    taken[row] = start + width;
    places[k] = row;
  }
  return places;
}
