// Builds the package: the WebAssembly kernels first (their bytes become TypeScript modules), then tsc.
import { spawnSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildKernels } from "./build-kernel.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
await buildKernels();
const tsc = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
if (tsc.status !== 0) process.exit(tsc.status ?? 1);
chmodSync(fileURLToPath(new URL("../dist/cli/main.js", import.meta.url)), 0o755);
