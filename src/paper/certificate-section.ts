import type { CertificateFacts } from "../answers/certificate-facts.ts";
import type { Block, Section } from "../document/tree.ts";
import type { ProblemFacts } from "./facts.ts";
import { code, equals, inlines, paragraph, section, type Words } from "./inline.ts";
import { shellWord } from "./stamp.ts";

/** Section "Proofs": what the certificates prove, under which assumption, and how to check them. */
export function certificateSection(facts: ProblemFacts): Section | null {
  const { verdictCertificate, dataCertificate } = facts;
  const files = [
    ...(verdictCertificate === null ? [] : [facts.savedAs.check]),
    ...(dataCertificate === null ? [] : [facts.savedAs.recover]),
  ];
  if (files.length === 0) return null;
  return section("certificates", "Certificates", [
    verdictCertificate === null ? null : verdictParagraph(facts, verdictCertificate),
    dataCertificate === null ? null : dataParagraph(dataCertificate),
    paragraph(
      "A checker that shares no code with what made the certificates rebuilds every matrix and accepts or rejects them. It takes the JSON answers as they were saved:",
    ),
    { kind: "code", language: "console", text: files.map((file) => `$ kktid recheck ${shellWord(file)}`).join("\n") },
  ]);
}

function verdictParagraph({ check }: ProblemFacts, { steps, rho, assumes }: CertificateFacts): Block {
  return paragraph(
    `The verdict “${(check?.verdict ?? "").replaceAll("-", " ")}” is certified in ${steps.length} ${steps.length === 1 ? "step" : "steps"} (`,
    ...listOf(steps),
    "), ",
    rho === null
      ? `for almost every network and data set of the shape${assumes.includes("general-nodes") ? ", provided that the trained nodes are as good as general ones" : ""}.`
      : inlines(
          "for every system within ",
          equals("\\rho", "ρ", rho),
          " of the file, per tensor and in units of its largest entry.",
        ),
  );
}

function dataParagraph({ steps, rho }: CertificateFacts): Block {
  return paragraph(
    "The bounds of the recovered samples are certified by ",
    ...listOf(steps),
    ...(rho === null ? ["."] : [", for every system within ", equals("\\rho", "ρ", rho), " of the file."]),
    " That the trained network is one of these systems is assumed; it cannot be seen from the weights.",
  );
}

function listOf(steps: readonly string[]): Words[] {
  const kinds = [...new Set(steps)];
  return kinds.flatMap((kind, k): Words[] => (k === 0 ? [code(kind)] : [", ", code(kind)]));
}
