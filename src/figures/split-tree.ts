import * as Plot from "@observablehq/plot";
import type { SplitTreeFigure } from "../document/figure.ts";
import { InternalError } from "../errors.ts";
import { panelBase } from "./axes.ts";
import { type Drawing, FIGURE_WIDTH, halo, type Style, stack } from "./drawing.ts";
import { dotSign, type LegendItem, legendPanel } from "./legend.ts";
import type { Palette } from "./palette.ts";
import { exponentsRaised, fitText, textWidth } from "./text.ts";

type Node = SplitTreeFigure["nodes"][number];

/** A node at its place: its depth, and its row counted in leaves. */
interface PlacedNode {
  readonly node: Node;
  readonly depth: number;
  readonly row: number;
  readonly leaf: boolean;
}

/** From a candidate to what it was split into. */
const WIDEST_COLUMN = 120;

/** Between the turn of a link and the candidate it leads to. */
const TURN = 12;

const OUTCOMES = ["kept", "split", "merged", "pruned"] as const;

/** Candidates from left to right, each joined to the one it was split from; the outcome is a shape and a colour. */
export function drawSplitTree(figure: SplitTreeFigure, style: Style): Drawing {
  const placed = placeNodes(figure.nodes.map((node) => ({ ...node, label: exponentsRaised(node.label) })));
  const depth = Math.max(0, ...placed.map((node) => node.depth));
  const rows = placed.filter((node) => node.leaf).length;
  const rowHeight = Math.max(5.5, Math.min(15, 520 / Math.max(1, rows)));
  const fontSize = Math.min(style.fontSize, rowHeight * 0.95);
  const leafWidth = Math.max(10, ...placed.filter((n) => n.leaf).map((n) => textWidth(n.node.label, fontSize)));
  // The fonts of a page may be wider than those of print.
  const marginRight = Math.min(150, (style.theme === "page" ? 1.2 : 1) * leafWidth + 10);
  const columns = Math.max(1, depth, (FIGURE_WIDTH - 8 - marginRight) / WIDEST_COLUMN);
  const column = (FIGURE_WIDTH - 8 - marginRight) / columns;
  const panel: Plot.PlotOptions = {
    ...panelBase(style),
    width: FIGURE_WIDTH,
    height: rowHeight * Math.max(1, rows) + 12,
    marginLeft: 8,
    marginRight,
    marginTop: 8,
    marginBottom: 4,
    x: { domain: [0, columns] },
    y: { domain: [Math.max(1, rows) - 0.5, -0.5] },
    marks: [
      ...linkMarks(placed, style, column),
      ...nodeMarks(placed, style, rowHeight),
      ...labelMarks(placed, style, {
        fontSize,
        column,
        marginRight,
      }),
    ],
  };
  return stack([panel, legendPanel(legendItems(figure, style.palette), style)]);
}

/** Leaves in consecutive rows, a parent in the middle of its children. */
function placeNodes(nodes: readonly Node[]): PlacedNode[] {
  const children = childrenOf(nodes);
  const placed: PlacedNode[] = [];
  let nextRow = 0;
  // An explicit stack: a chain of splits may be deeper than the call stack.
  const visits = (children.get(null) ?? []).map((node) => ({ node, depth: 0, open: false })).reverse();
  const rowOf = new Map<string, number>();
  while (visits.length > 0) {
    const visit = visits.pop()!;
    const { node, depth } = visit;
    const below = children.get(node.id) ?? [];
    if (below.length > 0 && !visit.open) {
      visits.push({ node, depth, open: true });
      for (const child of [...below].reverse()) visits.push({ node: child, depth: depth + 1, open: false });
      continue;
    }
    const rows = below.map((child) => rowOf.get(child.id)!);
    const row = below.length === 0 ? nextRow++ : (rows[0]! + rows.at(-1)!) / 2;
    rowOf.set(node.id, row);
    placed.push({ node, depth, row, leaf: below.length === 0 });
  }
  if (placed.length < nodes.length) throw new InternalError("figure: split tree: a node is its own ancestor");
  return placed;
}

