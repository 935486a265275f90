import { defineConfig } from "vitest/config";

const config: ReturnType<typeof defineConfig> = defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    setupFiles: ["test/setup.ts"],
    reporters: process.env.CI ? ["default", ["json", { outputFile: "vitest-report.json" }]] : ["default"],
  },
});
export default config;
