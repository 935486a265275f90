import { repairs, sideInformation } from "./claims/answers.ts";
import { shapeCertificates } from "./claims/certificates.ts";
import { certifiedSamples, globalError, instanceCertificates } from "./claims/certified.ts";
import { momentExpansion } from "./claims/expansion.ts";
import { gauge } from "./claims/gauge.ts";
import { interpolation } from "./claims/interpolation.ts";
import { quadraticMixing } from "./claims/mixing.ts";
import { counting, generalNodesGlobal, kktNodes, localRank, unitPoints } from "./claims/nodes.ts";
import { partialAnswers } from "./claims/partial.ts";
import { decomposition, givenData, sharedDegrees } from "./claims/shared.ts";
import { sampleSplitting } from "./claims/splitting.ts";
import { catalecticant, jennrich, kruskal, reshapedKruskal } from "./claims/tensors.ts";
import { distinctNeurons, errorBound, kktIdentifiability } from "./claims/training.ts";
import { genericUniqueness, numberOfSolutions } from "./claims/uniqueness.ts";
import { nullSpaceWalk } from "./claims/walk.ts";
import { dualEquation, kernelCriterion, reduction } from "./claims/weights.ts";
import { whitenedMoments } from "./claims/whitened.ts";
import type { Claim } from "./experiment.ts";

/** Every claim of proofs/, in the order of the argument: from the equations to the data. */
export const CLAIMS: readonly Claim[] = [
  momentExpansion,
  kktIdentifiability,
  interpolation,
  gauge,
  quadraticMixing,
  jennrich,
  kruskal,
  reshapedKruskal,
  catalecticant,
  genericUniqueness,
  numberOfSolutions,
  sharedDegrees,
  decomposition,
  givenData,
  generalNodesGlobal,
  localRank,
  counting,
  unitPoints,
  shapeCertificates,
  kktNodes,
  distinctNeurons,
  reduction,
  dualEquation,
  kernelCriterion,
  sideInformation,
  sampleSplitting,
  nullSpaceWalk,
  whitenedMoments,
  errorBound,
  instanceCertificates,
  certifiedSamples,
  globalError,
  partialAnswers,
  repairs,
];
