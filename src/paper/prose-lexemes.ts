/** A piece of a plain sentence. */
export interface Lexeme {
  readonly kind: LexemeKind;
  readonly text: string;
}

type LexemeKind =
  | "option"
  | "page"
  | "scientific"
  | "number"
  | "symbol"
  | "relation"
  | "operator"
  | "prefix"
  | "bar"
  | "open"
  | "close"
  | "comma"
  | "blank"
  | "word"
  | "other";

/** In order: the first that matches takes the piece. */
const PATTERNS: readonly (readonly [LexemeKind, RegExp])[] = [
  ["option", /--[a-z][a-z-]*(?: [\d.]+(?:e-?\d+)?)?/uy],
  ["page", /proofs\/[a-z-]+\.md/uy],
  ["word", /[A-Za-z]{2}[A-Za-z0-9_.-]*\/[A-Za-z0-9_./-]+|[A-Za-z0-9_-]+\.(?:npz|json|csv|pt|yaml|safetensors)\b/uy],
  ["scientific", /\d+(?:\.\d+)?e-?\d+(?![\p{L}\d])/uy],
  // A function applied to something in parentheses.
  ["prefix", /(?:min|max|rank)(?=\()|(?:rank|nullity)(?= [A-Z]\b)/uy],
  ["prefix", /[Σ∇∂√½¼]/uy],
  ["word", /\d+(?:\.\d+)?(?:-\p{L}|\p{L}[\p{L}\d])[\p{L}\d-]*/uy],
  ["number", /\d+(?:,\d{3})*(?:\.\d+)?/uy],
  [
    "symbol",
    /[A-Za-zσρλμεΔℓ](?![\p{L}]|-\p{L}|\d)(?:_[A-Za-z0-9]+(?![A-Za-z0-9]))?(?:\^(?:⊗)?-?[A-Za-z0-9]+|[²³ᵀ′'])?(?![A-Za-z])/uy,
  ],
  ["word", /\p{L}[\p{L}\d’'_-]*/uy],
  ["bar", /[‖|]/uy],
  ["symbol", /[∞…]|(?<=[‖|)\]])[²³ᵀ′]/uy],
  ["relation", /[=<>≤≥≠≈∈~]/uy],
  ["operator", /[+\-−·×⊗/±*]/uy],
  ["open", /[([]/uy],
  ["close", /[)\]]/uy],
  ["comma", /,/uy],
  // An aside in parentheses is no factor of what stands before it.
  ["word", /(?<=[\p{L}\d²³ᵀ′]) +(?=\()/uy],
  ["blank", / +/uy],
  ["other", /./suy],
];

/** Splits a sentence; the texts of the pieces together are the sentence. */
export function lexemesOf(sentence: string): Lexeme[] {
  const lexemes: Lexeme[] = [];
  for (let at = 0; at < sentence.length; ) {
    const lexeme = lexemeAt(sentence, at);
    lexemes.push(lexeme);
    at += lexeme.text.length;
  }
  return lexemes;
}

function lexemeAt(sentence: string, at: number): Lexeme {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const match = pattern.exec(sentence);
    if (match !== null) return { kind, text: match[0] };
  }
  // Half of a surrogate pair.
  return { kind: "other", text: sentence.charAt(at) };
}
