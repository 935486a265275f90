import type { InstanceQuestion } from "../../src/audit/network-evidence.ts";
import { type Recovery, recoverNetwork } from "../../src/audit/recover-network.ts";
import { norm2 } from "../../src/linalg/dense.ts";
import type { LayerTensors, TwoLayerNetwork } from "../../src/network/network.ts";
import { createRandom, type Random } from "../../src/random.ts";
import {
  drawInstance,
  POINT_KINDS,
  type PointKind,
  TRAINED_FAMILIES,
  type TrainedInstance,
} from "./trained-instances.ts";

/** What is wrong with an instance, if anything. */
interface Disturbance {
  readonly name: string;
  readonly points?: (kind: PointKind) => PointKind;
  readonly change?: (question: InstanceQuestion, random: Random) => InstanceQuestion;
}

const FLOAT16 = 2 ** -11;

const DISTURBANCES: readonly Disturbance[] = [
  { name: "as trained" },
  { name: "one sample fewer asked", change: (question) => ({ ...question, samples: question.samples - 1 }) },
  { name: "one sample more asked", change: (question) => ({ ...question, samples: question.samples + 1 }) },
  { name: "two equal samples, labels opposite", points: (kind) => repeated(kind, 1) },
  { name: "first and third sample equal, labels alike", points: (kind) => repeated(kind, 2) },
  { name: "two samples nearly equal", points: (kind) => repeated(kind, 1, 1e-5) },
  { name: "saved as float16", change: (question) => rounded(question, toFloat16, FLOAT16) },
  { name: "saved as float32", change: (question) => rounded(question, Math.fround, 2 ** -24) },
  {
    name: "not converged",
    change: (question, random) => {
      const size = 10 ** (-4 - 8 * random.uniform());
      return rounded(question, (value) => value * (1 + size * random.normal()), 2 ** -53);
    },
  },
];

export interface HonestyOutcome {
  readonly name: string;
  readonly disturbance: string;
  readonly status: Recovery["status"];
  /** Least bound over true error of a recovered sample; null where nothing was claimed or nothing can be compared. */
  readonly ratio: number | null;
  /** What was claimed and is not true; null where every claim holds. */
  readonly violation: string | null;
}

/**
 * One random instance of any setting, disturbed in one of several ways, and whether what is claimed about it is true: a
 * set that is called recovered has every sample within its own bound of the truth.
 *
 * @returns null where the training of the instance did not end at a stationary point
 */
export function checkHonesty(index: number, seconds: number): HonestyOutcome | null {
  const disturbance = DISTURBANCES[index % DISTURBANCES.length]!;
  const random = createRandom(index, 61);
  const family = TRAINED_FAMILIES[random.integer(TRAINED_FAMILIES.length)]!;
  const kind = POINT_KINDS[random.integer(POINT_KINDS.length)]!;
  const drawn = drawInstance(family, disturbance.points?.(kind) ?? kind, 1000 + index, seconds);
  if (drawn === null) return null;
  const question = disturbance.change?.(drawn.question, random) ?? drawn.question;
  if (question.samples < 1) return null;
  const comparable = question.samples === drawn.truth.samples ? drawn.truth : null;
  const recovery = recoverNetwork(question, { maxStarts: 12, acceptError: 1e-2, truth: comparable });
  const name = `${family.setting} ${family.activation}, ${drawn.name}, ${disturbance.name} (index ${index})`;
  return { name, disturbance: disturbance.name, status: recovery.status, ...judge(recovery, drawn) };
}

function judge(recovery: Recovery, { truth }: TrainedInstance): Pick<HonestyOutcome, "ratio" | "violation"> {
  if (recovery.status !== "recovered") return { ratio: null, violation: null };
  if (recovery.truth === null) {
    return { ratio: null, violation: `${recovery.samples.length} samples recovered, there are ${truth.samples}` };
  }
  let least = Number.POSITIVE_INFINITY;
  for (const [i, j] of recovery.truth.assignment.entries()) {
    const bound = recovery.samples[j]!.errorBound ?? 0;
    least = Math.min(least, bound / Math.max(recovery.truth.perSample[i]!, Number.MIN_VALUE));
  }
  return { ratio: least, violation: least >= 1 ? null : `an error is ${(1 / least).toExponential(2)} times its bound` };
}

/** A kind with sample 0 repeated as sample `other`, where there is one, up to a relative distance. */
function repeated(kind: PointKind, other: number, distance = 0): PointKind {
  return {
    ...kind,
    draw(n, d, random) {
      const X = kind.draw(n, d, random);
      if (n <= other) return X;
      const first = X.slice(0, d);
      const size = (distance * norm2(first)) / Math.sqrt(d);
      X.set(
        first.map((value) => value + (size === 0 ? 0 : size * random.normal())),
        other * d,
      );
      return X;
    },
  };
}

/** The question with every number of its files rounded. */
function rounded(question: InstanceQuestion, round: (value: number) => number, unitRoundoff: number): InstanceQuestion {
  const each = (values: Float64Array | null): Float64Array | null => values?.map(round) ?? null;
  const layers = <T extends LayerTensors | TwoLayerNetwork>(tensors: T): T => ({
    ...tensors,
    hiddenWeight: each(tensors.hiddenWeight),
    hiddenBias: each(tensors.hiddenBias),
    outputWeight: each(tensors.outputWeight),
    outputBias: each(tensors.outputBias),
    unitRoundoff,
  });
  // The nodes of a gradient stay as they are: the gradient was computed from them.
  if (question.gradient !== undefined) return { ...question, gradient: layers(question.gradient) };
  return { ...question, network: layers(question.network) };
}

/** The nearest float16, subnormal ones included. */
function toFloat16(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(value))), -14);
  const unit = 2 ** (exponent - 10);
  return Math.round(value / unit) * unit;
}
