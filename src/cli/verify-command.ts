import { Command } from "commander";
import { addHelpPage, GROUPS } from "./help.ts";
import type { ExitCode, Io } from "./io.ts";
import { addCommonOptions } from "./options.ts";
import type { VerifyCommandOptions } from "./verify.ts";

/** The command `verify`; its work is loaded when it runs. */
export function verifyCommand(io: Io, finish: (code: ExitCode) => void): Command {
  const command = new Command("verify")
    .summary("test every claim of proofs/ by seeded experiments, with the hypothesis satisfied and just violated")
    .description(
      "Test every claim of proofs/ by seeded experiments, with the hypothesis satisfied and just violated.\n\n" +
        "In exact arithmetic where that is possible. A neighbour that violates the hypothesis is a row of its own " +
        "and must come out as the claim says. Every row is also run with its conclusion broken on purpose: a row " +
        "that does not notice fails. Claims marked * are those of Shen, Wang, Qian & Lei (arXiv 2602.08723).",
    )
    .argument("[claims...]", "claims to test; all of them if none is named")
    .optionsGroup(GROUPS.question)
    .option("--long", "more trials and the larger sizes")
    .option("--list", "list the claims and run nothing")
    .optionsGroup(GROUPS.answer)
    .option("--rows", "print every row, as is done where claims are named")
    .option("--out <file>", "write the JSON document, for kktid report");
  addCommonOptions(command, 600);
  return addHelpPage(command, {
    exitStatus: [
      [0, "every claim agrees"],
      [1, "a claim does not, or the time was up before all rows were tried"],
      [2, "bad usage, such as a claim that does not exist"],
      [130, "interrupted; what was tried so far is printed"],
    ],
    examples: [
      "kktid verify",
      "kktid verify interpolation gauge",
      "kktid verify sample-splitting --long --seed 7",
      "kktid verify --out verify.json && kktid report verify.json --format html \\",
      "  --out verify.html",
    ],
    seeAlso: ["kktid report", "kktid sweep", "the pages in proofs/"],
  }).action(async (claims: readonly string[], options: VerifyCommandOptions) => {
    const { runVerify } = await import("./verify.ts");
    finish(runVerify(claims, options, io));
  });
}
