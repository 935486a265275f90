import { expect, test } from "vitest";
import { jacobianMatrix } from "../../src/equations/jacobian.ts";
import { dataSideMinor } from "../../src/identifiability/ranks/certificate-minors.ts";
import { primeRing } from "../../src/identifiability/ranks/prime-ring.ts";
import { PrimeField } from "../../src/modular/prime-field.ts";
import { rankProfile } from "../../src/modular/rank.ts";
import { problemOf, produce, recheckJson, type ShapeCase } from "./certificates.ts";
import { withHash } from "./mutants.ts";

/** Every way in which a proof of something else, or of nothing, may be offered as a proof; each starts from a valid one. */

interface Step {
  id: string;
  kind: string;
  uses: string[];
  [field: string]: unknown;
}

interface Document {
  schema: string;
  problem: Record<string, unknown>;
  claim: Record<string, unknown>;
  inputHash: string;
  steps: Step[];
}

interface Minor {
  inputDim: number;
  width: number;
  samples: number;
  prime: number;
  point: Record<string, number[]>;
  rows: number[];
  columns: number[];
}

const LOCAL: ShapeCase = { activation: "z + z^2 + z^3", inputDim: 2, samples: 2, width: 3 };
const GLOBAL: ShapeCase = { activation: "z + z^2 + z^3", inputDim: 2, samples: 2, width: 9, setting: "kkt" };
const REDUCED: ShapeCase = { activation: "z + z^2 + z^3", inputDim: 3, samples: 2, width: 8, setting: "kkt" };

/** One neuron fewer than the theorems on interpolation need, so that a minor shows the moments. */
const BY_MINOR: ShapeCase = { activation: "z + z^2 + z^3", inputDim: 3, samples: 3, width: 7, setting: "kkt" };
const BY_HESSIANS: ShapeCase = { activation: "z^2 + z^3", inputDim: 2, samples: 3, width: 40, outputs: 2 };

/** The certificate of a shape after a change, with the right hash; the unchanged one is accepted. */
function forge(shape: ShapeCase, change: (document: Document) => void): string {
  const original = JSON.stringify(produce(shape).certificate);
  expect(recheckJson(original)).toMatchObject({ accepted: true });
  const document = JSON.parse(original) as Document;
  change(document);
  const result = recheckJson(withHash(JSON.stringify(document)));
  return result.accepted ? "accepted" : result.reason;
}

/** The first minor of a document. */
const minorOf = ({ steps }: Document): Minor & Step =>
  steps.find(({ kind }) => kind === "generic-full-rank") as unknown as Minor & Step;

test("1a: a minor of one row and column less", () => {
  const reason = forge(LOCAL, (document) => {
    const minor = minorOf(document);
    minor.rows.pop();
    minor.columns.pop();
  });
  expect(reason).toMatch(/rows: expected 6 entries, got 5/);
});

test("1b: fewer samples than the problem has, with a smaller required rank", () => {
  const one = produce({ ...LOCAL, samples: 1, width: 2 }).certificate!;
  const reason = forge(LOCAL, (document) => {
    document.steps = JSON.parse(JSON.stringify(one.steps)) as Step[];
  });
  expect(reason).not.toBe("accepted");
});

test("1c: a gauge that the shape has not, which lowers the required rank", () => {
  const reason = forge(LOCAL, (document) => {
    document.claim.upTo = ["permutation", "scale"];
    minorOf(document).rows.splice(0, 2);
    minorOf(document).columns.splice(0, 2);
  });
  expect(reason).toMatch(/expected 6 entries/);
});

test("1d: counting where there are enough equations", () => {
  for (const bound of ["nodes", "moments", "known-side"]) {
    const reason = forge(LOCAL, (document) => {
      document.claim.verdict = "nonidentifiable";
      document.steps = [{ id: "s1", kind: "counting", uses: [], bound }];
    });
    expect(reason).toMatch(/is needed/);
  }
});

test("2a: the minor of a Hermite matrix for one of a Jacobian, and the reverse", () => {
  const asJacobian = forge(BY_MINOR, (document) => {
    minorOf(document).matrix = "jacobian";
  });
  expect(asJacobian).toMatch(/missing/);
  const asHermite = forge(LOCAL, (document) => {
    minorOf(document).matrix = "hermite";
  });
  expect(asHermite).toMatch(/unknown key/);
});

