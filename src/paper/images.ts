import type { ImageGrid, PixelImage } from "../document/tree.ts";
import { UsageError } from "../errors.ts";
import { formatNumber } from "../report/numbers.ts";
import { inlines } from "./inline.ts";

/** Height and width of the pictures that samples are. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

/** Least size of a picture that is recognised by itself. */
const LEAST_SIDE = 8;

/** Size, relative to the largest value, of what is written as zero. */
const ROUNDING = 1e-9;

/** How far below zero, relative to the largest, values of a picture may be. */
const SLACK_BELOW_ZERO = 0.05;

/**
 * The size of the pictures that samples are: as asked, or square where d is a square of at least 8 and no value is clearly
 * negative; null where samples are no pictures.
 *
 * @throws {@link UsageError} if the size that was asked for has not d pixels
 */
export function imageSizeOf(
  asked: ImageSize | null,
  inputDim: number,
  points: readonly (readonly number[])[],
): ImageSize | null {
  if (asked !== null) {
    if (asked.height * asked.width !== inputDim) {
      throw new UsageError(
        `--image ${asked.height}x${asked.width}: ${asked.height * asked.width} pixels, but a sample has ${inputDim} coordinates`,
        `height times width must be ${inputDim}`,
      );
    }
    return asked;
  }
  const side = Math.round(Math.sqrt(inputDim));
  if (side < LEAST_SIDE || side * side !== inputDim || points.length === 0) return null;
  const { low, high } = extentOf(points);
  return high > 0 && low >= -SLACK_BELOW_ZERO * high ? { height: side, width: side } : null;
}

/** The least and the largest value; pictures have more pixels than a call has arguments. */
function extentOf(points: readonly (readonly number[])[]): { readonly low: number; readonly high: number } {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const point of points) {
    for (const value of point) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return { low, high };
}

/** Rows of samples, each with a title. */
export interface PictureRow {
  readonly title: string;
  readonly points: readonly (readonly number[])[];
}

interface GridParts {
  readonly id: string;
  readonly caption: string;
  readonly size: ImageSize;
  readonly rows: readonly PictureRow[];
}

/** Samples as pictures, all with one scale: black is the least value of all, white the largest. */
export function imageGrid({ id, caption, size, rows }: GridParts): ImageGrid {
  const { low, high } = extentOf(rows.flatMap(({ points }) => points));
  // The rounding of an empty border is no shade of its own.
  const black = Math.abs(low) < ROUNDING * high ? 0 : low;
  const span = high > low ? high - low : 1;
  return {
    kind: "images",
    id,
    caption: inlines(`${caption} Black is ${formatNumber(black)}, white ${formatNumber(high)}, in all pictures.`),
    description: `${rows.map(({ title, points }) => `${title}: ${points.length} pictures`).join("; ")}.`,
    height: size.height,
    width: size.width,
    rows: rows.map(({ title, points }) => ({
      title,
      images: points.map(
        (point, i): PixelImage => ({ title: String(i + 1), pixels: point.map((value) => (value - low) / span) }),
      ),
    })),
  };
}
