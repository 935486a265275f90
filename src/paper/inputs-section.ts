import type { FileAnswer } from "../answers/input-answer.ts";
import type { Section } from "../document/tree.ts";
import type { ProblemFacts } from "./facts.ts";
import { bullets, code, paragraph, section } from "./inline.ts";

const ROLES: Readonly<Record<FileAnswer["role"], string>> = {
  network: "the network",
  init: "the weights before training",
  gradient: "the gradient",
  data: "the training data to compare with",
  known: "the samples that were known",
  scaler: "the scaler",
};

/** Section "Files": what the answers depend on, with hashes, and what was not done with it. */
export function inputsSection({ files, check }: ProblemFacts): Section | null {
  const notes = check?.notes ?? [];
  if (files.length === 0 && notes.length === 0) return null;
  return section("files", "Files", [
    files.length === 0
      ? null
      : bullets(files.map(({ role, name, sha256 }) => [`${ROLES[role]}: `, code(name), ", SHA-256 ", code(sha256)])),
    ...notes.map((note) => paragraph(note)),
  ]);
}
