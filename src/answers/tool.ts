import { z } from "zod";
import type { Basis, Verdict } from "../identifiability/result.ts";

/** Which program gave the answer. */
export interface Tool {
  readonly name: "kktid";
  readonly version: string;
}

export const toolSchema: z.ZodType<Tool> = z.looseObject({ name: z.literal("kktid"), version: z.string() });

export const verdictSchema: z.ZodType<Verdict> = z.enum([
  "globally-identifiable",
  "locally-identifiable",
  "nonidentifiable",
  "inconclusive",
]);

export const basisSchema: z.ZodType<Basis> = z.enum(["theorem", "certificate", "probable", "numerical"]);
