// The demo of the README: two real networks, trained with PyTorch on four flowers of the iris data set each.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

// A reader that closes the pipe early (head, less) is no error.
process.stdout.on("error", (error) => process.exit(error.code === "EPIPE" ? 0 : 2));

const main = new URL("../dist/cli/run.js", import.meta.url);
if (!existsSync(fileURLToPath(main))) {
  console.error("dist/ is missing: run npm install (or npm run build) first");
  process.exit(2);
}
const { run } = await import(main.href);

const folder = fileURLToPath(new URL("./networks/", import.meta.url));
process.chdir(folder);

async function show(...argv) {
  const words = argv.map((word) => (/[\s^]/.test(word) ? `'${word}'` : word));
  console.log(`$ kktid ${words.join(" ")}`);
  const status = await run(argv, process);
  if (status !== 0) process.exit(status);
  console.log("");
}

const activation = ["-a", "z + z^2 + z^3", "-n", "4"];
await show("check", "iris-hidden-layer/network.npz", ...activation, "--detail", "brief");
await show("recover", "iris-hidden-layer/network.npz", ...activation, "--truth", "iris-hidden-layer/training-data.npz");
await show("check", "iris-both-layers/network.npz", ...activation, "--trained", "hidden,output", "--detail", "brief");
