import { z } from "zod";
import { FileError } from "../errors.ts";
import { type CheckAnswer, checkAnswerSchema } from "./check-answer.ts";
import { type RecoverAnswer, recoverAnswerSchema } from "./recover-answer.ts";
import { type SweepAnswer, sweepAnswerSchema } from "./sweep-answer.ts";
import { type VerifyAnswer, verifyAnswerSchema } from "./verify-answer.ts";

/** Any JSON document that a report can be made of, told apart by `schema`. */
export type Answer = CheckAnswer | RecoverAnswer | VerifyAnswer | SweepAnswer;

/** The schema of each document, by the name that stands in its field `schema`. */
export const ANSWER_SCHEMAS: {
  readonly "kktid.check/1": z.ZodType<CheckAnswer>;
  readonly "kktid.recover/1": z.ZodType<RecoverAnswer>;
  readonly "kktid.verify/1": z.ZodType<VerifyAnswer>;
  readonly "kktid.sweep/1": z.ZodType<SweepAnswer>;
} = {
  "kktid.check/1": checkAnswerSchema,
  "kktid.recover/1": recoverAnswerSchema,
  "kktid.verify/1": verifyAnswerSchema,
  "kktid.sweep/1": sweepAnswerSchema,
};

type AnswerName = keyof typeof ANSWER_SCHEMAS;

const NAMES = Object.keys(ANSWER_SCHEMAS) as AnswerName[];
const EXPECTED = "a JSON answer of kktid check, recover, verify or sweep, as --json writes it";
/** Faults of one document that a message lists. */
const MOST_FAULTS = 3;

/**
 * Reads a saved answer.
 *
 * @param fileName - for messages
 * @throws {@link FileError} if the text is no complete JSON, its schema is unknown or newer, or a field is missing or of
 * a wrong type; the message names the field
 */
export function parseAnswer(text: string, fileName: string): Answer {
  const document = parseJson(text, fileName);
  const name = schemaOf(document, fileName);
  const read = ANSWER_SCHEMAS[name].safeParse(document);
  if (read.success) return read.data;
  const faults = read.error.issues.map(({ path, message }) => `${fieldPath(path)}: ${lowerFirst(message)}`);
  const rest = faults.length > MOST_FAULTS ? `; ${faults.length - MOST_FAULTS} more` : "";
  throw new FileError(
    fileName,
    `not a valid ${name} document: ${faults.slice(0, MOST_FAULTS).join("; ")}${rest}`,
    "run the command again with --json and leave its output as it is",
  );
}

function parseJson(text: string, fileName: string): unknown {
  if (text.trim() === "") throw new FileError(fileName, "the file is empty", `expected ${EXPECTED}`);
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const notFinite = /[:[,]\s*(-?(?:NaN|Infinity))\b/.exec(text);
    if (notFinite !== null) {
      throw new FileError(fileName, `${notFinite[1]} is no number in JSON`, `expected ${EXPECTED}`, error);
    }
    const cutShort = !/[}\]]\s*$/.test(text);
    throw new FileError(
      fileName,
      cutShort ? "the JSON ends too early; was the file cut short?" : `no JSON: ${(error as Error).message}`,
      `expected ${EXPECTED}`,
      error,
    );
  }
}

function schemaOf(document: unknown, fileName: string): AnswerName {
  const stated = z.looseObject({ schema: z.string() }).safeParse(document);
  if (!stated.success) throw new FileError(fileName, "schema: the field is missing", `expected ${EXPECTED}`);
  const { schema } = stated.data;
  const name = NAMES.find((known) => known === schema);
  if (name !== undefined) return name;
  const [, kind, version] = /^(kktid\.[a-z]+)\/(\d+)$/.exec(schema) ?? [];
  const known = NAMES.find((other) => other.split("/")[0] === kind);
  if (known !== undefined) {
    const newer = Number(version) > Number(known.split("/")[1]);
    throw new FileError(
      fileName,
      `schema: ${schema} is ${newer ? "newer" : "older"} than ${known}, which this version reads`,
      newer ? "update kktid, or run the command again with this version" : "run the command again with this version",
    );
  }
  throw new FileError(fileName, `schema: "${schema}" is none of ${NAMES.join(", ")}`, `expected ${EXPECTED}`);
}

/** `samples[2].x`, counted from 0 as in JSON. */
function fieldPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "the document";
  return path.map((key, k) => (typeof key === "number" ? `[${key}]` : `${k === 0 ? "" : "."}${String(key)}`)).join("");
}

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}
