import { describe, expect, test } from "vitest";
import { hermiteMatrix } from "../../../src/equations/hermite.ts";
import { jacobianMatrix } from "../../../src/equations/jacobian.ts";
import type { RingMatrix } from "../../../src/equations/ring-tools.ts";
import type { EquationShape } from "../../../src/equations/shape.ts";
import type { FullRankEvidence } from "../../../src/identifiability/ranks/evidence.ts";
import { momentJacobian } from "../../../src/identifiability/ranks/moment-jacobian.ts";
import { primeRing } from "../../../src/identifiability/ranks/prime-ring.ts";
import { PrimeField } from "../../../src/modular/prime-field.ts";
import { check, type Question, shapeOf } from "../shapes.ts";

/** The matrix of the evidence, built anew at its point with the equations in their usual order. */
function rebuild(
  { matrix, inputDim, width, prime, point, samples }: FullRankEvidence,
  asked: EquationShape,
): RingMatrix<number> {
  const field = new PrimeField(prime);
  const shape = { ...asked, inputDim, width };
  const { weights = [], bias = [], output = [], points = [], multipliers = [] } = point;
  const nodes = { weights, bias, output };
  const data = { points, multipliers };
  if (matrix === "hermite") return hermiteMatrix(primeRing(field), shape, nodes);
  if (matrix === "jacobian") return jacobianMatrix(primeRing(field), shape, nodes, data);
  const transposed = momentJacobian(field, shape, data);
  const cols = samples * (inputDim + shape.outputs);
  const rows = transposed.length / cols;
  return {
    rows,
    cols,
    entries: Array.from({ length: rows * cols }, (_, k) => transposed[(k % cols) * rows + Math.floor(k / cols)]!),
  };
}

/** Determinant of a square integer matrix modulo a prime, by elimination over bigint. */
function determinant(entries: bigint[][], prime: bigint): bigint {
  const inverse = (a: bigint): bigint => power(a, prime - 2n, prime);
  let value = 1n;
  for (let k = 0; k < entries.length; k++) {
    const pivot = entries.findIndex((row, i) => i >= k && row[k] !== 0n);
    if (pivot < 0) return 0n;
    [entries[k], entries[pivot]] = [entries[pivot]!, entries[k]!];
    value = (value * entries[k]![k]! * (pivot === k ? 1n : prime - 1n)) % prime;
    const scale = inverse(entries[k]![k]!);
    for (let i = k + 1; i < entries.length; i++) {
      const factor = (entries[i]![k]! * scale) % prime;
      if (factor === 0n) continue;
      entries[i] = entries[i]!.map((entry, j) => (((entry - factor * entries[k]![j]!) % prime) + prime) % prime);
    }
  }
  return value;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let e = exponent, square = base; e > 0n; e >>= 1n, square = (square * square) % modulus) {
    if (e & 1n) result = (result * square) % modulus;
  }
  return result;
}

const QUESTIONS: readonly Question[] = [
  { activation: "z + z^2 + z^3", inputDim: 4, samples: 4, width: 40 },
  { activation: "z^3", inputDim: 3, samples: 3, width: 12 },
  { activation: "z + z^3", inputDim: 3, samples: 3, width: 12, trained: ["hidden", "output-bias"] },
  {
    activation: "1 + z + z^3",
    inputDim: 3,
    samples: 2,
    width: 12,
    trained: ["hidden", "output", "output-bias"],
    outputs: 2,
  },
  { activation: "z^2 + z^3", inputDim: 5, samples: 2, width: 12, trained: ["hidden", "bias", "output"] },
  { activation: "z + z^2/2 + z^3/3 + z^4/4", inputDim: 3, samples: 7, width: 30 },
];

describe.each(QUESTIONS)("evidence for $activation, d = $inputDim, n = $samples", (question) => {
  const { evidence } = check(question);
  test.each(evidence)("the $matrix minor in dimension $inputDim is nonzero in the rebuilt matrix", (entry) => {
    const { cols, entries } = rebuild(entry, shapeOf(question));
    const minor = entry.rows.map((row) => entry.columns.map((column) => BigInt(entries[row * cols + column]!)));
    expect(determinant(minor, BigInt(entry.prime))).not.toBe(0n);
    expect(entry.width).toBeLessThanOrEqual(question.width ?? 0);
  });
});
