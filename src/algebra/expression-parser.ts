import { activationError, type Token, tokenize } from "./activation-text.ts";
import { constant, type Expression, power, product, sum, variable } from "./expression.ts";
import { divide, formatRational, isZero, one, rational, tryParseRational } from "./rational.ts";

/** The largest degree an activation can have. */
export const LARGEST_DEGREE = 12;

/** Larger coefficients are of no use in doubles, and a few characters could ask for gigabytes of them. */
const MOST_BITS = 4096;
const DEEPEST_NESTING = 40;

const minusOne = constant(rational(-1n));

/**
 * The expression written in an activation text. Accepted are numbers, one variable of any letter, `+ - * /`, powers with
 * `^`, `**` or superscripts, parentheses, and products without a sign such as `2z` or `3(z+1)`.
 *
 * @throws {@link ActivationError} if the text is not a polynomial with rational coefficients, or if its shape allows a
 * degree above 12 or coefficients beyond 4096 bits; nothing is expanded to find out
 */
export function parseExpression(text: string): Expression {
  return new ExpressionParser(text).parse();
}

/** Recursive descent over the tokens; one method for one rule of the grammar. */
class ExpressionParser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #index = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text);
  }

  parse(): Expression {
    const expression = this.#sum();
    const token = this.#next();
    if (token.kind === "end") return expression;
    throw this.#error(
      token.text === ")" ? "unbalanced parenthesis" : `unexpected ${JSON.stringify(token.text)}`,
      token,
    );
  }

  /** sum = product { ("+" | "-") product } */
  #sum(): Expression {
    let total = this.#product();
    for (let token = this.#accept("+-"); token !== undefined; token = this.#accept("+-")) {
      const term = this.#product();
      total = this.#bounded(sum(total, token.text === "-" ? product(minusOne, term) : term), token);
    }
    return total;
  }

  /** product = factor { ["*" | "/"] factor }, where a factor without a sign before it starts with a letter or "(". */
  #product(): Expression {
    let result = this.#factor();
    let divided = false;
    for (;;) {
      const start = this.#peek();
      const operator = this.#accept("*/");
      if (operator === undefined && start.kind !== "variable" && start.text !== "(") return result;
      if (operator === undefined && divided) {
        const hint = "Write z/2 for a half of z; 1/(2*z) is not a polynomial.";
        throw this.#error("a product without its sign after a division is ambiguous", start, hint);
      }
      const factor = this.#factor();
      divided = operator?.text === "/";
      result = this.#bounded(product(result, divided ? this.#reciprocal(factor, start) : factor), start);
    }
  }

  #reciprocal(divisor: Expression, token: Token): Expression {
    if (divisor.kind !== "constant") throw this.#error("division by an expression with the variable", token);
    if (isZero(divisor.value)) throw this.#error("division by zero", token, "Correct the divisor.");
    return constant(divide(one, divisor.value));
  }

  /** factor = { "+" | "-" } primary [ "^" exponent ]; the sign applies to the power. */
  #factor(): Expression {
    const negative = this.#signs();
    const base = this.#primary();
    const operator = this.#accept("^");
    const result = operator === undefined ? base : this.#power(base, operator);
    return negative ? product(minusOne, result) : result;
  }

  /** Reads any number of signs and says whether together they change the sign. */
  #signs(): boolean {
    let negative = false;
    for (let token = this.#accept("+-"); token !== undefined; token = this.#accept("+-")) {
      if (token.text === "-") negative = !negative;
    }
    return negative;
  }

  #power(base: Expression, operator: Token): Expression {
    const exponent = this.#exponent();
    const chained = this.#accept("^");
    if (chained !== undefined) {
      throw this.#error("a power of a power needs parentheses", chained, "Write (z^2)^3 or z^(2*3).");
    }
    if (exponent < 0n && base.kind !== "constant") throw this.#error("negative exponent", operator);
    if (exponent < 0n && base.kind === "constant" && isZero(base.value)) {
      throw this.#error("division by zero: a negative power of zero", operator, "Correct the exponent.");
    }
    const count = exponent < 0n ? -exponent : exponent;
    if (BigInt(base.degree) * count > BigInt(LARGEST_DEGREE)) throw this.#degreeError(operator);
    if (BigInt(base.bits) * count > BigInt(MOST_BITS)) throw this.#sizeError(operator);
    return power(base, Number(exponent));
  }

  #exponent(): bigint {
    const start = this.#peek();
    const negative = this.#signs();
    const exponent = this.#primary();
    if (exponent.kind !== "constant") throw this.#error("the variable in an exponent", start);
    if (exponent.value.denominator !== 1n) {
      throw this.#error(`the exponent ${formatRational(exponent.value)} is not a whole number`, start);
    }
    return negative ? -exponent.value.numerator : exponent.value.numerator;
  }

  /** primary = number | variable | "(" sum ")" */
  #primary(): Expression {
    const token = this.#next();
    if (token.kind === "number") return this.#number(token);
    if (token.kind === "variable") return variable;
    if (token.kind === "end") throw this.#error("the text ends too early", token, "Complete the polynomial.");
    if (token.text !== "(") throw this.#error(`unexpected ${JSON.stringify(token.text)}`, token);
    this.#depth += 1;
    if (this.#depth > DEEPEST_NESTING) {
      throw this.#error(`more than ${DEEPEST_NESTING} nested parentheses`, token, "Remove parentheses.");
    }
    const inner = this.#sum();
    if (this.#accept(")") === undefined) {
      throw this.#error(
        "unbalanced parenthesis, opened",
        token,
        `A ")" is missing, or something before it is out of place.`,
      );
    }
    this.#depth -= 1;
    return inner;
  }

  #number(token: Token): Expression {
    const value = tryParseRational(token.text);
    if (value === undefined) throw this.#sizeError(token);
    return this.#bounded(constant(value), token);
  }

  #bounded(expression: Expression, token: Token): Expression {
    if (expression.degree > LARGEST_DEGREE) throw this.#degreeError(token);
    if (expression.bits > MOST_BITS) throw this.#sizeError(token);
    return expression;
  }

  #degreeError(token: Token): Error {
    return this.#error(
      `the degree goes above ${LARGEST_DEGREE}`,
      token,
      `Degrees from 1 to ${LARGEST_DEGREE} are accepted.`,
    );
  }

  #sizeError(token: Token): Error {
    return this.#error("the coefficients grow too large", token, `Use numbers well below 10^300.`);
  }

  #error(problem: string, token: Token, hint?: string): Error {
    return activationError(this.#text, problem, token.position, hint);
  }

  #peek(): Token {
    return this.#tokens[this.#index]!;
  }

  #next(): Token {
    const token = this.#peek();
    if (token.kind !== "end") this.#index += 1;
    return token;
  }

  /** The next token if it is one of these one-character symbols. */
  #accept(symbols: string): Token | undefined {
    const token = this.#peek();
    return token.kind === "symbol" && symbols.includes(token.text) ? this.#next() : undefined;
  }
}
