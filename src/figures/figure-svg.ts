import type { Figure } from "../document/figure.ts";
import type { ImageGrid } from "../document/tree.ts";
import { drawCertificateBoxes } from "./certificate-boxes.ts";
import { drawConvergence } from "./convergence.ts";
import { type Drawing, type Style, styleOf } from "./drawing.ts";
import { finishSvg } from "./finish-svg.ts";
import { drawImageGrid } from "./image-grid.ts";
import type { Theme } from "./palette.ts";
import { drawPhaseDiagram } from "./phase-diagram.ts";
import { drawRecoveredAgainstTrue } from "./recovered-against-true.ts";
import { drawSpectrum } from "./spectrum.ts";
import { drawSplitTree } from "./split-tree.ts";

export interface SvgOptions {
  /** `page` (the default): colours through custom properties, for light and dark; `print`: constants, black on white. */
  readonly theme?: Theme;
  /** Starts every id of the picture; pictures of one page need different ones. */
  readonly idPrefix?: string;
  /** Accessible name; by default what kind of figure it is. */
  readonly title?: string;
  /** What the picture shows, for those who do not see it. */
  readonly description?: string;
}

/** Pixels of a page for a point of the figure, so that its text is as large as that of the page. */
const PAGE_SCALE = 1.7;

/**
 * A figure as one <svg> without scripts, styles or resources from outside. The same figure gives the same bytes.
 *
 * @throws {@link InternalError} where the figure holds a number that has no place in a picture
 */
export function figureToSvg(figure: Figure, options: SvgOptions = {}): string {
  const { theme = "page", idPrefix = "figure", title = defaultTitle(figure), description } = options;
  const style = styleOf(theme);
  const scale = theme === "page" ? PAGE_SCALE : 1;
  return finishSvg(drawFigure(figure, style), style, { title, description, idPrefix, scale });
}

/** Samples as grey pictures, as {@link figureToSvg} draws figures. */
export function imageGridToSvg(grid: ImageGrid, options: SvgOptions = {}): string {
  const { theme = "page", idPrefix = "images", title = "Samples as pictures", description } = options;
  const style = styleOf(theme);
  const scale = theme === "page" ? PAGE_SCALE : 1;
  return finishSvg(drawImageGrid(grid, style), style, { title, description, idPrefix, scale });
}

/** Lays the figure out; `figureToSvg` and `figureToPdf` draw what it returns. */
export function drawFigure(figure: Figure, style: Style): Drawing {
  switch (figure.kind) {
    case "spectrum":
      return drawSpectrum(figure, style);
    case "recovered-against-true":
      return drawRecoveredAgainstTrue(figure, style);
    case "convergence":
      return drawConvergence(figure, style);
    case "split-tree":
      return drawSplitTree(figure, style);
    case "phase-diagram":
      return drawPhaseDiagram(figure, style);
    case "certificate-boxes":
      return drawCertificateBoxes(figure, style);
  }
}

/** A name for the picture where the document gives none. */
export function defaultTitle(figure: Figure): string {
  switch (figure.kind) {
    case "spectrum":
      return `Singular values of ${figure.spectra.map((spectrum) => spectrum.name).join(", ")}`;
    case "recovered-against-true":
      return "Recovered against true samples";
    case "convergence":
      return "Relative residual of the search, step by step";
    case "split-tree":
      return "Split tree";
    case "phase-diagram":
      return `Verdicts over ${figure.x.name} and ${figure.y.name}`;
    case "certificate-boxes":
      return "Distances between the recovered and the true samples";
  }
}
