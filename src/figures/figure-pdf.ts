import PDFDocument from "pdfkit";
import svgToPdf from "svg-to-pdfkit";
import type { Figure } from "../document/figure.ts";
import type { ImageGrid } from "../document/tree.ts";
import { InternalError } from "../errors.ts";
import { type Drawing, type Style, styleOf } from "./drawing.ts";
import { defaultTitle, drawFigure } from "./figure-svg.ts";
import { finishSvg } from "./finish-svg.ts";
import { loadFonts } from "./fonts.ts";
import { drawImageGrid } from "./image-grid.ts";

export interface PdfOptions {
  readonly title?: string;
  /**
   * TrueType or OpenType fonts, the first that has a character sets it. Without any the standard Times is used, and
   * characters outside Latin-1 are replaced.
   */
  readonly fonts?: readonly Uint8Array[];
}

/**
 * A figure as a PDF of one page as large as the picture, at most 12 cm wide: vectors, and text that can be selected.
 * The same figure gives the same bytes.
 *
 * @throws {@link InternalError} where the figure holds a number that has no place in a picture
 */
export function figureToPdf(figure: Figure, options: PdfOptions = {}): Promise<Uint8Array> {
  const { title = defaultTitle(figure) } = options;
  return toPdf((style) => drawFigure(figure, style), { ...options, title });
}

/** Samples as grey pictures, as {@link figureToPdf} draws figures. */
export function imageGridToPdf(grid: ImageGrid, options: PdfOptions = {}): Promise<Uint8Array> {
  const { title = "Samples as pictures" } = options;
  return toPdf((style) => drawImageGrid(grid, style), { ...options, title });
}

async function toPdf(draw: (style: Style) => Drawing, options: PdfOptions & { title: string }): Promise<Uint8Array> {
  const { title } = options;
  const drawing = draw(styleOf("print"));
  const size: [number, number] = [Math.ceil(drawing.width), Math.ceil(drawing.height)];
  const document = new PDFDocument({ size, margin: 0, info: { Title: title, CreationDate: new Date(0) } });
  const fonts = loadFonts(document, options.fonts ?? []);
  const bytes = collect(document);
  const svg = finishSvg(drawing, styleOf("print"), { title, idPrefix: "figure", scale: 1, fonts });
  svgToPdf(document, svg, 0, 0, {
    width: size[0],
    height: size[1],
    assumePt: true,
    fontCallback: (family, bold) => fonts.registeredName(family, bold),
    warningCallback: (warning) => {
      throw new InternalError(`figure: ${warning}`);
    },
  });
  document.end();
  return bytes;
}

function collect(document: PDFKit.PDFDocument): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const parts: Uint8Array[] = [];
    document.on("data", (part: Uint8Array) => parts.push(part));
    document.on("error", reject);
    document.on("end", () => resolve(new Uint8Array(Buffer.concat(parts))));
  });
}
