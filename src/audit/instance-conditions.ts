import { fromNumber, type Rational } from "../algebra/rational.ts";
import { type EquationShape, equationsPerNeuron } from "../equations/shape.ts";
import { givenNodesRank } from "../identifiability/ranks/given-nodes.ts";
import type { Condition, Gauge } from "../identifiability/result.ts";
import { type FittedData, freeDirections, type Witness } from "./fitted-data.ts";
import type { InstanceQuestion, NetworkEvidence } from "./network-evidence.ts";
import { EARLY_STOP, stationarityOf } from "./stationarity.ts";

interface Findings {
  readonly question: InstanceQuestion;
  readonly evidence: NetworkEvidence;
  readonly data: FittedData | null;
  readonly witness: Witness | null;
  readonly given: boolean;
}

/** Every condition that was looked at for one network, in the order in which they are argued. */
export function instanceConditions(findings: Findings): Condition[] {
  return [
    stationaryWithin(findings),
    distinctNeurons(findings),
    counting(findings),
    spanOfSamples(findings),
    nodesDetermineMoments(findings),
    givenNodes(findings),
    catalecticant(findings),
    scalesFixed(findings),
    kernel(findings),
    dataSetFits(findings),
    jacobianFullRank(findings),
    secondDataSet(findings),
  ].filter((condition) => condition !== null);
}

const numerical = (condition: Omit<Condition, "basis">): Condition => ({ ...condition, basis: "numerical" });
const shown = (value: number): string => value.toExponential(1);

function stationaryWithin({ question, evidence }: Findings): Condition {
  const what = question.setting === "kkt" ? "an exact stationary point" : "exact arithmetic";
  return numerical({
    id: "weights-within-rho",
    status: "unknown",
    statement: `assumed: the numbers of the file differ from ${what} by at most ρ = ${shown(evidence.stationarityError)} of the largest entry of their tensor (half an ulp of the file: ${shown(evidence.equations.unitRoundoff)})`,
    reference: "proofs/error-bound.md",
    numbers: { rho: evidence.stationarityError, unitRoundoff: evidence.equations.unitRoundoff },
  });
}

function distinctNeurons({ evidence, question }: Findings): Condition {
  const { distinct, inactive, tolerance, largestMerged, smallestSeparate } = evidence.neurons;
  const all = distinct === question.network.width;
  return numerical({
    id: "distinct-neurons",
    status: all ? "holds" : "fails",
    statement: all
      ? `all ${distinct} neurons are active and pairwise distinct`
      : `of ${question.network.width} neurons only ${distinct} are active and distinct; the others repeat their equations`,
    reference: "proofs/distinct-neurons.md",
    numbers: { distinct, inactive, tolerance, largestMerged, smallestSeparate },
  });
}

function counting({ question, evidence }: Findings): Condition {
  const { equations, neurons, gaugeDimension } = evidence;
  const { shape } = equations.system;
  const available =
    neurons.distinct * equationsPerNeuron(shape) + (shape.trained.has("output-bias") ? shape.outputs : 0);
  const needed = question.samples * (shape.inputDim + shape.outputs) - gaugeDimension;
  const enough = available >= needed;
  return numerical({
    id: "counting",
    status: enough ? "holds" : "fails",
    statement: enough
      ? `${available} equations of distinct neurons against ${needed} unknowns beyond the gauge`
      : `${available} equations of distinct neurons cannot determine ${needed} unknowns: over the complex numbers every solution lies in a continuum`,
    reference: "proofs/counting.md",
    numbers: { equations: available, unknowns: needed },
  });
}

function spanOfSamples({ question, evidence }: Findings): Condition | null {
  const { spectrum } = evidence;
  if (spectrum === null) return null;
  const least = Math.min(question.samples, question.network.inputDim);
  const full = spectrum.rank === least;
  return numerical({
    id: "known-side-spans-samples",
    status: full ? "holds" : "fails",
    statement: full
      ? `the known side has rank ${spectrum.rank} = min(n, d): its row space is the span of the samples`
      : spectrum.rank < least
        ? `the known side has rank ${spectrum.rank} < min(n, d) = ${least}: directions of the samples are missing, or there are fewer samples`
        : `the known side has rank ${spectrum.rank} > n = ${question.samples}: ${question.samples} samples cannot produce these weights`,
    reference: "proofs/reduction.md",
    numbers: {
      rank: spectrum.rank,
      samples: question.samples,
      tolerance: spectrum.tolerance,
      singularValues: Array.from(spectrum.singularValues.subarray(0, least + 1)),
    },
  });
}

