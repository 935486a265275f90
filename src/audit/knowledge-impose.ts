import { levenbergMarquardt } from "../least-squares/levenberg-marquardt.ts";
import { norm2 } from "../linalg/dense.ts";
import { equationObjective } from "../objective/equation-objective.ts";
import { createOutputFunction } from "../objective/output-function.ts";
import { problemOf } from "../objective/sample-problem.ts";
import type { SideRows } from "../objective/side-facts.ts";
import { createSideRows, sideResidual } from "../objective/side-rows.ts";
import { analyseErrors } from "../solve/error-analysis.ts";
import { rowVariances } from "../solve/noise-model.ts";
import { PathRecorder } from "../solve/path-recorder.ts";
import { activeRows, type RefinedPoint, refine } from "../solve/refine.ts";
import { residualFloorAt } from "../solve/search.ts";
import { type FittedData, type KnowledgeOutcome, toPlainData } from "./fitted-data.ts";
import { equationKinds, factsAt, type NetworkKnowledge, outsideBox, outsideSpanShare } from "./knowledge.ts";
import { knownFirst } from "./knowledge-order.ts";
import type { InstanceQuestion, NetworkEvidence } from "./network-evidence.ts";

const IMPOSE_ITERATIONS = 300;
/** Rounds in which labels and weights of the rows are read off the point, and the point is refined with them. */
const ROUNDS = 2;
/** Rounds in which the trust in the side rows is corrected, and the excess of their residual that calls for one. */
const TRUST_ROUNDS = 5;
const EXCESS = 2;
/** The level of the side rows stays below the floor by the margin that the floor has over modelled rounding. */
const FLOOR_MARGIN = 4;

/** A data set to start from; `fitted` where it solves the layers' equations, or nearly. */
export interface Start {
  readonly unknowns: Float64Array;
  readonly fitted: FittedData | null;
  readonly method: readonly string[];
  readonly starts: number;
}

/** Leads a data set to the side equations, and says whether it solves both. */
export function impose(
  question: InstanceQuestion,
  evidence: NetworkEvidence,
  knowledge: NetworkKnowledge,
  start: Start,
): FittedData {
  const { reduced, equations, entryError, gaugeDimension } = evidence;
  const { system } = reduced;
  const recorder = new PathRecorder(start.fitted?.path);
  const { point, side } = refineWithSide(question, evidence, start, recorder);
  const errors = analyseErrors(reduced, equations.system, point, { unitRoundoff: entryError, gaugeDimension, side });
  const residualFloor = residualFloorAt(system, point.unknowns, entryError);
  const outcome = judge({ question, evidence, knowledge, point, side, residualFloor, errors });
  return {
    point,
    reachedFloor: outcome.agrees,
    residualFloor,
    method: [...start.method, ...(side === null ? [] : ["side-equations"])],
    starts: start.starts,
    path: recorder.path(),
    errors,
    knowledge: { ...outcome, side, alone: start.fitted?.reachedFloor === true ? start.fitted : null },
  };
}

interface RefinedWithSide {
  readonly point: RefinedPoint;
  readonly side: SideRows | null;
}

function refineWithSide(
  question: InstanceQuestion,
  evidence: NetworkEvidence,
  start: Start,
  recorder: PathRecorder,
): RefinedWithSide {
  const { system } = evidence.reduced;
  const first = knownFirst(start.unknowns, question, evidence);
  const refineAt = (u: Float64Array, distrust: number): RefinedWithSide => {
    const side = sideRowsAt(u, { question, evidence, fitted: start.fitted, distrust });
    return { side, point: refine(system, u, question.shouldStop, { side, recorder }) };
  };
  let last = refineAt(ledToSide(first, { question, evidence, fitted: start.fitted, distrust: 1 }, recorder), 1);
  for (let round = 1; round < ROUNDS; round++) last = refineAt(last.point.unknowns, 1);
  let distrust = 1;
  for (let round = 0; round < TRUST_ROUNDS; round++) {
    const excess = excessOf(last, evidence);
    if (excess === null) break;
    distrust *= excess;
    last = refineAt(last.point.unknowns, distrust);
  }
  return last;
}

/**
 * How far the residual of the side rows exceeds what they were trusted to, where it does so below the floor: a training
 * that stopped early solves the layers' equations and its own multiplier equations to different precision. Null where the
 * trust was right, or the rows are not solved at all.
 */
function excessOf({ point, side }: RefinedWithSide, { reduced, entryError }: NetworkEvidence): number | null {
  if (side === null) return null;
  const { inputDim, outputs } = reduced.system.shape;
  const residual = sideResidual(side, point.unknowns, inputDim + outputs);
  if (residual > residualFloorAt(reduced.system, point.unknowns, entryError)) return null;
  return residual > EXCESS * side.level ? residual / side.level : null;
}