function childrenOf(nodes: readonly Node[]): Map<string | null, Node[]> {
  const ids = new Set(nodes.map((node) => node.id));
  if (ids.size < nodes.length) throw new InternalError("figure: split tree: two nodes have the same id");
  const children = new Map<string | null, Node[]>();
  for (const node of nodes) {
    if (node.parent !== null && !ids.has(node.parent)) {
      throw new InternalError(`figure: split tree: ${node.id}: the parent ${node.parent} is not a node`);
    }
    const siblings = children.get(node.parent);
    if (siblings) siblings.push(node);
    else children.set(node.parent, [node]);
  }
  return children;
}

/** Right-angled, with the turn just before the child: the label above the link of its parent stays free. */
function linkMarks(placed: readonly PlacedNode[], style: Style, column: number): Plot.Markish[] {
  const byId = new Map(placed.map((place) => [place.node.id, place]));
  const turn = Math.min(0.5, TURN / column);
  const corners = placed.flatMap((to) => {
    const from = to.node.parent === null ? undefined : byId.get(to.node.parent);
    if (from === undefined) return [];
    const at = to.depth - turn;
    return [
      { link: to.node.id, x: from.depth, y: from.row },
      { link: to.node.id, x: at, y: from.row },
      { link: to.node.id, x: at, y: to.row },
      { link: to.node.id, x: to.depth, y: to.row },
    ];
  });
  return [
    Plot.line(corners, {
      x: "x",
      y: "y",
      z: "link",
      stroke: style.palette.muted,
      strokeWidth: 0.8,
      strokeLinejoin: "round",
      className: "link",
    }),
  ];
}

interface OutcomeLook {
  readonly symbol: "circle" | "triangle" | "square" | "times";
  readonly fill: string;
  readonly stroke: string;
}

function lookOf(outcome: Node["outcome"], palette: Palette): OutcomeLook {
  switch (outcome) {
    case "kept":
      return { symbol: "circle", fill: palette.blue, stroke: palette.blue };
    case "split":
      return { symbol: "triangle", fill: palette.paper, stroke: palette.ink };
    case "merged":
      return { symbol: "square", fill: palette.paper, stroke: palette.green };
    case "pruned":
      return { symbol: "times", fill: "none", stroke: palette.vermillion };
  }
}

function nodeMarks(placed: readonly PlacedNode[], style: Style, rowHeight: number): Plot.Markish[] {
  return OUTCOMES.flatMap((outcome) => {
    const nodes = placed.filter((place) => place.node.outcome === outcome);
    const look = lookOf(outcome, style.palette);
    const r = Math.min(2.8, rowHeight * 0.32);
    return [
      Plot.dot(nodes, {
        x: "depth",
        y: "row",
        r,
        strokeWidth: 1.1,
        ...look,
        ...(outcome === "split" ? { rotate: 90 } : {}),
        className: outcome,
      }),
    ];
  });
}

/** Leaves are named to their right; other nodes above their link, where the column has room. */
function labelMarks(
  placed: readonly PlacedNode[],
  style: Style,
  room: { readonly fontSize: number; readonly column: number; readonly marginRight: number },
): Plot.Markish[] {
  const { fontSize } = room;
  const text = {
    x: "depth",
    y: "row",
    textAnchor: "start",
    fill: style.palette.ink,
    ...halo(style, 2),
  } as const;
  const leaves = placed.filter((place) => place.leaf);
  const innerSize = 0.85 * fontSize;
  const innerRoom = room.column - TURN - 4;
  const inner = placed.filter((place) => !place.leaf && textWidth(place.node.label, innerSize) <= innerRoom);
  return [
    Plot.text(inner, {
      ...text,
      dx: 4,
      dy: -innerSize * 0.7,
      fontSize: innerSize,
      text: (place: PlacedNode) => place.node.label,
      className: "label",
    }),
    Plot.text(leaves, {
      ...text,
      dx: 6,
      fontSize,
      text: (place: PlacedNode) => fitText(place.node.label, room.marginRight - 8, fontSize),
      className: "label",
    }),
  ];
}

function legendItems(figure: SplitTreeFigure, palette: Palette): LegendItem[] {
  return OUTCOMES.filter((outcome) => figure.nodes.some((node) => node.outcome === outcome)).map((outcome) => ({
    label: outcome,
    sign: dotSign({ ...lookOf(outcome, palette), ...(outcome === "split" ? { rotate: 90 } : {}) }),
  }));
}
