import { certifyGlobally } from "../../certify/certify-globally.ts";
import { certifyInstance } from "../../certify/certify-instance.ts";
import type { InstanceClaim } from "../../certify/claim.ts";
import { residualOf } from "../../certify/fit.ts";
import { certifySamples } from "../../certify/krawczyk.ts";
import { type KktSystem, packUnknowns, unpackUnknowns } from "../../equations/system.ts";
import { gaugeOf } from "../../identifiability/gauge.ts";
import { regularThroughout } from "../../interval/regular.ts";
import { norm2 } from "../../linalg/dense.ts";
import { computeSvd } from "../../linalg/svd.ts";
import { equationProblem } from "../../objective/equation-objective.ts";
import type { Claim, Experiment } from "../experiment.ts";
import { type PlantedSystem, plantSystem } from "../instances.ts";
import { exactPair, type Measurement, measuredPair } from "../rows.ts";
import type { ShapeText } from "../shapes.ts";

/** Least ρ of the claims about planted systems. */
const RHO = 1e-13;

function claimAbout({ equations, points, multipliers }: PlantedSystem, rho = RHO): InstanceClaim {
  const { shape } = equations.system;
  return {
    equations,
    samples: points.length / shape.inputDim,
    rho,
    data: { points, multipliers },
    witness: null,
    gauge: gaugeOf(shape).symmetries,
  };
}

/** Interval proofs of rank, and the verdicts they carry. */
export const instanceCertificates: Claim = {
  id: "instance-certificates",
  statement:
    "What interval arithmetic proves about a box of systems is true of every system in it, and it proves nothing of a box that contains a counterexample.",
  ofSourcePaper: false,
  page: "proofs/instance-certificates.md",
  experiments: [
    ...[4, 8, 16].flatMap((size) => regularPair(size)),
    ...provedPair("z + z^2 + z^3, d = n = 3", { activation: "z + z^2 + z^3", inputDim: 3 }, 3, [10, 6]),
    ...provedPair("z^2 + z^3, d = 5, n = 2", { activation: "z^2 + z^3", inputDim: 5 }, 2, [5, 3]),
    ...exactPair(
      {
        satisfied: "z + z^2 + z^3, d = n = 3, m = 16: ρ = 1e-13",
        violated: "z + z^2 + z^3, d = n = 3, m = 16: ρ = 0.1",
      },
      ({ random }, satisfied) => {
        const planted = plantSystem(random, { activation: "z + z^2 + z^3", inputDim: 3, width: 16 }, 3);
        return certifyInstance(claimAbout(planted, satisfied ? RHO : 0.1)) !== null;
      },
    ),
  ],
};

/** A box around a random matrix, small against its least singular value, or just large enough to hold a singular one. */
function regularPair(size: number): Experiment[] {
  const rows = size + 3;
  return exactPair(
    {
      satisfied: `${rows}×${size} matrices, box below σ_min: every one has full rank`,
      violated: `${rows}×${size} matrices, box that holds a singular one: no proof`,
    },
    ({ random }, satisfied) => {
      const mid = Float64Array.from({ length: rows * size }, () => random.normal());
      const { S, Ut, Vt } = computeSvd(mid, rows, size);
      const last = size - 1;
      // A − σ u vᵀ is singular, and within these radii.
      const reach = satisfied ? 1 / (20 * size) : 1 + 1e-9;
      const rad = mid.map((_, at) => {
        const [r, c] = [Math.floor(at / size), at % size];
        return reach * S[last]! * Math.abs(Ut[last * rows + r]! * Vt[last * size + c]!);
      });
      const proof = regularThroughout({ rows, cols: size, mid, rad });
      if (proof === null) return false;
      // What is proved has to be true of a random member.
      const member = mid.map((value, at) => value + rad[at]! * (2 * random.uniform() - 1));
      const scaled = member.map((value, at) => value * proof.columnScale[at % size]!);
      return proof.leastSingularValue <= computeSvd(scaled, rows, size).S[last]!;
    },
  );
}

/** A certificate of uniqueness with enough neurons; with too few there is none. */
function provedPair(what: string, text: ShapeText, n: number, [enough, few]: readonly [number, number]): Experiment[] {
  return exactPair(
    { satisfied: `${what}, m = ${enough}: uniqueness proved`, violated: `${what}, m = ${few}: nothing proved` },
    ({ random }, satisfied) => {
      const planted = plantSystem(random, { ...text, width: satisfied ? enough : few }, n);
      return certifyInstance(claimAbout(planted))?.verdict === "globally-identifiable";
    },
  );
}

/** Proved distances from the printed samples; null where nothing is proved. */
type Radii = (planted: PlantedSystem) => readonly number[] | null;

function isolatedRadii(planted: PlantedSystem): readonly number[] | null {
  const { equations, data, rho, gauge } = claimAbout(planted);
  const proof = certifySamples({ equations, data: data!, rho, gauge });
  return "failed" in proof ? null : proof.perSample.map(({ radius }) => radius);
}

function globalRadii(planted: PlantedSystem): readonly number[] | null {
  const proof = certifyGlobally(claimAbout(planted));
  return "failed" in proof ? null : Array.from(proof.perSample);
}