test("2b: the matrix of a smaller input dimension", () => {
  const smaller = produce({ ...GLOBAL, inputDim: 1, samples: 1 }).certificate!;
  const reason = forge({ ...GLOBAL, samples: 1, inputDim: 2, width: 9 }, (document) => {
    document.steps = JSON.parse(JSON.stringify(smaller.steps)) as Step[];
  });
  expect(reason).toMatch(/inputDim should be 2/);
});

test("2c: a reduction that is not shown, or shows another dimension", () => {
  const unshown = forge(REDUCED, ({ steps }) => {
    steps.splice(0, 1);
    steps[0]!.uses = [];
  });
  expect(unshown).toMatch(/exactly one full-rank/);
  const other = forge(REDUCED, ({ steps }) => {
    steps[1]!.dimension = 1;
  });
  expect(other).toMatch(/dimension should be 2/);
});

test("2d: more neurons than the problem has", () => {
  const wide = produce({ ...LOCAL, width: 4 }).certificate!;
  const reason = forge(LOCAL, (document) => {
    document.problem.width = 2;
    document.steps = JSON.parse(JSON.stringify(wide.steps)) as Step[];
  });
  expect(reason).toMatch(/width: \d is not between 1 and 2/);
});

test("2e: other trained layers than the problem's", () => {
  const reason = forge({ ...LOCAL, trained: ["hidden", "output"] }, ({ problem }) => {
    problem.trained = ["hidden"];
  });
  expect(reason).not.toBe("accepted");
});

test("2f: derivatives by the constant 1 of (x, 1): columns beyond the unknowns", () => {
  const biased: ShapeCase = { ...LOCAL, samples: 3, width: 2, trained: ["hidden", "bias", "output", "output-bias"] };
  const reason = forge(biased, (document) => {
    expect(minorOf(document).matrix).toBe("jacobian");
    minorOf(document).columns = minorOf(document).columns.map((column) => column + 1);
  });
  expect(reason).toMatch(/columns\[8\]: 9 is not between 0 and 8/);
});

test("2g: rows beyond those of the neurons", () => {
  const reason = forge(LOCAL, (document) => {
    const minor = minorOf(document);
    minor.rows[minor.rows.length - 1] = 6;
  });
  expect(reason).toMatch(/rows\[5\]: 6 is not between 0 and 5/);
});

test("3a: a composite modulus, also one that fools Fermat's test", () => {
  for (const composite of [2 ** 24, 2 ** 25 - 1, 16777217, 10585, 294409, 825265]) {
    const reason = forge(LOCAL, (document) => {
      minorOf(document).prime = composite;
      for (const list of Object.values(minorOf(document).point))
        for (const k of list.keys()) list[k] = (k + 2) ** 2 % 97;
    });
    expect(reason, `${composite}`).toMatch(/is no prime|zero/);
  }
});

test("3b: a prime up to the degree, or beyond 2^25, where products would be rounded", () => {
  for (const prime of [2, 3, 33554467, 2147483647]) {
    const reason = forge(LOCAL, (document) => {
      const minor = minorOf(document);
      minor.prime = prime;
      for (const list of Object.values(minor.point)) for (const k of list.keys()) list[k] = list[k]! % 2;
    });
    expect(reason).toMatch(/not between/);
  }
});

test("3c: a prime that divides a denominator", () => {
  const reason = forge(LOCAL, (document) => {
    const minor = minorOf(document);
    document.problem.activation = ["0", "1", `1/${minor.prime}`, "1"];
  });
  expect(reason).toMatch(/divides a denominator/);
});

test("3d: coordinates that are no residues", () => {
  for (const value of [-1, 2 ** 25, 0.5, "1", null]) {
    const reason = forge(LOCAL, (document) => {
      (minorOf(document).point.weights as unknown[])[0] = value;
    });
    expect(reason).toMatch(/point.weights\[0\]/);
  }
});

