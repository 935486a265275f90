import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Answer, parseAnswer } from "../../src/answers/parse-answer.ts";
import type { ReportDocument } from "../../src/document/tree.ts";
import { paperOf } from "../../src/paper/paper.ts";
import { reportInput } from "../../src/paper/report-input.ts";
import { kktid } from "../support/command-line.ts";
import { EXAMPLES } from "../support/example-networks.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const made = new Map<string, Promise<string>>();

/** The JSON text that a command line prints; a name such as `iris-cubic/network.npz` is a file of examples/networks. */
export function answerText(...argv: readonly string[]): Promise<string> {
  const words = argv.map((word) => (/^[a-z0-9-]+\/[a-z-]+\.npz$/.test(word) ? `${EXAMPLES}${word}` : word));
  const key = words.join(" ");
  const known = made.get(key) ?? kktid([...words, "--json"]).then(({ stdout }) => stdout);
  made.set(key, known);
  return known;
}

export async function answerOf(...argv: readonly string[]): Promise<Answer> {
  return parseAnswer(await answerText(...argv), "answer.json");
}

/** A page of proofs/ as it is stored. */
export function proofPage(path: string): string | null {
  return existsSync(`${ROOT}${path}`) ? readFileSync(`${ROOT}${path}`, "utf8") : null;
}

export function documentOf(...answers: readonly Answer[]): ReportDocument {
  return paperOf(reportInput(answers), { proofPage });
}

const cubic = ["-a", "z + z^2 + z^3"] as const;
const hidden = ["iris-hidden-layer/network.npz", ...cubic] as const;
const both = ["iris-both-layers/network.npz", ...cubic, "-n", "4", "--trained", "hidden,output"] as const;
const wine = [
  "wine-gradient/network.npz",
  ...cubic,
  "-n",
  "6",
  "--setting",
  "gradient",
  "--gradient",
  "wine-gradient/gradient.npz",
] as const;

/** Reports about real networks and shapes: the command lines of their answers. */
export const REPORTS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "hidden layer": [
    ["check", ...hidden, "-n", "4"],
    ["recover", ...hidden, "-n", "4", "--truth", "iris-hidden-layer/training-data.npz"],
  ],
  "hidden layer, check alone": [["check", ...hidden, "-n", "4"]],
  "one sample too many": [
    ["check", ...hidden, "-n", "5"],
    ["recover", ...hidden, "-n", "5"],
  ],
  "one sample too few": [
    ["check", ...hidden, "-n", "3"],
    ["recover", ...hidden, "-n", "3"],
  ],
  "number of samples unknown": [["recover", ...hidden, "-n", "auto"]],
  "both layers": [
    ["check", ...both],
    ["recover", ...both],
  ],
  "three classes": [["recover", "iris-multiclass/network.npz", ...cubic, "-n", "6"]],
  quadratic: [["check", "iris-quadratic/network.npz", "-a", "z + z^2", "-n", "4"]],
  "one gradient": [
    ["check", ...wine],
    ["recover", ...wine, "--truth", "wine-gradient/training-data.npz"],
  ],
  "a shape": [["check", ...cubic, "-d", "4", "-n", "4", "-m", "40"]],
  "a shape, one neuron too few": [["check", ...cubic, "-d", "4", "-n", "4", "-m", "4"]],
  "a shape that is local": [["check", ...cubic, "-d", "4", "-n", "4", "-m", "5"]],
  "a monomial, counted": [["check", "-a", "z^3", "-d", "3", "-n", "3", "-m", "5", "--setting", "ntk", "--count"]],
  "a quadratic shape": [["check", "-a", "z + z^2", "-d", "3", "-n", "3", "-m", "6", "--setting", "ntk"]],
  "a bias and two outputs": [
    ["check", "-a", "z + z^3/3", "-d", "3", "-n", "3", "-m", "9", "--outputs", "2", "--trained", "hidden,bias"],
  ],
};
