import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Tests that replace modules, or globals, and so need a process of their own. */
const alone = [
  "test/algebra/disagreement.test.ts",
  "test/cli/terminal.test.ts",
  "test/linalg/kernel.test.ts",
  "test/modular/rank.test.ts",
];

const config: ReturnType<typeof defineConfig> = defineConfig({
  test: {
    testTimeout: 60_000,
    // The default leaves one of two cores idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    setupFiles: ["test/setup.ts"],
    reporters: process.env.CI ? ["default", ["json", { outputFile: "vitest-report.json" }]] : ["default"],
    projects: [
      // The others share their process, so that modules are loaded and compiled once: a quarter of the time.
      { extends: true, test: { name: "shared", include: ["test/**/*.test.ts"], exclude: alone, isolate: false } },
      { extends: true, test: { name: "alone", include: alone } },
    ],
  },
});
export default config;
