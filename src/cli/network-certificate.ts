import { createHash } from "node:crypto";
import { dirname, relative, resolve } from "node:path";
import type { InstanceQuestion, NetworkEvidence } from "../audit/network-evidence.ts";
import type { CertifiedInstance } from "../certify/claim.ts";
import { instanceCertificate } from "../certify/document.ts";
import { TRAINED_LAYERS } from "../equations/shape.ts";
import type { ReadFile } from "./network-question.ts";

/** What was proved about a network, if anything. */
interface Certifiable {
  readonly certificate: CertifiedInstance | null;
  readonly evidence: Pick<NetworkEvidence, "equations">;
  readonly upTo: readonly string[];
}

/**
 * The certificate of a verdict about a network; its files are named relative to the certificate.
 *
 * @param path - where the certificate will be written; undefined = the working folder
 * @returns null where the verdict is not proved
 */
export function networkCertificate(
  decision: Certifiable,
  question: Pick<InstanceQuestion, "network" | "samples" | "unpenalised">,
  files: readonly ReadFile[],
  path: string | undefined,
): object | null {
  if (decision.certificate === null) return null;
  const folder = path === undefined ? process.cwd() : dirname(resolve(path));
  const certified = (role: ReadFile["role"]): { file: string; sha256: string } | null => {
    const found = files.find((file) => file.role === role);
    if (found === undefined) return null;
    const sha256 = createHash("sha256").update(found.bytes).digest("hex");
    return { file: relative(folder, resolve(found.path)).replaceAll("\\", "/"), sha256 };
  };
  const names = Object.entries(question.network.names).filter((entry): entry is [string, string] => entry[1] !== null);
  const unpenalised = TRAINED_LAYERS.filter((layer) => question.unpenalised?.has(layer) === true);
  return instanceCertificate({
    certified: decision.certificate,
    shape: decision.evidence.equations.system.shape,
    samples: question.samples,
    gauge: decision.upTo,
    network: {
      ...certified("network")!,
      init: certified("init"),
      gradient: certified("gradient"),
      keys: Object.fromEntries(names),
      unpenalised,
    },
    sha256: (text) => createHash("sha256").update(text).digest("hex"),
  });
}
