import * as Plot from "@observablehq/plot";
import type { ImageGrid, PixelImage } from "../document/tree.ts";
import { DimensionMismatchError } from "../errors.ts";
import { panelBase } from "./axes.ts";
import { requireFinite } from "./check-numbers.ts";
import { type Drawing, FIGURE_WIDTH, type Style, stack } from "./drawing.ts";
import { encodeGreyPng, enlarge } from "./png.ts";
import { fitText, textWidth } from "./text.ts";

const LARGEST_PICTURE = 64;
const COLUMNS = 10;
const GAP = 4;
/** Pixels of an embedded picture along its longer side, at least. */
const EMBEDDED_SIZE = 96;

interface PlacedImage {
  readonly image: PixelImage;
  readonly x: number;
  readonly y: number;
}

interface PlacedText {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

/** The pictures in rows that carry on below where they are too long; the rows of one sample stay together. */
export function drawImageGrid(grid: ImageGrid, style: Style): Drawing {
  const { rows } = grid;
  const samples = Math.max(1, ...rows.map((row) => row.images.length));
  const columns = Math.min(COLUMNS, samples);
  const titleWidth = Math.min(80, Math.max(0, ...rows.map((row) => textWidth(row.title, style.fontSize)))) + 6;
  const width = Math.min(LARGEST_PICTURE, (FIGURE_WIDTH - titleWidth) / columns - GAP);
  const height = (width * grid.height) / grid.width;
  const line = style.fontSize * 1.25;
  const images: PlacedImage[] = [];
  const titles: PlacedText[] = [];
  const rowTitles: PlacedText[] = [];
  let y = 0;
  for (let first = 0; first < samples; first += columns) {
    rows.forEach((row, r) => {
      const shown = row.images.slice(first, first + columns);
      const above = shown.map((image, k) =>
        r > 0 && rows[0]!.images[first + k]?.title === image.title ? "" : image.title,
      );
      if (above.some((title) => title !== "")) y += line;
      shown.forEach((image, k) => {
        const x = titleWidth + k * (width + GAP) + width / 2;
        images.push({ image, x, y: y + height / 2 });
        if (above[k] !== "") titles.push({ text: fitText(above[k]!, width + GAP, style.fontSize), x, y: y - line / 2 });
      });
      if (shown.length > 0)
        rowTitles.push({
          text: fitText(row.title, titleWidth - 6, style.fontSize),
          x: titleWidth - 6,
          y: y + height / 2,
        });
      y += height + GAP;
    });
    y += GAP;
  }
  return stack([
    gridPanel({ grid, images, titles, rowTitles, size: { width, height }, bottom: Math.max(1, y - GAP) }, style),
  ]);
}

interface GridLayout {
  readonly grid: ImageGrid;
  readonly images: readonly PlacedImage[];
  readonly titles: readonly PlacedText[];
  readonly rowTitles: readonly PlacedText[];
  readonly size: { readonly width: number; readonly height: number };
  readonly bottom: number;
}

function gridPanel(layout: GridLayout, style: Style): Plot.PlotOptions {
  const { grid, images, titles, rowTitles, size, bottom } = layout;
  const { palette } = style;
  const place = { x: "x", y: "y" } as const;
  return {
    ...panelBase(style),
    width: FIGURE_WIDTH,
    height: bottom,
    margin: 0,
    x: { type: "identity" },
    y: { type: "identity" },
    marks: [
      Plot.image(images, {
        ...place,
        ...size,
        src: (placed: PlacedImage) => pictureAddress(placed.image, grid),
        preserveAspectRatio: "none",
        imageRendering: "pixelated",
        className: "picture",
      }),
      Plot.rect(images, {
        x1: (placed: PlacedImage) => placed.x - size.width / 2,
        x2: (placed: PlacedImage) => placed.x + size.width / 2,
        y1: (placed: PlacedImage) => placed.y - size.height / 2,
        y2: (placed: PlacedImage) => placed.y + size.height / 2,
        fill: "none",
        stroke: palette.muted,
        strokeWidth: 0.4,
        className: "picture frame",
      }),
      Plot.text(titles, { ...place, text: "text", fill: palette.ink, className: "picture title" }),
      Plot.text(rowTitles, { ...place, text: "text", textAnchor: "end", fill: palette.ink, className: "row title" }),
    ],
  };
}

function pictureAddress(image: PixelImage, grid: ImageGrid): string {
  const { width, height } = grid;
  if (image.pixels.length !== width * height) {
    throw new DimensionMismatchError(`figure: pixels of ${image.title}`, width * height, image.pixels.length);
  }
  const grey = Uint8Array.from(image.pixels, (value, k) => {
    requireFinite(value, `pixel ${k + 1} of ${image.title}`);
    return Math.round(255 * Math.min(1, Math.max(0, value)));
  });
  const factor = Math.max(1, Math.ceil(EMBEDDED_SIZE / Math.max(width, height)));
  const bytes = encodeGreyPng(enlarge(grey, width, factor), width * factor, height * factor);
  return `data:image/png;base64,${Buffer.from(bytes).toString("base64")}`;
}
