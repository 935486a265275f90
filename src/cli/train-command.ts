import { Command, InvalidArgumentError, Option } from "commander";
import { type Rational, sign, tryParseRational } from "../algebra/rational.ts";
import { TRAINING_LOSSES } from "../train/losses.ts";
import { NORMALISATIONS, type Normalisation } from "../train/prepare-data.ts";
import { addHelpPage, GROUPS } from "./help.ts";
import type { ExitCode, Io } from "./io.ts";
import { addCommonOptions, layerList, positiveInteger, positiveNumber } from "./options.ts";
import type { TrainCommandOptions } from "./train.ts";

/** The command `train`; its work is loaded when it runs. */
export function trainCommand(io: Io, finish: (code: ExitCode) => void): Command {
  const command = new Command("train")
    .summary("train a two-layer polynomial network to a stationary point, as an instance to analyse")
    .description(
      "Train a two-layer polynomial network to a stationary point, as an instance to analyse.\n\n" +
        "Training goes on to the rounding floor of the gradient. With --setting ntk the tangent model at the " +
        "initial weights is trained; with --setting gradient nothing is: the gradient of one batch is " +
        "written.",
    )
    .argument("<data>", "samples X with labels y (.npz, .csv, .json)")
    .optionsGroup(GROUPS.question)
    .option("-a, --activation <polynomial>", 'activation, such as "z + z^2/2 + z^3/4"')
    .option("-m, --width <m>", "hidden neurons", positiveInteger)
    .option("-n, --samples <n>", "rows of the data to train on, drawn evenly from the classes", positiveInteger)
    .option("--outputs <C>", "outputs; class labels become one-hot targets of mse", positiveInteger)
    .addOption(new Option("--loss <loss>", "loss of a sample").choices(TRAINING_LOSSES))
    .option("--weight-decay <mu>", "μ of the penalty (μ/2)‖parameters‖²", nonnegativeRational)
    .option("--trained <layers>", "layers that move: hidden,bias,output,output-bias", layerList)
    .option("--unpenalised <layers>", "trained layers without weight decay (kkt)", layerList)
    .option("--frozen-bias", "a hidden bias that keeps its random value")
    .addOption(
      new Option("--setting <setting>", "kkt: train; ntk: train the tangent model; gradient: one batch").choices([
        "kkt",
        "ntk",
        "gradient",
      ]),
    )
    .addOption(
      new Option("--normalise <steps>", "standardise, unit, none, or several in their order")
        .argParser(normalisation)
        .default([], "none"),
    )
    .optionsGroup("The training:")
    .option("--init-scale <s>", "typical size of w·x before training", positiveNumber, 0.5)
    .option("--max-iterations <count>", "steps of the training", positiveInteger)
    .optionsGroup("Files to write:")
    .option("--out <file>", "the trained network (.npz, .json)")
    .addOption(
      new Option("--dtype <format>", "format of the weights").choices(["float64", "float32"]).default("float64"),
    )
    .option("--init-out <file>", "the weights before training, for --init of check and recover")
    .option("--gradient-out <file>", "the gradient of the batch, for --gradient of check and recover")
    .option("--data-out <file>", "the samples as trained on, with labels and multipliers, for --truth")
    .option("--scaler-out <file>", "mean and std of --normalise standardise");
  addCommonOptions(command, 60).action(async (file: string, options: TrainCommandOptions) => {
    const { runTrain } = await import("./train.ts");
    finish(runTrain(file, options, io));
  });
  return addHelpPage(command, {
    exitStatus: [
      [0, "an instance: trained to a stationary point, or its gradient written"],
      [2, "bad usage or input"],
      [3, "not stationary, diverged or collapsed"],
      [130, "interrupted"],
    ],
    examples: [
      "kktid train iris.csv -a 'z + z^2 + z^3' -m 40 \\",
      "  --weight-decay 1e-3 --loss mse -n 4 --out network.npz",
      "kktid train iris.csv -a 'z + z^2 + z^3' -m 48 --weight-decay 1e-3 \\",
      "  --loss softmax --normalise standardise,unit -n 6 \\",
      "  --out network.npz --data-out truth.npz",
      "kktid recover network.npz -a 'z + z^2 + z^3' -n 6 --truth truth.npz",
      "kktid train iris.csv -a 'z + z^2 + z^3' -m 40 --loss logistic \\",
      "  --setting gradient --out w.npz --gradient-out g.npz",
    ],
    seeAlso: ["kktid check", "kktid recover", "docs/training.md"],
  });
}

function nonnegativeRational(text: string): Rational {
  const value = tryParseRational(text);
  if (value === undefined || sign(value) < 0) {
    throw new InvalidArgumentError(`expected a number such as 0.001, 1e-3 or 1/1000, got "${text}".`);
  }
  return value;
}

function normalisation(text: string): Normalisation[] {
  if (text === "none") return [];
  const steps = text.split(",").map((step) => step.trim());
  for (const step of steps) {
    if (!(NORMALISATIONS as readonly string[]).includes(step)) {
      throw new InvalidArgumentError(`"${step}" is no step; choose from ${NORMALISATIONS.join(", ")} and none.`);
    }
  }
  return steps as Normalisation[];
}
