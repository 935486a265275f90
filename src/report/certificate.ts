import { createHash } from "node:crypto";
import { formatRational } from "../algebra/rational.ts";
import { TRAINED_LAYERS } from "../equations/shape.ts";
import { NO_KNOWLEDGE } from "../equations/side-information.ts";
import type { ShapeQuestion } from "../identifiability/analysis.ts";
import { freeQuestion, type ShapeDecision, type ShapeProblem } from "../identifiability/check-shape.ts";
import { gaugeOf } from "../identifiability/gauge.ts";
import { isAboutGivenData } from "../identifiability/given-data/decide-at-data.ts";
import type { ModularPoint } from "../identifiability/ranks/block-ranks.ts";
import {
  dataSideMinor,
  knownSideMinor,
  nodesForMoments,
  sideMinor,
} from "../identifiability/ranks/certificate-minors.ts";
import { dataRankBound, knownSideBound, nodeRankBound } from "../identifiability/ranks/rank-bounds.ts";
import type { Condition } from "../identifiability/result.ts";

/** A certificate in the format of docs/certificates.md, ready to be written as JSON. */
export interface CertificateDocument {
  readonly schema: "kktid.certificate/1";
  readonly problem: CertificateProblem;
  readonly claim: object;
  readonly inputHash: string;
  readonly steps: readonly CertificateStep[];
}

interface CertificateStep {
  readonly id: string;
  readonly kind: string;
  readonly uses: readonly string[];
  readonly [field: string]: unknown;
}

type CertificateProblem = Readonly<Record<string, unknown>>;

/**
 * The certificate of a decision about a shape: the least steps that prove its verdict.
 *
 * @param question - the question that the decision answers
 * @returns null where the verdict has no proof of the kinds in docs/certificates.md: it is inconclusive or only probable,
 * is about given samples, or rests on a matrix that was beyond the limits
 */
export function shapeCertificate(decision: ShapeDecision, question: ShapeProblem): CertificateDocument | null {
  const unproved = decision.basis === "probable" || decision.basis === "numerical";
  if (unproved || isAboutGivenData(decision)) return null;
  const free = freeQuestion(question);
  const draft = new Draft(decision, free);
  if (!draft.prove(decision.verdict)) return null;
  const problem = describeProblem(question);
  const claim = {
    verdict: decision.verdict,
    scope: "generic",
    field: "R",
    upTo: decision.upTo,
    assumes: assumptions(decision, free),
    rho: null,
    distance: null,
  };
  return { schema: "kktid.certificate/1", problem, claim, inputHash: hashOf(problem), steps: draft.steps };
}

/** Theorems on decompositions that a certificate can cite. */
const THEOREMS: ReadonlySet<unknown> = new Set([
  "one-sample",
  "jennrich",
  "kruskal",
  "subgeneric",
  "perfect",
  "massarenti-mella",
  "hessian",
  "low-moments",
]);

/** The steps of a proof as they are found. */
class Draft {
  readonly steps: CertificateStep[] = [];
  private readonly decision: ShapeDecision;
  private readonly question: ShapeQuestion;

  constructor(decision: ShapeDecision, question: ShapeQuestion) {
    this.decision = decision;
    this.question = question;
  }

  /** Adds the steps that prove the verdict; false where there are none. */
  prove(verdict: ShapeDecision["verdict"]): boolean {
    if (verdict === "globally-identifiable") return this.proveGlobal();
    if (verdict === "locally-identifiable") return this.proveLocal();
    return verdict === "nonidentifiable" && this.proveContinuum();
  }

  private proveContinuum(): boolean {
    if (this.condition("quadratic-mixing")?.status === "fails") return this.add("quadratic-mixing", {});
    return this.condition("counting")?.status === "fails" && this.add("counting", { bound: this.shortBound() });
  }

  /** The bound that falls short of the unknowns, the simplest first. */
  private shortBound(): string {
    const { shape, samples } = this.question;
    const { freeUnknowns, sideEquations } = this.condition("counting")!.numbers;
    const needed = Number(freeUnknowns) - Number(sideEquations);
    if (nodeRankBound(shape, shape.width).rank < needed) return "nodes";
    if (dataRankBound(shape, samples).rank < needed) return "moments";
    return knownSideBound(shape, shape.width, samples) < needed ? "known-side" : "none";
  }