test("4a: a row or a column counted twice", () => {
  for (const key of ["rows", "columns"] as const) {
    const reason = forge(LOCAL, (document) => {
      minorOf(document)[key][1] = minorOf(document)[key][0]!;
    });
    expect(reason).toMatch(/not strictly increasing/);
  }
});

test("4b: general nodes claimed for kkt", () => {
  const reason = forge(GLOBAL, ({ steps }) => {
    steps[0] = { id: "s1", kind: "general-nodes", uses: [] };
  });
  expect(reason).toMatch(/not general/);
  const assumed = forge(GLOBAL, ({ claim }) => {
    claim.assumes = [];
  });
  expect(assumed).toMatch(/assumes/);
});

test("4c: too few general nodes", () => {
  const reason = forge({ ...LOCAL, width: 7 }, ({ problem }) => {
    problem.width = 6;
  });
  expect(reason).toMatch(/not more than the 6 dimensions/);
});

test("4d: a point where the matrix is singular: repeated neurons, a zero multiplier, data used as nodes", () => {
  const singular: ((point: Record<string, number[]>) => void)[] = [
    ({ weights }) => weights!.copyWithin(2, 0, 2),
    ({ multipliers }) => multipliers!.fill(0, 0, 1),
    ({ points }) => points!.copyWithin(2, 0, 2),
  ];
  for (const change of singular) {
    const reason = forge(LOCAL, (document) => change(minorOf(document).point));
    expect(reason).toMatch(/the minor is zero/);
  }
});

test("4e: fewer nodes than interpolation needs, other layers, another space", () => {
  const claimed = (change: Record<string, unknown>, inputDim = 3): string =>
    forge({ ...BY_MINOR, width: 8 }, ({ problem, steps }) => {
      expect(steps[0]!.kind).toBe("interpolation");
      Object.assign(problem, change);
      steps[0]!.inputDim = inputDim;
    });
  expect(claimed({})).toBe("accepted");
  expect(claimed({ width: 7 })).toMatch(/the theorems need 8/);
  expect(claimed({ outputs: 2, width: 15 })).toMatch(/the theorems need 16/);
  expect(claimed({ inputDim: 4 })).toMatch(/inputDim should be 4/);
  expect(claimed({}, 2)).toMatch(/inputDim should be 3/);
  expect(claimed({ trained: ["output"] })).toMatch(/no theorem/);
  expect(claimed({ bias: "frozen" })).toMatch(/no theorem/);
});

/** Double points on which Alexander and Hirschowitz miss the expected rank by one: [degree, variables, points]. */
test.each([
  [4, 3, 5],
  [4, 4, 9],
  [3, 5, 7],
  [2, 4, 3],
])("4f: z^%i in %i variables: %i nodes are one too few for interpolation", (degree, inputDim, width) => {
  const shape: ShapeCase = { activation: `z^${degree}`, inputDim, samples: 1, width: width + 1, setting: "kkt" };
  const reason = forge({ ...shape, inputDim: 1, width: 1 }, ({ problem, steps }) => {
    Object.assign(problem, { inputDim, width });
    steps[0]!.inputDim = inputDim;
  });
  expect(reason).toMatch(`the theorems need ${width + 1}`);
});

test("5: weights in the certificate instead of a file", () => {
  const reason = forge(LOCAL, ({ problem, claim }) => {
    problem.network = { weights: [1, 2, 3] };
    claim.scope = "instance";
  });
  expect(reason).toMatch(/problem.network/);
});

test("7a: Jennrich with more samples than variables", () => {
  const reason = forge({ ...GLOBAL, activation: "z + z^2 + z^3 + z^4 + z^5", samples: 3, width: 12 }, ({ steps }) => {
    steps.at(-1)!.theorem = "jennrich";
  });
  expect(reason).toMatch(/jennrich needs n ≤ 2/);
});

test("7b: d + 1 variables where only d are there", () => {
  const reason = forge(GLOBAL, ({ steps }) => {
    steps.at(-1)!.variables = 3;
  });
  expect(reason).toMatch(/does not have 3 variables/);
});

