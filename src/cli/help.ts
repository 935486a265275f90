import { type Command, Option } from "commander";

/** Headings of options, in the order in which a help page has them. */
export const GROUPS = {
  question: "The question:",
  files: "Files that go with the network:",
  names: "Names of tensors, where they are not found:",
  known: "Known beside the weights:",
  search: "How it is computed:",
  answer: "The answer:",
  general: "General:",
} as const;

/** What a help page says below the options. */
export interface HelpPage {
  /** Exit status and what it means. */
  readonly exitStatus: readonly (readonly [status: number, meaning: string])[];
  /** Command lines; a line that ends in a backslash goes on in the next one. */
  readonly examples: readonly string[];
  /** Other commands, and pages of docs/. */
  readonly seeAlso: readonly string[];
}

const WIDTH = 80;

/** Ends the options with --help, and adds exit status, examples and further reading below them. */
export function addHelpPage(command: Command, { exitStatus, examples, seeAlso }: HelpPage): Command {
  command.addHelpOption(new Option("-h, --help", "print this page").helpGroup(GROUPS.general));
  return command.addHelpText(
    "after",
    [
      "",
      "Exit status:",
      ...exitStatus.flatMap(([status, meaning]) => fill(`${status}`.padStart(5), meaning)),
      "",
      "Examples:",
      ...examples.map((line) => `  ${line}`),
      "",
      ...fill("See also:", seeAlso.join(", ")),
    ].join("\n"),
  );
}

/** A text behind its head, broken into lines that are indented alike. */
function fill(head: string, text: string): string[] {
  const lines: string[] = [];
  let line = `${head} `;
  for (const word of text.split(" ")) {
    if (line.length + word.length > WIDTH) {
      lines.push(line.trimEnd());
      line = " ".repeat(head.length + 1);
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}
