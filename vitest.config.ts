import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const config: ReturnType<typeof defineConfig> = defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    // The default leaves one of two cores idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    setupFiles: ["test/setup.ts"],
    reporters: process.env.CI ? ["default", ["json", { outputFile: "vitest-report.json" }]] : ["default"],
  },
});
export default config;
