import { type CheckAnswer, check, expand, type RecoverAnswer, recover } from "../../src/index.ts";

// Never run: the types of the library, as a caller meets them.

const shape = { activation: "z + z^2 + z^3", inputDim: 4, samples: 4, width: 40 };
const network = { name: "network.npz", bytes: new Uint8Array() };
const question = { network, activation: "z + z^2 + z^3" };

export const shapeAnswer: CheckAnswer = check(shape);
export const verdict: "globally-identifiable" | "locally-identifiable" | "nonidentifiable" | "inconclusive" = check({
  ...shape,
  trained: ["hidden", "output"],
  loss: "logistic",
  weightDecay: "1/100",
}).verdict;
export const networkAnswer: CheckAnswer = check({ ...question, samples: 4, data: { X: [[1, 2]] } });
export const arrays: CheckAnswer = check({
  network: { hiddenWeight: [Float32Array.of(1, 2)], outputWeight: [1] },
  activation: "z^2",
  samples: 1,
});

export const recovery: RecoverAnswer = recover({ ...question, samples: "auto", domain: { low: 0, high: 1 } });
export const bound: number | null = recover({ ...question, samples: [3, 8] }).samples[0]!.errorBound;
export const latex: string = expand({ activation: "z^2", inputDim: 2 }).format("latex");

// @ts-expect-error a width is a number
check({ ...shape, width: "40" });
// @ts-expect-error a layer that does not exist
check({ ...shape, trained: ["hiden"] });
// @ts-expect-error a network needs the number of samples
check({ ...question });
// @ts-expect-error a box is for networks
check({ ...shape, domain: { low: 0, high: 1 } });
// @ts-expect-error a range has two ends
recover({ ...question, samples: [3, 4, 5] });
// @ts-expect-error bytes need a name
recover({ network: new Uint8Array(), activation: "z^2", samples: 1 });
// @ts-expect-error a format that does not exist
expand({ activation: "z^2" }).format("pdf");
// @ts-expect-error answers are read only
shapeAnswer.verdict = "inconclusive";
// @ts-expect-error a bound may be missing
export const sure: number = recovery.samples[0]!.errorBound;
