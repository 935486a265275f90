import type { InstanceProofs } from "../certify/claim.ts";
import type { Condition } from "../identifiability/result.ts";
import type { InstanceQuestion } from "./network-evidence.ts";

interface ProvedParts {
  readonly question: InstanceQuestion;
  readonly proofs: InstanceProofs;
  /** Largest power of two ρ at which the weights alone still prove uniqueness; null where not known. */
  readonly largestRho: number | null;
  /** Whether the data set reached the rounding floor. */
  readonly dataFits: boolean;
}

const shown = (value: number): string => value.toExponential(1);

/** The conditions with those replaced that are proved for every system within ρ of the file. */
export function withProofs(conditions: readonly Condition[], parts: ProvedParts): Condition[] {
  const proved = provedConditions(parts);
  const replaced = conditions.map((condition) => {
    if (condition.id === "weights-within-rho") return withSlack(condition, parts);
    const proof = proved.get(condition.id);
    proved.delete(condition.id);
    // A rank above n is proved by an n×n minor, too; what refutes n stays.
    if (proof === undefined || condition.status === "fails") return condition;
    return { ...proof, numbers: { ...condition.numbers, ...proof.numbers } };
  });
  return [...replaced, ...proved.values()];
}

function provedConditions(parts: ProvedParts): Map<string, Condition> {
  const list = [...rankConditions(parts), ...dataConditions(parts)];
  return new Map(list.map((condition) => [condition.id, condition]));
}

interface Proved {
  readonly id: string;
  readonly statement: string;
  readonly numbers: Condition["numbers"];
  readonly basis?: Condition["basis"];
}

const certified = ({ rho }: InstanceProofs, { id, statement, numbers }: Proved): Condition => ({
  id,
  status: "holds",
  basis: "certificate",
  statement,
  reference: "proofs/instance-certificates.md",
  numbers: { ...numbers, rho },
});

type Bounds = Pick<NonNullable<InstanceProofs["kernel"]>, "contraction" | "leastSingularValue">;

/** The bounds that a proof of a rank gives: ‖I − A·H‖ and σ_min. */
const boundsOf = ({ contraction, leastSingularValue }: Bounds): Condition["numbers"] => ({
  contraction,
  leastSingularValue,
});

const bounded = ({ leastSingularValue }: Bounds): string => `σ ≥ ${shown(leastSingularValue)}`;

function rankConditions({ question, proofs }: ProvedParts): Condition[] {
  const { span, kernel, moments, catalecticant, scales, rho } = proofs;
  const n = question.samples;
  const within = `for every system within ρ = ${shown(rho)} of the file`;
  const list: Proved[] = [];
  if (span !== null) {
    const statement = `proved ${within}: a minor of the known side has rank n = ${n} (${bounded(span.regularity)})`;
    list.push({ id: "known-side-spans-samples", statement, numbers: boundsOf(span.regularity) });
  }
  if (moments !== null) {
    const { regularity } = moments;
    const columns = regularity.weights.length;
    const statement = `proved ${within}: the Hermite matrix has full column rank ${columns} (${bounded(regularity)}), so the nodes determine every moment tensor`;
    list.push({
      id: "nodes-determine-moments",
      statement,
      numbers: { provedColumns: columns, ...boundsOf(regularity) },
    });
  }
  if (catalecticant !== null) {
    const statement = `proved ${within}: a flattening of the top moment tensor has rank n = ${n} (${bounded(catalecticant.regularity)}), so its decomposition into n terms is unique`;
    list.push({ id: "catalecticant", statement, numbers: boundsOf(catalecticant.regularity) });
  }
  if (scales !== null) {
    const statement =
      scales.degree === null
        ? "one monomial: scales are gauge"
        : `degree ${scales.degree} fixes the scale of every sample, as its powers are independent where the flattening has rank n`;
    list.push({ id: "scales-fixed", statement, numbers: {} });
  }
  if (kernel !== null) {
    const statement = `proved ${within}: nullity K = rank G = n (${bounded(kernel)}), so at most one data set of ${n} samples solves the equations`;
    list.push({ id: "kernel-criterion", statement, numbers: boundsOf(kernel) });
  }
  return list.map((proved) => certified(proofs, proved));
}

function dataConditions({ question, proofs, dataFits }: ProvedParts): Condition[] {
  const { residual, witness, rho } = proofs;
  const list: Proved[] = [];
  if (residual !== null && dataFits) {
    const statement = `a data set of ${question.samples} samples solves the equations within ρ = ${shown(rho)}: its largest residual, evaluated without rounding, is ${shown(residual)} of the largest entry of its tensor`;
    list.push({ id: "data-set-fits", statement, numbers: { largestResidual: residual } });
  }
  if (witness !== null) {
    const statement = `two data sets, at least ${shown(witness.distance)} of their norm apart, solve the equations within ρ = ${shown(rho)}: their largest residual, evaluated without rounding, is ${shown(witness.residual)}`;
    const numbers = { largestResidual: witness.residual, provedDistance: witness.distance };
    list.push({ id: "second-data-set", statement, numbers });
  }
  return list.map((proved) => certified(proofs, proved));
}

/** What ρ the proofs were made for, and up to which they could have been. */
function withSlack(condition: Condition, { proofs, largestRho }: ProvedParts): Condition {
  const assumed = Number(condition.numbers.rho);
  const raised = proofs.rho > assumed ? `; the data need ρ = ${shown(proofs.rho)}, for which proofs are made` : "";
  const slack =
    largestRho === null ? "" : `; uniqueness could be proved from the weights up to ρ = ${shown(largestRho)}`;
  return {
    ...condition,
    statement: `${condition.statement}${raised}${slack}`,
    numbers: { ...condition.numbers, provedRho: proofs.rho, largestProvableRho: largestRho },
  };
}
