import { momentDegrees } from "../../equations/shape.ts";
import type { Analysis } from "../analysis.ts";
import type { Condition, Gauge } from "../result.ts";

const MEANINGS: Readonly<Record<Gauge, string>> = {
  permutation: "the order of the samples",
  sign: "the sign of a sample",
  scale: "the scale of a sample against its multiplier",
};

/** The symmetries that no equation breaks; every verdict is up to them. */
export function gauge({ shape, samples, gauge: group }: Analysis): Condition {
  const unseen = group.symmetries.map((symmetry) => MEANINGS[symmetry]);
  return {
    id: "gauge",
    status: "holds",
    basis: "theorem",
    statement: `No equation sees ${unseen.join(", nor ")}.`,
    reference: "proofs/gauge.md",
    numbers: { degreesSeen: momentDegrees(shape), gaugeDimension: group.directionsPerSample * samples },
  };
}
