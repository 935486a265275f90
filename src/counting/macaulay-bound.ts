import { hermiteMatrix } from "../equations/hermite.ts";
import { type MonomialTable, monomialsOfDegree } from "../equations/monomials.ts";
import { binomial, type EquationShape, momentDegrees } from "../equations/shape.ts";
import { primeRing, randomNodes } from "../identifiability/ranks/prime-ring.ts";
import { choosePrimes, PrimeField } from "../modular/prime-field.ts";
import { rankProfile } from "../modular/rank.ts";
import { createRandom, type Random } from "../random.ts";

/** The number of solutions modulo one prime at one random instance. */
export interface MacaulayBound {
  /** Most data sets up to permutation and gauge at this instance, over the closure of the prime field. */
  readonly count: number;
  /** Most solutions before these are identified. */
  readonly zeros: number;
  readonly degree: number;
  readonly rows: number;
  readonly cols: number;
  readonly prime: number;
}

export interface MacaulayQuestion {
  readonly shape: EquationShape;
  readonly samples: number;
  /** Whether the moments are known, or only the equations of `shape.width` neurons. */
  readonly level: "moments" | "equations";
  /** Order of the roots of unity in the gauge. */
  readonly rootOrder: number;
  readonly seed: number;
  /** Most entries of a matrix; larger ones are not built. */
  readonly maxEntries: number;
  readonly shouldStop: () => boolean;
}

/**
 * Bounds the number of data sets by Macaulay matrices of growing degree at one random instance modulo a prime, until all
 * monomials of some degree are combinations of lower ones.
 *
 * @remarks Proved for that instance modulo that prime. Over C and for general data it holds unless solutions have gone to
 * infinity or met at this instance or prime, which a random one does with small but unknown probability.
 * @returns null where the matrices grow too large first, or several outputs leave a scale gauge
 * Source: proofs/number-of-solutions.md, section "What a computed count proves"
 */
export function macaulayBound(question: MacaulayQuestion): MacaulayBound | null {
  const { shape, samples, rootOrder, seed, maxEntries, shouldStop } = question;
  const scaleGauge = momentDegrees(shape).length === 1;
  if (scaleGauge && shape.outputs > 1) return null;
  const [prime] = choosePrimes(seed, 1);
  const field = new PrimeField(prime!);
  const equations = randomEquations(field, question, createRandom(seed, 41));
  const unknowns = samples * (shape.inputDim + (scaleGauge ? 0 : shape.outputs));
  const least = Math.max(...equations.map((equation) => degreeOf(equation)));
  for (let degree = least; !shouldStop(); degree++) {
    const size = macaulaySize(equations, unknowns, degree);
    if (size.rows * size.cols > maxEntries) return null;
    const entries = macaulayMatrix(equations, unknowns, { degree, ...size });
    const { pivotColumns } = rankProfile(entries, size.rows, size.cols, field.p);
    const zeros = spanningMonomials(pivotColumns, unknowns, degree);
    if (zeros !== null) {
      const orbit = factorial(samples) * rootOrder ** samples;
      return { count: Math.floor(zeros / orbit), zeros, degree, ...size, prime: field.p };
    }
  }
  return null;
}

/**
 * The dimension of the quotient ring once some degree has only leading monomials: then the monomials of lower degree that
 * do not lead span it. Null while there is no such degree.
 */
function spanningMonomials(pivotColumns: Int32Array, unknowns: number, degree: number): number | null {
  const cols = binomial(unknowns + degree, unknowns);
  for (let t = degree; t >= 1; t--) {
    const first = cols - binomial(unknowns + t, unknowns);
    const next = cols - binomial(unknowns + t - 1, unknowns);
    const leading = pivotColumns.filter((column) => column >= first && column < next).length;
    if (leading === next - first) return cols - next - pivotColumns.filter((column) => column >= next).length;
  }
  return null;
}

/** A polynomial in the unknowns: exponents (monomial by monomial) and coefficients modulo the prime. */
interface SparsePolynomial {
  readonly exponents: readonly (readonly number[])[];
  readonly coefficients: readonly number[];
}

function degreeOf({ exponents }: SparsePolynomial): number {
  return Math.max(...exponents.map((exponent) => exponent.reduce((sum, e) => sum + e, 0)));
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}

