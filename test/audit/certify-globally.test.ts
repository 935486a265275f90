import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { boundGlobally } from "../../src/audit/certify-globally.ts";
import { fitGivenData, toPlainData } from "../../src/audit/fitted-data.ts";
import { gatherEvidence } from "../../src/audit/network-evidence.ts";
import type { CertifiedInstance } from "../../src/certify/claim.ts";
import { instanceCertificate } from "../../src/certify/document.ts";
import { certifySamples } from "../../src/certify/krawczyk.ts";
import { type RecheckResult, recheckCertificate } from "../../src/recheck/recheck.ts";
import { questionAbout, type RealNetwork, realNetworks, trainingData } from "../support/networks.ts";

const folder = fileURLToPath(new URL("../fixtures/networks/", import.meta.url));
const sha256 = (value: string | Uint8Array): string => createHash("sha256").update(value).digest("hex");
const fileOf = (path: string): { file: string; sha256: string } => ({
  file: path,
  sha256: sha256(readFileSync(folder + path)),
});

/** Bounds at the training data of a network, and its evidence. */
function bound(network: RealNetwork) {
  const question = questionAbout(network, 1);
  const evidence = gatherEvidence(question);
  const { point } = fitGivenData(question, evidence, trainingData(network));
  const data = toPlainData(question, evidence, point.unknowns);
  const { equations, stationarityError: rho, gauge } = evidence;
  const isolated = certifySamples({ equations, data, rho, gauge: gauge.symmetries });
  const known = "failed" in isolated ? null : isolated;
  return { question, evidence, data, known, bounds: boundGlobally(question, evidence, { data, isolated: known }) };
}

function recheck(certified: CertifiedInstance, network: RealNetwork): RecheckResult {
  const question = questionAbout(network, 1);
  const { equations, gauge } = gatherEvidence(question);
  const gradient = `${network.name}/gradient.npz`;
  const names = Object.entries(question.network.names).filter((entry): entry is [string, string] => entry[1] !== null);
  const document = instanceCertificate({
    certified,
    shape: equations.system.shape,
    samples: question.samples,
    gauge: gauge.symmetries,
    network: {
      ...fileOf(`${network.name}/network.npz`),
      init: null,
      gradient: existsSync(folder + gradient) ? fileOf(gradient) : null,
      keys: Object.fromEntries(names),
      unpenalised: [],
    },
    sha256,
  });
  return recheckCertificate(JSON.stringify(document), {
    readFile: (path) => new Uint8Array(readFileSync(folder + path)),
  });
}

describe("boundGlobally", () => {
  test.each([
    ["iris-hidden-layer", realNetworks.hiddenLayer, ["data-fits"]],
    ["iris-gradient-small", realNetworks.gradientSmall, ["data-fits"]],
    ["wine-gradient", realNetworks.wineGradient, ["data-fits", "instance-frame"]],
  ])(
    "%s: its certificate is accepted by the checker, and not with bounds a thousandth as large",
    (_, network, first) => {
      const { bounds } = bound(network);
      if (!bounds.proved) throw new Error(bounds.reason);
      expect(bounds.isTight).toBe(true);
      const { certificate } = bounds;
      expect(certificate.steps.map(({ kind }) => kind)).toEqual([
        ...first,
        "global-error",
        "isolated-zero",
        "global-radius",
      ]);
      expect(recheck(certificate, network).accepted).toBe(true);
      const shrink = (texts: unknown): string[] =>
        (texts as string[]).map((text) =>
          text.replace(/\^(-?\d+)$/, (_match, exponent: string) => `^${Number(exponent) - 10}`),
        );
      const steps = certificate.steps.map((step) =>
        step.kind === "global-error" ? { ...step, errors: shrink(step.errors) } : step,
      );
      expect(recheck({ ...certificate, steps }, network)).toMatchObject({ accepted: false, step: "global" });
    },
  );

  test("without an isolated zero the bounds are those of the moments, and still rechecked", () => {
    const { question, evidence, data, bounds } = bound(realNetworks.hiddenLayer);
    const wide = boundGlobally(question, evidence, { data, isolated: null });
    if (!wide.proved || !bounds.proved) throw new Error("not proved");
    expect(wide.isTight).toBe(false);
    wide.perSample.forEach((value, i) => {
      expect(value).toBeGreaterThan(bounds.perSample[i]!);
    });
    expect(recheck(wide.certificate, realNetworks.hiddenLayer).accepted).toBe(true);
  });

  test("says why nothing is proved", () => {
    const { bounds } = bound(realNetworks.quadratic);
    expect(bounds).toEqual({ proved: false, reason: expect.stringContaining("degree") as string });
  });

  test("stops when it is told to", () => {
    const { question, evidence, data } = bound(realNetworks.hiddenLayer);
    const stopped = boundGlobally({ ...question, shouldStop: () => true }, evidence, { data, isolated: null });
    expect(stopped).toEqual({ proved: false, reason: "the time is over" });
  });
});
