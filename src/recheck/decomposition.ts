import { list, listMoments, type Moment, monomialValue, powersOf } from "./equations.ts";
import { integer, orNull, require, word } from "./json.ts";
import { dataSideRows } from "./matrices.ts";
import { nullspace } from "./modular.ts";
import { dot } from "./numbers.ts";
import type { Problem } from "./problem.ts";
import * as shape from "./shape.ts";
import type { Checked, FullRank, Step } from "./steps.ts";

const TENSOR_THEOREMS = ["jennrich", "kruskal", "subgeneric", "perfect"] as const;
const TANGENT_THEOREMS = ["massarenti-mella", "hessian"] as const;
const THEOREMS = ["one-sample", "low-moments", ...TENSOR_THEOREMS, ...TANGENT_THEOREMS] as const;
type TensorTheorem = (typeof TENSOR_THEOREMS)[number];

/** Most moment coordinates for which the forms of the Hessian criterion are computed. */
const LARGEST_MOMENTS = 1500;

/** A theorem says that the moments of n general samples determine them up to the gauge: proofs/decomposition.md. */
export function checkUniqueDecomposition(step: Step): Checked {
  const { problem } = step;
  const fields = step.fields("theorem", "degree", "variables", "scaleDegree");
  const theorem = fields.read("theorem", word(THEOREMS));
  const [degree, variables, scaleDegree] = ["degree", "variables", "scaleDegree"].map((name) =>
    fields.read(name, orNull(integer(0))),
  ) as [number | null, number | null, number | null];
  const isTangent = theorem === "massarenti-mella" || theorem === "hessian";
  const dataSide = isTangent ? step.uses("full-rank") : null;
  if (dataSide === null) step.usesNothing();
  requireGeneralSamples(problem);
  const hasTensor = !isTangent && theorem !== "one-sample";
  require(hasTensor || (degree === null && variables === null), `${theorem} has neither degree nor variables`);
  if (theorem === "one-sample") {
    require(problem.samples === 1, "the theorem is for one sample");
    require(scaleDegree === lowerDegree(problem), `the scale degree should be ${lowerDegree(problem)}`);
  } else if (isTangent) {
    require(scaleDegree === null, `${theorem} has no scale degree`);
    requireTangents(problem, theorem, dataSide!);
  } else if (theorem === "low-moments") {
    require(degree === shape.degreeOf(problem) &&
      variables === problem.inputDim + 1, "the tensor is that of all moments");
    require(scaleDegree === null, "the tensor of all moments has no scale degree");
    requireLowMoments(problem);
  } else {
    requireTensor(problem, theorem, { degree, variables, scaleDegree });
  }
  return [
    { is: "unique-decomposition" },
    `The moments determine the ${problem.samples} samples up to the gauge (${theorem}).`,
  ];
}

function requireGeneralSamples(problem: Problem): void {
  require(shape.degreesSeen(problem).at(-1)! >= 1, "no equation sees the points");
  // Two scales can satisfy one multiplier equation; norms and margins leave only the sign.
  const areFixed = problem.sphere || shape.hasMargins(problem) || !shape.hasSideInformation(problem);
  require(areFixed || !shape.leavesScales(problem), "the multiplier equations do not make the scales unique");
  const isPair = problem.sphere && problem.inputDim === 1 && problem.samples > 1;
  require(!isPair, "the sphere in one dimension has no general points");
}

/** The largest degree seen below p whose n tensors g_i ⊗ x_i^{⊗a} are independent in general, n ≤ C·N_a; else null. */
function lowerDegree(problem: Problem): number | null {
  const { samples, outputs, inputDim } = problem;
  const lower = shape.degreesSeen(problem).slice(0, -1);
  return lower.findLast((a) => samples <= outputs * shape.symmetricDimension(inputDim, a)) ?? null;
}

/** One symmetric tensor of general terms, or a matrix pencil of several outputs, is unique; then the scales are. */
function requireTensor(
  problem: Problem,
  theorem: TensorTheorem,
  { degree, variables, scaleDegree }: Readonly<Record<"degree" | "variables" | "scaleDegree", number | null>>,
): void {
  const p = shape.degreesSeen(problem).at(-1)!;
  require(degree === p, `the tensor has degree ${p}`);
  const whole = shape.singleTensor(problem);
  if (whole === null || variables !== whole.variables || scaleDegree !== null) {
    require(variables === problem.inputDim, `the tensor does not have ${variables} variables`);
    const isRight = scaleDegree !== null && scaleDegree === lowerDegree(problem);
    require(isRight, "the scale degree is not the one that counts");
  }
  // The directions of points on the sphere are general, the points (x, 1) are only independent.
  const areGeneral = !problem.sphere || variables === problem.inputDim || theorem === "jennrich";
  require(areGeneral, "points on the sphere are not general");
  for (const [holds, hypothesis] of hypotheses(theorem, { v: variables!, p, n: problem.samples, C: problem.outputs })) {
    require(holds, `the theorem ${theorem} needs ${hypothesis}`);
  }
}

/** Variables, degree, terms, outputs. */
type Tensor = Readonly<Record<"v" | "p" | "n" | "C", number>>;