/** Levenberg–Marquardt from a data set that may be far from the side equations. */
function ledToSide(u: Float64Array, context: SideContext, recorder: PathRecorder): Float64Array {
  const { question, evidence } = context;
  const side = sideRowsAt(u, context);
  if (side === null) return u;
  const problem = problemOf(equationObjective(evidence.reduced.system), question.samples, side);
  return levenbergMarquardt(problem, u, {
    maxIterations: IMPOSE_ITERATIONS,
    stepTolerance: 1e-12,
    geodesic: true,
    shouldStop: question.shouldStop,
    onIterate: recorder.begin("side equations", activeRows(problem, side)),
  }).x;
}

interface SideContext {
  readonly question: InstanceQuestion;
  readonly evidence: NetworkEvidence;
  readonly fitted: FittedData | null;
  /** Factor of the standard deviation of every side row. */
  readonly distrust: number;
}

/** The side rows at a point, as precise as the equations of the layers turned out to be. */
function sideRowsAt(u: Float64Array, { question, evidence, fitted, distrust }: SideContext): SideRows | null {
  const { reduced, entryError, equations } = evidence;
  const { system, scale } = reduced;
  const { shape } = system;
  const { network, setting, knowledge } = question;
  const f = createOutputFunction(system, network.outputBias);
  const block = shape.inputDim + shape.outputs;
  const outputs = new Float64Array(question.samples * shape.outputs);
  for (let i = 0; i < question.samples; i++) {
    f.evaluate(u, i * block);
    outputs.set(f.values, i * shape.outputs);
  }
  const facts = factsAt(knowledge!, { unknowns: u, outputs }, { setting, inputDim: network.inputDim, reduced });
  const variances = rowVariances(system, u, entryError);
  const rounding = norm2(variances.map(Math.sqrt)) / Math.sqrt(variances.length);
  const seen = fitted?.reachedFloor === true ? fitted.point.relativeResidual : 0;
  const level = Math.min(Math.hypot(rounding, seen), residualFloorAt(system, u, entryError) / FLOOR_MARGIN);
  const side = createSideRows(u, {
    system,
    outputBias: network.outputBias,
    scale,
    facts,
    weightError: entryError,
    unitRoundoff: equations.unitRoundoff,
    level: level / distrust,
  });
  return side === null ? null : { ...side, level };
}

interface Imposed extends Pick<FittedData, "point" | "residualFloor" | "errors"> {
  readonly question: InstanceQuestion;
  readonly evidence: NetworkEvidence;
  readonly knowledge: NetworkKnowledge;
  readonly side: SideRows | null;
}

function judge(imposed: Imposed): Omit<KnowledgeOutcome, "alone" | "side"> {
  const { question, evidence, knowledge, point, side, residualFloor } = imposed;
  const { shape } = evidence.reduced.system;
  const residual = side === null ? 0 : sideResidual(side, point.unknowns, shape.inputDim + shape.outputs);
  const equationRows = evidence.reduced.system.targets.length;
  const sideRows = side?.activeRows(question.samples) ?? 0;
  const total = point.relativeResidual ** 2 * (equationRows + sideRows);
  const equationResidual = Math.sqrt(Math.max(0, total - residual ** 2 * sideRows) / equationRows);
  // Written so that a residual that is no number solves nothing.
  const solved = residual <= residualFloor && equationResidual <= residualFloor;
  const objection = solved ? placeObjection(imposed) : "residual";
  return {
    given: knowledge,
    kinds: equationKinds(knowledge, question.setting),
    rows: sideRows,
    sideResidual: residual,
    equationResidual,
    agrees: objection === null,
    objection,
  };
}

/** A component of a known sample outside the span of the others' known side is no rounding above this. */
const SPAN_MARGIN = 1e3;

/** What no residual shows: samples outside the box, or a known one outside the span that all samples lie in. */
function placeObjection({ question, evidence, knowledge, point, errors }: Imposed): KnowledgeOutcome["objection"] {
  const { box, known } = knowledge;
  if (known !== null) {
    const sizes = Math.max(...errors.expectedErrors) / evidence.reduced.scale;
    const allowed = Math.max(SPAN_MARGIN * evidence.entryError, 10 * sizes);
    if (outsideSpanShare(known, evidence.reduced) > allowed) return "span";
  }
  if (box === null) return null;
  const { points } = toPlainData(question, evidence, point.unknowns);
  const slack = 10 * Math.max(...errors.expectedErrors);
  return outsideBox(box, points, slack) > 0 ? "box" : null;
}
