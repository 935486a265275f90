import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { median, writeTable } from "./table.ts";

interface ShapeCommand {
  readonly inputDim: number;
  readonly samples: number;
  readonly width: number;
  readonly activation: string;
  /** Promised seconds of the whole process, if any. */
  readonly limit?: number;
}

interface Measurement {
  readonly seconds: number;
  readonly megabytes: number;
  readonly answer: Answer;
}

/** What is read from the answer of `check --json`. */
interface Answer {
  readonly verdict: string;
  readonly basis: string;
  readonly counts: { readonly jacobianRank: number | null; readonly momentRank: number | null };
  readonly thresholds: { readonly widthForLocal: number | null };
}

const CUBIC = "z+z^2+z^3";

const PROMISED: readonly ShapeCommand[] = [
  { inputDim: 20, samples: 30, width: 200, activation: CUBIC, limit: 10 },
  { inputDim: 30, samples: 60, width: 400, activation: "z+z^2+z^3+z^4", limit: 60 },
  { inputDim: 784, samples: 100, width: 1000, activation: CUBIC, limit: 120 },
];

const cubic = (inputDim: number, samples: number, width: number): ShapeCommand => ({
  inputDim,
  samples,
  width,
  activation: CUBIC,
});

/** One of d, n, m grows at a time, then d = n together. */
const GROWTH: readonly ShapeCommand[] = [
  ...[20, 50, 200, 784].map((d) => cubic(d, 20, 100)),
  ...[25, 50, 100, 200, 400].map((n) => cubic(50, n, 1000)),
  ...[31, 100, 1000, 10_000].map((m) => cubic(30, 30, m)),
  ...[25, 50, 100, 200, 400, 784].map((d) => cubic(d, d, 2 * d)),
];

const MAIN = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

/** Tells the peak of resident memory in kB on file descriptor 3 when the process ends. */
const REPORT_PEAK = `data:text/javascript,${encodeURIComponent(
  'import { writeSync } from "node:fs"; process.on("exit", () => writeSync(3, String(process.resourceUsage().maxRSS)));',
)}`;

/**
 * Time and peak memory of `kktid check` on shapes, each run a process of its own.
 *
 * @param args - `--runs N` (default 3), `--promised` leaves out the growth table
 * @throws an error if a promised time is exceeded
 */
export async function run(args: string[]): Promise<void> {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing: npm run build`);
  const at = args.indexOf("--runs");
  const runs = at < 0 ? 3 : Number(args[at + 1]);
  const commands = args.includes("--promised") ? PROMISED : [...PROMISED, ...GROWTH];
  const late: string[] = [];
  const rows = commands.map((command) => {
    const measured = Array.from({ length: runs }, () => measure(command));
    const seconds = median(measured.map((one) => one.seconds));
    if (command.limit !== undefined && seconds > command.limit) late.push(optionsOf(command).join(" "));
    const megabytes = Math.max(...measured.map((one) => one.megabytes));
    const cells = rowOf(command, { seconds, megabytes, answer: measured[0]!.answer });
    process.stderr.write(`${cells.join("  ")}\n`);
    return cells;
  });
  writeTable("shapes", {
    title: "Time and memory of checks of shapes",
    command: `npm run bench -- shapes${args.map((arg) => ` ${arg}`).join("")}`,
    head: ["d", "n", "m", "σ", "seconds", "promised", "peak MB", "verdict", "Jacobian", "Hermite", "least m locally"],
    rows,
    notes: [
      `Seconds: median of ${runs} runs of the whole process, start of Node included; peak MB: largest resident memory of them.`,
      "Jacobian, Hermite: generic ranks (proofs/unit-points.md, proofs/interpolation.md), – where not decided.",
      "Setting kkt, hidden layer trained, one output, all from `kktid check -d D -n N -m M -a SIGMA --json`.",
    ],
  });
  if (late.length > 0) throw new Error(`slower than promised: ${late.join("; ")}`);
  console.log(`shapes: ${rows.length} shapes, every promised time kept`);
}

function optionsOf({ inputDim, samples, width, activation }: ShapeCommand): string[] {
  return ["-d", String(inputDim), "-n", String(samples), "-m", String(width), "-a", activation];
}

function measure(command: ShapeCommand): Measurement {
  const args = ["--import", REPORT_PEAK, MAIN, "check", ...optionsOf(command), "--json"];
  const start = performance.now();
  const { stdout, stderr, output } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    maxBuffer: 2 ** 28,
  });
  const seconds = (performance.now() - start) / 1000;
  if (!stdout.startsWith("{")) throw new Error(`check ${optionsOf(command).join(" ")}: ${stderr}`);
  return { seconds, megabytes: Number(output[3]) / 1024, answer: JSON.parse(stdout) as Answer };
}

function rowOf(command: ShapeCommand, { seconds, megabytes, answer }: Measurement): string[] {
  const { inputDim, samples, width, activation, limit } = command;
  const { verdict, basis, counts, thresholds } = answer;
  const orDash = (value: number | null): string => (value === null ? "–" : String(value));
  return [
    String(inputDim),
    String(samples),
    String(width),
    activation.replaceAll("+", " + "),
    seconds.toFixed(1),
    limit === undefined ? "" : String(limit),
    megabytes.toFixed(0),
    `${verdict} (${basis})`,
    orDash(counts.jacobianRank),
    orDash(counts.momentRank),
    orDash(thresholds.widthForLocal),
  ];
}
