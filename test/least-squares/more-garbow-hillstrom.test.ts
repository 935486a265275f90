import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LeastSquaresMethod, minimise } from "../../src/least-squares/minimise.ts";
import { maxAbs, norm2 } from "../../src/linalg/dense.ts";
import { moreGarbowHillstrom } from "./more-garbow-hillstrom.ts";
import { type PublishedProblem, startAt, startFactors } from "./published-problem.ts";

interface PeerRun {
  readonly sumOfSquares: number | null;
}

/** Made by test/fixtures/minpack-mgh.py: lmder with its own scaling, and with none. */
const minpack = JSON.parse(readFileSync(new URL("../fixtures/minpack-mgh.json", import.meta.url), "utf8")) as {
  readonly runs: readonly {
    readonly problem: string;
    readonly factor: number;
    readonly scaled: PeerRun;
    readonly plain: PeerRun;
  }[];
};

const runs = moreGarbowHillstrom.flatMap((problem) =>
  startFactors.map((factor) => ({ problem, factor, name: `${problem.name} from ${factor} x₀` })),
);

/** Whether a sum of squares is one of the published minima; at a root, down to the rounding of its residuals. */
function isKnownMinimum({ minima }: PublishedProblem, sumOfSquares: number | null): boolean {
  if (sumOfSquares === null) return false;
  return minima.some(({ value, unit }) => {
    if (value === 0) return sumOfSquares <= 1e-20;
    return Math.abs(sumOfSquares - value) <= Math.max(unit, 1e-9 * value);
  });
}

const solve = (problem: PublishedProblem, factor: number, method: LeastSquaresMethod = "automatic") =>
  minimise(problem, startAt(problem, factor), { method, maxIterations: 4000 });

describe("the problems of Moré, Garbow and Hillstrom", () => {
  test("stand in the table that MINPACK made", () => {
    expect(minpack.runs.map(({ problem, factor }) => `${problem} from ${factor} x₀`)).toEqual(
      runs.map(({ name }) => name),
    );
    const known = minpack.runs.filter(
      ({ scaled }, k) => scaled.sumOfSquares !== null && isKnownMinimum(runs[k]!.problem, scaled.sumOfSquares),
    );
    expect(known.length).toBeGreaterThan(60);
  });

  test.each(runs)(
    "$name: a known minimum wherever MINPACK reaches one, else no higher a cost",
    ({ problem, factor }) => {
      const peer = minpack.runs.find((entry) => entry.problem === problem.name && entry.factor === factor)!;
      const { x, residualNorm } = solve(problem, factor);
      const known = [peer.scaled, peer.plain].some(({ sumOfSquares }) => isKnownMinimum(problem, sumOfSquares));
      if (known) expect(isKnownMinimum(problem, residualNorm ** 2), `Σ r² = ${residualNorm ** 2}`).toBe(true);
      const best = Math.min(peer.scaled.sumOfSquares ?? Number.POSITIVE_INFINITY);
      if (!known) expect(residualNorm ** 2).toBeLessThanOrEqual(best * (1 + 1e-9));
      expect(residualNorm).toBe(norm2(problem.residual(x, new Float64Array(problem.rows))));
    },
  );

  test.each(["trust-region", "geodesic", "dogleg", "newton"] as const)(
    "are solved by the method %s alone from all standard starts",
    (method) => {
      const failed = moreGarbowHillstrom
        .filter((problem) => !isKnownMinimum(problem, solve(problem, 1, method).residualNorm ** 2))
        .map(({ name }) => name);
      expect(failed).toEqual([]);
    },
  );

  test("are not solved in three iterations", () => {
    const solved = runs.filter(({ problem, factor }) =>
      isKnownMinimum(problem, minimise(problem, startAt(problem, factor), { maxIterations: 3 }).residualNorm ** 2),
    );
    expect(solved.length).toBeLessThan(30);
  });
});

describe("the Jacobian", () => {
  test.each(moreGarbowHillstrom)("of $name is the derivative of the residual", (problem) => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.5, max: 1.5, noNaN: true }), { minLength: 40, maxLength: 40 }),
        (near) => {
          const x = Float64Array.from(problem.start, (value, k) => (value || 1) * near[k]!);
          const J = problem.jacobian(x, new Float64Array(problem.rows * problem.unknowns));
          for (let k = 0; k < problem.unknowns; k++) {
            const h = Math.cbrt(Number.EPSILON) * Math.abs(x[k]!);
            const at = (sign: number) =>
              problem.residual(x.with(k, x[k]! + sign * h), new Float64Array(problem.rows)).slice();
            const [ahead, behind] = [at(1), at(-1)];
            // Rounding ε‖r‖/h and the third derivative h²‖r'''‖/6, both about ε^(2/3) of sizes seen at the point.
            const size =
              maxAbs(ahead) / Math.abs(x[k]!) +
              Math.max(...Array.from(J, (value, at) => (at % problem.unknowns === k ? Math.abs(value) : 0)));
            for (let i = 0; i < problem.rows; i++) {
              const difference = (ahead[i]! - behind[i]!) / (2 * h);
              expect(Math.abs(difference - J[i * problem.unknowns + k]!)).toBeLessThanOrEqual(1e-6 * size);
            }
          }
        },
      ),
      { numRuns: 20 },
    );
  });
});
