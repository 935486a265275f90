import { z } from "zod";
import { type Tool, toolSchema } from "./tool.ts";

/** The document of `verify --json`, schema kktid.verify/1. */
export interface VerifyAnswer {
  readonly schema: "kktid.verify/1";
  readonly tool: Tool;
  readonly seed: number;
  readonly long: boolean;
  readonly claims: readonly VerifiedClaim[];
  readonly passed: boolean;
  readonly timings: { readonly totalSeconds: number };
}

/** A claim and the experiments that test it. */
export interface VerifiedClaim {
  readonly id: string;
  /** One sentence. */
  readonly statement: string;
  /** True for a claim of Shen, Wang, Qian & Lei (arXiv 2602.08723). */
  readonly ofSourcePaper: boolean;
  /** Page in proofs/. */
  readonly page: string;
  readonly rows: readonly VerifyRow[];
  readonly passed: boolean;
}

/** One experiment: a hypothesis, satisfied or just violated, over seeded trials. */
export interface VerifyRow {
  /** What is tried, such as "n = 6, d = 4: one sample too many". */
  readonly label: string;
  readonly hypothesis: "satisfied" | "violated";
  /** Whether the conclusion of the claim is expected to hold in this row. */
  readonly expected: "holds" | "fails";
  readonly arithmetic: "exact" | "floating";
  readonly trials: number;
  /** Trials that came out as expected. */
  readonly agreements: number;
  /** The least distance to the border of agreement over all trials, as described by `margin`; null where exact. */
  readonly worstMargin: number | null;
  /** What the margin is, such as "σ_min / tolerance"; null where exact. */
  readonly margin: string | null;
  readonly passed: boolean;
}

const rowSchema: z.ZodType<VerifyRow> = z.looseObject({
  label: z.string(),
  hypothesis: z.enum(["satisfied", "violated"]),
  expected: z.enum(["holds", "fails"]),
  arithmetic: z.enum(["exact", "floating"]),
  trials: z.int().nonnegative(),
  agreements: z.int().nonnegative(),
  worstMargin: z.number().nullable(),
  margin: z.string().nullable(),
  passed: z.boolean(),
});

export const verifyAnswerSchema: z.ZodType<VerifyAnswer> = z.looseObject({
  schema: z.literal("kktid.verify/1"),
  tool: toolSchema,
  seed: z.int().nonnegative(),
  long: z.boolean(),
  claims: z.array(
    z.looseObject({
      id: z.string(),
      statement: z.string(),
      ofSourcePaper: z.boolean(),
      page: z.string(),
      rows: z.array(rowSchema),
      passed: z.boolean(),
    }),
  ),
  passed: z.boolean(),
  timings: z.looseObject({ totalSeconds: z.number() }),
});
