import { Command } from "commander";
import { addHelpPage, GROUPS } from "./help.ts";
import type { ExitCode, Io } from "./io.ts";
import type { RecheckCommandOptions } from "./recheck.ts";

/** The command `recheck`; its work is loaded when it runs. */
export function recheckCommand(io: Io, finish: (code: ExitCode) => void): Command {
  const command = new Command("recheck")
    .summary("verify a certificate with code that shares nothing with what made it")
    .description(
      "Verify a certificate with code that shares nothing with what made it.\n\n" +
        "Every matrix is rebuilt from the problem and the network file; the certificate only says which rows, " +
        "columns and primes to look at. The certificate names the network file relative to itself; its bytes " +
        "must be the same.",
    )
    .argument("<file>", "a certificate, or the JSON answer of check or recover")
    .optionsGroup(GROUPS.answer)
    .option("--json", "one JSON document on stdout, nothing else")
    .optionsGroup(GROUPS.general)
    .option("--debug", "print the stack trace of an error")
    .action(async (file: string, options: RecheckCommandOptions) => {
      const { runRecheck } = await import("./recheck.ts");
      finish(runRecheck(file, options, io));
    });
  return addHelpPage(command, {
    exitStatus: [
      [0, "accepted"],
      [1, "rejected"],
      [2, "unreadable"],
    ],
    examples: ["kktid check -a 'z + z^2 + z^3' -d 4 -n 4 -m 40 --certificate proof.json", "kktid recheck proof.json"],
    seeAlso: ["kktid check", "kktid recover", "docs/certificates.md"],
  });
}
