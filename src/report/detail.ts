/** brief: verdict and reasons; normal: numbers, thresholds, conditions as well; full: their statements and sources. */
export type Detail = "brief" | "normal" | "full";

export const DETAILS: readonly Detail[] = ["brief", "normal", "full"];
