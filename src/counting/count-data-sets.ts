import { realRing } from "../algebra/ring.ts";
import { hermiteMatrix } from "../equations/hermite.ts";
import { type EquationShape, momentColumnCount, momentDegrees } from "../equations/shape.ts";
import { InternalError, ResourceLimitError } from "../errors.ts";
import { createRandom, type Random } from "../random.ts";
import { type Complex, complexZeros, orthonormalRows } from "./complex-linear.ts";
import { type FibreSearch, searchFibre } from "./fibre-search.ts";
import { hasFiniteFibre } from "./finite-fibre.ts";
import { type KnownCount, knownCount } from "./known-counts.ts";
import { type MacaulayBound, macaulayBound } from "./macaulay-bound.ts";
import { createMomentFibre, type MomentFibre } from "./moment-fibre.ts";

/** Options of {@link countDataSets}. */
export interface CountOptions {
  readonly seed: number;
  /** The fibre of the moments (unlimited width), or of the equations of `shape.width` general neurons. */
  readonly level: "moments" | "equations";
  /** Independent closed loops of monodromy after which nothing new is expected. */
  readonly maxLoops: number;
  /** Whether theorems may give the count and end the search. */
  readonly useTheorems: boolean;
  /** Most entries of a Macaulay matrix; 0 leaves the upper bound out. */
  readonly maxMacaulayEntries: number;
  readonly shouldStop: () => boolean;
  readonly onProgress: (found: number, loops: number) => void;
}

const DEFAULTS: CountOptions = {
  seed: 1,
  level: "moments",
  maxLoops: 36,
  useTheorems: true,
  maxMacaulayEntries: 4e6,
  shouldStop: () => false,
  onProgress: () => undefined,
};

/** Outcome of {@link countDataSets}. */
export interface DataSetCount extends FibreSearch {
  /** Data sets over C up to permutation and gauge: all of them, or at least so many; null for a continuum. */
  readonly count: number | null;
  readonly status: "exact" | "at-least" | "continuum";
  readonly proof: "known-count" | "macaulay-bound" | null;
  /** The theorem behind a known count. */
  readonly theorem: string | null;
  readonly macaulay: MacaulayBound | null;
}

const MOST_MOMENTS = 1500;

/**
 * How many data sets solve the equations of a general instance, over C, up to permutation and gauge.
 *
 * Monodromy in double precision finds them from one random real data set; what it finds is numerical evidence for "at
 * least". "exact" needs an upper bound: a theorem, or a Macaulay matrix modulo a prime.
 *
 * @throws {@link ResourceLimitError} for more than 1500 moments
 * Source: proofs/number-of-solutions.md
 */
export function countDataSets(
  shape: EquationShape,
  samples: number,
  options: Partial<CountOptions> = {},
): DataSetCount {
  const settings = { ...DEFAULTS, ...options };
  const moments = momentColumnCount(shape);
  if (moments > MOST_MOMENTS) throw new ResourceLimitError(`moments: expected at most ${MOST_MOMENTS}, got ${moments}`);
  if (!hasFiniteFibre(shape, samples, settings)) return CONTINUUM;
  const random = createRandom(settings.seed, 40);
  const degrees = momentDegrees(shape);
  const fibre = createMomentFibre(shape, degrees, samples, random);
  const equations = equationRows(shape, fibre, settings, random);
  const momentsKnown = equations.re.length === moments ** 2;
  const known = settings.useTheorems && momentsKnown ? knownCount(shape, samples) : null;
  const macaulay = known === null ? upperBound(shape, samples, fibre, settings) : null;
  const upper = known?.count ?? macaulay?.count ?? null;
  const search = searchFibre({ fibre, degrees, equations, settings, random, upper });
  return { ...search, ...conclude(search.dataSets.length, known, macaulay) };
}

type Conclusion = Omit<DataSetCount, keyof FibreSearch>;

function conclude(found: number, known: KnownCount | null, macaulay: MacaulayBound | null): Conclusion {
  if (known !== null) {
    if (found > known.count)
      throw new InternalError(`found ${found} data sets, but ${known.theorem} allows ${known.count}`);
    return { count: known.count, status: "exact", proof: "known-count", theorem: known.theorem, macaulay };
  }
  const exact = found === macaulay?.count;
  const proof = exact ? "macaulay-bound" : null;
  return { count: found, status: exact ? "exact" : "at-least", proof, theorem: null, macaulay };
}

const CONTINUUM: DataSetCount = {
  count: null,
  status: "continuum",
  proof: null,
  theorem: null,
  macaulay: null,
  dataSets: [],
  real: 0,
  squareSolutions: 0,
  loops: 0,
  paths: 0,
  failedPaths: 0,
  finished: true,
};

function upperBound(
  shape: EquationShape,
  samples: number,
  { rootOrder }: MomentFibre,
  { level, seed, maxMacaulayEntries, shouldStop }: CountOptions,
): MacaulayBound | null {
  return macaulayBound({ shape, samples, level, rootOrder, seed, maxEntries: maxMacaulayEntries, shouldStop });
}

/** Orthonormal rows that span the equations, over the scaled moments. */
function equationRows(
  shape: EquationShape,
  { moments, weights, unknowns }: MomentFibre,
  { level }: CountOptions,
  random: Random,
): Complex {
  if (level === "moments") {
    const identity = complexZeros(moments * moments);
    for (let k = 0; k < moments; k++) identity.re[k * moments + k] = 1;
    return identity;
  }
  const { inputDim: d, width: m, outputs, bias } = shape;
  const normals = (length: number): number[] => Array.from({ length }, () => random.normal());
  const shifts = bias === "none" ? new Array<number>(m).fill(0) : normals(m);
  const nodes = { weights: normals(m * d), bias: shifts, output: normals(outputs * m) };
  const { entries } = hermiteMatrix(realRing, shape, nodes);
  const rows = {
    re: Float64Array.from(entries, (h, at) => h / weights[at % moments]!),
    im: new Float64Array(entries.length),
  };
  const basis = orthonormalRows(rows, moments, moments);
  if (basis.re.length < unknowns * moments) throw new InternalError("fewer independent equations than unknowns");
  return basis;
}
