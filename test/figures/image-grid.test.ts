import { unzlibSync } from "fflate";
import { expect, test } from "vitest";
import type { ImageGrid } from "../../src/document/tree.ts";
import { imageGridToPdf } from "../../src/figures/figure-pdf.ts";
import { imageGridToSvg } from "../../src/figures/figure-svg.ts";
import { encodeGreyPng } from "../../src/figures/png.ts";

const grid = (count: number, side: number): ImageGrid => ({
  kind: "images",
  id: "g",
  caption: [],
  description: "",
  height: side,
  width: side,
  rows: [
    {
      title: "true",
      images: Array.from({ length: count }, (_, k) => ({
        title: `${k + 1}`,
        pixels: Array.from({ length: side * side }, (_, p) => ((p * 7 + k) % 13) / 12),
      })),
    },
  ],
});

test("the PNG holds the pixels behind a filter byte a row", () => {
  const png = encodeGreyPng(Uint8Array.of(0, 64, 128, 255, 1, 2), 3, 2);
  const view = new DataView(png.buffer);
  expect([view.getUint32(16), view.getUint32(20), png[24], png[25]]).toEqual([3, 2, 8, 0]);
  const data = png.subarray(41, 41 + view.getUint32(33));
  expect([...unzlibSync(data)]).toEqual([0, 0, 64, 128, 0, 255, 1, 2]);
});

test("each picture is drawn once, and forty of 28×28 pixels stay small", async () => {
  const svg = imageGridToSvg(grid(40, 28));
  expect(svg.match(/<image /g)).toHaveLength(40);
  expect(svg.length).toBeLessThan(250_000);
  const pdf = await imageGridToPdf(grid(40, 28));
  expect(pdf.length).toBeLessThan(250_000);
  expect(await imageGridToPdf(grid(40, 28))).toEqual(pdf);
});

test("pixels that do not fill the picture are an error", () => {
  const broken = { ...grid(1, 3), width: 4 };
  expect(() => imageGridToSvg(broken)).toThrow(/expected length 12, got 9/);
});
