import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { gatherEvidence, type InstanceQuestion } from "../src/audit/network-evidence.ts";
import { floatCoefficients, type KktSystem, packUnknowns } from "../src/equations/system.ts";
import { equationProblem } from "../src/objective/equation-objective.ts";
import { createRandom, type Random } from "../src/random.ts";
import { formatNumber } from "../src/report/numbers.ts";
import { descend } from "../src/solve/descent.ts";
import { fitMultipliersAt } from "../src/solve/multipliers.ts";
import { residualFloorAt } from "../src/solve/search.ts";
import { loadExample } from "../test/support/example-networks.ts";
import type { InstanceShape } from "../test/support/instances.ts";
import { askInstance } from "../test/support/questions.ts";
import { median, writeTable } from "./table.ts";

const EVALUATIONS = 400;

const FAMILIES: readonly InstanceShape[] = [
  { activation: "z + z^2 + z^3", inputDim: 4, samples: 4, width: 30, layers: ["hidden", "output"] },
  { activation: "z + z^2/2 + z^3/4", inputDim: 8, samples: 5, width: 40, layers: ["hidden", "output"] },
  { activation: "z^2 + z^3", inputDim: 6, samples: 4, width: 40, layers: ["hidden"] },
  { activation: "z + z^2 + z^3 + z^4", inputDim: 4, samples: 6, width: 60, layers: ["hidden", "output"] },
  { activation: "z + z^2 + z^3", inputDim: 6, samples: 5, width: 40, layers: ["hidden", "bias", "output"] },
  { activation: "z + z^2 + z^3", inputDim: 6, samples: 6, width: 40, outputs: 3, layers: ["hidden", "output"] },
];

interface Race {
  readonly name: string;
  readonly system: KktSystem;
  readonly samples: number;
  readonly starts: readonly Float64Array[];
}

interface Run {
  readonly residualNorm: number | null;
  readonly evaluations: number;
  readonly seconds: number;
}

interface PeerAnswer {
  readonly check: { readonly residual: readonly number[]; readonly jacobian: readonly number[] };
  readonly runs: readonly Run[];
}

/**
 * Our Levenberg–Marquardt against MINPACK's through scipy, from the same random starts on the same equations:
 * `npm run bench -- scipy [STARTS]`.
 */
export async function run([starts = "40"]: string[]): Promise<void> {
  const races = [
    ...["iris-hidden-layer", "wine-gradient"].map((name) =>
      raceOf(name, loadExample(name).question(1), Number(starts)),
    ),
    ...FAMILIES.map((shape) => raceOf(nameOf(shape), askInstance(shape, 1).question, Number(starts))),
  ];
  const peer = askPeer(races);
  if (peer === null) {
    console.log("scipy: the peer is missing: no python3 with scipy was found (Debian: apt install python3-scipy)");
    return;
  }
  const ratios: number[] = [];
  const rows = races.map((race, k) => {
    const theirs = peer.answers[k]!;
    const problem = equationProblem(race.system, race.samples);
    requireSameProblem(race, problem, theirs.check);
    const floor = residualFloorAt(race.system, race.starts[0]!, 2 ** -53) * Math.sqrt(problem.rows);
    const ours = race.starts.map((start): Run => {
      const began = performance.now();
      const solved = descend(problem, start, { maxIterations: EVALUATIONS, targetResidual: floor / 4 });
      const seconds = (performance.now() - began) / 1000;
      return { residualNorm: solved.residualNorm, evaluations: solved.iterations, seconds };
    });
    const [own, other] = [summary(ours, floor), summary(theirs.runs, floor)];
    const ratio = other.perSolved / own.perSolved;
    if (own.solved > 0) ratios.push(ratio);
    const cell = ({ solved, perSolved, seconds }: Summary) => [
      `${solved}/${race.starts.length}`,
      formatNumber(1000 * seconds),
      Number.isFinite(perSolved) ? formatNumber(1000 * perSolved) : "–",
    ];
    return [
      race.name,
      `${problem.rows}×${problem.unknowns}`,
      ...cell(own),
      ...cell(other),
      own.solved > 0 ? formatNumber(ratio) : "–",
    ];
  });
  const solvedOf = (column: number): number => rows.reduce((sum, row) => sum + Number(row[column]!.split("/")[0]), 0);
  const wins = rows.filter((row) => Number(row[2]!.split("/")[0]) >= Number(row[5]!.split("/")[0])).length;
  writeTable("scipy", {
    title: "Levenberg–Marquardt against scipy's",
    command: `npm run bench -- scipy ${starts}`,
    head: [
      "problem",
      "size",
      "solved",
      "ms a start",
      "ms per solved",
      "scipy solved",
      "ms a start",
      "ms per solved",
      "scipy / ours",
    ],
    rows,
    notes: [
      `The same raw equations, analytic Jacobian and random starts in one run, at most ${EVALUATIONS} evaluations a start; scipy ${peer.scipy}, method lm (MINPACK), tolerances 1e-15.`,
      "solved: the residual is at the rounding floor of the weights. ms a start: median. ms per solved: all time over the starts that solved.",
      "python3 evaluates residual and Jacobian with numpy, vectorised; one thread each.",
    ],
  });
  console.log(
    `scipy: ${solvedOf(2)} starts solved against ${solvedOf(5)}, at least as many on ${wins} of ${rows.length} problems, ${formatNumber(median(ratios))} times faster per solved instance (median)`,
  );
}

