import { add, bitLength, divide, multiply, one, type Rational } from "./rational.ts";
import type { Ring } from "./ring.ts";

/** An arithmetic expression in one variable, with constants already combined wherever they meet. */
export type Expression = Shape & {
  /** Upper bound of the degree, read off the shape: cancellation can only lower it. */
  readonly degree: number;
  /** The coefficients are quotients of integers of at most this many bits over one denominator of at most as many. */
  readonly bits: number;
};

type Shape =
  | { readonly kind: "constant"; readonly value: Rational }
  | { readonly kind: "variable" }
  | { readonly kind: "sum" | "product"; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "power"; readonly base: Expression; readonly exponent: number };

/** The variable itself. */
export const variable: Expression = { kind: "variable", degree: 1, bits: 1 };

export function constant(value: Rational): Expression {
  const bits = Math.max(bitLength(value.numerator), bitLength(value.denominator));
  return { kind: "constant", value, degree: 0, bits };
}

/** The sum, evaluated if both parts are constants. */
export function sum(left: Expression, right: Expression): Expression {
  if (left.kind === "constant" && right.kind === "constant") return constant(add(left.value, right.value));
  return { kind: "sum", left, right, degree: Math.max(left.degree, right.degree), bits: left.bits + right.bits + 1 };
}

/** The product, evaluated if both parts are constants. */
export function product(left: Expression, right: Expression): Expression {
  if (left.kind === "constant" && right.kind === "constant") return constant(multiply(left.value, right.value));
  return { kind: "product", left, right, degree: left.degree + right.degree, bits: left.bits + right.bits };
}

/**
 * The power with a whole exponent, evaluated if the base is a constant; the zeroth power is 1, also of zero. A negative
 * exponent needs a constant base.
 *
 * @throws {@link InternalError} if a negative power of zero is asked for
 * @remarks A constant is evaluated in time proportional to the exponent, which the caller bounds.
 */
export function power(base: Expression, exponent: number): Expression {
  if (exponent === 0) return constant(one);
  if (base.kind === "constant") {
    const factor = exponent < 0 ? divide(one, base.value) : base.value;
    return constant(repeatedProduct(factor, Math.abs(exponent), one, multiply));
  }
  return { kind: "power", base, exponent, degree: base.degree * exponent, bits: base.bits * exponent };
}

/** The value of the expression at a point of any ring. */
export function evaluateExpression<T>(ring: Ring<T>, expression: Expression, z: T): T {
  switch (expression.kind) {
    case "constant":
      return ring.fromRational(expression.value);
    case "variable":
      return z;
    case "power": {
      const base = evaluateExpression(ring, expression.base, z);
      return repeatedProduct(base, expression.exponent, ring.one, (a, b) => ring.multiply(a, b));
    }
    default: {
      const [left, right] = [expression.left, expression.right].map((part) => evaluateExpression(ring, part, z));
      return expression.kind === "sum" ? ring.add(left!, right!) : ring.multiply(left!, right!);
    }
  }
}

function repeatedProduct<T>(factor: T, count: number, unit: T, multiply: (a: T, b: T) => T): T {
  let result = unit;
  for (let k = 0; k < count; k++) result = multiply(result, factor);
  return result;
}

/** The expression in plain notation with the variable z: every product, power and pair of parentheses is written out. */
export function formatExpression(expression: Expression): string {
  switch (expression.kind) {
    case "constant":
      return `(${expression.value.numerator}/${expression.value.denominator})`;
    case "variable":
      return "z";
    case "power":
      return `(${formatExpression(expression.base)})^${expression.exponent}`;
    case "sum":
      return `${formatExpression(expression.left)}+${formatExpression(expression.right)}`;
    case "product":
      return `${formatFactor(expression.left)}*${formatFactor(expression.right)}`;
  }
}

function formatFactor(expression: Expression): string {
  const text = formatExpression(expression);
  return expression.kind === "sum" ? `(${text})` : text;
}
