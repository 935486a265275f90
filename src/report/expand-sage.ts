import {
  commaSeparated,
  MOST_UNKNOWNS_OF_FIBRE,
  type ProgramNotation,
  type ProgramParts,
  type ProgramQuestion,
  programParts,
} from "./expand-program.ts";
import { momentName } from "./expand-text-notation.ts";

/**
 * A Sage program that does what the Macaulay2 program does: the equations in the moments, a check against the definition,
 * the ranks at random nodes and data, and for few unknowns the dimension of the fibre and its number of points.
 */
export function expandSage(question: ProgramQuestion): string {
  const parts = programParts(question, sageNotation(question.expansion.shape.outputs > 1));
  return [settings(parts, question), equations(parts), definition(parts), ranks(parts), fibre(parts)].join("\n");
}

const ring = (name: string, variables: readonly string[]): string =>
  `${name} = PolynomialRing(KK, [${commaSeparated(variables.map((variable) => `"${variable}"`))}])
(${commaSeparated(variables)}) = ${name}.gens()`;

const settings = ({ title }: ProgramParts, { samples, width, seed }: ProgramQuestion): string =>
  `${title.map((line) => `# ${line}`).join("\n")}
# Run: sage FILE
from sage.all import *

n = ${samples}  # samples
m = ${width}  # neurons
KK = GF(32003)  # KK = QQ computes with the same random integers exactly, and is slower
set_random_seed(${seed})
`;

const equations = (parts: ProgramParts): string => `
# 1. The equations of one neuron: its known side equals each of these.
# T2_12 is the sum over the samples of g*x1*x2, and so on; T2c1_12 has g1 for g.
${ring("S", [...parts.moments, ...parts.node])}
moments = [${commaSeparated(parts.moments)}]
equations = [
${parts.equations.map((lines) => `  ${lines.join("\n    ")}`).join(",\n")}
]
equations_of_output_bias = [${commaSeparated(parts.fixed)}]
`;

const definition = (parts: ProgramParts): string => `
# 2. The same from the definition: one sample's share, differentiated by the parameters.
${ring("D", [...parts.sample, ...parts.node])}
def sigma(z):
    return ${parts.sigma}
share = (${parts.pairing})*sigma(${parts.argument})
definition = [share.derivative(v) for v in [${commaSeparated(parts.parameters)}]]
definition_of_output_bias = [${commaSeparated(parts.fixed.length > 0 ? parts.multipliers : [])}]
sample = [${commaSeparated(parts.sample)}]
one_sample = [${commaSeparated([...parts.momentsOfSample, ...parts.node])}]
print("expansion equals the definition:", [f(*one_sample) for f in equations] == definition)
`;

const ranks = ({ node }: ProgramParts): string => `
# 3. Ranks at random nodes and data.
def random_list(count):
    return [KK(ZZ.random_element(32003)) for _ in range(count)]
nodes = [random_list(${node.length}) for _ in range(m)]
samples = [random_list(len(sample)) for _ in range(n)]
def derivatives(polynomials, variables):
    return [[f.derivative(v) for v in variables] for f in polynomials]
def hermite_rows(forms, node):
    return [[form(*[KK(0)]*len(moments), *node) for form in row] for row in forms]
forms = derivatives(equations, moments)
forms_of_output_bias = derivatives(equations_of_output_bias, moments)
hermite = [row for node in nodes for row in hermite_rows(forms, node)]
hermite += hermite_rows(forms_of_output_bias, nodes[0])
print("rank of the Hermite matrix:", matrix(KK, hermite).rank(), "of", len(moments))
def jacobian_rows(slopes, node):
    return [[slope(*point, *node) for point in samples for slope in row] for row in slopes]
slopes = derivatives(definition, sample)
slopes_of_output_bias = derivatives(definition_of_output_bias, sample)
jacobian = [row for node in nodes for row in jacobian_rows(slopes, node)]
jacobian += jacobian_rows(slopes_of_output_bias, nodes[0])
print("rank of the Jacobian:", matrix(KK, jacobian).rank(), "of", n*len(sample))
`;

const fibre = ({ multipliers }: ProgramParts): string => `
# 4. The data sets that have the random one's known sides, multipliers not zero, over the algebraic closure.
# A finite number of them counts each data set n! times, once for every order of its samples.
if n*len(sample) <= ${MOST_UNKNOWNS_OF_FIBRE}:  # raise with patience
    U = PolynomialRing(KK, "u", n*len(sample))
    unknowns = [U.gens()[i*len(sample):(i + 1)*len(sample)] for i in range(n)]
    def differences(polynomials, node):
        return [sum(f(*point, *node) for point in unknowns) - sum(f(*point, *node) for point in samples)
                for f in polynomials]
    fibre = U.ideal([f for node in nodes for f in differences(definition, node)]
                    + differences(definition_of_output_bias, nodes[0]))
    for point in unknowns:
        fibre = fibre.saturation(U.ideal(point[:${multipliers.length}]))[0]
    print("dimension of the fibre:", fibre.dimension())
    if fibre.dimension() == 0:
        print("degree of the fibre:", fibre.vector_space_dimension())
`;

function sageNotation(several: boolean): ProgramNotation {
  const numbered =
    (letter: string) =>
    (c: number): string =>
      several ? `${letter}${c + 1}` : letter;
  return {
    // KK(1)/2 is a field element also where Python, not Sage, reads the file.
    number: ({ numerator, denominator }) => (denominator === 1n ? `${numerator}` : `KK(${numerator})/${denominator}`),
    power: (base, exponent) => (exponent === 1 ? base : `${base}**${exponent}`),
    times: "*",
    parentheses: ["(", ")"],
    bias: "b",
    weight: (e) => `w${e + 1}`,
    outputWeight: numbered("a"),
    multiplier: numbered("g"),
    point: (e) => `x${e + 1}`,
    moment: (moment) => momentName(moment, several),
  };
}