function nodesDetermineMoments({ evidence: { moments } }: Findings): Condition | null {
  if (moments === null) return null;
  const { rank, columns, determined } = moments;
  const status = determined ? "holds" : rank.clear ? "fails" : "unknown";
  return numerical({
    id: "nodes-determine-moments",
    status,
    statement: determined
      ? `the Hermite matrix has full column rank ${columns}: the nodes determine every moment tensor`
      : `the Hermite matrix has numerical rank ${rank.rank} of ${columns}${rank.clear ? "" : ", without a clear gap"}`,
    reference: "proofs/interpolation.md",
    numbers: {
      rank: rank.rank,
      columns,
      tolerance: rank.tolerance,
      smallestKept: rank.smallestKept,
      largestDropped: rank.largestDropped,
      singularValues: Array.from(rank.singularValues),
    },
  });
}

/**
 * In `ntk` and `gradient` the nodes are the file's numbers themselves, so their rank is decided exactly. In `kkt` the
 * stored numbers are near the nodes only, and an exact rank would say nothing.
 */
function givenNodes({ question, evidence }: Findings): Condition | null {
  if (question.setting === "kkt") return null;
  const { shape, weights, bias, output } = evidence.equations.system;
  const exact = (values: Float64Array): Rational[] => Array.from(values, (value) => fromNumber(value));
  const nodes = { weights: exact(weights), bias: exact(bias), output: exact(output) };
  const found = givenNodesRank(shape, nodes, question.seed);
  if (found === null) return null;
  const { rank, columns, prime } = found;
  const full = rank === columns;
  return {
    id: "given-nodes",
    status: full ? "holds" : "unknown",
    basis: "probable",
    statement: full
      ? `the file's own nodes, taken exactly, determine all ${columns} moment coordinates: rank ${rank} modulo ${prime}`
      : `the file's own nodes, taken exactly, give rank ${rank} of ${columns} moment coordinates modulo ${prime}, before any reduction to the span of the samples`,
    reference: "proofs/interpolation.md, section Given nodes",
    numbers: { rank, columns, prime },
  };
}

function catalecticant({ question, evidence: { moments } }: Findings): Condition | null {
  const flattening = moments?.catalecticant;
  if (flattening === null || flattening === undefined) return null;
  const n = question.samples;
  const holds = flattening.rank === n && flattening.clear && n <= Math.min(...flattening.shape);
  return numerical({
    id: "catalecticant",
    status: holds ? "holds" : flattening.clear && flattening.rank > n ? "fails" : "unknown",
    statement: holds
      ? `the ${flattening.shape.join("×")} flattening of the top moment tensor has rank n = ${n}: its decomposition into n terms is unique`
      : `the ${flattening.shape.join("×")} flattening of the top moment tensor has rank ${flattening.rank}, n = ${n}`,
    reference: "proofs/catalecticant.md",
    numbers: {
      rank: flattening.rank,
      tolerance: flattening.tolerance,
      singularValues: Array.from(flattening.singularValues.subarray(0, n + 1)),
    },
  });
}

/** Given a unique T_p, a second degree a ≥ k of D (or any moment degree with a bias) fixes the scale of every sample. */
function scalesFixed({ evidence }: Findings): Condition | null {
  const { shape } = evidence.equations.system;
  const flattening = evidence.moments?.catalecticant;
  if (flattening === null || flattening === undefined) return null;
  const p = shape.activation.degree;
  const degrees = shape.bias === "none" ? shape.activation.support : Array.from({ length: p }, (_, k) => k + 1);
  const second = degrees.filter((a) => a < p && a >= flattening.k);
  const gauged = evidence.gauge.symmetries.includes("scale");
  const odd = second.some((a) => (p - a) % 2 === 1) || evidence.gauge.symmetries.includes("sign");
  const fixed = flattening.lifted || gauged || (second.length > 0 && odd);
  return numerical({
    id: "scales-fixed",
    status: fixed ? "holds" : "unknown",
    statement: flattening.lifted
      ? "the points (x, 1) of the tensor end in 1: scale and sign of every sample are fixed"
      : gauged
        ? "one monomial: scales are gauge"
        : fixed
          ? `degree ${second[0]} of the activation fixes the scale of every sample`
          : "no second degree is known to fix every scale and sign",
    reference: "proofs/catalecticant.md",
    numbers: { degrees: second },
  });
}

/** What the hidden equations alone cannot tell without a bias: scales for one monomial, signs for degrees of one parity. */
function hiddenAmbiguity({ activation: { support }, bias }: EquationShape): Gauge[] {
  if (bias !== "none") return [];
  const scale: Gauge[] = support.length === 1 ? ["scale"] : [];
  const sign: Gauge[] = support.every((k) => (k - support[0]!) % 2 === 0) ? ["sign"] : [];
  return [...scale, ...sign];
}

