import { divide, one } from "../../algebra/rational.ts";
import { jacobianMatrix } from "../../equations/jacobian.ts";
import type { DataPoints } from "../../equations/ring-tools.ts";
import { type EquationShape, equationCount, unknownCount } from "../../equations/shape.ts";
import { type SideInformation, sideMatrix, sideRowCount } from "../../equations/side-information.ts";
import type { PrimeField } from "../../modular/prime-field.ts";
import type { Random } from "../../random.ts";
import { gaugeWithSide } from "../gauge.ts";
import { type BlockQuestion, type BlockRanks, blockRanks, isWithinLimits } from "./block-ranks.ts";
import { primeRing, randomData, randomNodes } from "./prime-ring.ts";
import { jacobianRankBound } from "./rank-bounds.ts";
import { oneDrawError } from "./rank-error.ts";

/** Ranks of equations and side information together, at one width. */
export interface SideRanks {
  readonly side: SideInformation;
  /** Side equations. */
  readonly rows: number;
  /** unknowns − gauge dimension, with the gauge that the side information leaves. */
  readonly freeUnknowns: number;
  /** Null beyond the limits on memory and work. */
  readonly jacobian: BlockRanks | null;
  /** Proved bound of the rank. */
  readonly bound: number;
}

/**
 * The rank of the Jacobian of equations and side information at general nodes and at data that meet the domain.
 *
 * @remarks The labels alternate: with multiplier equations the rank is that of samples in all classes alike.
 * Source: proofs/side-information.md
 */
export function sideRanks(shape: EquationShape, side: SideInformation, samples: number, seed: number): SideRanks {
  const rows = sideRowCount(shape, side, samples);
  const gauge = gaugeWithSide(shape, side);
  const freeUnknowns = unknownCount(shape, samples) - gauge.directionsPerSample * samples;
  const bound = Math.min(freeUnknowns, jacobianRankBound(shape, shape.width, samples) + rows);
  const scale = side.multiplierScale;
  const question: BlockQuestion = {
    blocks: 1,
    rowsPerBlock: equationCount(shape) + rows,
    fixedRows: 0,
    cols: unknownCount(shape, samples),
    coefficients: [...shape.activation.coefficients, ...(scale === null ? [] : [scale, divide(one, scale)])],
    seed,
    upperBound: (blocks) => (blocks === 0 ? 0 : bound),
    // Side entries have at most twice the degree of the others.
    oneDrawError: (size) => Math.min(1, 2 * oneDrawError(shape, size)),
    build: (field, random) => {
      const nodes = randomNodes(field, shape, random);
      const data = side.sphere ? sphereData(field, shape, samples, random) : randomData(field, shape, samples, random);
      const labels = alternatingLabels(shape, samples);
      const ring = primeRing(field);
      const equations = jacobianMatrix(ring, shape, nodes, data).entries;
      const sides = sideMatrix(ring, shape, side, { nodes, data, labels }).entries;
      const entries = new Float64Array(equations.length + sides.length);
      entries.set(equations);
      entries.set(sides, equations.length);
      return { entries, point: { ...nodes, ...data, ...(scale === null ? {} : { labels }) } };
    },
  };
  // On a line there are two points of norm 1, and no general ones.
  const general = !side.sphere || shape.inputDim > 1 || samples === 1;
  const jacobian = general && isWithinLimits(question) ? blockRanks(question) : null;
  return { side, rows, freeUnknowns, bound, jacobian };
}

function alternatingLabels({ outputs }: EquationShape, samples: number): number[] {
  return Array.from({ length: samples }, (_, i) => i % (outputs + 1));
}

/** General points with x·x = 1, by stereographic projection; random signs, so that d = 1 has two points. */
function sphereData(field: PrimeField, shape: EquationShape, samples: number, random: Random): DataPoints<number> {
  const d = shape.inputDim;
  const { points, multipliers } = randomData(field, shape, samples, random);
  const onSphere: number[] = [];
  for (let i = 0; i < samples; i++) {
    const y = points.slice(i * d, (i + 1) * d - 1);
    const square = y.reduce((sum, value) => field.add(sum, field.mul(value, value)), 0);
    const denominator = field.add(square, 1);
    // −1 is a square for every second prime, so the denominator may vanish: then the pole does.
    const factor = denominator === 0 ? 0 : field.inverse(denominator);
    const last = denominator === 0 ? 1 : field.mul(field.sub(square, 1), factor);
    const flip = random.integer(2) === 0 ? 1 : field.sub(0, 1);
    onSphere.push(...y.map((value) => field.mul(flip, field.mul(field.add(value, value), factor))));
    onSphere.push(field.mul(flip, last));
  }
  return { points: onSphere, multipliers };
}
