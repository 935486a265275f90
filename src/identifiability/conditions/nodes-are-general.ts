import type { Analysis } from "../analysis.ts";
import type { Condition } from "../result.ts";

/** Whether the nodes may be taken as general: an assumption for ntk and gradient, open for kkt. */
export function nodesAreGeneral({ shape }: Analysis): Condition {
  const kkt = shape.setting === "kkt";
  return {
    id: "nodes-are-general",
    status: kkt ? "unknown" : "holds",
    basis: kkt ? "probable" : "theorem",
    statement: kkt
      ? "Ranks were computed at general nodes, but trained nodes depend on the data and may coincide: an identifiable verdict is conditional on a network whose own ranks are these."
      : "The nodes are the random initialisation (assumed to have a density), so they are general with probability 1.",
    reference: "proofs/general-nodes-global.md, section Which nodes are general",
    numbers: { width: shape.width },
  };
}
