import type { SpaceView } from "./instance-space.ts";
import type { Interval } from "./intervals.ts";

/** What a checked step has proved, as far as later steps and the verdict need it. */
export type Fact =
  | { readonly is: "full-rank"; readonly matrix: "hermite" | "jacobian" | "data-side" | "known-side" }
  | { readonly is: "local-rank" }
  | { readonly is: "reduction"; readonly dimension: number }
  | { readonly is: "single-point" }
  | { readonly is: "general-nodes" }
  | { readonly is: "unique-decomposition" }
  | { readonly is: "continuum" }
  | { readonly is: "data-fits" }
  | { readonly is: "witness" }
  | { readonly is: "instance-span"; readonly view: SpaceView }
  | { readonly is: "instance-moments"; readonly inputDim: number; readonly moments: readonly Interval[] }
  | { readonly is: "instance-catalecticant"; readonly k: number }
  | { readonly is: "instance-scales" }
  | { readonly is: "instance-kernel" };