  private proveLocal(): boolean {
    const { shape, samples, seed, side } = this.question;
    const { inputDim, width } = shape;
    if (side !== null && side !== undefined) {
      const minor = sideMinor(shape, side, samples, seed);
      return minor !== null && this.addMinor({ matrix: "jacobian", inputDim, samples, width, ...minor }, []);
    }
    const found = this.decision.evidence.find(({ matrix }) => matrix === "jacobian");
    if (found === undefined) return this.proveUnitBlock();
    if (found.inputDim === inputDim) return this.addMinor(found, []);
    const reduction = this.reduction();
    return reduction !== null && this.addMinor(found, [reduction]);
  }

  private proveUnitBlock(): boolean {
    const block = this.decision.evidence.find(({ matrix }) => matrix === "unit-block");
    if (block === undefined) return false;
    const { inputDim, width, prime, rows, columns } = block;
    const { weights, bias, output, multipliers } = block.point;
    const shifts = this.question.shape.bias === "frozen" ? { bias } : {};
    const point = { weights, ...shifts, output, multipliers };
    return this.add("unit-block", { inputDim, width, prime, point, rows, columns });
  }

  private proveGlobal(): boolean {
    return this.proveMoments() && this.proveDecomposition();
  }

  /** P is known: by counting general nodes where that is enough, else by the smallest Hermite matrix at hand. */
  private proveMoments(): boolean {
    const { inputDim } = this.question.shape;
    if (this.hasGeneralNodes(inputDim)) return this.add("general-nodes", {});
    if (this.proveReducedMoments()) return true;
    return this.proveHermite(inputDim, []);
  }

  /** The same in the space that the known side shows; false, and no step, where nothing proves them there. */
  private proveReducedMoments(): boolean {
    const condition = this.condition("reduction");
    if (condition === undefined || Number(condition.numbers.knownSideWidth) > this.question.shape.width) return false;
    const dimension = Number(condition.numbers.dimension);
    if (dimension === 0 && condition.status !== "holds") return false;
    const generalNodes = this.hasGeneralNodes(dimension);
    const hermite = this.isInterpolated(dimension) || this.evidenceOf("hermite", dimension) !== undefined;
    if (dimension > 0 && !generalNodes && !hermite) return false;
    const reduction = this.reduction();
    if (reduction === null) return false;
    if (dimension === 0) return this.add("single-point", {}, [reduction]);
    return generalNodes ? this.add("general-nodes", {}, [reduction]) : this.proveHermite(dimension, [reduction]);
  }

  private evidenceOf(matrix: string, inputDim: number): MinorOfMatrix | undefined {
    return this.decision.evidence.find((found) => found.matrix === matrix && found.inputDim === inputDim);
  }

  /** Adds the full rank of the Hermite matrix in a space: by theorems where they give it, else by a minor. */
  private proveHermite(inputDim: number, uses: readonly string[]): boolean {
    if (this.isInterpolated(inputDim)) return this.add("interpolation", { inputDim }, uses);
    const minor = this.evidenceOf("hermite", inputDim);
    return minor !== undefined && this.addMinor(minor, uses);
  }

  private isInterpolated(inputDim: number): boolean {
    const { shape } = this.question;
    const nodes = nodesForMoments({ ...shape, inputDim });
    return nodes !== null && shape.width >= nodes;
  }

  private hasGeneralNodes(inputDim: number): boolean {
    const { shape, samples } = this.question;
    if (shape.setting === "kkt" || this.condition("general-nodes-global")?.status !== "holds") return false;
    const perSample = inputDim + shape.outputs - gaugeOf(shape).directionsPerSample;
    return shape.width >= samples * perSample + 1;
  }

