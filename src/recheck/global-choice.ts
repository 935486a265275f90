import { powersAt } from "./global-forms.ts";
import { boolean, double, type Fields, integer, listOf, orNull, reject, require, word } from "./json.ts";
import type { Problem } from "./problem.ts";
import { approximateLeftInverse } from "./regular.ts";

/** The choices of a `global-error`. */
export interface Choice {
  readonly route: "kernel" | "moments";
  readonly output: number;
  readonly rowDegree: number;
  readonly columnDegree: number;
  readonly degree: number;
  readonly isDirect: boolean;
  /** Zeros where no factor is left over. */
  readonly eta: readonly number[];
  readonly scaleDegree: number | null;
}

const LARGEST_DEGREE = 12;

export function readChoice(fields: Fields, { outputs }: Problem, variables: number): Choice {
  const positive = integer(1, LARGEST_DEGREE);
  const [rowDegree, columnDegree] = [fields.read("rowDegree", positive), fields.read("columnDegree", positive)];
  const degree = fields.read("degree", positive);
  const isDirect = fields.read("direct", boolean);
  const eta = fields.read("eta", orNull(listOf(double, variables)));
  const isUsed = !isDirect || degree > rowDegree + columnDegree;
  require((eta !== null) === isUsed, "eta: null if and only if no factor is left over");
  return {
    route: fields.read("route", word(["kernel", "moments"])),
    output: fields.read("output", integer(0, outputs - 1)),
    ...{ rowDegree, columnDegree, degree, isDirect },
    eta: eta ?? new Array<number>(variables).fill(0),
    scaleDegree: fields.read("scaleDegree", orNull(positive)),
  };
}

/**
 * Requires the degrees that docs/certificates.md asks for.
 *
 * @param seen - degrees of the f for which the functional is known
 */
export function requireDegrees(choice: Choice, seen: readonly number[], gauge: readonly string[]): void {
  const { route, rowDegree, columnDegree, degree, isDirect, scaleDegree } = choice;
  require(route === "moments" || columnDegree === 1, "columnDegree: is 1 for the kernel");
  const surplus = degree - rowDegree - columnDegree;
  require(surplus >= (isDirect ? 0 : 1), `degree: ${degree} leaves no room for the forms`);
  require(seen.includes(degree), `degree: ${degree} is not seen`);
  require(!isDirect || seen.includes(degree + 1), `degree: ${degree + 1} is not seen`);
  const isNull = isDirect || gauge.includes("scale");
  require((scaleDegree === null) === isNull, "scaleDegree: null if scales are gauge or not open");
  if (scaleDegree === null) return;
  require(scaleDegree !== degree && scaleDegree >= columnDegree, "scaleDegree: another degree, columnDegree at least");
  require(seen.includes(scaleDegree), `scaleDegree: ${scaleDegree} is not seen`);
  const isOpen = (scaleDegree - degree) % 2 === 0;
  require(!isOpen || gauge.includes("sign"), "scaleDegree: the signs stay open");
}

/** Forms ℓ_h with ℓ_h(x_i) ≈ δ_hi of one degree: a choice about which nothing is shown. */
export function approximateDual(points: readonly (readonly number[])[], degree = 1): Float64Array[] {
  const powers = points.map((x) => powersAt(x, degree));
  const matrix = powers[0]!.map((_, k) => Float64Array.from(powers, (power) => power[k]!));
  require(matrix.length >= points.length, `rowDegree, columnDegree: ${degree} has too few monomials`);
  return approximateLeftInverse(matrix, points.length) ?? reject("the printed points are dependent");
}
