/**
 * Every error class of the tool. Misuse and bad input throw one of these; an analysis that merely fails to reach an
 * answer returns a status instead. The command line prints `message` and `hint` and exits with 2.
 */
export abstract class ToolError extends Error {
  abstract readonly code: string;
  /** What the reader can do next. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.hint = hint;
  }
}

/** An option or argument that the command does not accept. */
export class UsageError extends ToolError {
  readonly code = "usage";
}

/** Activation text that is not a univariate polynomial with rational coefficients. */
export class ActivationError extends ToolError {
  readonly code = "activation";
}

/** A file that cannot be read as what it claims to be; `file` is the name the user gave. */
export class FileError extends ToolError {
  readonly code = "file";
  readonly file: string;

  constructor(file: string, problem: string, hint?: string, cause?: unknown) {
    super(`${file}: ${problem}`, hint, cause);
    this.file = file;
  }
}

/** A tensor or field inside a readable file that is missing or unusable. */
export class TensorError extends ToolError {
  readonly code = "tensor";
  readonly file: string;
  readonly tensor: string;

  constructor(file: string, tensor: string, problem: string, hint?: string) {
    super(`${file}: ${tensor}: ${problem}`, hint);
    this.file = file;
    this.tensor = tensor;
  }
}

/** Operands whose lengths do not fit together. */
export class DimensionMismatchError extends ToolError {
  readonly code = "dimension-mismatch";
  readonly expected: number;
  readonly actual: number;

  constructor(operand: string, expected: number, actual: number) {
    super(`${operand}: expected length ${expected}, got ${actual}`);
    this.expected = expected;
    this.actual = actual;
  }
}

/** A question too large for the limits that keep an answer from taking the machine down. */
export class ResourceLimitError extends ToolError {
  readonly code = "resource-limit";
}

/** A broken invariant of our own: always a bug of the tool. */
export class InternalError extends ToolError {
  readonly code = "internal";
}
