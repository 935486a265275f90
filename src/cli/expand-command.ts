import { Command, Option } from "commander";
import { EXPAND_FORMATS } from "../report/expand-format.ts";
import type { ExpandOptions } from "./expand.ts";
import { addHelpPage, GROUPS } from "./help.ts";
import type { ExitCode, Io } from "./io.ts";
import { addCommonOptions, layerList, positiveInteger } from "./options.ts";

/** The command `expand`; its work is loaded when it runs. */
export function expandCommand(io: Io, finish: (code: ExitCode) => void): Command {
  const command = new Command("expand")
    .summary("write the moment-tensor equations of a shape, in tensor notation or in coordinates")
    .description(
      "Write the equations of a shape in the moment tensors of its data.\n\n" +
        "Without -d: in tensor notation, for every input dimension. With -d: in coordinates as well, and as a " +
        "program for Macaulay2 or Sage that solves a random instance.",
    )
    .optionsGroup(GROUPS.question)
    .option("-a, --activation <polynomial>", 'activation, such as "z + z^2/2 + z^3/4"')
    .option("-d, --input-dim <d>", "write the equations in coordinates for this input dimension", positiveInteger)
    .option("-n, --samples <n>", "samples to count for; samples of a program", positiveInteger)
    .option("-m, --width <m>", "neurons to count for; neurons of a program", positiveInteger)
    .option("--outputs <C>", "outputs of the network", positiveInteger)
    .option("--trained <layers>", "layers that give equations: hidden,bias,output,output-bias", layerList)
    .option("--frozen-bias", "the network has a hidden bias that was not trained")
    .addOption(new Option("--setting <setting>", "where the equations come from").choices(["kkt", "ntk", "gradient"]))
    .optionsGroup(GROUPS.answer)
    .addOption(new Option("--format <format>", "what is written; text by default").choices(EXPAND_FORMATS));
  addCommonOptions(command, 60).action(async (options: ExpandOptions) => {
    const { runExpand } = await import("./expand.ts");
    finish(runExpand(options, io));
  });
  return addHelpPage(command, {
    exitStatus: [
      [0, "written"],
      [2, "bad usage, or too many terms to write"],
    ],
    examples: [
      "kktid expand -a 'z + z^2 + z^3'",
      "kktid expand -a 'z^2 - z^3' -d 2 --trained hidden,bias,output --format latex",
      "kktid expand -a 'z + z^2 + z^3' -d 2 -n 2 -m 5 --format macaulay2 > eq.m2",
    ],
    seeAlso: ["kktid check", "proofs/moment-expansion.md"],
  });
}
