import { ToolError } from "../errors.ts";
import { NotJsonError } from "./json.ts";
import { type RecheckResult, recheckCertificate } from "./recheck.ts";

/** What a checker run reads and writes. */
export interface RunOptions {
  readonly file: string;
  readonly json: boolean;
  /** @throws {@link ToolError} if the file cannot be read */
  readonly readFile: (path: string) => Uint8Array;
  readonly writeOutput: (text: string) => unknown;
  readonly writeError: (text: string) => unknown;
}

/**
 * Checks one file and prints the answer: every step with the sentence it proves, or the step that fails and why.
 *
 * @returns the exit status: 0 accepted, 1 rejected, 2 a file is unreadable or not JSON
 */
export function runChecker({ file, json, readFile, writeOutput, writeError }: RunOptions): 0 | 1 | 2 {
  try {
    const text = decodeText(readFile(file));
    const result = recheckCertificate(text, { readFile: (path) => readNamed(file, path, readFile) });
    writeOutput(json ? `${JSON.stringify({ schema: "kktid.recheck/1", ...result })}\n` : describeResult(result));
    return result.accepted ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    writeError(`kktid recheck: ${error instanceof NotJsonError ? `${file}: ` : ""}${error.message}\n`);
    return 2;
  }
}

/** UTF-8 without replacement of broken sequences: what is hashed and compared must be what was written. */
function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new NotJsonError("is not UTF-8 text");
  }
}

/**
 * A file that a certificate names: seen from the certificate's folder, or else from the working folder, where an answer
 * that was printed names it. Its hash is checked in either case.
 */
function readNamed(certificate: string, path: string, readFile: RunOptions["readFile"]): Uint8Array {
  try {
    return readFile(besides(certificate, path));
  } catch (error) {
    if (besides(certificate, path) === path || !(error instanceof ToolError)) throw error;
    return readFile(path);
  }
}

/** A path that a certificate names, seen from the certificate's folder. */
function besides(certificate: string, path: string): string {
  if (/^([/\\]|[A-Za-z]:)/.test(path)) return path;
  return certificate.replace(/[^/\\]*$/, "") + path;
}

function describeResult(result: RecheckResult): string {
  if (!result.accepted) {
    const place = result.step === null ? "" : `step ${result.step}: `;
    return `rejected: ${place}${result.reason}\n`;
  }
  const { verdict, scope, upTo, assumes, rho } = result.claim;
  const lines = [
    `accepted: ${verdict} (${scope}), up to ${upTo.join(", ")}`,
    ...(assumes.length === 0 ? [] : [`assumes ${assumes.join(", ")}${rho === null ? "" : ` = ${rho}`}`]),
    ...result.steps.map(({ id, kind, sentence }) => `  ${id} ${kind}: ${sentence}`),
  ];
  return `${lines.join("\n")}\n`;
}
