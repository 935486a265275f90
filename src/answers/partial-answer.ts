import { z } from "zod";
import type { Basis } from "../identifiability/result.ts";
import { basisSchema } from "./tool.ts";

/** Field `partial` of check: what is determined to first order without the whole, and what moves. */
export interface PartialAnswer {
  readonly scope: "generic" | "instance";
  readonly assumesGeneralNodes: boolean;
  readonly basis: Basis;
  readonly errorProbability: number;
  readonly nullity: number;
  readonly gaugeDimension: number;
  readonly determined: readonly QuantityAnswer[];
  readonly free: readonly QuantityAnswer[];
  readonly undecided: readonly QuantityAnswer[];
  readonly directions: readonly DirectionAnswer[];
  readonly multiplierSigns: MultiplierSignsAnswer | null;
}

/** One quantity of the data; samples count from 1, and for a shape, whose samples are all alike, none are listed. */
export interface QuantityAnswer {
  /** Such as "point" or "inner-product". */
  readonly quantity: string;
  readonly samples: readonly number[];
  /** Degree of a moment. */
  readonly degree?: number;
  readonly basis: Basis;
  readonly movedByGauge: boolean;
  readonly sentence: string;
}

/** Directions along which the data move without changing an equation. */
export interface DirectionAnswer {
  /** Such as "mixing" or "joint". */
  readonly name: string;
  readonly samples: readonly number[];
  readonly samplesMoved: number;
  readonly dimension: number;
  readonly gauge: boolean;
  readonly sentence: string;
}

export interface MultiplierSignsAnswer {
  readonly positive: number | null;
  readonly negative: number | null;
  readonly sentence: string;
}

const samplesSchema = z.array(z.int().positive());

const quantitiesSchema: z.ZodType<readonly QuantityAnswer[]> = z.array(
  z.looseObject({
    quantity: z.string(),
    samples: samplesSchema,
    degree: z.exactOptional(z.int().nonnegative()),
    basis: basisSchema,
    movedByGauge: z.boolean(),
    sentence: z.string(),
  }),
);

export const partialSchema: z.ZodType<PartialAnswer> = z.looseObject({
  scope: z.enum(["generic", "instance"]),
  assumesGeneralNodes: z.boolean(),
  basis: basisSchema,
  errorProbability: z.number(),
  nullity: z.int().nonnegative(),
  gaugeDimension: z.int().nonnegative(),
  determined: quantitiesSchema,
  free: quantitiesSchema,
  undecided: quantitiesSchema,
  directions: z.array(
    z.looseObject({
      name: z.string(),
      samples: samplesSchema,
      samplesMoved: z.int(),
      dimension: z.int(),
      gauge: z.boolean(),
      sentence: z.string(),
    }),
  ),
  multiplierSigns: z
    .looseObject({ positive: z.int().nullable(), negative: z.int().nullable(), sentence: z.string() })
    .nullable(),
});