/** The hypotheses of the theorems on one tensor of general terms. */
function hypotheses(theorem: TensorTheorem, { v, p, n, C }: Tensor): readonly (readonly [boolean, string])[] {
  const isListed = (...table: readonly string[]): boolean => table.includes(`${v},${p},${n}`);
  return {
    jennrich: [
      [p >= 3 || (p === 2 && C >= 2), "degree 3, or degree 2 and two outputs"],
      [n <= v, `n ≤ ${v}`],
    ] as const,
    kruskal: [
      [p === 2 && C >= 2, "degree 2 and two outputs"],
      [Math.min(C, n) + 2 * Math.min(v, n) >= 2 * n + 2, "min(C, n) + 2 min(v, n) ≥ 2n + 2"],
    ] as const,
    subgeneric: [
      [p >= 3 && v >= 2, "degree 3 and two variables"],
      [n * v < shape.symmetricDimension(v, p), "a subgeneric number of terms"],
      [!isListed("3,6,9", "4,4,8", "6,3,9"), "a case with one decomposition"],
    ] as const,
    perfect: [[(v === 2 && p >= 3 && p === 2 * n - 1) || isListed("4,3,5", "3,5,7"), "a perfect case"]] as const,
  }[theorem];
}

/**
 * T_s … T_p determine T_0 … T_{s−1}, and all of them together are one tensor in d + 1 variables:
 * proofs/number-of-solutions.md.
 */
function requireLowMoments(problem: Problem): void {
  const { inputDim: d, samples: n, outputs: C } = problem;
  const degrees = shape.degreesSeen(problem);
  const p = degrees.at(-1)!;
  let s = p;
  while (s > 0 && degrees.includes(s - 1)) s--;
  const k = Math.floor(p / 2);
  require(C === 1 && !problem.sphere && p >= 3, "the theorem is for one output, degree 3 and general points");
  require(s >= 1 && s - 1 <= k, `the moments below T_${s} do not follow`);
  const room = shape.symmetricDimension(d + 1, k) - shape.symmetricDimension(d + 1, s - 1);
  require(n <= room, `the moments below T_${s} follow for at most ${room} samples`);
  const tensor = { v: d + 1, p, n, C };
  const isUnique = TENSOR_THEOREMS.some((theorem) => hypotheses(theorem, tensor).every(([holds]) => holds));
  require(isUnique, `a tensor of degree ${p} in ${d + 1} variables with ${n} terms is not known to be unique`);
}

/** Theorems on the tangent spaces at n + 1 or n samples, whose full rank is a step of its own. */
function requireTangents(problem: Problem, theorem: (typeof TANGENT_THEOREMS)[number], dataSide: FullRank): void {
  const count = problem.samples + (theorem === "hessian" ? 0 : 1);
  const { matrix, point } = dataSide;
  require(matrix === "data-side" && point.samples.length === count, `should use the data side of ${count} samples`);
  require(!problem.sphere, "points on the sphere are not general");
  if (theorem === "hessian") requireHessians(problem, dataSide);
  else requireMassarentiMella(problem, count);
}

function requireMassarentiMella(problem: Problem, count: number): void {
  const degrees = shape.degreesSeen(problem);
  const { outputs, inputDim } = problem;
  require(degrees.at(-1)! >= 3 || (degrees.at(-1) === 2 && outputs >= 2), "Massarenti–Mella needs degree 3");
  require(outputs >= 2 || degrees.filter((l) => l >= 1).length >= 2, "the Gauss map may be degenerate");
  const fits = count * shape.momentsPerSample(problem, inputDim) <= shape.momentCount(problem, inputDim);
  require(fits, "n + 1 samples do not fit into the moments");
}

/**
 * Requires that the linear forms L that vanish on the tangent spaces at n samples touch the variety of single samples in
 * isolated points: their Hessians in (g, x) at the first sample have no common kernel beyond the cone and the scale.
 *
 * A rank that is full modulo a prime is full in general, and then the forms found are those over ℚ reduced modulo the
 * prime: proofs/decomposition.md, section Hessian criterion.
 */
function requireHessians(problem: Problem, { field, point }: FullRank): void {
  const { inputDim: d, outputs: C, samples: n } = problem;
  require(!shape.hasSideInformation(problem), "the Hessian criterion is used without side information");
  const count = shape.momentCount(problem, d);
  const room = count - n * shape.momentsPerSample(problem, d);
  require(room > 0 && count <= LARGEST_MOMENTS, `${count} moments: too few, or not checked`);
  const moments = listMoments(problem, d);
  const byMoment = dataSideRows({ problem, field, point, inputDim: d });
  const tangents = list(n * (d + C), (unknown) => byMoment.map((row) => row(unknown)));
  const forms = nullspace(field, tangents, count);
  require(forms.length === room, `${forms.length} forms vanish on the tangents, not ${room}`);
  // Second derivatives of g_c x^α at the first sample.
  const { x, g } = point.samples[0]!;
  const powers = powersOf(field, x, shape.degreeOf(problem));
  const second = ({ output, monomial }: Moment, low: number, high: number): number => {
    if (high < C) return 0;
    if (low < C) return low === output ? monomialValue(field, powers, monomial, [high - C]) : 0;
    return field.multiply(g[output]!, monomialValue(field, powers, monomial, [low - C, high - C]));
  };
  const seconds = list(C + d, (a) =>
    list(C + d, (b) => moments.map((moment) => second(moment, Math.min(a, b), Math.max(a, b)))),
  );
  const hessians = forms.flatMap((form) => seconds.map((row) => row.map((entries) => dot(field, form, entries))));
  const found = C + d - nullspace(field, hessians, C + d).length;
  const needed = shape.momentsPerSample(problem, d) - 1;
  require(found === needed, `the Hessians have rank ${found}, and ${needed} is needed`);
}
