import { Command, InvalidArgumentError, Option } from "commander";
import { VERDICTS } from "../identifiability/result.ts";
import { addHelpPage, GROUPS } from "./help.ts";
import type { ExitCode, Io } from "./io.ts";
import {
  addCommonOptions,
  addNetworkKnowledgeOptions,
  addNetworkOptions,
  positiveInteger,
  positiveNumber,
} from "./options.ts";
import { sampleRange } from "./recover-command.ts";
import { type ImageSize, REPORT_FORMATS, type ReportCommandOptions } from "./report-options.ts";

/** The command `report`; its work is loaded when it runs. */
export function reportCommand(io: Io, finish: (code: ExitCode) => void): Command {
  const command = new Command("report")
    .summary("write what was found as LaTeX, PDF, HTML, Markdown, text or SARIF")
    .description(
      "Write what was found as a report: the question, its equations, the verdict with its derivation, the theorems " +
        "used, and the recovered data with their errors.\n\n" +
        "From a network file, check and recover are run with the options given; from a problem file or a shape, check. " +
        "Saved answers (--json) of check, recover, verify or sweep give the same report without computing again; an " +
        "answer of check and one of recover about the same problem go into one report. `-` reads an answer from stdin.",
    )
    .argument("[files...]", "a network, a shape in problem.yaml, or JSON answers");
  addReportOptions(command);
  addNetworkOptions(command)
    .optionsGroup(GROUPS.question)
    .option("-n, --samples <n>", "number of training samples: 4, 3..8 or auto", sampleRange)
    .option("-d, --input-dim <d>", "input dimension of a shape", positiveInteger)
    .option("-m, --width <m>", "hidden neurons of a shape", positiveInteger)
    .option("--outputs <C>", "outputs of a shape", positiveInteger)
    .option("--frozen-bias", "the shape has a hidden bias that was not trained")
    .option("--count", "count the data sets that share the equations of a random instance (small shapes)")
    .optionsGroup(GROUPS.files)
    .option("--data <file>", "training data at which check takes local statements")
    .option("--truth <file>", "true data to compare the recovered ones with; never used by the search");
  addNetworkKnowledgeOptions(command)
    .optionsGroup(GROUPS.search)
    .option("--max-starts <count>", "starts of the search", positiveInteger, 400)
    .option(
      "--accept-error <relative>",
      "largest error bound over the largest norm that counts as recovered",
      positiveNumber,
      1e-2,
    );
  addCommonOptions(command, 120).action(async (files: readonly string[], options: ReportCommandOptions) => {
    const { runReport } = await import("./report.ts");
    finish(await runReport(files, options, io));
  });
  return addHelpPage(command, {
    exitStatus: [
      [0, "the report was written, whatever the verdict"],
      [1, "the verdict is weaker than --require; the report was written"],
      [2, "bad usage or input, or TeX is missing or stopped"],
      [130, "interrupted; the report has the best so far"],
    ],
    examples: [
      "kktid report network.npz -a 'z + z^2 + z^3' -n 4 --out audit.pdf",
      "kktid report check.json recover.json --format html --out audit.html",
      "kktid report recover.json --image 8x8 --out audit.pdf",
      "kktid report -a 'z + z^2 + z^3' -d 4 -n 4 -m 40 --format markdown",
      "kktid report check.json --fragment --out tex/identifiability.tex",
      "kktid report check.json --require nonidentifiable --out findings.sarif",
    ],
    seeAlso: ["kktid check", "kktid recover", "kktid verify", "kktid sweep"],
  });
}

function addReportOptions(command: Command): void {
  command
    .optionsGroup(GROUPS.answer)
    .addOption(
      new Option("--format <format>", "what is written; by default what the name of --out says, else text").choices(
        REPORT_FORMATS,
      ),
    )
    .option("--out <file>", "write to a file, with pictures and bibliography beside it; - or none: stdout")
    .option(
      "--fragment",
      "LaTeX to \\input into a paper instead of an article; from another folder, the paper needs \\graphicspath{{that/folder/}} for its pictures",
    )
    .option("--image <size>", "show samples as grey pictures, HEIGHTxWIDTH such as 8x8", imageSize)
    .option("--answers <folder>", "keep the JSON answers of check and recover in a folder, for recheck")
    .addOption(new Option("--require <verdict>", "exit 1 if the verdict is weaker").choices(VERDICTS));
}

function imageSize(text: string): ImageSize {
  const match = /^(\d{1,5})[x×](\d{1,5})$/i.exec(text.trim());
  const [height, width] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || height === 0 || width === 0) {
    throw new InvalidArgumentError(`expected HEIGHTxWIDTH such as 8x8, got "${text}".`);
  }
  return { height, width };
}
