import { checkUniqueDecomposition } from "./decomposition.ts";
import { BOUNDS, nodesForMoments, rankBound } from "./interpolation.ts";
import { require, word } from "./json.ts";
import { checkGenericFullRank, checkUnitBlock } from "./minors.ts";
import * as shape from "./shape.ts";
import { type Checked, type Step, spaceOf } from "./steps.ts";

/** The steps about shapes by kind. */
export const SHAPE_STEPS: ReadonlyMap<string, (step: Step) => Checked> = new Map([
  ["generic-full-rank", checkGenericFullRank],
  ["unit-block", checkUnitBlock],
  ["interpolation", checkInterpolation],
  ["reduction", checkReduction],
  ["single-point", checkSinglePoint],
  ["general-nodes", checkGeneralNodes],
  ["unique-decomposition", checkUniqueDecomposition],
  ["counting", checkCounting],
  ["quadratic-mixing", checkQuadraticMixing],
]);

/** So many general nodes that theorems on interpolation give the Hermite matrix full column rank. */
function checkInterpolation(step: Step): Checked {
  const fields = step.fields("inputDim");
  const { width } = step.problem;
  const inputDim = spaceOf(step);
  require(fields.get("inputDim") === inputDim && inputDim >= 1, `inputDim should be ${inputDim}, and positive`);
  const needed = nodesForMoments(step.problem, inputDim);
  require(needed !== null, "no theorem on interpolation is about these equations");
  require(width >= needed, `${width} neurons, and the theorems need ${needed}`);
  const sentence = `${needed} general nodes in dimension ${inputDim} determine all moments (double points).`;
  return [{ is: "moments-known" }, sentence];
}

/** The known side of rank n shows the span, or affine hull, of every n samples that fit. */
function checkReduction(step: Step): Checked {
  const fields = step.fields("dimension");
  const { samples, inputDim, trained, sphere } = step.problem;
  require(step.uses("full-rank").matrix === "known-side", "should use the known side");
  require(trained.has("hidden"), "the hidden layer gives no equations");
  require(!sphere, "points on the sphere are not general");
  const dimension = samples - (trained.has("bias") ? 1 : 0);
  require(dimension < inputDim, `${samples} samples fill the space`);
  require(fields.get("dimension") === dimension, `dimension should be ${dimension}`);
  const hull = trained.has("bias") ? "affine hull" : "span";
  return [
    { is: "reduction", dimension },
    `The known side shows the ${hull} of the samples, of dimension ${dimension}.`,
  ];
}

/** In a space of dimension 0 only T_0 is unknown: the output layer shows it whole, a hidden neuron one combination. */
function checkSinglePoint(step: Step): Checked {
  step.fields();
  require(step.uses("reduction").dimension === 0, "the reduction is not to a single point");
  const { trained, width, outputs } = step.problem;
  const isSeen = trained.has("output") || trained.has("output-bias") || width >= outputs;
  require(isSeen, `${width} neurons do not show ${outputs} multipliers`);
  return [{ is: "moments-known" }, "The sample is known, and the equations determine its multiplier."];
}

/** m ≥ r + 1 general nodes: no other candidate P agrees at all of them. */
function checkGeneralNodes(step: Step): Checked {
  step.fields();
  const { setting, samples, width } = step.problem;
  const inputDim = spaceOf(step);
  require(setting !== "kkt", "the nodes of kkt are not general");
  require(shape.equationsPerNeuron(step.problem, inputDim) >= 1, "the neurons give no equations");
  const dimension = samples * shape.momentsPerSample(step.problem, inputDim);
  require(width > dimension, `${width} neurons are not more than the ${dimension} dimensions of the candidates`);
  const sentence = `${width} general nodes exceed the dimension ${dimension} of the set of candidates: only one fits.`;
  return [{ is: "moments-known" }, sentence];
}

/** A theorem bounds the rank of the Jacobian below what a discrete fibre needs. */
function checkCounting(step: Step): Checked {
  const bound = step.fields("bound").read("bound", word(BOUNDS));
  step.usesNothing();
  const { problem } = step;
  const most = rankBound(problem, bound) + problem.samples * shape.sideRowsPerSample(problem);
  const needed = shape.freeUnknowns(problem, problem.inputDim);
  require(most < needed, `the bound ${bound} allows rank ${most}, and ${needed} is needed`);
  return [
    { is: "continuum" },
    `At most ${most} independent equations (${bound}) face ${needed} unknowns: almost all data lie in a continuum.`,
  ];
}

/** Moments up to degree 2 of one output, or up to degree 1, are left unchanged by mixing the samples. */
function checkQuadraticMixing(step: Step): Checked {
  step.fields();
  step.usesNothing();
  require(!shape.hasSideInformation(step.problem), "side information may forbid mixing");
  require(step.problem.samples >= 2, "there is nothing to mix");
  const degree = shape.degreesSeen(step.problem).at(-1)!;
  require(degree <= 1 || (degree === 2 && step.problem.outputs === 1), `degree ${degree} is not mixed`);
  return [{ is: "continuum" }, `Mixing the samples changes no moment of degree at most ${degree}.`];
}
