/** Public API: read files, check shapes and networks, recover data. */
export { type Activation, activationFromCoefficients, parseActivation } from "./algebra/activation.ts";
export { type Rational, rational } from "./algebra/rational.ts";
export { checkNetwork, type NetworkDecision } from "./audit/check-network.ts";
export type { FittedData, PlainData, Witness } from "./audit/fitted-data.ts";
export type { InstanceQuestion, NetworkEvidence } from "./audit/network-evidence.ts";
export {
  type RecoveredSample,
  type RecoverOptions,
  type Recovery,
  type RecoveryStatus,
  recoverNetwork,
} from "./audit/recover-network.ts";
export { recoverRange } from "./audit/recover-range.ts";
export { type CountOptions, countDataSets, type DataSetCount } from "./counting/count-data-sets.ts";
export { buildEquations, type NetworkQuestion } from "./equations/build.ts";
export { hermiteMatrix } from "./equations/hermite.ts";
export { jacobianMatrix } from "./equations/jacobian.ts";
export type { EquationShape, Setting, TrainedLayer } from "./equations/shape.ts";
export { type Knowledge, type Loss, NO_KNOWLEDGE } from "./equations/side-information.ts";
export type { KktSystem } from "./equations/system.ts";
export * from "./errors.ts";
export { type Expansion, type ExpansionShape, expandEquations } from "./expansion/expansion.ts";
export { checkShape, type ShapeDecision, type ShapeProblem } from "./identifiability/check-shape.ts";
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
export { type DataSet, readDataSet } from "./network/data-set.ts";
export { assembleGradient, assembleNetwork, type LayerTensors, type TwoLayerNetwork } from "./network/network.ts";
export { readTensorFile } from "./network/read-tensors.ts";
export type { Tensor, TensorFile } from "./network/tensor.ts";
export { type ArrayToWrite, writeNpz } from "./network/write-npz.ts";
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
export { recheckCertificate } from "./recheck/recheck.ts";
export { shapeCertificate } from "./report/certificate.ts";
export { checkJson } from "./report/check-json.ts";
export { checkText } from "./report/check-text.ts";
export { stateProblem } from "./report/problem.ts";
export { recoverJson } from "./report/recover-json.ts";
export { recoverText } from "./report/recover-text.ts";
export { plainStyle, type TextStyle } from "./report/style.ts";
export { trainNetwork } from "./train/train-network.ts";
export type { Training, TrainingLimits, TrainingProblem, TrainingStatus } from "./train/training-problem.ts";
