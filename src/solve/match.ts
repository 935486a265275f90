/** Which symmetries a comparison of two data sets may use; permutation always. */
export interface MatchSymmetries {
  readonly sign: boolean;
}

const HOPELESS = 1e300;

/** The best assignment of found points to true ones. */
export interface Match {
  /** Index of the found point for each true point. */
  readonly assignment: Int32Array;
  /** −1 where the found point is compared after a change of sign. */
  readonly signs: Int8Array;
  /** Euclidean distance per true point. */
  readonly errors: Float64Array;
}

/**
 * Assigns found points to true points so that the sum of squared distances is least.
 *
 * @param found - n×d row-major
 * @param truth - n×d row-major
 */
export function matchPoints(found: Float64Array, truth: Float64Array, d: number, { sign }: MatchSymmetries): Match {
  const n = truth.length / d;
  const cost = new Float64Array(n * n);
  const flipped = new Int8Array(n * n).fill(1);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let plus = 0;
      let minus = 0;
      for (let e = 0; e < d; e++) {
        plus += (found[j * d + e]! - truth[i * d + e]!) ** 2;
        minus += (found[j * d + e]! + truth[i * d + e]!) ** 2;
      }
      if (sign && minus < plus) flipped[i * n + j] = -1;
      // Distances that overflow are all equally hopeless; the assignment needs finite costs.
      cost[i * n + j] = Math.min(sign ? Math.min(plus, minus) : plus, HOPELESS);
    }
  }
  const assignment = leastCostAssignment(cost, n);
  return {
    assignment,
    signs: Int8Array.from(assignment, (j, i) => flipped[i * n + j]!),
    errors: Float64Array.from(assignment, (j, i) => Math.sqrt(cost[i * n + j]!)),
  };
}

/**
 * Column assigned to each row with the least total cost.
 *
 * @param cost - n×n row-major, finite and nonnegative
 * @remarks O(n³). Source: Jonker & Volgenant, Computing 38 (1987), shortest augmenting paths.
 */
export function leastCostAssignment(cost: Float64Array, n: number): Int32Array {
  const rowPotential = new Float64Array(n + 1);
  const colPotential = new Float64Array(n + 1);
  const rowOf = new Int32Array(n + 1); // row assigned to column, 1-based; 0 = none
  const before = new Int32Array(n + 1);
  for (let row = 1; row <= n; row++) {
    rowOf[0] = row;
    const shortest = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY);
    const visited = new Uint8Array(n + 1);
    let column = 0;
    do {
      visited[column] = 1;
      column = extendPath(cost, n, { rowPotential, colPotential, rowOf, before, shortest, visited }, column);
    } while (rowOf[column] !== 0);
    while (column !== 0) {
      const previous = before[column]!;
      rowOf[column] = rowOf[previous]!;
      column = previous;
    }
  }
  const assignment = new Int32Array(n);
  for (let j = 1; j <= n; j++) assignment[rowOf[j]! - 1] = j - 1;
  return assignment;
}

interface PathState {
  readonly rowPotential: Float64Array;
  readonly colPotential: Float64Array;
  readonly rowOf: Int32Array;
  readonly before: Int32Array;
  readonly shortest: Float64Array;
  readonly visited: Uint8Array;
}

/** One Dijkstra step: relaxes the edges of the row at `column` and returns the nearest unvisited column. */
function extendPath(cost: Float64Array, n: number, state: PathState, column: number): number {
  const { rowPotential, colPotential, rowOf, before, shortest, visited } = state;
  const row = rowOf[column]!;
  let delta = Number.POSITIVE_INFINITY;
  let next = 0;
  for (let j = 1; j <= n; j++) {
    if (visited[j] === 1) continue;
    const reduced = cost[(row - 1) * n + j - 1]! - rowPotential[row]! - colPotential[j]!;
    if (reduced < shortest[j]!) {
      shortest[j] = reduced;
      before[j] = column;
    }
    if (shortest[j]! < delta) {
      delta = shortest[j]!;
      next = j;
    }
  }
  for (let j = 0; j <= n; j++) {
    if (visited[j] === 1) {
      rowPotential[rowOf[j]!]! += delta;
      colPotential[j]! -= delta;
    } else {
      shortest[j]! -= delta;
    }
  }
  return next;
}
