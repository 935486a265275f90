/**
 * Decides whether the weights of a two-layer polynomial network determine its training data, and recovers them.
 *
 * {@link check}, {@link recover}, {@link expand} and {@link report} answer as the commands of the same names do; what is
 * below them is exported for experiments that need more than an answer.
 *
 * @packageDocumentation
 */

// The questions, each in a call, and their answers.

export { type CertificateFacts, certificateFacts } from "./answers/certificate-facts.ts";
export type {
  CheckAnswer,
  CheckConditioning,
  ConditionAnswer,
  SlackAnswer,
  SolutionCountAnswer,
} from "./answers/check-answer.ts";
export { type Answer, parseAnswer } from "./answers/parse-answer.ts";
export type {
  DirectionAnswer,
  MultiplierSignsAnswer,
  PartialAnswer,
  QuantityAnswer,
} from "./answers/partial-answer.ts";
export type { ProblemAnswer, SpectrumAnswer } from "./answers/problem-answer.ts";
export type {
  ConvergenceAnswer,
  KnowledgeAnswer,
  LimitingFactorAnswer,
  ProofAnswer,
  RecoverAnswer,
  RecoverConditioning,
  RecoverStatus,
  SampleAnswer,
  SampleCountAnswer,
  StationarityAnswer,
  TruthAnswer,
  UnitsAnswer,
} from "./answers/recover-answer.ts";
export type { SplitAnswer } from "./answers/split-answer.ts";
export type { SweepAnswer, SweepAxis, SweepBoundary, SweepCell } from "./answers/sweep-answer.ts";
export type { Tool } from "./answers/tool.ts";
export type { VerifiedClaim, VerifyAnswer, VerifyRow } from "./answers/verify-answer.ts";
export type { DataSetAnswer, MultiplierAnswer, WitnessAnswer, WitnessNodes } from "./answers/witness-answer.ts";
export { check } from "./library/check.ts";
export { type EquationFormat, type Equations, expand } from "./library/expand.ts";
export type {
  CoordinateEquationAnswer,
  ExpandAnswer,
  MomentAnswer,
  TensorEquationAnswer,
} from "./library/expand-answer.ts";
export {
  type DataArrays,
  type DataInput,
  type LayerArrays,
  type Matrix,
  type NamedBytes,
  type NetworkInput,
  networkFile,
  type PartialNetworkInput,
  type ScalerInput,
  type Vector,
} from "./library/inputs.ts";
export type {
  CheckOptions,
  EquationOptions,
  ExpandOptions,
  KnowledgeOptions,
  NetworkCheckOptions,
  NetworkOptions,
  RecoverOptions,
  RunOptions,
  ShapeOptions,
} from "./library/options.ts";
export { recover } from "./library/recover.ts";
export { type ReportOptions, report } from "./library/report.ts";
export { NotJsonError } from "./recheck/json.ts";
export { type RecheckResult, recheckCertificate } from "./recheck/recheck.ts";
export type { HtmlAssets } from "./render/html/fonts.ts";
export type { Rendered, RenderedFile } from "./render/rendered.ts";
export type { ExpansionCounts } from "./report/expand-counts.ts";
export type { StrategyName } from "./solve/strategy.ts";

// The words of an answer, and every error that is thrown.

export type { EquationShape, Setting, TrainedLayer } from "./equations/shape.ts";
export type { Loss } from "./equations/side-information.ts";
export * from "./errors.ts";
export type {
  Basis,
  Condition,
  Counts,
  Decision,
  DerivationStep,
  Gauge,
  Repair,
  RepairKind,
  Thresholds,
  Verdict,
} from "./identifiability/result.ts";

// Files.

export { type DataSet, readDataSet } from "./network/data-set.ts";
export { assembleGradient, assembleNetwork, type LayerTensors, type TwoLayerNetwork } from "./network/network.ts";
export { readTensorFile } from "./network/read-tensors.ts";
export type { Tensor, TensorFile } from "./network/tensor.ts";
export { type ArrayToWrite, writeNpz } from "./network/write-npz.ts";

// Shapes, networks and recoveries with everything that was computed on the way.

export { type Activation, activationFromCoefficients, parseActivation } from "./algebra/activation.ts";
export { type Rational, rational } from "./algebra/rational.ts";
export { checkNetwork, type NetworkDecision } from "./audit/check-network.ts";
export type { FittedData, PlainData, Witness } from "./audit/fitted-data.ts";
export type { InstanceQuestion, NetworkEvidence } from "./audit/network-evidence.ts";
export {
  type RecoveredSample,
  type RecoverOptions as RecoverNetworkOptions,
  type Recovery,
  type RecoveryStatus,
  recoverNetwork,
} from "./audit/recover-network.ts";
export { type CountOptions, countDataSets, type DataSetCount } from "./counting/count-data-sets.ts";
export { type Expansion, type ExpansionShape, expandEquations } from "./expansion/expansion.ts";
export { checkShape, type ShapeDecision, type ShapeProblem } from "./identifiability/check-shape.ts";
export type { Watch } from "./identifiability/watch.ts";
export { trainNetwork } from "./train/train-network.ts";
export type { Training, TrainingLimits, TrainingProblem, TrainingStatus } from "./train/training-problem.ts";

// The equations, exact and in doubles.

export { buildEquations, type NetworkQuestion } from "./equations/build.ts";
export { hermiteMatrix } from "./equations/hermite.ts";
export { jacobianMatrix } from "./equations/jacobian.ts";
export { type Knowledge, NO_KNOWLEDGE } from "./equations/side-information.ts";
export type { KktSystem } from "./equations/system.ts";

// Objectives of your own, and sample splitting on them (docs/objectives.md).

export { equationObjective, equationProblem } from "./objective/equation-objective.ts";
export {
  createMomentSystem,
  type MomentObjective,
  type MomentSystem,
  momentObjective,
} from "./objective/moment-metric.ts";
export type {
  BlockLayout,
  CurvatureVectors,
  SampleAddress,
  SampleCurvature,
  SampleEquations,
  SampleObjective,
} from "./objective/sample-objective.ts";
export { problemOf, type SampleProblem, splittingMatrix } from "./objective/sample-problem.ts";

// Least squares: a solver that knows no networks.

export { activeBounds, type Bounds } from "./least-squares/bounds.ts";
export { withDifferencedCurvature } from "./least-squares/differenced-curvature.ts";
export type { LeastSquaresOptions } from "./least-squares/iterate.ts";
export { type LevenbergMarquardtOptions, levenbergMarquardt } from "./least-squares/levenberg-marquardt.ts";
export { type LeastSquaresMethod, type MinimiseOptions, minimise } from "./least-squares/minimise.ts";
export { polish } from "./least-squares/polish.ts";
export type { LeastSquaresProblem } from "./least-squares/problem.ts";
export type { SphereBlock } from "./least-squares/sphere.ts";
export type { LeastSquaresSolution, LeastSquaresStatus } from "./least-squares/status.ts";
export {
  type SeparableProblem,
  type VariableProjection,
  variableProjection,
} from "./least-squares/variable-projection.ts";