/** Radii of Krawczyk's test. */
export const certifiedSamples: Claim = {
  id: "certified-samples",
  statement:
    "Every data set in the region that solves a system within ρ of the file is within the proved radii of the printed one.",
  ofSourcePaper: false,
  page: "proofs/certified-samples.md",
  experiments: [
    ...radiusPair(
      "z + z^2 + z^3, d = n = 3, m = 12",
      { activation: "z + z^2 + z^3", inputDim: 3, width: 12 },
      3,
      isolatedRadii,
    ),
    ...radiusPair(
      "z + z^2 + z^3, all layers, d = 2, n = 3, m = 10",
      { activation: "z + z^2 + z^3", inputDim: 2, width: 10, trained: ["hidden", "bias", "output"] },
      3,
      isolatedRadii,
    ),
    ...radiusPair(
      "z^2 + z^3, two outputs, d = 3, n = 2, m = 12",
      { activation: "z^2 + z^3", inputDim: 3, width: 12, outputs: 2 },
      2,
      isolatedRadii,
    ),
  ],
};

/** Bounds on every data set, wherever it lies. */
export const globalError: Claim = {
  id: "global-error",
  statement:
    "Every n samples that solve a system within ρ of the file are within the proved distances of the printed ones.",
  ofSourcePaper: false,
  page: "proofs/global-error.md",
  experiments: [
    ...radiusPair(
      "z + z^2 + z^3, d = n = 3, m = 12",
      { activation: "z + z^2 + z^3", inputDim: 3, width: 12 },
      3,
      globalRadii,
    ),
    ...radiusPair(
      "z^2 + z^3, d = 4, n = 3, m = 16",
      { activation: "z^2 + z^3", inputDim: 4, width: 16 },
      3,
      globalRadii,
    ),
    ...radiusPair(
      "z + z^2 + z^3, hidden and output, d = 3, n = 2, m = 12",
      { activation: "z + z^2 + z^3", inputDim: 3, width: 12, trained: ["hidden", "output"] },
      2,
      globalRadii,
    ),
  ],
};

/** Instances drawn until radii are proved for one: where nothing is proved, nothing is tested. */
const MOST_DRAWS = 10;

/**
 * Other data along the direction that the equations see least. As far as they solve a system within ρ, whose known side is
 * theirs, they are within the radii; where the first sample is twice its radius away, they solve none.
 */
function radiusPair(what: string, text: ShapeText, n: number, radiiOf: Radii): Experiment[] {
  return measuredPair(
    {
      satisfied: `${what}: solving a system within ρ, within the radii`,
      violated: `${what}: twice the radius away, no system within ρ`,
      error: "distance (residual)",
      limit: "radius (ρ)",
    },
    ({ random }, satisfied) => {
      for (let attempt = 0; attempt < MOST_DRAWS; attempt++) {
        const planted = plantSystem(random, text, n);
        const radii = radiiOf(planted);
        if (radii !== null) return satisfied ? shareOfRadius(planted, radii) : residualBeyond(planted, radii);
      }
      return { error: Number.NaN, limit: 1 };
    },
  );
}

/** The largest share of its radius by which a sample moves while the data solve a system within ρ. */
function shareOfRadius(planted: PlantedSystem, radii: readonly number[]): Measurement {
  const { u, step, moves, system } = walkOf(planted, radii.length);
  const length = stepWithin(system, u, step);
  return { error: Math.max(...moves.map((move, i) => (length * move) / radii[i]!)), limit: 1 };
}

/** The residual where the first sample is twice its radius away. */
function residualBeyond(planted: PlantedSystem, radii: readonly number[]): Measurement {
  const { u, step, moves, system } = walkOf(planted, radii.length);
  const length = Math.min(...radii.map((radius, i) => (2 * radius) / moves[i]!));
  return { error: residualAt(system, u, step, length) ?? Number.NaN, limit: RHO };
}

/** The weakest direction at the planted data, and how far it moves every point. */
function walkOf({ equations, points, multipliers }: PlantedSystem, n: number) {
  const { system } = equations;
  const u = packUnknowns(system.shape, points, multipliers);
  const step = weakestDirection(system, u, n);
  const d = system.shape.inputDim;
  const moved = unpackUnknowns(system.shape, step).points;
  const moves = Array.from({ length: n }, (_, i) => norm2(moved.subarray(i * d, (i + 1) * d)));
  return { system, u, step, moves };
}

/** The right singular vector of the least singular value of the scaled Jacobian. */
function weakestDirection(system: KktSystem, u: Float64Array, n: number): Float64Array {
  const { rows, unknowns, jacobian } = equationProblem(system, n);
  const { Vt, k } = computeSvd(jacobian(u, new Float64Array(rows * unknowns)), rows, unknowns);
  return Vt.slice((k - 1) * unknowns, k * unknowns);
}

/** A length at which the moved data still solve a system within ρ: the residual is evaluated exactly. */
function stepWithin(system: KktSystem, u: Float64Array, step: Float64Array): number {
  for (let length = 1e-6; ; length /= 2) {
    const residual = residualAt(system, u, step, length);
    if (residual !== null && residual <= RHO) return length;
  }
}

/** Largest residual of the data moved by a multiple of the step, relative to the largest entry of the tensor. */
function residualAt(system: KktSystem, u: Float64Array, step: Float64Array, length: number): number | null {
  const moved = u.map((value, k) => value + length * step[k]!);
  return residualOf(system, unpackUnknowns(system.shape, moved));
}
