import { expect, test } from "vitest";
import { recoverNetwork } from "../../src/audit/recover-network.ts";
import { projectPoints } from "../../src/equations/reduction.ts";
import { packUnknowns } from "../../src/equations/system.ts";
import { norm2 } from "../../src/linalg/dense.ts";
import { refine } from "../../src/solve/refine.ts";
import { drawInstance, POINT_KINDS, type PointKind } from "../support/trained-instances.ts";

/** The second sample is the first one up to a relative distance of 1e-5: a condition number near 1e12. */
function nearlyRepeated(kind: PointKind): PointKind {
  return {
    ...kind,
    draw(n, d, random) {
      const X = kind.draw(n, d, random);
      const first = X.slice(0, d);
      const size = (1e-5 * norm2(first)) / Math.sqrt(d);
      X.set(
        first.map((value) => value + size * random.normal()),
        d,
      );
      return X;
    },
  };
}

// One monomial leaves the scale of every sample free, so that the Jacobian is singular at every point.
test("one monomial is refined as far as from the truth itself, and the last step is known", { timeout: 60_000 }, () => {
  const kind = nearlyRepeated(POINT_KINDS.find(({ size }) => size === 20)!);
  const { question, truth } = drawInstance({ setting: "gradient", activation: "z^3" }, kind, 6423, 20)!;
  const recovery = recoverNetwork(question, { maxStarts: 12, acceptError: 1e-2, truth });
  expect(recovery.status).toBe("recovered");
  const { reduced } = recovery.evidence;
  const points = projectPoints(reduced, truth.X, truth.inputDim);
  const best = refine(reduced.system, packUnknowns(reduced.system.shape, points, truth.multipliers!), () => false);
  expect(norm2(best.lastStep)).toBeGreaterThan(0);
  expect(recovery.relativeResidual!).toBeLessThanOrEqual(2 * best.relativeResidual);
  for (const [i, j] of recovery.truth!.assignment.entries()) {
    expect(recovery.truth!.perSample[i]).toBeLessThanOrEqual(recovery.samples[j]!.errorBound!);
  }
});
