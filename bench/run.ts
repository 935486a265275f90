import { UsageError } from "../src/errors.ts";

/** Benchmarks by name; each module exports `run(args)` and prints its summary as the last line. */
const benches: Readonly<Record<string, () => Promise<{ run(args: string[]): Promise<void> }>>> = {
  "modular-rank": () => import("./modular-rank.ts"),
  networks: () => import("./networks.ts"),
  families: () => import("./families.ts"),
  shapes: () => import("./shapes.ts"),
  solutions: () => import("./solutions.ts"),
  "side-information": () => import("./side-information.ts"),
  recheck: () => import("./recheck.ts"),
  nist: () => import("./nist.ts"),
  linalg: () => import("./linalg.ts"),
  splitting: () => import("./splitting.ts"),
  strategies: () => import("./strategies.ts"),
  honesty: () => import("./honesty.ts"),
  scipy: () => import("./scipy.ts"),
  trained: () => import("./trained.ts"),
};

const [name, ...args] = process.argv.slice(2);
if (name === undefined || !(name in benches)) {
  throw new UsageError(`bench: choose one of ${Object.keys(benches).join(", ")}`);
}
await (await benches[name]!()).run(args);
