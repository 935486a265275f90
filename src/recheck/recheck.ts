import { createHash } from "node:crypto";
import { readClaim, requireClaim, requireSameProblem, requireSurrounding } from "./claim.ts";
import {
  compactJson,
  Fields,
  type JsonObject,
  type JsonValue,
  listOf,
  parseStrictJson,
  type Read,
  Rejection,
  reject,
  require,
} from "./json.ts";
import { openNetwork } from "./network-system.ts";
import { PROBLEM_KEYS, type Problem, readProblem } from "./problem.ts";
import { requireRecovered } from "./recovered.ts";
import { type Claim, type Fact, Step } from "./steps.ts";
import { INSTANCE_STEPS } from "./steps-instance.ts";
import { SHAPE_STEPS } from "./steps-shape.ts";

/**
 * The answer of {@link recheckCertificate}: what each step proves, or the step that fails, null where the document as a whole
 * is at fault.
 */
export type RecheckResult =
  | {
      readonly accepted: true;
      readonly claim: Claim;
      readonly steps: readonly Readonly<Record<"id" | "kind" | "sentence", string>>[];
    }
  | { readonly accepted: false; readonly step: string | null; readonly reason: string };

const CERTIFICATE = "kktid.certificate/1";
const MOST_STEPS = 64;

/**
 * Checks a certificate of docs/certificates.md, or the JSON answer of `kktid check` or `recover` that contains one, from the problem
 * and the files it names alone. What is accepted is proved; there is no error probability.
 *
 * @param readFile - reads a file that the certificate names, by its path relative to the certificate
 * @throws {@link NotJsonError} if the text is not JSON
 * @throws {@link FileError}, {@link TensorError} if a file that the certificate names cannot be read
 */
export function recheckCertificate(
  text: string,
  { readFile }: { readonly readFile: (path: string) => Uint8Array },
): RecheckResult {
  let current: string | null = null;
  try {
    const document = parseStrictJson(text);
    require(document instanceof Map, "expected a certificate");
    const answer = ["kktid.check/1", "kktid.recover/1"].find((schema) => document.get("schema") === schema);
    const certificate = answer !== undefined ? document.get("certificate") : document;
    require(certificate instanceof Map, "the answer contains no certificate");
    const fields = new Fields(certificate, ["schema", "problem", "claim", "inputHash", "steps"], "the certificate");
    const problem = readHeader(fields);
    const claim = readClaim(fields.get("claim"));
    const { network: reference } = problem;
    const network = reference === null ? null : openNetwork(problem, reference, claim.rho, readFile);
    const facts = new Map<string, Fact>();
    const steps = fields.read("steps", listOf(stepObject)).map((object) => {
      require(facts.size < MOST_STEPS, `more than ${MOST_STEPS} steps`);
      const { id, kind } = readHead(object);
      require(!facts.has(id), `id: there are two steps ${id}`);
      current = id;
      // A shape has no instance steps, and a network no generic ones.
      const check = (network === null ? SHAPE_STEPS : INSTANCE_STEPS).get(kind);
      const step = new Step({ problem, claim, network }, object, readUses(object.get("uses"), facts));
      const [fact, sentence] = check?.(step) ?? reject(`unknown kind "${kind}"`);
      facts.set(id, fact);
      return { id, kind, sentence };
    });
    current = null;
    requireClaim(claim, problem, [...facts.values()]);
    if (answer === "kktid.check/1") requireSurrounding(document, certificate, claim, problem);
    if (answer === "kktid.recover/1") {
      requireSameProblem(document, certificate, claim, problem);
      requireRecovered(text, document, claim, [...facts.values()]);
    }
    return { accepted: true, claim, steps };
  } catch (error) {
    if (error instanceof Rejection) return { accepted: false, step: current, reason: error.message };
    throw error;
  }
}

function readHeader(fields: Fields): Problem {
  require(fields.get("schema") === CERTIFICATE, `the schema is not ${CERTIFICATE}`);
  const problem = readProblem(fields.get("problem"));
  const stated = fields.get("problem") as JsonObject;
  const canonical = compactJson(new Map(PROBLEM_KEYS.map((key) => [key, stated.get(key)!])));
  const digest = createHash("sha256").update(canonical).digest("hex");
  require(fields.get("inputHash") === `sha256:${digest}`, "inputHash is not the hash of the problem");
  return problem;
}

const stepObject: Read<JsonObject> = (value, where) =>
  value instanceof Map ? value : reject(`${where}: expected an object`);

/** The id and the kind of a step; its other keys depend on the kind. */
function readHead(step: JsonObject): { readonly id: string; readonly kind: string } {
  const [id, kind] = [step.get("id"), step.get("kind")];
  require(typeof id === "string" && /^[a-z][a-z0-9-]{0,31}$/.test(id), "id: expected a short name");
  require(typeof kind === "string", "kind: expected a string");
  return { id, kind };
}

/** The facts of the earlier steps that a step names, in its order. */
function readUses(ids: JsonValue | undefined, facts: ReadonlyMap<string, Fact>): Fact[] {
  require(Array.isArray(ids), "uses: expected a list");
  require(new Set(ids).size === ids.length, "uses: a step is named twice");
  return ids.map((id) => facts.get(id as string) ?? reject(`uses: there is no earlier step ${id}`));
}