  private proveDecomposition(): boolean {
    const unique = this.condition("decomposition-unique");
    if (unique?.status !== "holds") return false;
    const { theorem, degree, variables, scaleDegree } = unique.numbers;
    const { inputDim } = this.question.shape;
    if (!THEOREMS.has(theorem)) return false;
    const fields = { theorem, degree, variables, scaleDegree };
    if (theorem !== "massarenti-mella" && theorem !== "hessian") return this.add("unique-decomposition", fields);
    const dataSide = theorem === "hessian" ? this.tangents() : this.evidenceOf("data-side", inputDim);
    if (dataSide === undefined) return false;
    this.addMinor(dataSide, []);
    return this.add("unique-decomposition", fields, [this.steps.at(-1)!.id]);
  }

  /** The data side at n samples, where the Hessian criterion is checked. */
  private tangents(): MinorOfMatrix | undefined {
    const { shape, samples, seed } = this.question;
    const minor = dataSideMinor(shape, samples, seed);
    return minor === null ? undefined : { matrix: "data-side", inputDim: shape.inputDim, samples, width: 0, ...minor };
  }

  /** Adds the known side and the reduction that it shows; the id of the latter, or null where there is none. */
  private reduction(): string | null {
    const { shape, samples, seed } = this.question;
    const minor = knownSideMinor(shape, samples, seed);
    if (minor === null) return null;
    this.addMinor({ matrix: "known-side", inputDim: shape.inputDim, samples, width: samples, ...minor }, []);
    const dimension = samples - (shape.trained.has("bias") ? 1 : 0);
    this.add("reduction", { dimension }, [this.steps.at(-1)!.id]);
    return this.steps.at(-1)!.id;
  }

  private addMinor(minor: MinorOfMatrix, uses: readonly string[]): boolean {
    const { matrix, inputDim, samples, width, prime, point, rows, columns } = minor;
    return this.add(
      "generic-full-rank",
      {
        matrix,
        inputDim,
        ...(matrix === "hermite" ? {} : { samples }),
        ...(matrix === "data-side" ? {} : { width }),
        prime,
        point: this.pointOf(matrix, point),
        rows: Array.from(rows),
        columns: Array.from(columns),
      },
      uses,
    );
  }

  /** The parts of a point that the matrix depends on. */
  private pointOf(matrix: string, { weights, bias, output, points, multipliers, labels }: ModularPoint): object {
    const nodes = { weights, ...(this.question.shape.bias === "none" ? {} : { bias }), output };
    const data = { points, multipliers, ...(labels === undefined ? {} : { labels }) };
    return { ...(matrix === "data-side" ? {} : nodes), ...(matrix === "hermite" ? {} : data) };
  }

  private add(kind: string, fields: object, uses: readonly string[] = []): true {
    this.steps.push({ id: `s${this.steps.length + 1}`, kind, uses, ...fields });
    return true;
  }

  private condition(id: string): Condition | undefined {
    return this.decision.conditions.find((condition) => condition.id === id);
  }
}

interface MinorOfMatrix {
  readonly matrix: string;
  readonly inputDim: number;
  readonly samples: number;
  readonly width: number;
  readonly prime: number;
  readonly point: ModularPoint;
  readonly rows: Iterable<number>;
  readonly columns: Iterable<number>;
}

/** What an identifiable verdict is conditional on. */
function assumptions({ verdict }: ShapeDecision, { shape: { setting }, side }: ShapeQuestion): string[] {
  if (verdict === "nonidentifiable") return [];
  const labelled = verdict === "locally-identifiable" && side?.multiplierScale != null;
  return [...(setting === "kkt" ? ["general-nodes"] : []), ...(labelled ? ["labels"] : [])];
}

function describeProblem({ shape, samples, knowledge = NO_KNOWLEDGE }: ShapeProblem): CertificateProblem {
  const { domain, loss, weightDecay } = knowledge;
  return {
    setting: shape.setting,
    inputDim: shape.inputDim,
    samples,
    width: shape.width,
    outputs: shape.outputs,
    activation: shape.activation.coefficients.map(formatRational),
    trained: TRAINED_LAYERS.filter((layer) => shape.trained.has(layer)),
    bias: shape.bias,
    domain,
    loss,
    weightDecay: weightDecay === null ? null : formatRational(weightDecay),
    network: null,
  };
}

function hashOf(problem: CertificateProblem): string {
  return `sha256:${createHash("sha256").update(JSON.stringify(problem)).digest("hex")}`;
}
