import { createHash } from "node:crypto";
import { type Claim, readClaim, requireClaim } from "./claim.ts";
import type { Fact } from "./facts.ts";
import { readList, readObject, readText } from "./fields.ts";
import { openNetwork } from "./network-system.ts";
import { canonicalProblem, type Problem, readProblem } from "./problem.ts";
import { Rejection, reject, require } from "./rejection.ts";
import { checkStep } from "./step-kinds.ts";
import { type JsonObject, type JsonValue, parseStrictJson } from "./strict-json.ts";
import { requireSurrounding } from "./surrounding.ts";

/** Reads a file that a certificate names, by its path relative to the certificate. */
export interface RecheckOptions {
  readonly readFile: (path: string) => Uint8Array;
}

/** A step that was checked, and what it proves. */
interface CheckedStep {
  readonly id: string;
  readonly kind: string;
  readonly sentence: string;
}

/** The answer of {@link recheckCertificate}; `step` is null where the document as a whole is at fault. */
export type RecheckResult =
  | { readonly accepted: true; readonly claim: Claim; readonly steps: readonly CheckedStep[] }
  | { readonly accepted: false; readonly step: string | null; readonly reason: string };

/**
 * Checks a certificate of docs/certificates.md, or the JSON answer of `kktid check` that contains one, from the problem
 * and the files it names alone. What is accepted is proved; there is no error probability.
 *
 * @throws {@link NotJsonError} if the text is not JSON
 * @throws {@link FileError}, {@link TensorError} if a file that the certificate names cannot be read
 */
export function recheckCertificate(text: string, options: RecheckOptions): RecheckResult {
  let current: string | null = null;
  try {
    const document = parseStrictJson(text);
    const certificate = certificateIn(document);
    const problem = readHeader(certificate);
    const claim = readClaim(certificate.get("claim"));
    const network =
      problem.network === null ? null : openNetwork(problem, problem.network, claim.rho, options.readFile);
    const facts = new Map<string, Fact>();
    const steps: CheckedStep[] = [];
    for (const fields of readSteps(certificate.get("steps"))) {
      const id = readText(fields.get("id"), "id");
      require(/^[a-z][a-z0-9-]{0,31}$/.test(id) && !facts.has(id), "id: expected a new short name");
      current = id;
      const used = readUses(fields.get("uses"), facts);
      const kind = readText(fields.get("kind"), "kind");
      const { fact, sentence } = checkStep(kind, { problem, network, claim, fields, used });
      facts.set(id, fact);
      steps.push({ id, kind, sentence });
    }
    current = null;
    requireClaim(claim, problem, [...facts.values()]);
    requireSurrounding(document, certificate, claim, problem);
    return { accepted: true, claim, steps };
  } catch (error) {
    if (error instanceof Rejection) return { accepted: false, step: current, reason: error.message };
    throw error;
  }
}

const CERTIFICATE = "kktid.certificate/1";
const CERTIFICATE_KEYS = ["schema", "problem", "claim", "inputHash", "steps"];

/** The document itself, or the `certificate` of an answer of `kktid check`. */
function certificateIn(document: JsonValue): JsonObject {
  require(document instanceof Map, "expected a certificate");
  const schema = document.get("schema");
  if (schema === "kktid.check/1") {
    const certificate = document.get("certificate");
    require(certificate !== undefined && certificate !== null, "the answer contains no certificate");
    return readObject(certificate, CERTIFICATE_KEYS, "certificate");
  }
  return readObject(document, CERTIFICATE_KEYS, "the certificate");
}

function readHeader(certificate: JsonObject): Problem {
  require(certificate.get("schema") === CERTIFICATE, `the schema is not ${CERTIFICATE}`);
  const problem = readProblem(certificate.get("problem"));
  const digest = createHash("sha256")
    .update(canonicalProblem(certificate.get("problem") as JsonObject))
    .digest("hex");
  require(certificate.get("inputHash") === `sha256:${digest}`, "inputHash is not the hash of the problem");
  return problem;
}

const MOST_STEPS = 64;

function readSteps(value: JsonValue | undefined): JsonObject[] {
  const steps = readList(value, "steps");
  require(steps.length <= MOST_STEPS, `more than ${MOST_STEPS} steps`);
  return steps.map((step) => (step instanceof Map ? step : reject("a step is no object")));
}

/** The facts of the earlier steps that a step names, in its order. */
function readUses(value: JsonValue | undefined, facts: ReadonlyMap<string, Fact>): Fact[] {
  const ids = readList(value, "uses").map((id) => readText(id, "uses"));
  require(new Set(ids).size === ids.length, "uses: a step is named twice");
  return ids.map((id) => facts.get(id) ?? reject(`uses: there is no earlier step ${id}`));
}
