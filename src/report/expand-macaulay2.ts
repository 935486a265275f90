import { formatRational } from "../algebra/rational.ts";
import { tensorIndices } from "./expand-notation.ts";
import {
  commaSeparated,
  MOST_UNKNOWNS_OF_FIBRE,
  type ProgramNotation,
  type ProgramParts,
  type ProgramQuestion,
  programParts,
} from "./expand-program.ts";

/**
 * A Macaulay2 program: the equations in the moments, a check against the definition, the ranks of the Hermite matrix and
 * of the Jacobian at random nodes and data, and for few unknowns dimension and degree of the fibre.
 */
export function expandMacaulay2(question: ProgramQuestion): string {
  const parts = programParts(question, macaulay2Notation(question.expansion.shape.outputs > 1));
  return [settings(parts, question), equations(parts), definition(parts), ranks(parts), fibre(parts)].join("\n");
}

const settings = ({ title }: ProgramParts, { samples, width, seed }: ProgramQuestion): string =>
  `${title.map((line) => `-- ${line}`).join("\n")}
-- Run: M2 --script FILE

n = ${samples};  -- samples
m = ${width};  -- neurons
KK = ZZ/32003;  -- KK = QQ computes with the same random integers exactly, and is slower
setRandomSeed ${seed};
`;

const equations = (parts: ProgramParts): string => `
-- 1. The equations of one neuron: its known side equals each of these.
-- T2_{1,2} is the sum over the samples of g*x_1*x_2, and so on; T2c1_{1,2} has g_1 for g.
S = KK[${commaSeparated([...parts.moments, ...parts.node])}];
moments = {${commaSeparated(parts.moments)}};
equations = {
${parts.equations.map((lines) => `  ${lines.join("\n    ")}`).join(",\n")}
};
equationsOfOutputBias = {${commaSeparated(parts.fixed)}};
`;

const definition = (parts: ProgramParts): string => `
-- 2. The same from the definition: one sample's share, differentiated by the parameters.
D = KK[${commaSeparated([...parts.sample, ...parts.node])}];
sigma = z -> ${parts.sigma};
share = (${parts.pairing})*sigma(${parts.argument});
definition = {${commaSeparated(parts.parameters.map((name) => `diff(${name}, share)`))}};
definitionOfOutputBias = {${commaSeparated(parts.fixed.length > 0 ? parts.multipliers : [])}};
sample = {${commaSeparated(parts.sample)}};
oneSample = map(D, S, {${commaSeparated([...parts.momentsOfSample, ...parts.node])}});
print("expansion equals the definition: " | toString(apply(equations, f -> oneSample f) == definition));
`;

const ranks = ({ node }: ProgramParts): string => `
-- 3. Ranks at random nodes and data.
nodes = apply(m, j -> apply(${node.length}, k -> (random 32003)_KK));
samples = apply(n, i -> apply(#sample, k -> (random 32003)_KK));
derivatives = (polynomials, variables) -> apply(polynomials, f -> apply(variables, v -> diff(v, f)));
atNode = j -> map(KK, S, toList(#moments : 0_KK) | nodes#j);
hermiteRows = (forms, j) -> apply(forms, row -> apply(row, form -> (atNode j) form));
forms = derivatives(equations, moments);
formsOfOutputBias = derivatives(equationsOfOutputBias, moments);
hermiteMatrix = matrix(flatten apply(m, j -> hermiteRows(forms, j)) | hermiteRows(formsOfOutputBias, 0));
print("rank of the Hermite matrix: " | toString rank hermiteMatrix | " of " | toString numcols hermiteMatrix);
at = (i, j) -> map(KK, D, samples#i | nodes#j);
jacobianRows = (slopes, j) -> apply(slopes, row -> flatten apply(n, i -> apply(row, slope -> (at(i, j)) slope)));
slopes = derivatives(definition, sample);
slopesOfOutputBias = derivatives(definitionOfOutputBias, sample);
jacobianMatrix = matrix(flatten apply(m, j -> jacobianRows(slopes, j)) | jacobianRows(slopesOfOutputBias, 0));
print("rank of the Jacobian: " | toString rank jacobianMatrix | " of " | toString numcols jacobianMatrix);
`;

const fibre = ({ multipliers }: ProgramParts): string => `
-- 4. The data sets that have the random one's known sides, multipliers not zero, over the algebraic closure.
-- A finite number of them counts each data set n! times, once for every order of its samples.
if n*#sample <= ${MOST_UNKNOWNS_OF_FIBRE} then (  -- raise with patience
  U = KK[u_(0,0)..u_(n-1,#sample-1)];
  unknowns = apply(n, i -> apply(#sample, k -> u_(i,k)));
  knownSide = (f, points, j, R) -> sum(points, point -> (map(R, D, apply(point | nodes#j, v -> promote(v, R)))) f);
  differences = (polynomials, j) ->
    apply(polynomials, f -> knownSide(f, unknowns, j, U) - promote(knownSide(f, samples, j, KK), U));
  fibre = ideal(flatten apply(m, j -> differences(definition, j)) | differences(definitionOfOutputBias, 0));
  for i from 0 to n-1 do fibre = saturate(fibre, ideal apply(${multipliers.length}, c -> u_(i,c)));
  print("dimension of the fibre: " | toString dim fibre);
  print("degree of the fibre: " | toString degree fibre);
);
`;

function macaulay2Notation(several: boolean): ProgramNotation {
  const numbered =
    (letter: string) =>
    (c: number): string =>
      several ? `${letter}_${c + 1}` : letter;
  return {
    number: (value) => (value.denominator === 1n ? `${value.numerator}` : `${formatRational(value)}_KK`),
    power: (base, exponent) => (exponent === 1 ? base : `${base}^${exponent}`),
    times: "*",
    parentheses: ["(", ")"],
    bias: "b",
    weight: (e) => `w_${e + 1}`,
    outputWeight: numbered("a"),
    multiplier: numbered("g"),
    point: (e) => `x_${e + 1}`,
    moment: (moment) => {
      const indices = tensorIndices(moment);
      const place = indices.length === 0 ? "" : `_{${indices.join(",")}}`;
      return `T${moment.degree}${several ? `c${moment.output + 1}` : ""}${place}`;
    },
  };
}
