import { UsageError } from "../src/errors.ts";

/** Benchmarks by name; each module exports `run(args)` and prints its summary as the last line. */
const benches: Readonly<Record<string, () => Promise<{ run(args: string[]): Promise<void> }>>> = {
  "modular-rank": () => import("./modular-rank.ts"),
  networks: () => import("./networks.ts"),
  families: () => import("./families.ts"),
  shapes: () => import("./shapes.ts"),
  solutions: () => import("./solutions.ts"),
  recheck: () => import("./recheck.ts"),
  scipy: () => import("./scipy.ts"),
};

const [name, ...args] = process.argv.slice(2);
if (name === undefined || !(name in benches)) {
  throw new UsageError(`bench: choose one of ${Object.keys(benches).join(", ")}`);
}
await (await benches[name]!()).run(args);
