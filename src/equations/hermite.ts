import type { Ring } from "../algebra/ring.ts";
import { type MonomialTable, monomialsOfDegree } from "./monomials.ts";
import { integersOf, type Nodes, type RingMatrix, taylorExpansion, unitVector } from "./ring-tools.ts";
import { type EquationShape, equationCount, momentColumnCount, momentDegrees } from "./shape.ts";

/**
 * The Hermite matrix: the equations as linear forms in the coordinates Σ_i g_i x_i^α of the moment tensors.
 *
 * Rows neuron by neuron (hidden d, bias 1, output C), then the output bias; columns output by output, degree by degree
 * ({@link momentDegrees}), monomials in graded lexicographic order.
 * Source: proofs/moment-expansion.md; multivariate Hermite interpolation at double points.
 */
export function hermiteMatrix<T>(ring: Ring<T>, shape: EquationShape, nodes: Nodes<T>): RingMatrix<T> {
  const { trained, inputDim: d, outputs, width: m } = shape;
  const rows = equationCount(shape);
  const cols = momentColumnCount(shape);
  const perOutput = cols / outputs;
  const entries = new Array<T>(rows * cols).fill(ring.zero);
  const forms = createForms(ring, shape);
  let row = 0;
  /** One row: the form times factor c in the columns of output c. */
  const put = (form: readonly T[], factors: readonly T[]): void => {
    const offset = row++ * cols;
    factors.forEach((factor, c) => {
      for (let i = 0; i < perOutput; i++) entries[offset + c * perOutput + i] = ring.multiply(factor, form[i]!);
    });
  };
  const units = Array.from({ length: outputs }, (_, c) => unitVector(ring, outputs, c));
  for (let j = 0; j < m; j++) {
    const neuron = forms.at(nodes.weights.slice(j * d, (j + 1) * d), nodes.bias[j]!);
    const a = Array.from({ length: outputs }, (_, c) => nodes.output[c * m + j]!);
    for (const form of seenThroughOutputs(shape, neuron)) put(form, a);
    if (trained.has("output")) for (const unit of units) put(neuron.value(), unit);
  }
  // With a trained output bias T_0 is the first column of each output.
  if (trained.has("output-bias")) for (const unit of units) put(unitVector(ring, perOutput, 0), unit);
  return { rows, cols, entries };
}

/** The forms that the output weights of a neuron multiply: the gradient, then the derivative by the bias. */
function seenThroughOutputs<T>({ trained }: EquationShape, neuron: NeuronForms<T>): T[][] {
  return [
    ...(trained.has("hidden") ? neuron.gradient() : []),
    ...(trained.has("bias") ? [neuron.biasDerivative()] : []),
  ];
}

/** P(w), its gradient and its derivative by the bias, as linear forms in the moment coordinates of one output. */
interface NeuronForms<T> {
  value(): T[];
  biasDerivative(): T[];
  gradient(): T[][];
}

function createForms<T>(ring: Ring<T>, shape: EquationShape): { at(w: readonly T[], bias: T): NeuronForms<T> } {
  const integer = integersOf(ring);
  const taylor = taylorExpansion(ring, shape);
  const degrees = momentDegrees(shape);
  const tables = degrees.map((l) => monomialsOfDegree(shape.inputDim, l));
  const multinomials = tables.map((table) => Array.from(table.multinomials, integer));
  const p = shape.activation.degree;
  const count = tables.reduce((sum, table) => sum + table.count, 0);

  const values = (powers: readonly T[][], weight: (l: number) => T): T[] =>
    tables.flatMap((table, t) => {
      const factor = weight(table.degree);
      return multinomials[t]!.map((multinomial, i) =>
        ring.multiply(ring.multiply(factor, multinomial), productOfPowers(ring, table, i, powers, -1)),
      );
    });

  const gradient = (powers: readonly T[][], weight: (l: number) => T): T[][] => {
    const rows = Array.from({ length: shape.inputDim }, () => new Array<T>(count).fill(ring.zero));
    let column = 0;
    tables.forEach((table, t) => {
      const factor = weight(table.degree);
      for (let i = 0; i < table.count; i++, column++) {
        const leading = ring.multiply(factor, multinomials[t]![i]!);
        for (let s = table.starts[i]!; s < table.starts[i + 1]!; s++) {
          const slope = ring.multiply(integer(table.exponents[s]!), productOfPowers(ring, table, i, powers, s));
          rows[table.variables[s]!]![column] = ring.multiply(leading, slope);
        }
      }
    });
    return rows;
  };

  return {
    at(w, bias) {
      const s = taylor(bias);
      const powers = w.map((entry) => {
        const list = [ring.one];
        for (let k = 1; k <= p; k++) list.push(ring.multiply(list[k - 1]!, entry));
        return list;
      });
      return {
        value: () => values(powers, (l) => s[l]!),
        biasDerivative: () => values(powers, (l) => (l < p ? ring.multiply(integer(l + 1), s[l + 1]!) : ring.zero)),
        gradient: () => gradient(powers, (l) => s[l]!),
      };
    },
  };
}

/** w^α for monomial i, or with one power of factor `lowered` taken away. */
function productOfPowers<T>(
  ring: Ring<T>,
  table: MonomialTable,
  i: number,
  powers: readonly T[][],
  lowered: number,
): T {
  let product = ring.one;
  for (let s = table.starts[i]!; s < table.starts[i + 1]!; s++) {
    const exponent = table.exponents[s]! - (s === lowered ? 1 : 0);
    product = ring.multiply(product, powers[table.variables[s]!]![exponent]!);
  }
  return product;
}
