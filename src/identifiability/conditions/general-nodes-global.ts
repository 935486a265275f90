import { type Analysis, widthForGeneralNodes } from "../analysis.ts";
import type { Condition } from "../result.ts";

/** At m ≥ r + 1 general nodes the given P is the only one that fits (proofs/general-nodes-global.md). */
export function generalNodesGlobal(analysis: Analysis): Condition {
  const { shape } = analysis;
  const needed = widthForGeneralNodes(analysis);
  const common = { id: "general-nodes-global", basis: "theorem", reference: "proofs/general-nodes-global.md" } as const;
  const numbers = { width: shape.width, neededWidth: needed };
  if (needed === null) {
    const statement = "The bound m ≥ r + 1 is for general nodes; kkt nodes depend on the data.";
    return { ...common, status: "unknown", statement, numbers };
  }
  const holds = shape.width >= needed;
  return {
    ...common,
    status: holds ? "holds" : "fails",
    statement: holds
      ? `${shape.width} general nodes exceed the dimension ${needed - 1} of all candidates P: only one of them fits.`
      : `${shape.width} general nodes do not exceed the dimension ${needed - 1} of all candidates P.`,
    numbers,
  };
}
