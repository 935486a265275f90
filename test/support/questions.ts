import type { InstanceQuestion } from "../../src/audit/network-evidence.ts";
import { createRandom } from "../../src/random.ts";
import { type Instance, type InstanceShape, makeInstance } from "./instances.ts";

export const HALF_ULP: number = 2 ** -53;

/** A random gradient instance and the question about it, for another number of samples if given. */
export function askInstance(
  shape: InstanceShape,
  seed: number,
  { samples = shape.samples, seconds = 20 }: { readonly samples?: number; readonly seconds?: number } = {},
): { instance: Instance; question: InstanceQuestion } {
  const instance = makeInstance(shape, createRandom(seed, 23));
  const deadline = performance.now() + 1000 * seconds;
  const question: InstanceQuestion = {
    setting: "gradient",
    activation: instance.activation,
    network: instance.network,
    gradient: instance.gradient,
    trained: new Set(shape.layers),
    samples,
    seed,
    shouldStop: () => performance.now() > deadline,
    onProgress: () => undefined,
  };
  return { instance, question };
}
