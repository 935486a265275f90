import { InternalError } from "../src/errors.ts";
import { checkShape } from "../src/identifiability/check-shape.ts";
import { recheckCertificate } from "../src/recheck/recheck.ts";
import { shapeCertificate } from "../src/report/certificate.ts";
import { problemOf, type ShapeCase } from "../test/recheck/certificates.ts";
import { median, writeTable } from "./table.ts";

const CUBIC = "z + z^2 + z^3";

/** A Hermite matrix, two Jacobians, reduced and not, a unit block, a theorem on node counts. */
const SHAPES: readonly ShapeCase[] = [
  { activation: CUBIC, inputDim: 10, samples: 8, width: 60, setting: "kkt" },
  { activation: CUBIC, inputDim: 12, samples: 12, width: 60, setting: "kkt" },
  { activation: CUBIC, inputDim: 20, samples: 30, width: 200 },
  { activation: CUBIC, inputDim: 20, samples: 30, width: 90, setting: "kkt" },
  { activation: CUBIC, inputDim: 6, samples: 11, width: 100 },
  { activation: CUBIC, inputDim: 12, samples: 20, width: 40, setting: "kkt" },
  { activation: CUBIC, inputDim: 200, samples: 60, width: 300 },
];

const RUNS = 3;

/** Seconds of the processor in this process, the median of a few runs. */
function cpuSeconds(work: () => void): number {
  const seconds = Array.from({ length: RUNS }, () => {
    const start = process.cpuUsage();
    work();
    return process.cpuUsage(start).user / 1e6;
  });
  return median(seconds);
}

/** Compares the analysis of a shape with the check of its certificate. */
export async function run(): Promise<void> {
  const rows = SHAPES.map(measure);
  writeTable("recheck", {
    title: "Checking a certificate and making it",
    command: "npm run bench -- recheck",
    head: ["shape", "verdict", "steps", "largest minor", "kB", "analysis s", "recheck s", "ratio"],
    rows,
    notes: [
      `Processor seconds, medians of ${RUNS} runs in one process; the analysis is \`checkShape\`, with repairs and thresholds.`,
      "The checker eliminates one minor, in plain TypeScript; the analysis eliminates larger matrices, in WebAssembly.",
      "A minor of 1770 (the row without a theorem on its nodes) takes the checker longer than the analysis.",
    ],
  });
  console.log(rows.map((row) => `${row[0]}: ${row.at(-1)}`).join("; "));
}

function measure(shape: ShapeCase): string[] {
  const problem = problemOf(shape);
  const decision = checkShape(problem);
  const certificate = shapeCertificate(decision, problem);
  if (certificate === null) throw new InternalError("a shape of the bench has no certificate");
  const text = JSON.stringify(certificate);
  const recheck = (): void => {
    if (!recheckCertificate(text, { readFile: noFile }).accepted) throw new InternalError("a certificate was rejected");
  };
  const [making, checking] = [cpuSeconds(() => void checkShape(problem)), cpuSeconds(recheck)];
  const sizes = certificate.steps.map(({ rows }) => (Array.isArray(rows) ? rows.length : 0));
  return [
    `d = ${shape.inputDim}, n = ${shape.samples}, m = ${shape.width}, ${shape.setting ?? "gradient"}`,
    decision.verdict,
    certificate.steps.map(({ kind }) => kind).join(", "),
    `${Math.max(...sizes)}`,
    (text.length / 1000).toFixed(0),
    making.toFixed(2),
    checking.toFixed(2),
    (checking / making).toFixed(2),
  ];
}

function noFile(path: string): Uint8Array {
  throw new InternalError(`a shape names no file ${path}`);
}
