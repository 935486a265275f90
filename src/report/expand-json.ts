import { formatRational } from "../algebra/rational.ts";
import type { Tool } from "../answers/tool.ts";
import type { Expansion } from "../expansion/expansion.ts";
import type { CoordinateEquation, EquationTerm, Moment } from "../expansion/neuron-equations.ts";
import type { TensorEquation } from "../expansion/tensor-equations.ts";
import { type ExpansionSizes, expansionCounts } from "./expand-counts.ts";
import { coordinateTokens } from "./expand-notation.ts";
import { knownCoordinate, layersThatSee, type TensorNotation, tensorTokens } from "./expand-tensors.ts";
import { textNotation } from "./expand-text-notation.ts";

/**
 * The document of `expand --format json`, schema kktid.expand/1.
 *
 * Rationals are strings such as "3/2"; outputs and coordinates count from 1; what needs the input dimension is null
 * without one. A term is coefficient · w^monomial.w · b^monomial.b · moment, times the
 * output weight a_{monomial.a} where that is not null.
 */
export function expandJson(expansion: Expansion, sizes: ExpansionSizes, tool: Tool): object {
  const { shape, degrees, gauge, equations, taylor, coordinates } = expansion;
  const notation = textNotation(shape.outputs > 1);
  return {
    schema: "kktid.expand/1",
    tool,
    problem: {
      setting: shape.setting,
      inputDim: shape.inputDim,
      samples: sizes.samples,
      width: sizes.width,
      outputs: shape.outputs,
      activation: shape.activation.text,
      support: shape.activation.support,
      trained: equations.map(({ layer }) => layer),
      bias: shape.bias,
    },
    tensors: degrees.map((degree, at) => ({
      degree,
      coordinates: coordinates?.coordinatesPerDegree[at] ?? null,
      seenBy: layersThatSee(expansion, degree),
    })),
    taylor: taylor === null ? null : taylor.map((coefficients) => coefficients.map(formatRational)),
    equations: equations.map((equation) => tensorJson(equation, expansion, notation)),
    coordinates:
      coordinates === null
        ? null
        : {
            moments: coordinates.moments.map((moment) => ({ name: notation.moment(moment), ...momentJson(moment) })),
            equations: coordinates.equations.map((equation) => coordinateJson(equation, expansion, notation)),
          },
    counts: expansionCounts(expansion, sizes),
    gauge: { symmetries: gauge.symmetries, directionsPerSample: gauge.directionsPerSample },
  };
}

function tensorJson(equation: TensorEquation, { shape }: Expansion, notation: TensorNotation): object {
  const known = notation.known[shape.setting](notation.parameter(equation.layer));
  return {
    layer: equation.layer,
    known,
    outputs: equation.outputs,
    text: `${known} = ${tensorTokens(notation, equation).join(" ")}`,
    terms: equation.terms.map(({ degree, slots, factor }) => ({
      degree,
      arguments: slots,
      factor: factor.map(formatRational),
    })),
  };
}

function coordinateJson(equation: CoordinateEquation, { shape }: Expansion, notation: TensorNotation): object {
  const known = knownCoordinate(notation, shape.setting, equation);
  return {
    layer: equation.layer,
    coordinate: equation.index + 1,
    known,
    text: `${known} = ${coordinateTokens(notation, equation.terms).flat().join(" ")}`,
    terms: equation.terms.map(termJson),
  };
}

function termJson({ coefficient, monomial, moment }: EquationTerm): object {
  return {
    coefficient: formatRational(coefficient),
    moment: momentJson(moment),
    monomial: { w: monomial.weights, b: monomial.bias, a: monomial.output === null ? null : monomial.output + 1 },
  };
}

function momentJson({ degree, exponents, output }: Moment): object {
  return { degree, exponents, output: output + 1 };
}
