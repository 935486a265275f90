import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { countDataSets } from "../../src/counting/count-data-sets.ts";
import { momentDegrees } from "../../src/equations/shape.ts";
import { shapeOf, sumOfPowers } from "../identifiability/shapes.ts";

const installed = spawnSync("M2", ["--version"]).status === 0;

interface Instance {
  readonly degrees: readonly number[];
  readonly d: number;
  readonly n: number;
  readonly m: number;
  readonly trained: "hidden" | "output" | "both";
  /** Order of the roots of unity in the gauge. */
  readonly order: number;
}

const INSTANCES: readonly Instance[] = [
  { degrees: [1, 2, 3], d: 1, n: 1, m: 2, trained: "output", order: 1 },
  { degrees: [1, 3], d: 1, n: 1, m: 2, trained: "output", order: 2 },
  { degrees: [1, 2, 3], d: 2, n: 1, m: 3, trained: "output", order: 1 },
  { degrees: [2, 3, 5], d: 2, n: 1, m: 3, trained: "output", order: 1 },
  { degrees: [2, 3], d: 2, n: 2, m: 3, trained: "hidden", order: 1 },
  { degrees: [2, 3], d: 2, n: 2, m: 2, trained: "both", order: 1 },
  { degrees: [1, 2, 3], d: 2, n: 2, m: 3, trained: "hidden", order: 1 },
  { degrees: [1, 2, 3], d: 2, n: 2, m: 4, trained: "hidden", order: 1 },
  { degrees: [1, 2, 3], d: 2, n: 2, m: 2, trained: "both", order: 1 },
  { degrees: [1, 2, 4], d: 2, n: 2, m: 3, trained: "hidden", order: 1 },
];

/** A program for Macaulay2 that prints the dimension and the number of solutions of a random instance modulo 32003. */
function program({ degrees, d, n, m, trained }: Instance): string {
  const sigma = degrees.map((k) => `z^${k}`).join(" + ");
  const slope = degrees.filter((k) => k > 0).map((k) => `${k}*z^${k - 1}`);
  return [
    "K = ZZ/32003;",
    `R = K[g_1..g_${n}, x_(1,1)..x_(${n},${d})];`,
    `sigma = z -> ${sigma};`,
    `slope = z -> ${slope.join(" + ")};`,
    `weights = apply(${m}, j -> apply(${d}, e -> random K));`,
    `inner = (w, i) -> sum(${d}, e -> w#e * x_(i,e+1));`,
    `hidden = w -> apply(${d}, e -> sum(1..${n}, i -> g_i * x_(i,e+1) * slope inner(w, i)));`,
    `output = w -> {sum(1..${n}, i -> g_i * sigma inner(w, i))};`,
    `equations = w -> ${{ hidden: "hidden w", output: "output w", both: "hidden w | output w" }[trained]};`,
    `truth = random(K^1, K^${n * (d + 1)});`,
    "I = ideal apply(flatten apply(weights, equations), f -> f - sub(f, truth));",
    'print concatenate(toString dim I, " ", toString degree I);',
  ].join("\n");
}

function solutions(instance: Instance): { dimension: number; degree: number } {
  const folder = mkdtempSync(join(tmpdir(), "kktid-macaulay2-"));
  try {
    const file = join(folder, "instance.m2");
    writeFileSync(file, program(instance));
    const [dimension, degree] = execFileSync("M2", ["--script", file], { encoding: "utf8", timeout: 60_000 }).split(
      " ",
    );
    return { dimension: Number(dimension), degree: Number(degree) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.skipIf(!installed)("Macaulay2, by a Gröbner basis of another instance, finds as many", () => {
  test.each(INSTANCES)("$degrees, d $d, n $n, m $m, $trained", (instance) => {
    const { degrees, d, n, m, trained, order } = instance;
    const shape = shapeOf({
      activation: sumOfPowers(degrees),
      inputDim: d,
      width: m,
      trained: trained === "both" ? ["hidden", "output"] : [trained],
    });
    expect(momentDegrees(shape)).toEqual([...degrees]);
    const { count } = countDataSets(shape, n, { level: "equations", useTheorems: false, maxLoops: 36 });
    const { dimension, degree } = solutions(instance);
    expect(dimension).toBe(0);
    const factorial = n === 2 ? 2 : 1;
    expect(count).toBe(degree / (factorial * order ** n));
  });
});
