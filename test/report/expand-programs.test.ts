import { spawnSync } from "node:child_process";
import { afterAll, describe, expect, test } from "vitest";
import { parseActivation } from "../../src/algebra/activation.ts";
import type { ExpandOptions } from "../../src/cli/expand.ts";
import { hermiteMatrix } from "../../src/equations/hermite.ts";
import { jacobianMatrix } from "../../src/equations/jacobian.ts";
import type { RingMatrix } from "../../src/equations/ring-tools.ts";
import type { EquationShape, TrainedLayer } from "../../src/equations/shape.ts";
import { primeRing, randomData, randomNodes } from "../../src/identifiability/ranks/prime-ring.ts";
import { choosePrimes, PrimeField } from "../../src/modular/prime-field.ts";
import { rankProfile } from "../../src/modular/rank.ts";
import { createRandom } from "../../src/random.ts";
import { temporaryFolder } from "../support/command-line.ts";
import { expandOutput } from "../support/expand-command.ts";

interface Case {
  readonly name: string;
  readonly activation: string;
  readonly inputDim: number;
  readonly samples: number;
  readonly width: number;
  readonly outputs?: number;
  readonly trained: readonly TrainedLayer[];
  readonly frozenBias?: boolean;
}

const cubic = { activation: "z + z^2 + z^3", inputDim: 2, samples: 2, trained: ["hidden"] } as const;

const cases: readonly Case[] = [
  { name: "full ranks", ...cubic, width: 5 },
  { name: "one neuron fewer: moments not determined", ...cubic, width: 4 },
  { name: "two neurons: fewer equations than unknowns", ...cubic, width: 2 },
  { name: "orthogonal mixing of a quadratic", ...cubic, activation: "z + z^2", width: 5 },
  { name: "scale of a monomial", ...cubic, activation: "z^3", width: 4 },
  {
    name: "five double points on a quartic, the exception of Alexander and Hirschowitz",
    ...cubic,
    activation: "1 + z + z^2 + z^3 + z^4",
    trained: ["hidden", "output"],
    width: 5,
  },
  { name: "fractions and a frozen bias", ...cubic, activation: "z/3 - 5z^3/4", frozenBias: true, width: 4 },
  {
    name: "every layer, two outputs",
    ...cubic,
    activation: "1/2 - z^2 + z^3",
    outputs: 2,
    trained: ["hidden", "bias", "output", "output-bias"],
    width: 3,
  },
  { name: "a bias alone", ...cubic, trained: ["bias"], width: 7 },
  { name: "ten inputs, whose indices have two digits", ...cubic, activation: "z^2", inputDim: 10, width: 3 },
];

const rankOf = ({ entries, rows, cols }: RingMatrix<number>, p: number): number =>
  rankProfile(Float64Array.from(entries), rows, cols, p).rank;

/** Our own ranks at random nodes and data modulo a prime. */
function ranksOf({ activation, inputDim, samples, width, outputs = 1, trained, frozenBias }: Case) {
  const shape: EquationShape = {
    setting: "gradient",
    activation: parseActivation(activation),
    inputDim,
    width,
    outputs,
    trained: new Set(trained),
    bias: trained.includes("bias") ? "trained" : frozenBias ? "frozen" : "none",
  };
  const [p] = choosePrimes(7, 1) as [number];
  const field = new PrimeField(p);
  const random = createRandom(7);
  const nodes = randomNodes(field, shape, random);
  const hermite = hermiteMatrix(primeRing(field), shape, nodes);
  const jacobian = jacobianMatrix(primeRing(field), shape, nodes, randomData(field, shape, samples, random));
  return {
    hermite: rankOf(hermite, p),
    columns: hermite.cols,
    jacobian: rankOf(jacobian, p),
    unknowns: jacobian.cols,
  };
}

const folder = temporaryFolder();
afterAll(folder.remove);

interface System {
  readonly format: "macaulay2" | "sage";
  readonly command: string;
  readonly version: readonly string[];
  readonly run: (file: string) => readonly string[];
  readonly file: string;
  /** Sage takes seconds to start, so it gets a choice of them. */
  readonly cases: readonly Case[];
}

const systems: readonly System[] = [
  {
    format: "macaulay2",
    command: "M2",
    version: ["--version"],
    run: (file) => ["--script", file],
    file: "program.m2",
    cases,
  },
  {
    format: "sage",
    command: "sage",
    version: ["--version"],
    run: (file) => [file],
    file: "program.sage",
    cases: [cases[0]!, cases[3]!, cases[6]!, cases[7]!],
  },
];

const program = (question: Case, format: System["format"]): string => {
  const { name, ...options } = question;
  return expandOutput({ ...options, format } satisfies ExpandOptions);
};

for (const { format, command, version, run, file, cases: chosen } of systems) {
  const installed = spawnSync(command, version).status === 0;
  const reason = installed ? "" : ` (skipped: ${command} is not installed)`;
  describe.skipIf(!installed)(`the ${format} program${reason}`, () => {
    test.each(chosen)("runs and finds our ranks: $name", (question) => {
      const path = folder.write(file, program(question, format));
      const { status, stdout, stderr } = spawnSync(command, run(path), { encoding: "utf8", timeout: 50_000 });
      expect([status, stderr]).toEqual([0, ""]);
      expect(stdout.toLowerCase()).toContain("expansion equals the definition: true");
      const { hermite, columns, jacobian, unknowns } = ranksOf(question);
      expect(stdout).toContain(`rank of the Hermite matrix: ${hermite} of ${columns}\n`);
      expect(stdout).toContain(`rank of the Jacobian: ${jacobian} of ${unknowns}\n`);
      // The general fibre of a polynomial map has the dimension of the kernel of its derivative.
      if (unknowns <= 6) expect(stdout).toContain(`dimension of the fibre: ${unknowns - jacobian}\n`);
      else expect(stdout).not.toContain("fibre");
    });

    test("finds the same ranks over the rationals", () => {
      const overPrime = program(cases[7]!, format);
      const overRationals = overPrime.replace(/^KK = \S+(;?)/m, "KK = QQ$1");
      expect(overRationals).not.toBe(overPrime);
      const { status, stdout } = spawnSync(command, run(folder.write(file, overRationals)), { encoding: "utf8" });
      const { hermite, columns, jacobian, unknowns } = ranksOf(cases[7]!);
      expect(status).toBe(0);
      expect(stdout).toContain(`rank of the Hermite matrix: ${hermite} of ${columns}\n`);
      expect(stdout).toContain(`rank of the Jacobian: ${jacobian} of ${unknowns}\n`);
    });

    test("notices a changed coefficient", () => {
      const wrong = program(cases[0]!, format).replace("6*w", "3*w");
      const { stdout } = spawnSync(command, run(folder.write(file, wrong)), { encoding: "utf8", timeout: 50_000 });
      expect(stdout.toLowerCase()).toContain("expansion equals the definition: false");
    });

    test("counts a unique data set once for every order of its samples", () => {
      const { stdout } = spawnSync(command, run(folder.write(file, program(cases[0]!, format))), { encoding: "utf8" });
      expect(stdout).toContain("degree of the fibre: 2\n");
    });
  });
}

test("the cases reach full and deficient ranks on both sides", () => {
  const full = ranksOf(cases[0]!);
  expect([full.hermite, full.jacobian]).toEqual([full.columns, full.unknowns]);
  expect(ranksOf(cases[1]!).hermite).toBeLessThan(ranksOf(cases[1]!).columns);
  expect(ranksOf(cases[5]!)).toMatchObject({ hermite: 14, columns: 15 });
});
