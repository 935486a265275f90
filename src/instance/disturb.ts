import type { KktSystem } from "../equations/system.ts";
import { maxAbs } from "../linalg/dense.ts";
import { createRandom } from "../random.ts";

/** The system with nodes and known side moved at random by up to `entryError` of the largest entry of their tensor. */
export function disturb(system: KktSystem, entryError: number): KktSystem {
  const random = createRandom(1, 23);
  const noise = (size: number): number => size * entryError * (2 * random.uniform() - 1);
  const move = (values: Float64Array): Float64Array => {
    const size = maxAbs(values);
    return values.map((value) => value + noise(size));
  };
  return {
    ...system,
    weights: move(system.weights),
    bias: system.shape.bias === "none" ? system.bias : move(system.bias),
    output: move(system.output),
    targets: system.targets.map((value, r) => value + noise(1 / system.rowScale[r]!)),
  };
}
