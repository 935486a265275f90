import { z } from "zod";
import { TRAINED_LAYERS } from "../equations/shape.ts";
import type { AxisValue, Parameter } from "./grid.ts";

/** Values of one axis; a range of more is a slip of the pen. */
const MOST_VALUES = 1000;
const LARGEST_COUNT = 1e9;
const COUNTS: ReadonlySet<Parameter> = new Set<Parameter>(["samples", "width", "inputDim", "outputs"]);

/** A positive integer of the grid file. */
export const countSchema: z.ZodType<number> = z.int().min(1).max(LARGEST_COUNT);

/** A polynomial as text, or a set of positive degrees. */
export const activationSchema: z.ZodType<string | readonly number[]> = z.union(
  [z.string(), z.array(z.int().min(1).max(12)).min(1)],
  { error: "expected a polynomial such as z + z^2, or its degrees such as [1, 2], from 1 to 12" },
);

/** Layers that give equations. */
export const layersSchema: z.ZodType<(typeof TRAINED_LAYERS)[number][]> = z.array(z.enum(TRAINED_LAYERS)).min(1);

/** ρ; at a tenth of the largest weight nothing is left to say. */
export const precisionSchema: z.ZodType<number> = z.number().positive().max(0.1);

/** Whether a hidden bias exists, and gives equations. */
export const biasSchema: z.ZodType<"none" | "frozen" | "trained"> = z.enum(["none", "frozen", "trained"]);

const VALUE_SCHEMAS: Readonly<Record<Parameter, z.ZodType<AxisValue>>> = {
  samples: countSchema,
  width: countSchema,
  inputDim: countSchema,
  outputs: countSchema,
  activation: activationSchema,
  bias: biasSchema,
  trained: layersSchema,
  weightPrecision: precisionSchema,
};

const stepsSchema = z.strictObject({ from: countSchema, to: countSchema, step: countSchema.optional() });

/** The values of an axis, or what is wrong with them, each with the place below `values`. */
export type AxisReading =
  | { readonly values: readonly AxisValue[] }
  | { readonly problems: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] };

/** Reads a list of values, or for counts a range: `1..20`, or from, to and step. */
export function readAxisValues(parameter: Parameter, content: unknown): AxisReading {
  if (Array.isArray(content)) return readList(parameter, content);
  if (COUNTS.has(parameter)) return readRange(content);
  return problem(`expected a list of values of ${parameter}, such as [${exampleOf(parameter)}]`);
}

const problem = (message: string, path: readonly PropertyKey[] = []): AxisReading => ({
  problems: [{ path, message }],
});

function exampleOf(parameter: Parameter): string {
  switch (parameter) {
    case "activation":
      return "[1, 2, 3], z + z^2";
    case "bias":
      return "none, frozen, trained";
    case "trained":
      return "[hidden], [hidden, output]";
    case "weightPrecision":
      return "1.0e-16, 1.0e-10";
    default:
      return "1, 2, 3";
  }
}

function readList(parameter: Parameter, content: readonly unknown[]): AxisReading {
  if (content.length === 0) return problem("expected at least one value");
  if (content.length > MOST_VALUES) return problem(`expected at most ${MOST_VALUES} values, got ${content.length}`);
  const result = z.array(VALUE_SCHEMAS[parameter]).safeParse(content);
  if (!result.success) return { problems: result.error.issues };
  const values = result.data;
  const texts = values.map((value) => JSON.stringify(value));
  const repeated = texts.findIndex((text, k) => texts.indexOf(text) < k);
  if (repeated >= 0) return problem(`${texts[repeated]} is there twice; leave one out`, [repeated]);
  const falling = values.findIndex((value, k) => k > 0 && typeof value === "number" && value < Number(values[k - 1]));
  if (falling > 0) return problem(`${texts[falling]} comes after ${texts[falling - 1]}; sort the numbers`, [falling]);
  return { values };
}

function readRange(content: unknown): AxisReading {
  const range = typeof content === "string" ? /^(\d+)\.\.(\d+)$/.exec(content.trim()) : null;
  const steps = range === null ? content : { from: Number(range[1]), to: Number(range[2]) };
  if (typeof steps !== "object" || steps === null) {
    return problem("expected a list such as [1, 2, 4], a range such as 1..20, or from, to and step");
  }
  const result = stepsSchema.safeParse(steps);
  if (!result.success) return { problems: result.error.issues };
  const { from, to, step = 1 } = result.data;
  if (from > to) return problem(`expected a range from small to large, got ${from} to ${to}`);
  const length = Math.floor((to - from) / step) + 1;
  if (length > MOST_VALUES) return problem(`expected at most ${MOST_VALUES} values, got ${length}; raise step`);
  return { values: Array.from({ length }, (_, k) => from + k * step) };
}
