import type { InstanceQuestion, NetworkEvidence } from "../audit/network-evidence.ts";
import type { CertifiedInstance } from "../certify/claim.ts";
import { instanceCertificate } from "../certify/document.ts";
import { TRAINED_LAYERS } from "../equations/shape.ts";
import type { InputFile } from "./network-question.ts";
import { sha256 } from "./tool.ts";

/** What was proved about a network, if anything. */
export interface Certifiable {
  readonly certificate: CertifiedInstance | null;
  readonly evidence: Pick<NetworkEvidence, "equations">;
  readonly upTo: readonly string[];
}

/**
 * The certificate of a verdict about a network; its files have the names that they were given with.
 *
 * @returns null where the verdict is not proved
 */
export function networkCertificate(
  decision: Certifiable,
  question: Pick<InstanceQuestion, "network" | "samples" | "unpenalised">,
  files: readonly InputFile[],
): object | null {
  if (decision.certificate === null) return null;
  const certified = (role: InputFile["role"]): { file: string; sha256: string } | null => {
    const found = files.find((file) => file.role === role);
    return found === undefined ? null : { file: found.name, sha256: sha256(found.bytes) };
  };
  const names = Object.entries(question.network.names).filter((entry): entry is [string, string] => entry[1] !== null);
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
      unpenalised: TRAINED_LAYERS.filter((layer) => question.unpenalised?.has(layer) === true),
    },
    sha256,
  });
}
