// Makes the pictures of docs/pictures/ with the built tool: reports as HTML in a browser, light on a desk and dark on a
// phone, pages of the PDF, and phase diagrams. Needs Chromium, pdftoppm and TeX; `npm run pictures [NAME …]`.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = join(root, "docs", "pictures");
const LARGEST = 150_000;

/** Networks of examples/networks, further options, and the sections of which a picture of their own is made. */
const reports = [
  { name: "iris-hidden-layer", options: [], sections: ["accuracy"] },
  { name: "iris-both-layers", options: [], sections: ["accuracy"] },
  { name: "digits-gradient", options: ["--image", "8x8"], sections: ["data"] },
];

/** Grids of examples/sweeps whose diagram is shown. */
const sweeps = ["samples-by-width", "empirical"];

const views = [
  { name: "desk", viewport: { width: 800, height: 900 }, colorScheme: "light", deviceScaleFactor: 1 },
  { name: "phone", viewport: { width: 390, height: 800 }, colorScheme: "dark", deviceScaleFactor: 1.5 },
];

const folder = mkdtempSync(join(tmpdir(), "kktid-pictures-"));
const wanted = process.argv.slice(2);
mkdirSync(target, { recursive: true });
const browser = await launch();
try {
  for (const report of reports.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    const network = join("examples", "networks", report.name);
    const html = write(report, network, "html");
    for (const view of views) await photograph(html, report, view);
    for (const section of report.sections) await photographSection(html, report, section);
    photographPdf(write(report, network, "pdf"), report.name);
  }
  for (const name of sweeps.filter((sweep) => wanted.length === 0 || wanted.includes(sweep))) {
    await photographDiagram(name);
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
for (const name of readdirSync(target)) {
  const { size } = statSync(join(target, name));
  if (size > LARGEST) console.error(`${name}: ${size} bytes, more than ${LARGEST}`);
  if (size > LARGEST) process.exitCode = 1;
}

function launch() {
  const executablePath = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
    (path) => path !== undefined && existsSync(path),
  );
  if (executablePath === undefined) throw new Error("no Chromium here: set CHROMIUM to its path");
  const args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
  return chromium.launch({ executablePath, args });
}

function kktid(...args) {
  const program = [join(root, "dist/cli/main.js"), ...args];
  const { status, stderr } = spawnSync(process.execPath, program, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`kktid ${args.join(" ")}: exit ${status}\n${stderr}`);
}

/** Runs `kktid report` and returns the path of what it wrote. */
function write({ name, options }, network, format) {
  const out = join(folder, `${name}.${format}`);
  const truth = ["--truth", join(network, "training-data.npz")];
  const given = [...questionOf(network), ...options, ...truth, "--seed", "1", "--out", out];
  kktid("report", join(network, "network.npz"), ...given);
  return out;
}

/** Activation, samples, setting and trained layers, from what the network was trained with. */
function questionOf(network) {
  const { kind, n, coefs, trained } = JSON.parse(readFileSync(join(root, network, "about.json"), "utf8"));
  const terms = coefs.flatMap((coefficient, degree) => (coefficient === 0 ? [] : [`${coefficient}*z^${degree}`]));
  const layers = { "fc1.weight": "hidden", "fc1.bias": "bias", "fc2.weight": "output" };
  const option = trained === undefined ? [] : ["--trained", trained.map((tensor) => layers[tensor]).join(",")];
  const gradient = kind === "gradient" ? ["--setting", kind, "--gradient", join(network, "gradient.npz")] : [];
  return ["-a", terms.join(" + "), "-n", String(n), ...option, ...gradient];
}

async function photograph(html, { name }, { name: view, ...options }) {
  const page = await browser.newPage(options);
  await page.goto(pathToFileURL(html).href);
  await page.evaluate("document.fonts.ready");
  await page.screenshot({ path: join(target, `${name}-${view}.png`) });
  await page.close();
}

/** Opens with the heading of a section at the top. */
async function photographSection(html, { name }, section) {
  const page = await browser.newPage({ viewport: { width: 800, height: 900 }, colorScheme: "light" });
  await page.goto(`${pathToFileURL(html).href}#${section}`);
  await page.evaluate("document.fonts.ready");
  await page.screenshot({ path: join(target, `${name}-${section}.png`) });
  await page.close();
}

/** The first two pages, side by side in name only: one file a page. */
function photographPdf(pdf, name) {
  const prefix = join(folder, name);
  execFileSync("pdftoppm", ["-png", "-gray", "-r", "76", "-f", "1", "-l", "2", pdf, prefix]);
  const pages = readdirSync(folder).filter((file) => file.startsWith(`${name}-`) && file.endsWith(".png"));
  pages.sort().forEach((file, index) => {
    renameSync(join(folder, file), join(target, `${name}-page-${index + 1}.png`));
  });
}

async function photographDiagram(name) {
  kktid("sweep", join("examples", "sweeps", `${name}.yaml`), "--out", join(folder, name), "--quiet");
  const page = await browser.newPage({ viewport: { width: 720, height: 640 }, colorScheme: "light" });
  await page.setContent(readFileSync(join(folder, name, "diagram.svg"), "utf8"));
  await page.locator("svg").screenshot({ path: join(target, `${name}.png`) });
  await page.close();
}
