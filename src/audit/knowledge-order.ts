import { projectPoints } from "../equations/reduction.ts";
import { norm2 } from "../linalg/dense.ts";
import type { InstanceQuestion, NetworkEvidence } from "./network-evidence.ts";

/**
 * The unknowns with the blocks nearest to the known samples first, in the order of those; brought to the sign and the
 * scale of the known sample where the equations leave these free.
 */
export function knownFirst(
  unknowns: Float64Array,
  { knowledge, network, samples }: InstanceQuestion,
  { reduced, equations, gauge }: NetworkEvidence,
): Float64Array {
  const known = knowledge?.known ?? null;
  if (known === null) return unknowns;
  const { shape } = reduced.system;
  const { inputDim: d, outputs: C } = shape;
  const block = d + C;
  const degree = equations.system.shape.activation.degree;
  const targets = projectPoints(reduced, known.X, network.inputDim);
  const rules = { sign: gauge.symmetries.includes("sign"), scale: gauge.directionsPerSample > 0 };
  const free = new Map(
    Array.from({ length: samples }, (_, i) => [i, unknowns.slice(i * block, (i + 1) * block)] as const),
  );
  const ordered: Float64Array[] = [];
  for (let k = 0; k < Math.min(known.samples, samples); k++) {
    const target = targets.subarray(k * d, (k + 1) * d);
    const best = [...free]
      .flatMap(([index, own]) => {
        const moved = factorsTo(own.subarray(C), target, rules).map((factor) =>
          own.map((value, e) => value * (e < C ? factor ** -degree : factor)),
        );
        return moved.map((values) => ({ index, values, distance: distanceTo(values.subarray(C), target) }));
      })
      .reduce((least, other) => (other.distance < least.distance ? other : least));
    free.delete(best.index);
    ordered.push(best.values);
  }
  const result = new Float64Array(unknowns.length);
  for (const [i, values] of [...ordered, ...free.values()].entries()) result.set(values, i * block);
  return result;
}

function distanceTo(x: Float64Array, target: Float64Array): number {
  return norm2(x.map((value, e) => value - target[e]!));
}

/** Factors of x that the gauge allows, the one that brings x to the length of the target among them. */
function factorsTo(
  x: Float64Array,
  target: Float64Array,
  { sign, scale }: { readonly sign: boolean; readonly scale: boolean },
): number[] {
  const size = norm2(x);
  const stretch = scale && size > 0 ? norm2(target) / size : 1;
  return sign ? [stretch, -stretch] : [stretch];
}