test("7c: an exception of the subgeneric theorem", () => {
  const shape: ShapeCase = { activation: "z^6", inputDim: 3, samples: 8, width: 40, setting: "kkt" };
  const reason = forge(shape, ({ problem }) => {
    problem.samples = 9;
  });
  expect(reason).toMatch(/one decomposition/);
});

test("7d: scales that no second degree fixes", () => {
  const reason = forge({ ...GLOBAL, activation: "z^3" }, ({ problem, claim, steps }) => {
    problem.activation = ["1", "0", "0", "1"];
    problem.trained = ["hidden", "output"];
    claim.upTo = ["permutation"];
    steps.splice(0, 1, { id: "s1", kind: "general-nodes", uses: [] });
    problem.setting = "gradient";
    claim.assumes = [];
  });
  expect(reason).toMatch(/scale degree/);
});

test("7f: the Hessian criterion where it is silent: its two other solutions are not excluded", () => {
  const silent: ShapeCase = { activation: "z + z^2 + z^3", inputDim: 5, samples: 9, width: 80 };
  const { shape, samples } = problemOf(silent);
  const { rows, columns, ...at } = dataSideMinor(shape, samples, 1)!;
  const minor = { matrix: "data-side", inputDim: 5, samples, ...at, rows: [...rows], columns: [...columns] };
  const none = { degree: null, variables: null, scaleDegree: null };
  const reason = forge(silent, (document) => {
    document.claim.verdict = "globally-identifiable";
    document.steps = [
      { id: "s1", kind: "general-nodes", uses: [] },
      { id: "s2", kind: "generic-full-rank", uses: [], ...minor },
      { id: "s3", kind: "unique-decomposition", uses: ["s2"], theorem: "hessian", ...none },
    ];
  });
  expect(reason).toMatch(/the Hessians have rank \d, and 5 is needed/);
});

test("7g: the Hessian criterion on the data side of n + 1 samples, another matrix, or none", () => {
  const change = (key: "problem" | "step", changed: Record<string, unknown>): string =>
    forge(BY_HESSIANS, ({ problem, steps }) => void Object.assign(key === "step" ? steps.at(-1)! : problem, changed));
  expect(change("step", {})).toBe("accepted");
  expect(change("step", { uses: [] })).toMatch(/exactly one full-rank/);
  expect(change("step", { uses: ["s1"] })).toMatch(/exactly one full-rank/);
  expect(change("step", { theorem: "massarenti-mella" })).toMatch(/data side of 4 samples/);
  expect(change("problem", { domain: "sphere" })).toMatch(/sphere/);
  expect(change("problem", { samples: 2 })).toMatch(/data side of 2 samples/);
});

test("7i: low moments that do not follow: too many samples, a gap, two outputs", () => {
  const shape: ShapeCase = { activation: "z^2 + z^3 + z^4", inputDim: 2, samples: 3, width: 12 };
  const change = (changed: Record<string, unknown>): string =>
    forge(shape, ({ problem, claim, steps }) => {
      Object.assign(problem, changed);
      expect(steps.at(-1)!.theorem).toBe("low-moments");
      steps.splice(0, 1, { id: "s1", kind: "general-nodes", uses: [] });
      claim.assumes = [];
    });
  expect(change({})).toBe("accepted");
  expect(change({ samples: 4, width: 13 })).toMatch(/at most 3 samples/);
  expect(change({ activation: ["0", "0", "1", "0", "1"] })).toMatch(/below T_4 do not follow/);
  expect(change({ outputs: 2, width: 50 })).toMatch(/one output/);
  expect(change({ domain: "sphere" })).toMatch(/general points/);
});

test("7h: Hessians at a point where the first sample is special", () => {
  const reason = forge(BY_HESSIANS, (document) => {
    const { point } = minorOf(document);
    point.multipliers!.fill(0, 0, 1);
    point.points!.fill(0, 0, 1);
  });
  expect(reason).toMatch(/the minor is zero|the Hessians have rank/);
});

test("7e: mixing with side information, three degrees, or one sample", () => {
  const mixing: ShapeCase = { activation: "z + z^2", inputDim: 3, samples: 2, width: 9 };
  for (const change of [{ domain: "sphere" }, { activation: ["0", "1", "1", "1"] }, { samples: 1 }]) {
    expect(forge(mixing, ({ problem }) => void Object.assign(problem, change))).toMatch(/mix|mixed|forbid/);
  }
});

