import { jacobianMatrix } from "../../equations/jacobian.ts";
import { equationCount, equationsPerNeuron, unknownCount } from "../../equations/shape.ts";
import { PrimeField } from "../../modular/prime-field.ts";
import { rankProfile } from "../../modular/rank.ts";
import { createRandom } from "../../random.ts";
import { gaugeDimension, gaugeOf } from "../gauge.ts";
import { primeRing, randomData, randomNodes } from "../ranks/prime-ring.ts";
import type { Decision } from "../result.ts";
import { type PartialQuestion, usablePrimes, withFreeMultipliers } from "./shape-partial.ts";

/** How far an identifiable shape is from the thresholds at which it stops being so. Null where unknown. */
export interface Slack {
  /** Neurons more than the least general width that is locally identifiable. */
  readonly neuronsBeyondLocal: number | null;
  /** Neurons more than the least width known to be globally identifiable; null unless the verdict is global. */
  readonly neuronsBeyondGlobal: number | null;
  /** More samples that this width still determines locally, proved by a nonzero minor for that many. */
  readonly samplesAtThisWidth: number | null;
  /** More samples that unlimited width determines locally. */
  readonly samplesAtAnyWidth: number | null;
}

/** Larger eliminations are left out. */
const LARGEST_WORK = 5e9;
const SLACK_STREAM = 0x736c6163;

interface SlackNumbers {
  readonly width: number;
  readonly samples: number;
  /** The most samples that this width is known to determine locally. */
  readonly mostSamples: number | null;
}

/** The slack of an identifiable shape; null for any other verdict. */
export function slackOfShape(
  question: PartialQuestion,
  decision: Pick<Decision, "verdict" | "thresholds">,
): Slack | null {
  if (!isIdentifiable(decision)) return null;
  const { shape, samples } = question;
  const most = mostSamples(withFreeMultipliers(question), decision.thresholds.sampleCapacity);
  return slackFrom(decision, { width: shape.width, samples, mostSamples: most });
}

/** The slack of an identifiable network: its distinct neurons against what general nodes need. */
export function slackOfNetwork(
  decision: Pick<Decision, "verdict" | "thresholds" | "counts">,
  samples: number,
): Slack | null {
  if (!isIdentifiable(decision)) return null;
  return slackFrom(decision, { width: decision.counts.distinctNeurons, samples, mostSamples: null });
}

function isIdentifiable({ verdict }: Pick<Decision, "verdict">): boolean {
  return verdict === "globally-identifiable" || verdict === "locally-identifiable";
}

function slackFrom(
  { verdict, thresholds }: Pick<Decision, "verdict" | "thresholds">,
  { width, samples, mostSamples: most }: SlackNumbers,
): Slack {
  const { widthForLocal, widthForGlobal, sampleCapacity } = thresholds;
  return {
    neuronsBeyondLocal: difference(width, widthForLocal),
    neuronsBeyondGlobal: verdict === "globally-identifiable" ? difference(width, widthForGlobal) : null,
    samplesAtThisWidth: most === null ? null : Math.max(0, most - samples),
    samplesAtAnyWidth: difference(sampleCapacity, samples),
  };
}

/** a − b where that is not negative: a slack below zero means that the threshold does not speak of this case. */
function difference(a: number | null, b: number | null): number | null {
  return a === null || b === null || a < b ? null : a - b;
}

/**
 * The most samples whose Jacobian has full rank beyond the gauge at this width, from one elimination: the columns of the
 * first k samples are those of k samples.
 */
function mostSamples({ shape, seed }: PartialQuestion, capacity: number | null): number | null {
  const perSample = shape.inputDim + shape.outputs;
  const free = perSample - gaugeOf(shape).directionsPerSample;
  const bound = Math.min(Math.floor(equationCount(shape) / free), capacity ?? Number.POSITIVE_INFINITY);
  const cols = bound * perSample;
  // Full rank with fewer neurons is full rank with all of them.
  const enough = Math.ceil(cols / Math.max(1, equationsPerNeuron(shape))) + shape.inputDim + 2;
  const narrow = { ...shape, width: Math.min(shape.width, enough) };
  const rows = equationCount(narrow);
  if (bound === 0 || rows * cols * Math.min(rows, cols) > LARGEST_WORK) return null;
  const field = new PrimeField(usablePrimes(shape, seed)[0]!);
  const random = createRandom(seed, SLACK_STREAM);
  const nodes = randomNodes(field, narrow, random);
  const J = jacobianMatrix(primeRing(field), narrow, nodes, randomData(field, shape, bound, random));
  const { pivotColumns } = rankProfile(Float64Array.from(J.entries), rows, cols, field.p);
  for (let n = bound; n > 0; n--) {
    const rank = pivotColumns.filter((column) => column < n * perSample).length;
    if (rank === unknownCount(shape, n) - gaugeDimension(shape, n)) return n;
  }
  return 0;
}
