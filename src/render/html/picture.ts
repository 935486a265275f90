import type { FigureBlock, ImageGrid } from "../../document/tree.ts";
import { figureToSvg, imageGridToSvg } from "../../figures/figure-svg.ts";
import { printable } from "../printable.ts";
import { anchor } from "./escape.ts";

/** The picture of a block as an <svg> that follows light and dark through custom properties. */
export function drawPicture(block: FigureBlock | ImageGrid, title: string): string {
  const names = { idPrefix: anchor(block.id), title: printable(title), description: printable(block.description) };
  return block.kind === "figure" ? figureToSvg(block.figure, names) : imageGridToSvg(block, names);
}
