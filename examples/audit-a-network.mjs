// One network from file to data: is the data determined, what is it, and does a stranger accept the proof?
import { readFileSync } from "node:fs";
import { check, recheckCertificate, recover } from "kktid";

const folder = new URL("./networks/iris-hidden-layer/", import.meta.url);
const file = (name) => ({ name, bytes: readFileSync(new URL(name, folder)) });
const question = { network: file("network.npz"), activation: "z + z^2 + z^3", samples: 4 };

const decided = check(question);
console.log(`${decided.verdict}, rests on ${decided.basis}`);

const found = recover({ ...question, truth: file("training-data.npz") });
console.log(`${found.status}: ${found.samples.length} samples`);
for (const { x, errorBound } of found.samples) {
  console.log(
    `  ${x.map((value) => value.toFixed(4).padStart(7)).join(" ")}  within 1e${Math.ceil(Math.log10(errorBound))}`,
  );
}
console.log(`every bound covers the true error: ${found.samples.every(coversTruth)}`);

function coversTruth({ errorBound }, i) {
  return found.truth.perSample[found.truth.assignment.indexOf(i)] <= errorBound;
}

const proof = recheckCertificate(JSON.stringify(decided.certificate), {
  readFile: (name) => readFileSync(new URL(name, folder)),
});
console.log(proof.accepted ? "the certificate is accepted" : "the certificate is rejected");