interface Summary {
  readonly solved: number;
  readonly perSolved: number;
  readonly seconds: number;
}

function summary(runs: readonly Run[], floor: number): Summary {
  const solved = runs.filter(({ residualNorm }) => residualNorm !== null && residualNorm <= floor).length;
  const total = runs.reduce((sum, { seconds }) => sum + seconds, 0);
  return { solved, perSolved: total / solved, seconds: median(runs.map(({ seconds }) => seconds)) };
}

function raceOf(name: string, question: InstanceQuestion, count: number): Race {
  const { reduced } = gatherEvidence(question);
  const { system } = reduced;
  const random = createRandom(11);
  const starts = Array.from({ length: count }, () => {
    const points = randomPoints(question.samples, system.shape.inputDim, random);
    return packUnknowns(system.shape, points, fitMultipliersAt(system, points));
  });
  return { name, system, samples: question.samples, starts };
}

/** Points in units of the typical one, norms over half a decade either way. */
function randomPoints(samples: number, d: number, random: Random): Float64Array {
  const points = Float64Array.from({ length: samples * d }, () => random.normal());
  for (let i = 0; i < samples; i++) {
    const row = points.subarray(i * d, (i + 1) * d);
    const factor = 10 ** (random.uniform() - 0.5) / Math.hypot(...row);
    row.forEach((value, e) => {
      row[e] = value * factor;
    });
  }
  return points;
}

function nameOf({ activation, inputDim, samples, width, outputs = 1, layers }: InstanceShape): string {
  return `${activation}, d ${inputDim}, n ${samples}, m ${width}, C ${outputs}, ${layers.join("+")}`;
}

function askPeer(races: readonly Race[]): { scipy: string; answers: readonly PeerAnswer[] } | null {
  const problems = races.map(({ system, samples, starts }) => ({
    ...{ width: system.shape.width, inputDim: system.shape.inputDim, outputs: system.shape.outputs, samples },
    ...{ trained: [...system.shape.trained], coefficients: Array.from(floatCoefficients(system.shape)) },
    ...{ weights: Array.from(system.weights), bias: Array.from(system.bias), output: Array.from(system.output) },
    ...{ targets: Array.from(system.targets), rowScale: Array.from(system.rowScale) },
    starts: starts.map((start) => Array.from(start)),
  }));
  const input = JSON.stringify({ evaluations: EVALUATIONS, problems });
  const threads = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  try {
    const script = fileURLToPath(new URL("./scipy_lm.py", import.meta.url));
    const options = { input, encoding: "utf8", maxBuffer: 2 ** 30, env: { ...process.env, ...threads } } as const;
    return JSON.parse(execFileSync("python3", [script], options)) as { scipy: string; answers: PeerAnswer[] };
  } catch {
    return null;
  }
}

/** Both programs must have evaluated the same functions; otherwise the race means nothing. */
function requireSameProblem(
  { name, starts }: Race,
  problem: ReturnType<typeof equationProblem>,
  check: PeerAnswer["check"],
): void {
  const { rows, unknowns } = problem;
  const residual = problem.residual(starts[0]!, new Float64Array(rows));
  const jacobian = problem.jacobian(starts[0]!, new Float64Array(rows * unknowns));
  const same = (ours: Float64Array, theirs: readonly number[]): boolean =>
    ours.every((value, k) => Math.abs(value - theirs[k]!) <= 1e-9 * (1 + Math.abs(value)));
  if (!same(residual, check.residual) || !same(jacobian, check.jacobian))
    throw new Error(`${name}: the peer solves another problem`);
}
