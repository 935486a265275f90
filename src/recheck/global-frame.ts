import { list } from "./equations.ts";
import { wholeSpace } from "./instance-space.ts";
import { exactly, INTERVALS } from "./intervals.ts";
import { double, indices, listOf, require } from "./json.ts";
import { dot } from "./numbers.ts";
import { encloseSolution, requireFullColumnRank } from "./regular.ts";
import type { Checked, Step } from "./steps.ts";

/** V = B·G_J for rows J of the known side and a matrix B of doubles, B·G_JJ′ regular throughout the box. */
export function checkFrame(step: Step): Checked {
  const fields = step.fields("rows", "columns", "basis");
  step.usesNothing();
  const { samples, width, inputDim } = step.problem;
  const rows = fields.read("rows", indices(samples, width));
  const columns = fields.read("columns", indices(samples, inputDim));
  const basis = fields.read("basis", listOf(listOf(double, samples), samples));
  const whole = wholeSpace(step.problem, step.system);
  require(whole.known.length > 0, "the hidden layer gives no equations");
  const sides = rows.map((row) => whole.known[row]!);
  const vectors = basis.map((factors) =>
    list(inputDim, (e) =>
      dot(
        INTERVALS,
        factors.map(exactly),
        sides.map((side) => side[e]!),
      ),
    ),
  );
  // B·G_JJ′ regular: so are B and G_JJ′, and V spans what the rows J of G do.
  const minor = columns.map((column) => vectors.map((vector) => vector[column]!));
  const inMinor = requireFullColumnRank(minor, "the minor of the known side in the frame");
  const turned = list(samples, (k) => basis.map((factors) => exactly(factors[k]!)));
  const inBasis = requireFullColumnRank(turned, "the basis of the frame");
  const known = whole.known.map((side, j) => {
    const place = rows.indexOf(j);
    if (place < 0) {
      const values = columns.map((column) => side[column]!);
      return encloseSolution(inMinor, values, "the known side in the frame");
    }
    // G_J = B⁻¹V, whatever G is.
    const unit = list(samples, (k) => exactly(k === place ? 1 : 0));
    return encloseSolution(inBasis, unit, "the inverse of the basis");
  });
  const neurons = whole.neurons.map(({ w, b, a }) => ({ w: vectors.map((row) => dot(INTERVALS, row, w)), b, a }));
  const view = { inputDim: samples, neurons, known, vectors };
  const sentence = `The known side has rank ${samples} throughout the box: the frame spans the samples of every solution.`;
  return [{ is: "instance-frame", view }, sentence];
}