test("8a: every other verdict, scope, field, symmetry and assumption over the same proof", () => {
  const changes: Record<string, unknown>[] = [
    { verdict: "globally-identifiable" },
    { verdict: "nonidentifiable" },
    { verdict: "inconclusive" },
    { scope: "instance" },
    { field: "C" },
    { upTo: [] },
    { upTo: ["permutation", "sign"] },
    { upTo: ["sign"] },
    { assumes: ["general-nodes"] },
    { rho: "1*2^-50" },
    { distance: "1*2^0" },
  ];
  for (const change of changes) {
    const reason = forge(LOCAL, ({ claim }) => void Object.assign(claim, change));
    expect(reason, JSON.stringify(change)).toMatch(/claim|scope|steps prove/);
  }
});

test("8b: a weaker verdict than the steps prove", () => {
  const reason = forge(GLOBAL, ({ claim, steps }) => {
    const jacobian = produce({ ...GLOBAL, width: 3 }).certificate!.steps[0]!;
    steps.push({ ...(JSON.parse(JSON.stringify(jacobian)) as Step), id: "s9" });
    claim.verdict = "locally-identifiable";
  });
  expect(reason).toMatch(/the steps prove globally-identifiable/);
});

test("8c: steps that contradict each other are refused whatever they are", () => {
  const reason = forge(LOCAL, ({ steps }) => {
    steps.push({ id: "s2", kind: "counting", uses: [], bound: "nodes" });
  });
  expect(reason).toMatch(/is needed/);
});

test("9: the answer around a certificate says something else", () => {
  const certificate = produce(LOCAL).certificate!;
  const answer = {
    schema: "kktid.check/1",
    verdict: "locally-identifiable",
    scope: "generic",
    upTo: ["permutation"],
    problem: { ...certificate.problem, activation: "z + z^2 + z^3" },
    errorProbability: 1e-30,
    certificate,
  };
  expect(recheckJson(answer)).toMatchObject({ accepted: true });
  for (const change of [
    { verdict: "globally-identifiable" },
    { scope: "instance" },
    { upTo: [] },
    { problem: { ...answer.problem, width: 4 } },
    { problem: { ...answer.problem, activation: "z + z^2 + 2*z^3" } },
    { certificate: null },
  ]) {
    expect(recheckJson({ ...answer, ...change })).toMatchObject({ accepted: false });
  }
});

test("10: keys that JavaScript treats specially, deep nesting, repeated keys", () => {
  const text = JSON.stringify(produce(LOCAL).certificate);
  expect(recheckJson(text.replace('"steps":', '"__proto__":{},"steps":'))).toMatchObject({ accepted: false });
  expect(recheckJson(text.replace('"steps":', '"steps":[],"steps":'))).toMatchObject({ accepted: false });
  expect(recheckJson(`${"[".repeat(40)}${"]".repeat(40)}`)).toMatchObject({ accepted: false });
  expect(() => recheckJson(`${text}x`)).toThrow("not JSON");
  expect(() => recheckJson(text.replace('"rho":null', '"rho":NaN'))).toThrow("not JSON");
});

test("the singular points of 4d are singular for the producer's matrices, too", () => {
  const document = JSON.parse(JSON.stringify(produce(LOCAL).certificate)) as Document;
  const { point, prime, width } = minorOf(document);
  const shape = { ...problemOf(LOCAL).shape, width };
  const nodes = { weights: point.weights!, bias: new Array<number>(width).fill(0), output: point.output! };
  const rankOf = (): number => {
    const data = { points: point.points!, multipliers: point.multipliers! };
    const { entries, rows, cols } = jacobianMatrix(primeRing(new PrimeField(prime)), shape, nodes, data);
    return rankProfile(Float64Array.from(entries), rows, cols, prime).rank;
  };
  expect(rankOf()).toBe(6);
  point.weights!.copyWithin(2, 0, 2);
  expect(rankOf()).toBeLessThan(6);
});
