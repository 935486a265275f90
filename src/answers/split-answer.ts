import { z } from "zod";

/** One sample split of a search; the fields are those of `SplitRecord` in src/splitting. */
export interface SplitAnswer {
  readonly id: number;
  /** The split that the sample came from; null for a sample of the start. */
  readonly parent: number | null;
  readonly sample: number;
  readonly samples: number;
  readonly share: number;
  readonly eigenvalue: number;
  readonly directionNorm: number;
  readonly epsilon: number;
  readonly predictedDecrease: number;
  readonly measuredDecrease: number;
  readonly objectiveAtSplit: number;
  readonly objectiveBefore: number;
  readonly objectiveAfter: number;
  readonly accepted: boolean;
  /** How the number of samples was brought back; null where the sample was meant to be added. */
  readonly contraction: { readonly kind: "merged" | "pruned"; readonly samples: readonly number[] } | null;
}

export const splitSchema: z.ZodType<SplitAnswer> = z.looseObject({
  id: z.int(),
  parent: z.int().nullable(),
  sample: z.int(),
  samples: z.int(),
  share: z.number(),
  eigenvalue: z.number(),
  directionNorm: z.number(),
  epsilon: z.number(),
  predictedDecrease: z.number(),
  measuredDecrease: z.number(),
  objectiveAtSplit: z.number(),
  objectiveBefore: z.number(),
  objectiveAfter: z.number(),
  accepted: z.boolean(),
  contraction: z.looseObject({ kind: z.enum(["merged", "pruned"]), samples: z.array(z.int()) }).nullable(),
});