/** The equations at random data and nodes, less their values there. Unknowns: all multipliers (if any), then all points. */
function randomEquations(
  field: PrimeField,
  { shape, samples, level }: MacaulayQuestion,
  random: Random,
): SparsePolynomial[] {
  const { inputDim: d, outputs: C } = shape;
  const degrees = momentDegrees(shape);
  const withMultipliers = degrees.length > 1;
  const unknowns = samples * (d + (withMultipliers ? C : 0));
  const truth = Array.from({ length: unknowns }, () => field.random(random));
  const tables = degrees.map((degree) => monomialsOfDegree(d, degree));
  const moments: SparsePolynomial[] = [];
  for (let c = 0; c < C; c++) {
    for (const table of tables) {
      for (let a = 0; a < table.count; a++) {
        const exponents = Array.from({ length: samples }, (_, i) => {
          const exponent = new Array<number>(unknowns).fill(0);
          if (withMultipliers) exponent[i * C + c] = 1;
          putMonomial(table, a, exponent, (withMultipliers ? samples * C : 0) + i * d);
          return exponent;
        });
        moments.push({ exponents, coefficients: exponents.map(() => 1) });
      }
    }
  }
  const combined = level === "moments" ? moments : throughNodes(field, shape, moments, random);
  return combined.map((polynomial) => withZeroAt(field, polynomial, truth));
}

function putMonomial({ starts, variables, exponents }: MonomialTable, a: number, out: number[], offset: number): void {
  for (let s = starts[a]!; s < starts[a + 1]!; s++) out[offset + variables[s]!] = exponents[s]!;
}

/** The rows of the Hermite matrix at random nodes as combinations of the moments. */
function throughNodes(
  field: PrimeField,
  shape: EquationShape,
  moments: readonly SparsePolynomial[],
  random: Random,
): SparsePolynomial[] {
  const { rows, cols, entries } = hermiteMatrix(primeRing(field), shape, randomNodes(field, shape, random));
  return Array.from({ length: rows }, (_, r) => ({
    exponents: moments.flatMap(({ exponents }) => exponents),
    coefficients: moments.flatMap(({ coefficients }, k) =>
      coefficients.map((c) => field.mul(c, entries[r * cols + k]!)),
    ),
  }));
}

/** The polynomial less its value at a point. */
function withZeroAt(
  field: PrimeField,
  { exponents, coefficients }: SparsePolynomial,
  point: readonly number[],
): SparsePolynomial {
  let value = 0;
  exponents.forEach((exponent, k) => {
    let term = coefficients[k]!;
    exponent.forEach((e, v) => {
      for (let i = 0; i < e; i++) term = field.mul(term, point[v]!);
    });
    value = field.add(value, term);
  });
  return {
    exponents: [...exponents, new Array<number>(point.length).fill(0)],
    coefficients: [...coefficients, field.sub(0, value)],
  };
}

interface MatrixSize {
  readonly rows: number;
  readonly cols: number;
}

function macaulaySize(equations: readonly SparsePolynomial[], unknowns: number, degree: number): MatrixSize {
  return {
    rows: equations.reduce((sum, equation) => sum + binomial(unknowns + degree - degreeOf(equation), unknowns), 0),
    cols: binomial(unknowns + degree, unknowns),
  };
}

/** Rows: every equation times every monomial that keeps it within the degree. Columns: monomials, highest degree first. */
function macaulayMatrix(
  equations: readonly SparsePolynomial[],
  unknowns: number,
  { degree, rows, cols }: MatrixSize & { readonly degree: number },
): Float64Array {
  const monomials: number[][] = [];
  for (let k = degree; k >= 0; k--) {
    const table = monomialsOfDegree(unknowns, k);
    for (let a = 0; a < table.count; a++) {
      const exponent = new Array<number>(unknowns).fill(0);
      putMonomial(table, a, exponent, 0);
      monomials.push(exponent);
    }
  }
  const column = new Map(monomials.map((exponent, at) => [exponent.join(), at]));
  const matrix = new Float64Array(rows * cols);
  let row = 0;
  for (const equation of equations) {
    const room = degree - degreeOf(equation);
    for (const shift of monomials) {
      if (shift.reduce((sum, e) => sum + e, 0) > room) continue;
      equation.exponents.forEach((exponent, k) => {
        const at = column.get(exponent.map((e, v) => e + shift[v]!).join())!;
        // Terms of different samples have different monomials, so no entry is written twice.
        matrix[row * cols + at] = equation.coefficients[k]!;
      });
      row++;
    }
  }
  return matrix;
}
