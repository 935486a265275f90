import type { Draw, Experiment, Finding } from "./experiment.ts";

/** What the kinds of rows have in common. */
export interface RowText {
  readonly label: string;
  readonly hypothesis?: "satisfied" | "violated";
  readonly expected?: "holds" | "fails";
  readonly trials?: number;
  readonly longTrials?: number;
  readonly onlyLong?: boolean;
}

const TRIALS = 4;

/**
 * A row about a rank (or another integer) in exact arithmetic: it must be `is`. Sabotage claims one more.
 *
 * @param row - `expected: "fails"` where `is` is not what the claim says for satisfied hypotheses
 */
export function integerRow(
  row: RowText & { readonly is: number; readonly measure: (draw: Draw) => number },
): Experiment {
  const { is, measure, ...text } = row;
  return exactRow(text, (draw) => measure(draw) === is + (draw.sabotaged ? 1 : 0));
}

/** A row in exact arithmetic; `agrees` has to break its own conclusion where the draw is sabotaged. */
export function exactRow(text: RowText, agrees: (draw: Draw) => boolean): Experiment {
  return {
    hypothesis: "satisfied",
    expected: text.hypothesis === "violated" ? "fails" : "holds",
    trials: TRIALS,
    ...text,
    arithmetic: "exact",
    margin: null,
    trial: (draw) => ({ agrees: agrees(draw), margin: null }),
  };
}

/** Two neighbours: what each is, and how often they are tried. */
export interface PairText {
  readonly satisfied: string;
  readonly violated: string;
  readonly trials?: number;
  readonly longTrials?: number;
  readonly onlyLong?: boolean;
}

/**
 * A hypothesis satisfied and its neighbour just violated, in exact arithmetic: the conclusion must hold in the first row
 * and fail in the second. Sabotage of a row is its neighbour: a trial that cannot tell them apart is found out.
 */
export function exactPair(text: PairText, holds: (draw: Draw, satisfied: boolean) => boolean): Experiment[] {
  return bothRows(text, (row, satisfied) =>
    exactRow(row, (draw) => holds(draw, satisfied !== draw.sabotaged) === satisfied),
  );
}

/** A measured error and what it may be at most for the conclusion to hold. */
export interface Measurement {
  readonly error: number;
  readonly limit: number;
}

/** As {@link exactPair} in floating point: the conclusion is error ≤ limit. */
export function measuredPair(
  text: PairText & { readonly error: string; readonly limit: string },
  measure: (draw: Draw, satisfied: boolean) => Measurement,
): Experiment[] {
  const { error, limit, ...names } = text;
  return bothRows(names, (row, satisfied) =>
    measuredRow({ ...row, error, limit }, (draw) => measure(draw, satisfied !== draw.sabotaged)),
  );
}

/** A row in floating point: error ≤ limit has to hold, or to fail where that is expected. */
export function measuredRow(
  text: RowText & { readonly error: string; readonly limit: string },
  measure: (draw: Draw) => Measurement,
): Experiment {
  const { error, limit, ...names } = text;
  const fails = names.expected === undefined ? names.hypothesis === "violated" : names.expected === "fails";
  return {
    hypothesis: "satisfied",
    expected: fails ? "fails" : "holds",
    trials: TRIALS,
    ...names,
    arithmetic: "floating",
    margin: fails ? `${error} / ${limit}` : `${limit} / ${error}`,
    trial: (draw) => judge(measure(draw), fails),
  };
}

/** Margins beyond this say no more: the other side vanishes, or nothing was found at all. */
export const LARGEST_MARGIN = 1e99;

function judge({ error, limit }: Measurement, fails: boolean): Finding {
  const [small, large] = fails ? [limit, error] : [error, limit];
  if (!(small >= 0) || !(large >= 0)) return { agrees: false, margin: 0 };
  const agrees = fails ? error > limit : error <= limit;
  return { agrees, margin: small === 0 ? LARGEST_MARGIN : Math.min(LARGEST_MARGIN, large / small) };
}

function bothRows(
  { satisfied, violated, ...text }: PairText,
  row: (text: RowText, satisfied: boolean) => Experiment,
): Experiment[] {
  return [
    row({ ...text, label: satisfied, hypothesis: "satisfied", expected: "holds" }, true),
    row({ ...text, label: violated, hypothesis: "violated", expected: "fails" }, false),
  ];
}
