import { list } from "./equations.ts";
import { approximateDual, type Choice, readChoice, requireDegrees } from "./global-choice.ts";
import { type JointEigenvalue, requireJointEigenvalues, sizeOf } from "./global-discs.ts";
import { type Form, formOf, multiplyForms, powerOf, timesCoordinate, timesNumber, valueAt } from "./global-forms.ts";
import { type Functional, openFunctional, type Polynomial, valuesOf } from "./global-functional.ts";
import { alongEigenvector, rootSizes } from "./global-scale.ts";
import { type FrameView, wholeSpace } from "./instance-space.ts";
import { exactly, INTERVALS, type Interval, up } from "./intervals.ts";
import { double, listOf, orNull, require } from "./json.ts";
import { nearestDouble } from "./numbers.ts";
import { encloseSolution, type LeftInverse, requireFullColumnRank } from "./regular.ts";
import { gaugeOf } from "./shape.ts";
import type { Checked, Fact, Step } from "./steps.ts";

const { add, multiply } = INTERVALS;
const minus = (value: Interval, number: number): Interval => add(value, exactly(-number));

/** Everything about the n printed samples in v coordinates. */
interface Printed {
  /** In the file's coordinates, n×d, and in those of the functional, n×v, there up to rounding. */
  readonly points: readonly (readonly number[])[];
  readonly local: readonly (readonly number[])[];
  /** V, or null. */
  readonly vectors: FrameView["vectors"] | null;
  readonly gauge: readonly string[];
}

/** Every data set of every system of the box is within stated distances of the printed one: proofs/global-error.md. */
export function checkGlobalError(step: Step): Checked {
  const { problem, system } = step;
  const fields = step.fields(
    "route",
    "output",
    "rowDegree",
    "columnDegree",
    "degree",
    "direct",
    "eta",
    "scaleDegree",
    "errors",
    "multiplierErrors",
  );
  const { data, frame } = usedBy(step);
  const view = frame ?? wholeSpace(problem, system);
  const choice = readChoice(fields, problem, view.inputDim);
  const functional = openFunctional(problem, system, view, choice.route);
  const gauge = gaugeOf(problem);
  requireDegrees(choice, functional.degrees, gauge);
  const points = data.map(({ x }) => x.map(nearestDouble));
  const vectors = frame?.vectors ?? null;
  const printed = { points, local: vectors === null ? points : coordinatesIn(vectors, points), vectors, gauge };
  const pencil = openPencil(functional, printed.local, choice);
  const samples = requireJointEigenvalues(pencil, printed.local);
  const located = samples.map((sample, h) => locate(pencil, { sample, h }, printed, choice));
  const errors = fields.read("errors", listOf(double, problem.samples));
  for (const [h, moves] of located.entries()) {
    const distance = distanceOf(moves, printed, h);
    require(errors[h]! >= distance, `errors: sample ${h} may be ${distance} away`);
  }
  const boxes = located.map((moves, h) => moves.map((move, e) => add(exactly(printed.local[h]![e]!), move)));
  const multiplierErrors = fields.read("multiplierErrors", orNull(listOf(double, problem.samples)));
  require((multiplierErrors === null) === gauge.includes("scale"), "multiplierErrors: null where scales are gauge");
  if (multiplierErrors !== null) {
    const multipliers = data.map(({ g }) => g.map(nearestDouble));
    const found = multiplierDistances(functional, pencil, boxes, multipliers);
    for (const [i, distance] of found.entries()) {
      require(multiplierErrors[i]! >= distance, `multiplierErrors: sample ${i} may be ${distance} away`);
    }
  }
  const sentence =
    `Every data set of ${problem.samples} samples that solves some system within ρ = ${system.rho} has its points ` +
    `within ${Math.max(...errors)} of those given.`;
  return [{ is: "global-error", data, errors, multiplierErrors }, sentence];
}

/** A data set that fits, and then perhaps a frame. */
function usedBy({ used }: Step): {
  readonly data: Extract<Fact, { is: "data-fits" }>["data"];
  readonly frame: FrameView | null;
} {
  const [first, second] = used;
  require(first?.is === "data-fits" && used.length <= 2, "should use a data-fits, then at most an instance-frame");
  if (second === undefined) return { data: first.data, frame: null };
  require(second.is === "instance-frame", "should use a data-fits, then at most an instance-frame");
  return { data: first.data, frame: second.view };
}

/** Coordinates of the printed points, in doubles: a choice. */
function coordinatesIn(vectors: FrameView["vectors"], points: readonly (readonly number[])[]): number[][] {
  const middle = vectors.map((row) => row.map(({ low, high }) => low + (high - low) / 2));
  const dual = approximateDual(middle);
  return points.map((x) => dual.map((row) => row.reduce((sum, value, e) => sum + value * x[e]!, 0)));
}

/** The matrices M_e near the printed values, and what scales and multipliers are computed from. */
interface Pencil {
  readonly printed: readonly (readonly number[])[];
  readonly differences: readonly (readonly (readonly Interval[])[])[];
  readonly rowForms: readonly Form[];
  /** ℓ_h η^s and r_j. */
  readonly below: readonly Form[];
  readonly columnForms: readonly Form[];
  /** (Λ(f r_j))_j·N₀⁻¹. */
  readonly rowOf: (f: Form) => Interval[];
}

