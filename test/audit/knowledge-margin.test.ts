import { describe, expect, test } from "vitest";
import { parseActivation } from "../../src/algebra/activation.ts";
import { type NetworkKnowledge, NOTHING_KNOWN } from "../../src/audit/knowledge.ts";
import { recoverNetwork } from "../../src/audit/recover-network.ts";
import { levenbergMarquardt } from "../../src/least-squares/levenberg-marquardt.ts";
import type { TwoLayerNetwork } from "../../src/network/network.ts";
import { createRandom } from "../../src/random.ts";
import { matchPoints } from "../../src/solve/match.ts";

const [d, n, m] = [3, 2, 10];
const y = [1, -1];

interface MarginPoint {
  readonly network: TwoLayerNetwork;
  readonly X: Float64Array;
  readonly residual: number;
}

/**
 * Hidden weights with w_j = a_j Σ_i g_i σ′(w_j·x_i) x_i and y_i f(x_i) = 1, σ = z + z² + z³: a stationary point of
 * min ½‖W‖² under the margins, solved for W and g at random data and output weights.
 */
function marginPoint(seed: number): MarginPoint {
  const random = createRandom(seed, 3);
  const normals = (length: number, size: number) => Float64Array.from({ length }, () => size * random.normal());
  const X = normals(n * d, 0.6);
  const a = normals(m, 0.5);
  const unknowns = m * d + n;
  const dotOf = (u: Float64Array, j: number, i: number): number => {
    let sum = 0;
    for (let e = 0; e < d; e++) sum += u[j * d + e]! * X[i * d + e]!;
    return sum;
  };
  const first = (z: number): number => 1 + 2 * z + 3 * z * z;
  const addDerivatives = (u: Float64Array, j: number, i: number, out: Float64Array): void => {
    const z = dotOf(u, j, i);
    const bend = a[j]! * u[m * d + i]! * (2 + 6 * z);
    for (let e = 0; e < d; e++) {
      const row = (j * d + e) * unknowns;
      for (let f = 0; f < d; f++) out[row + j * d + f]! -= bend * X[i * d + e]! * X[i * d + f]!;
      out[row + m * d + i]! -= a[j]! * first(z) * X[i * d + e]!;
      out[(m * d + i) * unknowns + j * d + e]! += y[i]! * a[j]! * first(z) * X[i * d + e]!;
    }
  };
  const problem = {
    unknowns,
    rows: unknowns,
    residual(u: Float64Array, out: Float64Array): Float64Array {
      out.fill(-1, m * d);
      for (let k = 0; k < m * d; k++) out[k] = u[k]!;
      for (let j = 0; j < m; j++) {
        for (let i = 0; i < n; i++) {
          const z = dotOf(u, j, i);
          const pull = a[j]! * u[m * d + i]! * first(z);
          for (let e = 0; e < d; e++) out[j * d + e]! -= pull * X[i * d + e]!;
          out[m * d + i]! += y[i]! * a[j]! * (z + z * z + z ** 3);
        }
      }
      return out;
    },
    jacobian(u: Float64Array, out: Float64Array): Float64Array {
      out.fill(0);
      for (let k = 0; k < m * d; k++) out[k * unknowns + k] = 1;
      for (let k = 0; k < m * n; k++) addDerivatives(u, Math.floor(k / n), k % n, out);
      return out;
    },
  };
  const start = Float64Array.from([...normals(m * d, 0.3), ...y.map((label) => 0.5 * label)]);
  const { x, residualNorm } = levenbergMarquardt(problem, start, { maxIterations: 400, geodesic: true });
  const network: TwoLayerNetwork = {
    file: "margin",
    inputDim: d,
    width: m,
    outputs: 1,
    hiddenWeight: x.slice(0, m * d),
    hiddenBias: null,
    outputWeight: a,
    outputBias: null,
    unitRoundoff: 2 ** -53,
    names: { hiddenWeight: "W", hiddenBias: null, outputWeight: "A", outputBias: null },
  };
  const signsAgree = y.every((label, i) => label * x[m * d + i]! > 0);
  return { network, X, residual: signsAgree ? residualNorm : Number.POSITIVE_INFINITY };
}

function recover({ network }: MarginPoint, knowledge: Partial<NetworkKnowledge>) {
  const question = {
    setting: "kkt" as const,
    activation: parseActivation("z + z^2 + z^3"),
    network,
    trained: new Set(["hidden"] as const),
    samples: n,
    seed: 1,
    knowledge: { ...NOTHING_KNOWN, ...knowledge },
    shouldStop: () => false,
    onProgress: () => undefined,
  };
  return recoverNetwork(question, { maxStarts: 40, acceptError: 1e-2, truth: null });
}

describe("equal margins", () => {
  const point = Array.from({ length: 40 }, (_, k) => marginPoint(k + 1)).find(({ residual }) => residual < 1e-13)!;

  test("at a stationary point of the margins add an equation a sample, and keep the bounds", () => {
    const alone = recover(point, {});
    const margins = recover(point, { loss: "hard-margin" });
    expect([alone.status, margins.status]).toEqual(["recovered", "recovered"]);
    expect(margins.knowledge).toMatchObject({ kinds: ["margins"], rows: n, agrees: true });
    const bounds = ({ samples }: typeof margins) => Math.max(...samples.map(({ errorBound }) => errorBound!));
    expect(bounds(margins)).toBeLessThanOrEqual(1.01 * bounds(alone));
    const found = Float64Array.from(margins.samples.flatMap(({ x }) => Array.from(x)));
    const { errors, assignment } = matchPoints(found, point.X, d, { sign: false });
    assignment.forEach((j, i) => {
      expect(errors[i]!).toBeLessThanOrEqual(margins.samples[j]!.errorBound!);
    });
  });

  test("are refuted by output weights that are a millionth larger", () => {
    const outputWeight = point.network.outputWeight.map((value) => value * (1 + 1e-6));
    const hiddenWeight = point.network.hiddenWeight;
    const other = { ...point, network: { ...point.network, hiddenWeight, outputWeight } };
    expect(recover(other, {}).status).toBe("recovered");
    const margins = recover(other, { loss: "hard-margin" });
    expect([margins.status, margins.knowledge!.agrees]).toEqual(["not-found", false]);
  });
});
