import { z } from "zod";

/** A data set: n points of d coordinates and their multipliers, a number each, or C of them for C > 1 outputs. */
export interface DataSetAnswer {
  readonly X: readonly (readonly number[])[];
  readonly multipliers: readonly MultiplierAnswer[];
}

/** One number, or one for each of several outputs. */
export type MultiplierAnswer = number | readonly number[];

/** Field `witness`: two data sets that the weights cannot tell apart. */
export interface WitnessAnswer {
  readonly first: DataSetAnswer;
  readonly second: DataSetAnswer;
  readonly relativeResiduals: readonly number[];
  /** Frobenius distance after the best assignment and gauge, over the norm of the first points. */
  readonly distance: number;
  /** The least distance of a sample of the first to that of the second, relative to its norm. */
  readonly leastMove: number;
  /** Directions beyond the gauge that change no equation to first order; 0 for two isolated data sets. */
  readonly continuumDimension: number;
  readonly path: readonly (DataSetAnswer & { readonly relativeResidual: number })[] | null;
  /** The nodes of an example for a shape; absent for a network, whose nodes are in its file. */
  readonly nodes?: WitnessNodes | null;
  /** First and second as rational numbers such as "1/3", for an example of a shape where they are known. */
  readonly exact?: readonly ExactDataSetAnswer[] | null;
}

/** A data set in rational numbers. */
interface ExactDataSetAnswer {
  readonly X: readonly (readonly string[])[];
  readonly multipliers: readonly string[];
}

/** Weights at which the two data sets of a shape were built. */
export interface WitnessNodes {
  readonly hiddenWeight: readonly (readonly number[])[];
  readonly hiddenBias: readonly number[] | null;
  readonly outputWeight: readonly (readonly number[])[];
  /** Whether the nodes are a stationary point for both data sets. */
  readonly stationary: boolean;
}

const row = z.array(z.number());
const rows = z.array(row);

export const multiplierSchema: z.ZodType<MultiplierAnswer> = z.union([z.number(), row]);

const dataSetFields = { X: rows, multipliers: z.array(multiplierSchema) };

const dataSetSchema: z.ZodType<DataSetAnswer> = z.looseObject(dataSetFields);

export const witnessSchema: z.ZodType<WitnessAnswer> = z.looseObject({
  first: dataSetSchema,
  second: dataSetSchema,
  relativeResiduals: row,
  distance: z.number(),
  leastMove: z.number(),
  continuumDimension: z.int().nonnegative(),
  path: z.array(z.looseObject({ ...dataSetFields, relativeResidual: z.number() })).nullable(),
  nodes: z.exactOptional(
    z
      .looseObject({
        hiddenWeight: rows,
        hiddenBias: row.nullable(),
        outputWeight: rows,
        stationary: z.boolean(),
      })
      .nullable(),
  ),
  exact: z.exactOptional(
    z.array(z.looseObject({ X: z.array(z.array(z.string())), multipliers: z.array(z.string()) })).nullable(),
  ),
});
