import * as Plot from "@observablehq/plot";
import type { Style } from "./drawing.ts";
import type { LogScale } from "./log-scale.ts";

export interface AxisOptions {
  readonly ticks: readonly number[];
  readonly tickText: (position: number) => string;
  readonly label: string | null;
  readonly minorTicks?: readonly number[];
  /** Thin lines across the panel at the ticks. */
  readonly grid?: boolean;
  readonly rotate?: boolean;
}

/** Options of Plot that every panel shares: the font, and no axes but those that are drawn as marks. */
export function panelBase(style: Style): Plot.PlotOptions {
  return {
    style: { fontSize: `${style.fontSize}px`, fontFamily: style.fontFamily },
    axis: null,
  };
}

export function bottomAxis(style: Style, options: AxisOptions): Plot.Markish[] {
  const { palette } = style;
  return [
    ...(options.grid
      ? [Plot.gridX([...options.ticks], { stroke: palette.faint, strokeOpacity: 1, strokeWidth: 0.5 })]
      : []),
    Plot.axisX([...options.ticks], {
      tickFormat: (position: number) => options.tickText(position),
      label: options.label,
      labelAnchor: "center",
      labelArrow: "none",
      tickSize: 3.5,
      tickPadding: 2.5,
      color: palette.ink,
      ...(options.rotate ? { tickRotate: -45 } : {}),
    }),
    ...(options.minorTicks?.length
      ? [Plot.axisX([...options.minorTicks], { tickFormat: () => "", label: null, tickSize: 2, color: palette.ink })]
      : []),
    Plot.frame({ anchor: "bottom", stroke: palette.ink, strokeWidth: 0.7 }),
  ];
}

export function leftAxis(style: Style, options: AxisOptions): Plot.Markish[] {
  const { palette } = style;
  return [
    ...(options.grid
      ? [Plot.gridY([...options.ticks], { stroke: palette.faint, strokeOpacity: 1, strokeWidth: 0.5 })]
      : []),
    Plot.axisY([...options.ticks], {
      tickFormat: (position: number) => options.tickText(position),
      label: options.label,
      labelArrow: "none",
      tickSize: 3.5,
      tickPadding: 2.5,
      color: palette.ink,
    }),
    ...(options.minorTicks?.length
      ? [Plot.axisY([...options.minorTicks], { tickFormat: () => "", label: null, tickSize: 2, color: palette.ink })]
      : []),
    Plot.frame({ anchor: "left", stroke: palette.ink, strokeWidth: 0.7 }),
  ];
}

/** Ticks of a logarithmic scale for {@link leftAxis} and {@link bottomAxis}. */
export function logTicks(scale: LogScale): Pick<AxisOptions, "ticks" | "minorTicks" | "tickText"> {
  return { ticks: scale.ticks, minorTicks: scale.minorTicks, tickText: scale.tickText };
}

/** At most `count` of the whole numbers from `first` to `last`, at a round distance, both ends in sight. */
export function wholeTicks(first: number, last: number, count = 8): number[] {
  const span = Math.max(1, last - first);
  let step = 1;
  for (let unit = 1; span / step + 1 > count; unit *= 10) {
    step = [1, 2, 5, 10].map((digit) => digit * unit).find((size) => span / size + 1 <= count) ?? step;
  }
  const ticks: number[] = [];
  for (let k = Math.ceil(first / step) * step; k <= last; k += step) ticks.push(k);
  if (first === 1 && ticks[0] !== 1 && step > 1) ticks.unshift(1);
  return ticks;
}
