import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { fitGivenData, toPlainData } from "../../src/audit/fitted-data.ts";
import { gatherEvidence } from "../../src/audit/network-evidence.ts";
import { certifyInstance } from "../../src/certify/certify-instance.ts";
import type { InstanceClaim } from "../../src/certify/claim.ts";
import { instanceCertificate } from "../../src/certify/document.ts";
import { questionAbout, type RealNetwork, realNetworks, trainingData } from "../support/networks.ts";

/** What the tests read of a certificate that was written as JSON. */
interface WrittenCertificate {
  readonly problem: object;
  readonly claim: { readonly rho: string };
  readonly inputHash: string;
  readonly steps: readonly [WrittenFit, ...WrittenStep[]];
}

interface WrittenStep {
  readonly id: string;
  readonly uses: readonly string[];
  readonly rows?: readonly number[];
  readonly columns?: readonly number[];
}

interface WrittenFit extends WrittenStep {
  readonly X: readonly (readonly string[])[];
  readonly multipliers: readonly (readonly string[])[];
}

/** The claim about a real network at its own training data, polished to the rounding of the file. */
function claimAbout(network: RealNetwork, weightPrecision?: number): InstanceClaim {
  const question = { ...questionAbout(network, 1), weightPrecision };
  const evidence = gatherEvidence(question);
  const { point } = fitGivenData(question, evidence, trainingData(network));
  return {
    equations: evidence.equations,
    samples: question.samples,
    rho: evidence.stationarityError,
    data: toPlainData(question, evidence, point.unknowns),
    witness: null,
    gauge: evidence.gauge.symmetries,
  };
}

const dropSample = ({ data, samples, ...rest }: InstanceClaim): InstanceClaim => {
  const d = rest.equations.system.shape.inputDim;
  const { points, multipliers } = data!;
  const fewer = { points: points.slice(0, -d), multipliers: multipliers.slice(0, -1) };
  return { ...rest, samples: samples - 1, data: fewer };
};

const kindsOf = (claim: InstanceClaim): string[] | null =>
  certifyInstance(claim)?.steps.map(({ kind }) => kind) ?? null;

const byMoments = ["instance-moments", "instance-catalecticant", "instance-scales"];

describe("networks that PyTorch trained", () => {
  test.each([
    ["iris-hidden-layer", realNetworks.hiddenLayer, ["data-fits", ...byMoments]],
    ["iris-gradient-small", realNetworks.gradientSmall, ["data-fits", "instance-span", "instance-kernel"]],
    ["wine-gradient", realNetworks.wineGradient, ["data-fits", "instance-span", ...byMoments]],
  ])("%s: its data are proved the only ones of their number; one sample fewer proves nothing", (_, network, kinds) => {
    const claim = claimAbout(network);
    expect(kindsOf(claim)).toEqual(kinds);
    expect(kindsOf(dropSample(claim))).toBeNull();
    expect(kindsOf({ ...claim, samples: claim.samples + 1 })).toBeNull();
  });

  test.each([
    ["iris-hidden-layer saved as float32", realNetworks.float32],
    ["iris-both-layers", realNetworks.bothLayers],
    ["iris-quadratic", realNetworks.quadratic],
    ["iris-cubic", realNetworks.cubic],
    ["iris-bias", realNetworks.bias],
    ["iris-multiclass: more samples than inputs", realNetworks.multiclass],
  ])("%s: nothing global is proved", (_, network) => {
    expect(kindsOf(claimAbout(network))).toBeNull();
  });

  test("iris-hidden-layer with weights known to 1e-9 is proved, to 1e-6 it is not", () => {
    expect(certifyInstance(claimAbout(realNetworks.hiddenLayer, 1e-9))!.rho).toBe(1e-9);
    expect(certifyInstance(claimAbout(realNetworks.hiddenLayer, 1e-6))).toBeNull();
  });
});

describe("the certificate of an instance", () => {
  const claim = claimAbout(realNetworks.hiddenLayer);
  const certified = certifyInstance(claim)!;
  const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
  const network = {
    file: "network.npz",
    sha256: sha256("bytes"),
    init: null,
    gradient: null,
    keys: { hiddenWeight: "fc1.weight", outputWeight: "fc2.weight" },
    unpenalised: [],
  };
  const { shape } = claim.equations.system;
  const document = instanceCertificate({ certified, shape, samples: 4, gauge: claim.gauge, network, sha256 });
  const json = JSON.parse(JSON.stringify(document)) as WrittenCertificate;

  test("has the keys of its schema in their order, and nothing undefined", () => {
    expect(Object.keys(json)).toEqual(["schema", "problem", "claim", "inputHash", "steps"]);
    expect(json.problem).toEqual({
      setting: "kkt",
      inputDim: 4,
      samples: 4,
      width: 40,
      outputs: 1,
      activation: ["0", "1", "1", "1"],
      trained: ["hidden"],
      bias: "none",
      domain: "free",
      loss: null,
      weightDecay: null,
      network,
    });
    expect(json.claim).toEqual({
      verdict: "globally-identifiable",
      scope: "instance",
      field: "R",
      upTo: ["permutation"],
      assumes: ["within-rho"],
      rho: "3961408125713217*2^-95",
      distance: null,
    });
    expect(json).toEqual(document);
  });

  test("hashes the problem as compact JSON", () => {
    expect(json.inputHash).toBe(`sha256:${sha256(JSON.stringify(json.problem))}`);
  });

  test("holds every double exactly", () => {
    const doubleOf = (text: string): number => {
      const [mantissa, exponent] = text.split("*2^");
      return Number(mantissa) * 2 ** Number(exponent);
    };
    expect(doubleOf(json.claim.rho)).toBe(1e-13);
    const [fits] = json.steps;
    expect(fits.X.flat().map(doubleOf)).toEqual(Array.from(claim.data!.points));
    expect(fits.multipliers.flat().map(doubleOf)).toEqual(Array.from(claim.data!.multipliers));
  });

  test("has steps whose ids are unique and named before they are used", () => {
    const seen = new Set<string>();
    for (const step of json.steps) {
      expect(seen.has(step.id)).toBe(false);
      for (const used of step.uses) expect(seen.has(used)).toBe(true);
      seen.add(step.id);
    }
    const { rows, columns } = json.steps[2];
    for (const list of [rows, columns]) expect(list).toEqual([...new Set<number>(list)].toSorted((a, b) => a - b));
  });
});
