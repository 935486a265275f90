import { Command, Option } from "commander";
import { VERDICTS } from "../identifiability/result.ts";
import { DETAILS } from "../report/detail.ts";
import type { CheckOptions } from "./check.ts";
import { addHelpPage, GROUPS } from "./help.ts";
import type { ExitCode, Io } from "./io.ts";
import { addCommonOptions, addKnowledgeOptions, addNetworkOptions, positiveInteger } from "./options.ts";

/** The command `check`; its work is loaded when it runs. */
export function checkCommand(io: Io, finish: (code: ExitCode) => void): Command {
  const command = new Command("check")
    .summary("decide whether a shape, or one network, determines its training data")
    .description(
      "Decide whether the training data are determined.\n\n" +
        "Without a network: for almost every network and data set of a shape, given by -a, -d, -n and -m or " +
        "by a problem file, in exact arithmetic. With a network file: for these very weights and -n samples, " +
        "proved for every system within the precision of the file where that can be done.",
    )
    .argument("[network]", "network file (.npz, .safetensors, .pt, .json), or a shape in problem.yaml");
  addNetworkOptions(command)
    .optionsGroup(GROUPS.question)
    .option("-d, --input-dim <d>", "input dimension of a shape", positiveInteger)
    .option("-n, --samples <n>", "number of training samples", positiveInteger)
    .option("-m, --width <m>", "hidden neurons of a shape", positiveInteger)
    .option("--outputs <C>", "outputs of a shape", positiveInteger)
    .option("--frozen-bias", "the shape has a hidden bias that was not trained")
    .option("--count", "count the data sets that share the equations of a random instance (small shapes)")
    .optionsGroup(GROUPS.files)
    .option("--data <file>", "training data to take local statements at (.npz, .csv, .json)");
  addKnowledgeOptions(command)
    .optionsGroup(GROUPS.answer)
    .addOption(new Option("--detail <level>", "how much the text says").choices(DETAILS).default("normal"))
    .option("--certificate <file>", "write the certificate of the verdict to a file, for kktid recheck")
    .addOption(new Option("--require <verdict>", "exit 1 if the verdict is weaker").choices(VERDICTS));
  addCommonOptions(command, 60).action(async (target: string | undefined, options: CheckOptions) => {
    const { runCheck } = await import("./check.ts");
    finish(runCheck(target, options, io));
  });
  return addHelpPage(command, {
    exitStatus: [
      [0, "decided, whatever the verdict"],
      [1, "the verdict is weaker than --require"],
      [2, "bad usage or input"],
      [130, "interrupted; the best verdict so far is printed"],
    ],
    examples: [
      "kktid check -a 'z + z^2 + z^3' -d 4 -n 4 -m 40",
      "kktid check -a 'z + z^2' -d 4 -n 4 -m 40 --loss logistic --weight-decay 1/100",
      "kktid check network.npz -a 'z + z^2 + z^3' -n 4 --trained hidden,output",
      "kktid check network.pt -a 'z + z^2' -n 4 --data training-data.npz --json",
    ],
    seeAlso: ["kktid recover", "kktid recheck", "docs/auditing-a-network.md", "docs/conditions.md"],
  });
}
