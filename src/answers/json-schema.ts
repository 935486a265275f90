import { z } from "zod";
import { ANSWER_SCHEMAS } from "./parse-answer.ts";

/** The JSON Schema (2020-12) of every answer by the name in its field `schema`. */
export function jsonSchemas(): Readonly<Record<keyof typeof ANSWER_SCHEMAS, object>> {
  return {
    "kktid.check/1": jsonSchema("kktid.check/1", "check"),
    "kktid.recover/1": jsonSchema("kktid.recover/1", "recover"),
    "kktid.verify/1": jsonSchema("kktid.verify/1", "verify"),
    "kktid.sweep/1": jsonSchema("kktid.sweep/1", "sweep"),
  };
}

function jsonSchema(name: keyof typeof ANSWER_SCHEMAS, command: string): object {
  return {
    title: `${name}: the JSON answer of kktid ${command}`,
    ...z.toJSONSchema(ANSWER_SCHEMAS[name], { target: "draft-2020-12" }),
  };
}
