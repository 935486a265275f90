/** What TeX complained about without stopping. */
export interface TexWarning {
  readonly kind: "overfull" | "undefined" | "duplicate" | "missing-character";
  readonly message: string;
}

const WARNINGS: readonly (readonly [TexWarning["kind"], RegExp])[] = [
  ["overfull", /^Overfull \\[hv]box.*/],
  ["undefined", /^.*Warning: .*\bundefined\b.*/],
  ["duplicate", /^.*Warning: .*multiply[- ]defined.*/],
  ["missing-character", /^Missing character: .*/],
];

/** Warnings that a reader of the pages would see, from a log whose lines are not broken. */
export function texWarnings(log: string): TexWarning[] {
  return log.split("\n").flatMap((line) => {
    const found = WARNINGS.find(([, pattern]) => pattern.test(line));
    return found === undefined ? [] : [{ kind: found[0], message: line.trim() }];
  });
}

/** Why TeX stopped. */
export interface TexFailure {
  /** Such as "Undefined control sequence"; empty if the log does not say. */
  readonly message: string;
  /** The package or font that is not installed. */
  readonly missingFile: string | null;
}

export function texFailure(log: string): TexFailure {
  const line = log.split("\n").find((text) => /^!(?: |pdfTeX error)/.test(text)) ?? "";
  const missing = /File [`'"]([^`'"]+)['"] not found/.exec(line) ?? /Font [^ ]+=([\w-]+) .*not loadable/.exec(line);
  return {
    message: line.replace(/^! ?(?:LaTeX Error: |pdfTeX error: )?/, "").trim(),
    missingFile: missing?.[1] ?? null,
  };
}

/** Whether references have not settled. */
export function asksForAnotherRun(log: string): boolean {
  return /Rerun to get|Rerun LaTeX|Label\(s\) may have changed|Table widths have changed|rerunfilecheck.*has changed/i.test(
    log,
  );
}
