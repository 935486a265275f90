import type { Statement } from "../document/tree.ts";
import { inlines, link, statement } from "./inline.ts";
import type { Theorem } from "./theorem.ts";
import { NETWORK_THEOREMS, type NetworkTheoremId } from "./theorems-of-networks.ts";
import { SHAPE_THEOREMS, type ShapeTheoremId } from "./theorems-of-shapes.ts";

export type TheoremId = ShapeTheoremId | NetworkTheoremId;

const THEOREMS: Readonly<Record<TheoremId, Theorem>> = { ...SHAPE_THEOREMS, ...NETWORK_THEOREMS };

/** All theorems, in the order in which a report states them. */
export const THEOREM_IDS: readonly TheoremId[] = Object.keys(THEOREMS) as TheoremId[];

/** The statement of a theorem, with a link to its page. */
export function theoremStatement(id: TheoremId): Statement {
  const { title, content, page } = THEOREMS[id];
  return statement(theoremAnchor(id), title, inlines(...content, " (", link(page, "proof"), ")"));
}

/** Where a report states a theorem. */
export function theoremAnchor(id: TheoremId): string {
  return `theorem-${id}`;
}
