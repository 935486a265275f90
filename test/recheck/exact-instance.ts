import { createHash } from "node:crypto";
import { type RecheckResult, recheckCertificate } from "../../src/recheck/recheck.ts";
import { dyadicRows, type InstanceCase, instanceDocument } from "./instances.ts";

/** Integer nodes and data, hence exact equations: one gradient of a network with n = 2, d = 2. */
export interface Exact {
  readonly activation: readonly number[];
  readonly weights: readonly (readonly number[])[];
  readonly bias?: readonly number[];
  readonly output: readonly number[];
  readonly X: readonly (readonly number[])[];
  readonly g: readonly number[];
}

/** −∂L/∂w_j = Σ_i a_j g_i σ′(w_j·x_i + b_j) x_i. */
export function gradientOf({ activation, weights, bias, output, X: points, g }: Exact): number[][] {
  const slope = (z: number): number => activation.reduce((sum, c, k) => sum + (k === 0 ? 0 : k * c * z ** (k - 1)), 0);
  return weights.map((w, j) => {
    const z = points.map((x) => w[0]! * x[0]! + w[1]! * x[1]! + (bias?.[j] ?? 0));
    return [0, 1].map((e) => points.reduce((sum, x, i) => sum - output[j]! * g[i]! * slope(z[i]!) * x[e]!, 0));
  });
}

/** A certificate about files in memory, and the reading of these files. */
export interface ExactInstance {
  readonly document: object;
  readonly readFile: (path: string) => Uint8Array;
}

/** The change of a certificate about a gradient of this network; its steps at least. */
export type ExactChange = Omit<Partial<InstanceCase>, "problem"> & Pick<InstanceCase, "steps">;

/** A gradient, exact, in two files in memory with a certificate about them. */
export function exactInstance(exact: Exact, change: ExactChange): ExactInstance {
  const { activation, weights, bias, output } = exact;
  const biasTensor = bias === undefined ? {} : { "h.bias": bias };
  const files: Record<string, string> = {
    "network.json": JSON.stringify({ "h.weight": weights, ...biasTensor, "o.weight": [output] }),
    "gradient.json": JSON.stringify({ "h.weight": gradientOf(exact) }),
  };
  const hash = (file: string): string => createHash("sha256").update(files[file]!).digest("hex");
  const problem = {
    ...{ setting: "gradient", inputDim: 2, samples: exact.X.length, width: weights.length, outputs: 1 },
    ...{ activation: activation.map(String), trained: ["hidden"], bias: bias === undefined ? "none" : "frozen" },
    ...{ domain: "free", loss: null, weightDecay: null },
    network: {
      file: "network.json",
      sha256: hash("network.json"),
      init: null,
      gradient: { file: "gradient.json", sha256: hash("gradient.json") },
      keys: {
        hiddenWeight: "h.weight",
        ...(bias === undefined ? {} : { hiddenBias: "h.bias" }),
        outputWeight: "o.weight",
      },
      unpenalised: [],
    },
  };
  return {
    document: instanceDocument({ ...GLOBAL, ...change, problem }),
    readFile: (path) => new TextEncoder().encode(files[path] ?? ""),
  };
}

/** Rechecks a certificate about files in memory. */
export function recheckExact(exact: Exact, change: ExactChange): RecheckResult {
  const { document, readFile } = exactInstance(exact, change);
  return recheckCertificate(JSON.stringify(document), { readFile });
}

const GLOBAL = { verdict: "globally-identifiable", upTo: ["permutation"], rho: 2 ** -50 };

export const NODES: readonly (readonly number[])[] = [
  [1, 0],
  [0, 1],
  [1, 1],
  [1, -1],
  [2, 1],
  [-1, 2],
  [2, -3],
  [-2, -1],
];

/** A `data-fits` step. */
export const dataStep = (id: string, points: readonly (readonly number[])[], g: readonly number[]): object => ({
  id,
  kind: "data-fits",
  uses: [],
  X: dyadicRows(points.flat(), 2),
  multipliers: dyadicRows(g, 1),
});
export const span: object = { id: "span", kind: "instance-span", uses: [], rows: [0, 1], columns: [0, 1] };
export const kernel: object = { id: "kernel", kind: "instance-kernel", uses: ["span"] };

/** Two samples that the kernel criterion makes unique. */
export const cubic: Exact = {
  ...{ activation: [0, 1, 1, 1], weights: NODES, output: [1, 2, -1, 1, 1, -2, 1, 3], g: [1, -2] },
  X: [
    [1, 2],
    [3, -1],
  ],
};
