import type { Expansion } from "../expansion/expansion.ts";
import { alignedLines, latexNotation, type Row } from "./expand-latex.ts";
import { coordinateTokens, powerSummands, sumTokens } from "./expand-notation.ts";
import { knownCoordinate, type TensorNotation, taylorCoefficientsNamed, tensorTokens } from "./expand-tensors.ts";
import { equationLines } from "./expand-text.ts";
import { textNotation } from "./expand-text-notation.ts";

/** Displayed equations twice: rows of align*, and lines for a terminal. */
export interface EquationRows {
  readonly tex: readonly string[];
  readonly plain: readonly string[];
}

/** The equations of every neuron in tensor notation. */
export function tensorRows(expansion: Expansion): EquationRows {
  const { shape, equations } = expansion;
  return inBothNotations(expansion, (notation) =>
    equations.map((equation): Row => {
      const left = notation.known[shape.setting](notation.parameter(equation.layer));
      return [left, [tensorTokens(notation, equation)]];
    }),
  );
}

/** The Taylor coefficients s_l(b) that the equations name; no rows without a bias. */
export function taylorRows(expansion: Expansion): EquationRows {
  return inBothNotations(expansion, (notation) =>
    taylorCoefficientsNamed(expansion).map(
      ({ l, coefficients }): Row => [
        notation.taylor(l).replace("_j", ""),
        [sumTokens(notation, powerSummands(notation, coefficients, []))],
      ],
    ),
  );
}

/** The equations of one neuron in coordinates; no rows for a general input dimension. */
export function coordinateRows(expansion: Expansion): EquationRows {
  const { coordinates, shape } = expansion;
  return inBothNotations(expansion, (notation) =>
    (coordinates?.equations ?? []).map(
      (equation): Row => [
        knownCoordinate(notation, shape.setting, equation),
        coordinateTokens(notation, equation.terms),
      ],
    ),
  );
}

function inBothNotations({ shape }: Expansion, rows: (notation: TensorNotation) => readonly Row[]): EquationRows {
  const several = shape.outputs > 1;
  return {
    tex: rows(latexNotation(several))
      .flatMap(alignedLines)
      .map((line) => line.trim()),
    plain: rows(textNotation(several)).flatMap(([left, groups]) => equationLines(left, groups)),
  };
}
