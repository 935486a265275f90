/** Who hears of the work as it goes on, and how much time there is. */
export interface Watch {
  /** A stage begins; `seconds` is a rough estimate of how long it takes, 0 if it is short. */
  readonly onStage: (stage: string, seconds: number) => void;
  /** A stage ended with a partial answer. */
  readonly onFinding: (finding: string) => void;
  /** Seconds left for all stages together; Infinity without a limit. */
  readonly secondsLeft: () => number;
}

/** Nobody listens and there is no limit. */
export const UNWATCHED: Watch = {
  onStage: () => undefined,
  onFinding: () => undefined,
  secondsLeft: () => Number.POSITIVE_INFINITY,
};

/** Multiply-adds a second of an elimination modulo a prime (bench/results/modular-rank.md), on the low side. */
const RATE = 3e9;

/** Seconds that the rank of a rows×cols matrix takes modulo one prime, roughly: about k³/3 for k rows and columns. */
function eliminationSeconds(rows: number, cols: number): number {
  return (rows * cols * Math.min(rows, cols)) / 3 / RATE;
}

/** Matrices of more entries are not eliminated whole (src/identifiability/ranks/block-ranks.ts). */
const ANNOUNCED_ENTRIES = 2e7;

interface Stage {
  readonly name: string;
  readonly rows: number;
  readonly cols: number;
}

/** A stage with a matrix: announced with its size, and left out (null) when there is no time for it. */
export function timedStage<T>(watch: Watch, { name, rows, cols }: Stage, compute: () => T): T | null {
  const seconds = eliminationSeconds(rows, cols);
  if (seconds > watch.secondsLeft() || watch.secondsLeft() <= 0) return null;
  // Beyond the limits there is a smaller matrix or none, so nothing is promised.
  const promised = rows * cols <= ANNOUNCED_ENTRIES;
  watch.onStage(promised ? `${name}, ${rows} × ${cols}` : name, promised ? seconds : 0);
  return compute();
}
