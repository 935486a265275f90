import { Command, InvalidArgumentError } from "commander";
import { addHelpPage, GROUPS } from "./help.ts";
import type { ExitCode, Io } from "./io.ts";
import {
  addCommonOptions,
  addNetworkKnowledgeOptions,
  addNetworkOptions,
  positiveInteger,
  positiveNumber,
} from "./options.ts";
import type { RecoverCommandOptions, SampleRange } from "./recover.ts";

/** The command `recover`; its work is loaded when it runs. */
export function recoverCommand(io: Io, finish: (code: ExitCode) => void): Command {
  const command = new Command("recover")
    .summary("compute the training data of one network, with an error bound per sample")
    .description(
      "Compute the training data of one network, with an error bound per sample.\n\n" +
        "Recovered means: the residual is at the rounding floor of the weights, the solution is isolated, and " +
        "the predicted error is small. A fit that is merely good is called ill-conditioned or not found.",
    )
    .argument("<network>", "network file (.npz, .safetensors, .pt, .json)");
  addNetworkOptions(command)
    .optionsGroup(GROUPS.question)
    .option("-n, --samples <n>", "number of training samples: 4, 3..8 or auto", sampleRange)
    .optionsGroup(GROUPS.files)
    .option("--truth <file>", "true data to compare with; never used by the search");
  addNetworkKnowledgeOptions(command)
    .optionsGroup(GROUPS.search)
    .option("--max-starts <count>", "starts of the search", positiveInteger, 400)
    .option(
      "--accept-error <relative>",
      "largest error bound over the largest norm that counts as recovered",
      positiveNumber,
      1e-2,
    )
    .optionsGroup(GROUPS.answer)
    .option("--certificate <file>", "write the proof of the error bounds to a file, for kktid recheck")
    .option("--out <file>", "write the JSON document to a file as well");
  addCommonOptions(command, 120).action(async (file: string, options: RecoverCommandOptions) => {
    const { runRecover } = await import("./recover.ts");
    finish(runRecover(file, options, io));
  });
  return addHelpPage(command, {
    exitStatus: [
      [0, "analysed, whatever the answer"],
      [2, "bad usage or input"],
      [3, "no numerical answer was found"],
      [130, "interrupted; the best so far is printed and saved"],
    ],
    examples: [
      "kktid recover network.npz -a 'z + z^2 + z^3' -n 4",
      "kktid recover network.pt -a 'z + z^2 + z^3' -n 6 \\",
      "  --setting gradient --gradient gradient.pt",
      "kktid recover network.npz -a 'z + z^2 + z^3' -n 6 \\",
      "  --loss logistic --weight-decay 0.001 --domain sphere",
      "kktid recover network.npz -a 'z + z^2 + z^3' -n 6 --known known.npz",
      "kktid recover network.npz -a 'z + z^2 + z^3' -n auto \\",
      "  --truth training-data.npz --out result.json --certificate proof.json",
    ],
    seeAlso: ["kktid check", "kktid recheck", "docs/auditing-a-network.md", "docs/known-beside-the-weights.md"],
  });
}

export function sampleRange(text: string): SampleRange {
  if (text === "auto") return "auto";
  const range = /^(\d+)\.\.(\d+)$/.exec(text);
  if (range === null) {
    const samples = positiveInteger(text);
    return { from: samples, to: samples };
  }
  const [from, to] = [positiveInteger(range[1]!), positiveInteger(range[2]!)];
  if (from > to) throw new InvalidArgumentError(`expected a range from small to large, got "${text}".`);
  return { from, to };
}
