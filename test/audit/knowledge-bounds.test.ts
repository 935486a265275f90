import fc from "fast-check";
import { expect, test } from "vitest";
import { type NetworkKnowledge, NOTHING_KNOWN } from "../../src/audit/knowledge.ts";
import { recoverNetwork } from "../../src/audit/recover-network.ts";
import { matchPoints } from "../../src/solve/match.ts";
import type { InstanceShape } from "../support/instances.ts";
import { askInstance } from "../support/questions.ts";

/** Gradients of ½(f − y)² with labels ±1; half of the shapes leave directions free without the knowledge. */
const shapes: fc.Arbitrary<InstanceShape> = fc.record({
  activation: fc.constantFrom("z + z^2 + z^3", "z + z^2", "z^2 + z^3", "z^3", "z + z^3"),
  inputDim: fc.integer({ min: 2, max: 7 }),
  samples: fc.integer({ min: 1, max: 4 }),
  width: fc.constantFrom(6, 12, 30),
  layers: fc.constantFrom(["hidden"] as const, ["hidden", "output"] as const, ["hidden", "bias", "output"] as const),
  norms: fc.constant("unit" as const),
});

const arms: fc.Arbitrary<NetworkKnowledge> = fc.constantFrom(
  { ...NOTHING_KNOWN, unitNorms: true },
  { ...NOTHING_KNOWN, loss: "mse" as const, labels: [-1, 1] },
  { ...NOTHING_KNOWN, unitNorms: true, loss: "mse" as const, labels: [-1, 1] },
);

const RUNS = Number(process.env.KKTID_KNOWLEDGE_RUNS ?? 40);

test("no sample recovered with side information is further from the truth than its bound", { timeout: 600_000 }, () => {
  let recovered = 0;
  let contradicted = 0;
  fc.assert(
    fc.property(shapes, arms, fc.integer({ min: 1, max: 1e6 }), (shape, knowledge, seed) => {
      const { instance, question } = askInstance(shape, seed, { seconds: 10 });
      const { truth } = instance;
      const recovery = recoverNetwork({ ...question, knowledge }, { maxStarts: 60, acceptError: 1e-2, truth: null });
      if (recovery.explanation.includes("this contradicts")) contradicted++;
      if (recovery.status !== "recovered") return;
      recovered++;
      const found = Float64Array.from(recovery.samples.flatMap(({ x }) => Array.from(x)));
      const sign = recovery.upTo.includes("sign");
      const { errors, assignment } = matchPoints(found, truth.X, truth.inputDim, { sign });
      assignment.forEach((j, i) => {
        expect(errors[i]!).toBeLessThanOrEqual(recovery.samples[j]!.errorBound!);
      });
    }),
    { numRuns: RUNS, seed: 2602 },
  );
  expect(recovered).toBeGreaterThan(RUNS / 4);
  // What is true contradicts nothing.
  expect(contradicted).toBe(0);
  if (RUNS > 100) console.log(`${recovered} of ${RUNS} recovered`);
});
