import { availableParallelism } from "node:os";
import { Command, InvalidArgumentError } from "commander";
import type { CellPosition } from "../sweep/grid.ts";
import { addHelpPage, GROUPS } from "./help.ts";
import type { ExitCode, Io } from "./io.ts";
import { positiveInteger, positiveNumber } from "./options.ts";
import type { SweepCommandOptions } from "./sweep.ts";

/** The command `sweep`; its work is loaded when it runs. */
export function sweepCommand(io: Io, finish: (code: ExitCode) => void): Command {
  const command = new Command("sweep")
    .summary("decide every cell of a grid of shapes, and draw the phase diagram")
    .description(
      "Decide every cell of a grid of shapes: verdict and thresholds of almost every network, and with " +
        "`empirical` in the grid how often the data of trained networks are recovered.\n\n" +
        "Finished cells are kept in DIR/cells.jsonl: after an interruption, even kill -9, the same command computes " +
        "the missing ones. At the end DIR holds sweep.json, cells.csv and diagram.svg, with the same bytes whatever " +
        "the threads and interruptions.",
    )
    .argument("<grid>", "the grid: a problem, and two axes with their values (.yaml)")
    .optionsGroup(GROUPS.answer)
    .option("--out <dir>", "folder of the results; made if it is missing")
    .option("--restart", "begin anew, whatever the folder holds")
    .option("--cell <x,y>", "run one cell alone and print all of it; counted from 0 along the axes", cellPosition)
    .option("--json", "one JSON document on stdout, nothing else")
    .optionsGroup(GROUPS.search)
    .option("--seed <integer>", "seed of everything random, in place of the grid's", seedNumber)
    .option(
      "--max-seconds <seconds>",
      "stop after this time, exit 130, and keep the finished cells; no limit by default",
      positiveNumber,
    )
    .option(
      "--threads <count>",
      "cells computed at the same time; the answer does not depend on it",
      positiveInteger,
      availableParallelism(),
    )
    .optionsGroup(GROUPS.general)
    .option("--quiet", "no progress on stderr")
    .option("--debug", "print the stack trace of an error")
    .action(async (file: string, options: SweepCommandOptions) => {
      const { runSweep } = await import("./sweep.ts");
      finish(await runSweep(file, options, io));
    });
  return addHelpPage(command, {
    exitStatus: [
      [0, "every cell was computed, whatever its verdict"],
      [2, "bad usage or grid, or a folder of another sweep"],
      [130, "stopped before the end (Ctrl-C, --max-seconds); the same command goes on"],
    ],
    examples: [
      "kktid sweep samples-by-width.yaml --out phases",
      "kktid sweep samples-by-width.yaml --cell 8,3",
      "kktid sweep empirical.yaml --out measured --threads 2 --max-seconds 3600",
    ],
    seeAlso: ["kktid check", "kktid recover", "docs/sweeps.md"],
  });
}

function cellPosition(text: string): CellPosition {
  const match = /^(\d{1,6}),(\d{1,6})$/.exec(text.trim());
  if (match === null) throw new InvalidArgumentError(`expected two indices such as 3,0, got "${text}".`);
  return { x: Number(match[1]), y: Number(match[2]) };
}

function seedNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError(`expected a nonnegative integer, got "${text}".`);
  }
  return value;
}
