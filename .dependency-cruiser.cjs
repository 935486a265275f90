// The architecture, as a lint rule: each folder of src/ lists what it may import. Everything else is forbidden.
const layers = {
  algebra: ["algebra"],
  modular: ["modular"],
  linalg: ["linalg"],
  network: ["network"],
  equations: ["equations", "algebra", "linalg", "network"],
  identifiability: ["identifiability", "equations", "algebra", "modular"],
  "least-squares": ["least-squares", "linalg"],
  objective: ["objective", "least-squares", "equations", "linalg"],
  splitting: ["splitting", "objective", "least-squares", "linalg"],
  solve: ["solve", "splitting", "objective", "least-squares", "equations", "algebra", "linalg", "network"],
  train: ["train", "equations", "algebra", "linalg", "network"],
  expansion: ["expansion", "identifiability", "equations", "algebra"],
  counting: ["counting", "identifiability", "equations", "algebra", "modular", "linalg"],
  instance: ["instance", "equations", "linalg"],
  interval: ["interval", "linalg"],
  certify: ["certify", "interval", "equations", "algebra", "linalg"],
  audit: [
    "audit",
    "identifiability",
    "instance",
    "certify",
    "solve",
    "splitting",
    "objective",
    "least-squares",
    "equations",
    "algebra",
    "linalg",
    "network",
  ],
  report: ["report", "audit", "expansion", "counting", "identifiability", "equations", "algebra"],
  // The checker of certificates shares nothing with what made them.
  recheck: ["recheck", "network"],
};
/** File reading that the checker may use; the rest of src/network knows what a network is. */
const readers = "^src/network/(read-tensors|tensor)\\.ts$";
const onlyIn = (name, path, module) => ({
  name,
  severity: "error",
  from: { path: "^src/", pathNot: path },
  to: { path: module },
});

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    ...Object.entries(layers).map(([layer, allowed]) => ({
      name: `layer-${layer}`,
      severity: "error",
      from: { path: `^src/${layer}/` },
      to: { path: "^src/", pathNot: [`^src/(${allowed.join("|")})/`, "^src/(errors|random)\\.ts$"] },
    })),
    {
      name: "errors-and-random-import-nothing",
      severity: "error",
      from: { path: "^src/(errors|random)\\.ts$" },
      to: { path: "^src/" },
    },
    {
      name: "nobody-imports-the-cli",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/cli/" },
      to: { path: "^src/cli/" },
    },
    {
      name: "recheck-stands-alone",
      severity: "error",
      from: { path: "^src/recheck/" },
      to: { path: "^src/", pathNot: ["^src/recheck/", "^src/errors\\.ts$", readers] },
    },
    onlyIn("nerdamer-behind-its-adapter", "^src/algebra/nerdamer-adapter\\.ts$", "node_modules/nerdamer"),
    onlyIn("fraction-js-in-algebra", "^src/algebra/", "node_modules/fraction\\.js"),
    onlyIn("ml-matrix-in-linalg", "^src/linalg/", "node_modules/ml-matrix"),
    onlyIn("commander-in-cli", "^src/cli/", "node_modules/commander"),
    {
      name: "outside-world-only-in-cli",
      severity: "error",
      from: { path: "^src/", pathNot: ["^src/cli/", "^src/recheck/main\\.ts$"] },
      to: { path: "^(node:)?(fs|child_process|process|http|https|net)$", dependencyTypes: ["core"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      conditionNames: ["types", "import", "default"],
      extensions: [".ts", ".js", ".cjs", ".mjs", ".json"],
    },
  },
};
