import { choosePrimes, PrimeField } from "../modular/prime-field.ts";
import { createRandom } from "../random.ts";
import type { Draw } from "./experiment.ts";

/** Which trial of which row of which claim. */
export interface TrialAddress {
  readonly seed: number;
  readonly claim: string;
  readonly row: string;
  readonly trial: number;
  readonly sabotaged?: boolean;
}

/** The draw of a trial: a function of its address alone, so that neither selection nor order nor threads change it. */
export function drawFor({ seed, claim, row, trial, sabotaged = false }: TrialAddress): Draw {
  const own = hash(`${seed}/${claim}/${row}/${trial}`);
  let field: PrimeField | null = null;
  return {
    random: createRandom(own, 70),
    seed: own,
    get field() {
      field ??= new PrimeField(choosePrimes(own, 1)[0]!);
      return field;
    },
    sabotaged,
  };
}

/** FNV-1a of the characters, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let k = 0; k < text.length; k++) value = Math.imul(value ^ text.charCodeAt(k), 0x01000193);
  return value >>> 0;
}
