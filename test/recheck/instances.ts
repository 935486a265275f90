import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readTensorFile } from "../../src/network/read-tensors.ts";
import { type RecheckResult, recheckCertificate } from "../../src/recheck/recheck.ts";

const folder = fileURLToPath(new URL("../../examples/networks", import.meta.url));

function readExample(path: string): Uint8Array {
  return readFileSync(`${folder}/${path}`);
}

export function tensorOf(
  path: string,
  name: string,
): { readonly shape: readonly number[]; readonly data: Float64Array } {
  return readTensorFile(readExample(path), path).tensors.get(name)!;
}

/** A double as a certificate writes it. */
function dyadicText(value: number): string {
  if (value === 0) return "0*2^0";
  let [mantissa, exponent] = [value, 0];
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    exponent--;
  }
  while (mantissa % 2 === 0) {
    mantissa /= 2;
    exponent++;
  }
  return `${mantissa}*2^${exponent}`;
}

/** Rows of doubles as a certificate writes them. */
export function dyadicRows(values: ArrayLike<number>, width: number): string[][] {
  const texts = Array.from(values, dyadicText);
  return Array.from({ length: texts.length / width }, (_, i) => texts.slice(i * width, (i + 1) * width));
}

const fileHash = (path: string): string => createHash("sha256").update(readExample(path)).digest("hex");

/** What an instance certificate of a test consists of; the rest follows. */
export interface InstanceCase {
  readonly problem: object;
  readonly verdict: string;
  readonly upTo: readonly string[];
  readonly rho: number;
  readonly distance?: number;
  readonly steps: readonly object[];
}

export function instanceDocument({ problem, verdict, upTo, rho, distance, steps }: InstanceCase): object {
  return {
    schema: "kktid.certificate/1",
    problem,
    claim: {
      verdict,
      scope: "instance",
      field: "R",
      upTo,
      assumes: ["within-rho"],
      rho: dyadicText(rho),
      distance: distance === undefined ? null : dyadicText(distance),
    },
    inputHash: `sha256:${createHash("sha256").update(JSON.stringify(problem)).digest("hex")}`,
    steps,
  };
}

/** Rechecks a document whose files lie in the examples. */
export function recheckExample(document: object | string): RecheckResult {
  return recheckCertificate(typeof document === "string" ? document : JSON.stringify(document), {
    readFile: readExample,
  });
}

/** The problem of iris-hidden-layer or another kkt example with one output and only the hidden layer trained. */
export function hiddenLayerProblem(name: string, samples: number, activation: readonly string[]): object {
  const path = `${name}/network.npz`;
  const { shape } = tensorOf(path, "fc1.weight");
  return {
    setting: "kkt",
    inputDim: shape[1],
    samples,
    width: shape[0],
    outputs: 1,
    activation,
    trained: ["hidden"],
    bias: "none",
    domain: "free",
    loss: null,
    weightDecay: null,
    network: {
      file: path,
      sha256: fileHash(path),
      init: null,
      gradient: null,
      keys: { hiddenWeight: "fc1.weight", outputWeight: "fc2.weight" },
      unpenalised: [],
    },
  };
}

/** n rows of a matrix far from dependent: each the longest after the ones before it are projected out. */
export function independentRows(values: Float64Array, columns: number, count: number): number[] {
  const rows = Array.from({ length: values.length / columns }, (_, j) =>
    Array.from(values.subarray(j * columns, (j + 1) * columns)),
  );
  const chosen: number[] = [];
  for (let k = 0; k < count; k++) {
    const lengths = rows.map((row) => Math.hypot(...row));
    const best = lengths.indexOf(Math.max(...lengths));
    const direction = rows[best]!.map((value) => value / lengths[best]!);
    chosen.push(best);
    for (const row of rows) {
      const along = row.reduce((sum, value, e) => sum + value * direction[e]!, 0);
      for (const [e, value] of direction.entries()) row[e] = row[e]! - along * value;
    }
  }
  return chosen.sort((a, b) => a - b);
}
