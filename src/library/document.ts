/**
 * An answer as it would be read back from its JSON: plain arrays, and null for what is not finite.
 *
 * @typeParam Answer - type of the document, see the schemas of src/answers
 */
export function asDocument<Answer>(answer: object): Answer {
  return JSON.parse(JSON.stringify(answer)) as Answer;
}
