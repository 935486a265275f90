import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";

/** A Markdown table with the command that makes it. */
export interface ResultTable {
  readonly title: string;
  readonly command: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
}

/** Writes bench/results/NAME.md and says so on stderr. */
export function writeTable(name: string, { title, command, head, rows, notes }: ResultTable): void {
  const folder = fileURLToPath(new URL("./results/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const text = [
    `# ${title}`,
    "",
    `Made by \`${command}\` on ${machine()}.`,
    "",
    line(head),
    line(head.map(() => "---")),
    ...rows.map(line),
    "",
    ...notes.map((note) => `- ${note}`),
    "",
  ].join("\n");
  const path = `${folder}${name}.md`;
  writeFileSync(`${path}.tmp`, text);
  renameSync(`${path}.tmp`, path);
  process.stderr.write(`wrote bench/results/${name}.md\n`);
}

function machine(): string {
  const commit = attempt(() => execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim());
  return `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown"}, commit ${commit}`;
}

function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return "unknown";
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
