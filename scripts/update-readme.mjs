// Puts the true output of the demo into the first console block of README.md.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const output = execFileSync(process.execPath, ["examples/demo.mjs"], { cwd: root, encoding: "utf8" }).trimEnd();
const readme = readFileSync(`${root}README.md`, "utf8");
writeFileSync(
  `${root}README.md`,
  readme.replace(/```console\n[\s\S]*?\n```/, () => `\`\`\`console\n${output}\n\`\`\``),
);
