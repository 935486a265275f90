import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { jsonSchemas } from "../../src/answers/json-schema.ts";
import { type Answer, parseAnswer } from "../../src/answers/parse-answer.ts";
import { FileError } from "../../src/errors.ts";
import { answerText, REPORTS } from "../paper/answers.ts";

const commands = Object.values(REPORTS).flat();
const shape = ["check", "-a", "z + z^2 + z^3", "-d", "4", "-n", "4", "-m", "40"] as const;

/** The message and hint of the error that a text gives. */
function failure(text: string): { readonly message: string; readonly hint: string | undefined } {
  try {
    parseAnswer(text, "saved.json");
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { message: error.message, hint: error.hint };
  }
  throw new Error("accepted");
}

/** The answer for a shape with one field changed. */
async function changed(change: (answer: Record<string, unknown>) => void): Promise<string> {
  const answer = JSON.parse(await answerText(...shape)) as Record<string, unknown>;
  change(answer);
  return JSON.stringify(answer);
}

describe("parseAnswer", () => {
  test("reads every real answer, and changes nothing", async () => {
    for (const argv of commands) {
      const text = await answerText(...argv);
      expect(parseAnswer(text, "saved.json")).toEqual(JSON.parse(text));
    }
  }, 240_000);

  test("reads a document without the fields that later versions added", async () => {
    const text = await changed((answer) => delete answer.spectra);
    expect(parseAnswer(text, "saved.json").schema).toBe("kktid.check/1");
  });

  test("keeps fields that it does not know", async () => {
    const text = await changed((answer) => {
      answer.later = { more: [1] };
    });
    expect(parseAnswer(text, "saved.json") as Answer & { later: unknown }).toHaveProperty("later", { more: [1] });
  });

  test.each([
    ["", /^saved\.json: the file is empty$/],
    ['{"schema": "kktid.check/1", "seed": 1', /ends too early; was the file cut short/],
    ['{"schema": "kktid.check/1", "seed": NaN}', /NaN is no number in JSON/],
    ['{"schema": "kktid.check/1", "seed": -Infinity}', /-Infinity is no number in JSON/],
    ["{'schema': 1}", /no JSON: /],
    ["[1, 2]", /schema: the field is missing/],
    ["{}", /schema: the field is missing/],
    ['{"schema": 3}', /schema: the field is missing/],
    ['{"schema": "kktid.check/2"}', /schema: kktid\.check\/2 is newer than kktid\.check\/1/],
    ['{"schema": "kktid.recover/0"}', /schema: kktid\.recover\/0 is older than kktid\.recover\/1/],
    ['{"schema": "kktid.certificate/1"}', /"kktid\.certificate\/1" is none of kktid\.check\/1, /],
    ['{"schema": "kktid.check/1"}', /not a valid kktid\.check\/1 document: tool: /],
  ])("%s", (text, message) => {
    expect(failure(text).message).toMatch(message);
    expect(failure(text).hint).toMatch(/expected|run the command again|update kktid/);
  });

  test("names the field that is wrong", async () => {
    const wrongType = await changed((answer) => {
      (answer.problem as Record<string, unknown>).samples = "four";
    });
    expect(failure(wrongType).message).toMatch(/: problem\.samples: invalid input: expected number/);
    const wrongWord = await changed((answer) => {
      (answer.conditions as Record<string, unknown>[])[2]!.status = "maybe";
    });
    expect(failure(wrongWord).message).toMatch(/: conditions\[2\]\.status: /);
    const fraction = await changed((answer) => {
      (answer.counts as Record<string, unknown>).unknowns = 20.5;
    });
    expect(failure(fraction).message).toMatch(/: counts\.unknowns: /);
  });

  test("names the field that contradicts the others", async () => {
    const recovery = await answerText(...commands.find(([command]) => command === "recover")!);
    type Recovery = { status: string; relativeResidual: number; samples: { x: number[] }[] };
    const spoilt = (change: (answer: Recovery) => void): string => {
      const answer = JSON.parse(recovery) as Recovery;
      answer.status = "recovered";
      change(answer);
      return failure(JSON.stringify(answer)).message;
    };
    expect(spoilt((answer) => answer.samples[1]!.x.pop())).toMatch(/: samples\[1\]\.x: expected \d+ numbers, got \d+/);
    expect(
      spoilt((answer) => {
        answer.samples = [];
      }),
    ).toMatch(/: samples: expected \d+ samples with status recovered, got 0/);
    expect(
      spoilt((answer) => {
        answer.relativeResidual = -1e-9;
      }),
    ).toMatch(/: relativeResidual: /);
  });

  test("a document cut at any place is refused", async () => {
    const text = (await answerText(...shape)).trim();
    for (let length = 0; length < text.length; length += 97) failure(text.slice(0, length));
  });
});

describe("jsonSchemas", () => {
  test("real answers are valid by an independent validator, and a broken one is not", async () => {
    const ajv = new Ajv2020({ strict: false });
    const schemas = jsonSchemas();
    const check = ajv.compile(schemas["kktid.check/1"]);
    const recover = ajv.compile(schemas["kktid.recover/1"]);
    for (const argv of commands) {
      const validate = argv[0] === "check" ? check : recover;
      expect(validate(JSON.parse(await answerText(...argv))), JSON.stringify(validate.errors)).toBe(true);
    }
    expect(check(JSON.parse(await changed((answer) => delete answer.verdict)))).toBe(false);
    expect(recover(JSON.parse(await answerText(...shape)))).toBe(false);
  }, 240_000);

  test("there is one for each command, of the dialect 2020-12", () => {
    for (const [name, schema] of Object.entries(jsonSchemas())) {
      expect(schema).toMatchObject({ $schema: "https://json-schema.org/draft/2020-12/schema", type: "object" });
      expect(schema).toHaveProperty("properties.schema.const", name);
    }
  });
});