function openPencil(functional: Functional, points: Printed["local"], choice: Choice): Pencil {
  const v = points[0]!.length;
  const { output, rowDegree, columnDegree, degree, isDirect } = choice;
  const eta = formOf(choice.eta, v, 1);
  const surplus = degree - rowDegree - columnDegree;
  const rowForms = approximateDual(points, rowDegree).map((row) => formOf(row, v, rowDegree));
  const below = rowForms.map((form) => multiplyForms(form, powerOf(eta, surplus)));
  const single = below.map((form): Polynomial => [form]);
  const columnForms = columnFormsFor(functional, points, single, choice);
  const denominator = valuesOf(functional, output, single, columnForms);
  const transposed = denominator.map((_, j) => denominator.map((row) => row[j]!));
  const left = requireFullColumnRank(transposed, "the denominator of the pencil");
  const above = rowForms.map((form) => multiplyForms(form, powerOf(eta, isDirect ? surplus : surplus - 1)));
  const printed = points.map((x) => {
    const scale = isDirect ? 1 : pairing(choice.eta, x);
    return x.map((value) => value / scale);
  });
  const differences = list(v, (e) => {
    const shifted = above.map((form, h): Polynomial => {
      const [upper, lower] = [timesCoordinate(form, e), timesNumber(below[h]!, -printed[h]![e]!)];
      return isDirect ? [upper, lower] : [sumOf(upper, lower)];
    });
    return valuesOf(functional, output, shifted, columnForms).map((row) => fromRight(left, row));
  });
  const rowOf = (f: Form): Interval[] => fromRight(left, valuesOf(functional, output, [[f]], columnForms)[0]!);
  return { printed, differences, rowForms, below, columnForms, rowOf };
}

/** row·N₀⁻¹. */
const fromRight = (left: LeftInverse, row: readonly Interval[]): Interval[] =>
  encloseSolution(left, row, "a row of the pencil");

const pairing = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, c, e) => sum + c * b[e]!, 0);

const sumOf = (a: Form, b: Form): Form => ({
  ...a,
  coefficients: a.coefficients.map((value, k) => add(value, b.coefficients[k]!)),
});

/** Forms r_j dual to the points, divided by the diagonal that they give: then the denominator is near the unit matrix. */
function columnFormsFor(
  functional: Functional,
  points: Printed["local"],
  rows: readonly Polynomial[],
  { output, columnDegree }: Choice,
): Form[] {
  const v = functional.variables;
  return approximateDual(points, columnDegree).map((row, j) => {
    const form = formOf(row, v, columnDegree);
    const { low, high } = valuesOf(functional, output, [rows[j]!], [form])[0]![0]!;
    const middle = low + (high - low) / 2;
    const scaled = row.map((value) => (middle === 0 ? value : value / middle));
    return formOf(scaled, v, columnDegree);
  });
}

/** x − x̂_h in the coordinates of the functional, after the best sign or scale where these are gauge. */
function locate(
  pencil: Pencil,
  { sample, h }: { readonly sample: JointEigenvalue; readonly h: number },
  { local, gauge }: Printed,
  { isDirect, eta, degree, columnDegree, scaleDegree }: Choice,
): readonly Interval[] {
  if (isDirect) return sample.deviations;
  const direction = sample.deviations.map((deviation, e) => add(exactly(pencil.printed[h]![e]!), deviation));
  const printedScale = pairing(eta, local[h]!);
  const scaled = (scale: Interval): Interval[] => direction.map((u, e) => minus(multiply(u, scale), local[h]![e]!));
  if (scaleDegree === null) return scaled(exactly(printedScale));
  const row = pencil.rowOf(powerOf(formOf(eta, eta.length, 1), scaleDegree - columnDegree));
  const power = multiply(alongEigenvector(row, sample.components, h), valueAt(pencil.rowForms[h]!, direction));
  const { size, sign } = rootSizes(power, scaleDegree - degree);
  require(sign !== 0 || gauge.includes("sign"), "scaleDegree: the signs stay open");
  const isNegative = gauge.includes("sign") ? printedScale < 0 : sign < 0;
  return scaled(isNegative ? { low: -size.high, high: -size.low } : size);
}

/** An upper bound of ‖x − x̂_h‖. */
function distanceOf(moves: readonly Interval[], { points, local, vectors }: Printed, h: number): number {
  const differences =
    vectors === null
      ? moves
      : points[h]!.map((value, e) => {
          const terms = moves.map((move, i) => multiply(add(exactly(local[h]![i]!), move), vectors[i]![e]!));
          return minus(terms.reduce(add), value);
        });
  const square = differences.reduce((sum, entry) => up(sum + up(sizeOf(entry) * sizeOf(entry))), 0);
  return up(up(Math.sqrt(square)));
}

/** Bounds of |g_ic − ĝ_ic| over the outputs: Σ_i g_ic f_h(x_i) = Λ_c(f_h) with f_h = ℓ_h r_h η^s. */
function multiplierDistances(
  functional: Functional,
  { below, columnForms }: Pencil,
  boxes: readonly (readonly Interval[])[],
  multipliers: readonly (readonly number[])[],
): number[] {
  const matrix = below.map((form, h) => boxes.map((x) => multiply(valueAt(form, x), valueAt(columnForms[h]!, x))));
  const left = requireFullColumnRank(matrix, "the matrix of the multipliers");
  const byOutput = list(multipliers[0]!.length, (output) => {
    const sides = below.map((form, h) => valuesOf(functional, output, [[form]], [columnForms[h]!])[0]![0]!);
    return encloseSolution(left, sides, "the multipliers");
  });
  return multipliers.map((own, i) => Math.max(...own.map((g, c) => up(sizeOf(minus(byOutput[c]![i]!, g))))));
}
