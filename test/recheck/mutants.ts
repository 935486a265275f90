import { createHash } from "node:crypto";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A document with one change, as text, since some changes (a repeated key) exist only as text. */
export interface Mutant {
  readonly path: string;
  readonly change: string;
  readonly text: string;
}

type Path = readonly (string | number)[];

/** One mutant per node of the document and change that applies to it: leaves, keys, order. */
export function mutantsOf(document: Json): Mutant[] {
  const mutants: Mutant[] = [];
  visit(document, [], (path, value) => {
    for (const [change, text] of changesOf(value)) {
      if (text === JSON.stringify(value)) continue;
      mutants.push({ path: path.join("."), change, text: render(document, [], { path, text }) });
    }
  });
  return mutants;
}

/** What a forger makes of a mutant of the problem: the same with the right hash. */
export function withHash(text: string): string {
  const document = JSON.parse(text) as { problem: Json; inputHash: Json };
  const digest = createHash("sha256").update(JSON.stringify(document.problem)).digest("hex");
  return JSON.stringify({ ...document, inputHash: `sha256:${digest}` });
}

function visit(value: Json, path: Path, act: (path: Path, value: Json) => void): void {
  act(path, value);
  if (value === null || typeof value !== "object") return;
  for (const [key, entry] of Object.entries(value)) {
    visit(entry as Json, [...path, Array.isArray(value) ? Number(key) : key], act);
  }
}

/** The document's text with one node replaced by another text. */
function render(value: Json, path: Path, edit: { readonly path: Path; readonly text: string }): string {
  if (path.length === edit.path.length && path.every((key, k) => key === edit.path[k])) return edit.text;
  if (Array.isArray(value)) return `[${value.map((entry, k) => render(entry, [...path, k], edit)).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value);
    return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${render(entry as Json, [...path, key], edit)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

function changesOf(value: Json): [string, string][] {
  if (typeof value === "number") return numberChanges(value);
  if (typeof value === "string") return stringChanges(value);
  if (Array.isArray(value)) return listChanges(value.map((entry) => JSON.stringify(entry)));
  if (value !== null && typeof value === "object") return objectChanges(Object.entries(value));
  return [
    ["null → 0", "0"],
    ["null → text", '"0"'],
    ["null → false", "false"],
    ["null → list", "[]"],
  ];
}

function numberChanges(value: number): [string, string][] {
  return [
    ["+1", `${value + 1}`],
    ["−1", `${value - 1}`],
    ["other digit", `${value}`.replace(/\d/, (digit) => `${(Number(digit) + 5) % 10}`)],
    ["sign", `${-value || "-0"}`],
    ["text", `"${value}"`],
    ["fraction", `${value}.5`],
    ["as a float", `${value}.0`],
    ["null", "null"],
    ["NaN", "NaN"],
  ];
}

function stringChanges(value: string): [string, string][] {
  return [
    ["other digit", JSON.stringify(value.replace(/\d/, (digit) => `${(Number(digit) + 5) % 10}`))],
    ["last digit", JSON.stringify(value.replace(/\d(?=\D*$)/, (digit) => `${(Number(digit) + 1) % 10}`))],
    ["sign", JSON.stringify(value.startsWith("-") ? value.slice(1) : `-${value}`)],
    ["longer", JSON.stringify(`${value}x`)],
    ["shorter", JSON.stringify(value.slice(0, -1))],
    ["empty", '""'],
    ["capitals", JSON.stringify(value.toUpperCase())],
    ["number", "1"],
    ["null", "null"],
  ];
}

function listChanges(texts: readonly string[]): [string, string][] {
  const list = (entries: readonly (string | undefined)[]): string => `[${entries.join(",")}]`;
  if (texts.length === 0) return [["longer", "[0]"]];
  return [
    ["without the last", list(texts.slice(0, -1))],
    ["without the first", list(texts.slice(1))],
    ["last repeated", list([...texts, texts.at(-1)])],
    ["reversed", list([...texts].reverse())],
    ["first two swapped", list([texts[1] ?? texts[0], texts[0], ...texts.slice(2)])],
    ["empty", "[]"],
    ["null", "null"],
  ];
}

function objectChanges(entries: readonly (readonly [string, unknown])[]): [string, string][] {
  const object = (list: readonly (readonly [string, unknown])[]): string =>
    `{${list.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`;
  return [
    ["one key more", object([...entries, ["note", 1]])],
    ["prototype key", object([...entries, ["__proto__", 1]])],
    ["null", "null"],
    ["empty", "{}"],
    ["other order of keys", object([...entries].reverse())],
    ...entries.flatMap(([key, value], k): [string, string][] => [
      [`without ${key}`, object(entries.filter((_, other) => other !== k))],
      [`${key} renamed`, object(entries.map((entry, other) => (other === k ? [`${key}2`, value] : entry)))],
      [`${key} twice`, object([...entries, [key, value]])],
    ]),
  ];
}
