// From one network to a LaTeX report with its pictures and bibliography, in a folder of its own.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { check, recover, report } from "kktid";

const folder = new URL("./networks/iris-hidden-layer/", import.meta.url);
const file = (name) => ({ name, bytes: readFileSync(new URL(name, folder)) });
const question = { network: file("network.npz"), activation: "z + z^2 + z^3", samples: 4 };
const answers = [check(question), recover({ ...question, truth: file("training-data.npz") })];

const out = process.argv[2] ?? mkdtempSync(join(tmpdir(), "kktid-report-"));
const { main, files } = await report(answers, { format: "latex", name: "audit" });
for (const { name, bytes } of [{ name: "audit.tex", bytes: main }, ...files]) {
  mkdirSync(dirname(join(out, name)), { recursive: true });
  writeFileSync(join(out, name), bytes);
}
console.log(`${files.length + 1} files in ${out}`);

const { main: text } = await report(answers, { format: "text" });
console.log(text.split("\n").slice(0, 12).join("\n"));
