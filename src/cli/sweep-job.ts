import type { CellResult } from "../sweep/cell-result.ts";
import type { CellPosition, Grid } from "../sweep/grid.ts";

/** A cell as it is sent to a thread. */
export interface CellJob {
  readonly grid: Grid;
  readonly position: CellPosition;
}

/** What a thread sends back; errors lose their class on the way. */
export type CellOutcome =
  | { readonly cell: CellResult }
  | { readonly error: { readonly message: string; readonly hint: string | undefined } };