function kernel({ evidence, question }: Findings): Condition {
  const { kernel: criterion } = evidence;
  const numbers = {
    rows: criterion.rows,
    columns: criterion.columns,
    nullity: criterion.nullity,
    smallestKept: criterion.rank?.smallestKept ?? null,
    largestDropped: criterion.rank?.largestDropped ?? null,
  };
  const common = { id: "kernel-criterion", reference: "proofs/kernel-criterion.md", numbers } as const;
  if (!criterion.applies) {
    return numerical({
      ...common,
      status: "unknown",
      statement: `the kernel criterion does not apply: ${criterion.obstacle}`,
    });
  }
  const ambiguity = hiddenAmbiguity(evidence.equations.system.shape);
  const unbroken = ambiguity.filter((symmetry) => !evidence.gauge.symmetries.includes(symmetry));
  if (criterion.holds && unbroken.length > 0) {
    const statement = `kernel criterion: nullity ${criterion.nullity} = rank G = n decides up to ${unbroken.join(" and ")}, which another equation may fix for some samples only`;
    return numerical({ ...common, status: "unknown", statement });
  }
  return numerical({
    ...common,
    status: criterion.holds ? "holds" : "unknown",
    statement: criterion.holds
      ? `kernel criterion: nullity ${criterion.nullity} = rank G = n: at most one data set of ${question.samples} samples solves the equations`
      : `kernel criterion: nullity ${criterion.nullity} against n = ${question.samples}${criterion.rank?.clear === true ? "" : ", without a clear gap"}`,
  });
}

function dataSetFits({ question, evidence, data, given }: Findings): Condition {
  const subject = given ? "the given data" : `a data set of ${question.samples} samples`;
  const fits = data?.reachedFloor === true;
  return numerical({
    id: "data-set-fits",
    status: fits ? "holds" : "unknown",
    statement: fits
      ? `${subject} solves the equations to their rounding floor`
      : data === null
        ? "no data set was looked for: too many unknowns, or no time left"
        : `${subject} leaves a residual of ${shown(data.point.relativeResidual)}, above the floor ${shown(data.residualFloor)}${earlyStop(data, evidence)}`,
    reference: "proofs/error-bound.md",
    numbers: { relativeResidual: data?.point.relativeResidual ?? null, residualFloor: data?.residualFloor ?? null },
  });
}

/** What the residual means if the data are right and training stopped early; nothing where it is too large for that. */
function earlyStop(data: FittedData, evidence: NetworkEvidence): string {
  const { distance, roundoffs, boundFactor, neededPrecision } = stationarityOf(data, evidence);
  if (distance > EARLY_STOP || neededPrecision === null) return "";
  return `; if these are the data, the weights are ${shown(distance)} from stationary, relative, ${shown(roundoffs)} times the rounding of the file, and every error bound is ${shown(boundFactor)} times that of exact weights (--weight-precision ${neededPrecision} accepts that)`;
}

function jacobianFullRank({ question, evidence, data }: Findings): Condition | null {
  if (data === null || !data.reachedFloor) return null;
  const { errors } = data;
  const free = freeDirections(data, evidence);
  const found = `the Jacobian at the data has rank ${errors.rank} of ${errors.unknowns}`;
  const meaning = {
    holds: "the data set is isolated up to the gauge",
    fails: `${free} directions beyond the gauge change no equation to first order`,
    unknown:
      errors.absent > 0
        ? `the multiplier of ${errors.absent} of the ${question.samples} samples vanishes against rounding, so they left no trace, or there are fewer samples`
        : `${free} directions are lost in the rounding of the weights, without a clear gap`,
  };
  const status = free === 0 ? "holds" : errors.clear ? "fails" : "unknown";
  return numerical({
    id: "jacobian-full-rank",
    status,
    statement: `${found}: ${meaning[status]}`,
    reference: "proofs/local-rank.md",
    numbers: {
      rank: errors.rank,
      unknowns: errors.unknowns,
      tolerance: errors.rankTolerance * (errors.singularValues[0] ?? 0),
      largestDropped: errors.singularValues[errors.rank] ?? null,
      singularValues: Array.from(errors.singularValues),
    },
  });
}

function secondDataSet({ witness }: Findings): Condition | null {
  if (witness === null) return null;
  return numerical({
    id: "second-data-set",
    status: "holds",
    statement: `a second data set solves the same equations, ${(100 * witness.distance).toFixed(0)} % away; ${witness.continuumDimension} directions were free to first order`,
    reference: "proofs/null-space-walk.md",
    numbers: {
      distance: witness.distance,
      leastMove: witness.leastMove,
      continuumDimension: witness.continuumDimension,
      relativeResiduals: [...witness.relativeResiduals],
    },
  });
}
