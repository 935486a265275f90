import type * as Plot from "@observablehq/plot";
import { type Palette, paletteOf, type Theme } from "./palette.ts";

/** A figure laid out: panels of Observable Plot at places of one picture. Lengths are points of the printed page. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly panels: readonly Panel[];
}

export interface Panel {
  readonly x: number;
  readonly y: number;
  readonly options: Plot.PlotOptions;
}

/** What every part of a figure is drawn with. */
export interface Style {
  readonly theme: Theme;
  readonly palette: Palette;
  readonly fontFamily: string;
  readonly fontSize: number;
}

/** Width of a figure: 12 cm, the text width of a LaTeX article. */
export const FIGURE_WIDTH = 340;

export function styleOf(theme: Theme): Style {
  return {
    theme,
    palette: paletteOf(theme),
    fontFamily: theme === "print" ? "KaTeX_Main, Latin Modern Roman, Times, serif" : "system-ui, sans-serif",
    fontSize: 8.5,
  };
}

/** A light edge around a text. Not in print: in PDF the edge would be painted over the text. */
export function halo(style: Style, strokeWidth: number): { readonly stroke?: string; readonly strokeWidth?: number } {
  return style.theme === "print" ? {} : { stroke: style.palette.paper, strokeWidth };
}

/** Panels one below the other, centred where they are narrower than the figure. */
export function stack(panels: readonly Plot.PlotOptions[], gap = 4): Drawing {
  let y = 0;
  const placed = panels.map((options): Panel => {
    const panel = { x: Math.max(0, (FIGURE_WIDTH - options.width!) / 2), y, options };
    y += options.height! + gap;
    return panel;
  });
  return { width: FIGURE_WIDTH, height: Math.max(1, y - gap), panels: placed };
}
