import { expect, test } from "vitest";
import { checkNetwork } from "../../src/audit/check-network.ts";
import { findingsForNetwork, findingsForShape, NO_FINDINGS } from "../../src/audit/partial-findings.ts";
import { NO_KNOWLEDGE } from "../../src/equations/side-information.ts";
import { checkShape, type ShapeProblem } from "../../src/identifiability/check-shape.ts";
import { UNWATCHED } from "../../src/identifiability/watch.ts";
import { checkJson } from "../../src/report/check-json.ts";
import { stateProblem } from "../../src/report/problem.ts";
import { type ShapeOptions, shapeOf } from "../identifiability/shapes.ts";
import { loadExample } from "../support/example-networks.ts";

const find = (options: ShapeOptions, part: Partial<ShapeProblem> = {}) => {
  const problem: ShapeProblem = { shape: shapeOf(options), samples: 3, seed: 1, ...part };
  const stages: string[] = [];
  const watch = { ...UNWATCHED, onStage: (stage: string) => void stages.push(stage) };
  const findings = findingsForShape(problem, checkShape(problem), watch);
  return { ...findings, stages };
};

const mixed: ShapeOptions = { activation: "z + z^2", inputDim: 3, width: 9 };

test("a nonidentifiable shape has a partial answer and an example, an identifiable one its slack", () => {
  const open = find(mixed);
  expect(open.partial!.nullity).toBe(3);
  expect(open.slack).toBeNull();
  expect(open.example!.continuumDimension).toBe(3);
  expect(open.stages).toHaveLength(2);
  const closed = find({ ...mixed, activation: "z + z^2 + z^3" });
  expect(closed.partial!.free).toEqual([]);
  expect(closed.slack!.neuronsBeyondLocal).toBeGreaterThan(0);
  expect(closed.example).toBeNull();
  expect(closed.stages).toHaveLength(1);
});

test("nothing is computed when there is no time left", () => {
  const problem: ShapeProblem = { shape: shapeOf(mixed), samples: 3, seed: 1 };
  const findings = findingsForShape(problem, checkShape(problem), { ...UNWATCHED, secondsLeft: () => 0 });
  expect(findings).toEqual(NO_FINDINGS);
});

test("nothing is said where other equations are known too", () => {
  const sphere = find(mixed, { knowledge: { ...NO_KNOWLEDGE, domain: "sphere" } });
  expect(sphere).toEqual({ ...NO_FINDINGS, stages: [] });
});

test("softmax without side equations counts one output less", () => {
  const softmax = { ...NO_KNOWLEDGE, loss: "softmax" } as const;
  const two = find({ ...mixed, outputs: 2, setting: "kkt" }, { knowledge: softmax });
  expect(two.partial!.nullity).toBe(find({ ...mixed, setting: "kkt" }).partial!.nullity);
  expect(two.example).toBeNull();
});

test("the JSON of a network has its partial answer, and the path of its witness", () => {
  const network = checkNetwork(loadExample("iris-quadratic").question(1), null);
  const findings = findingsForNetwork(network, 4);
  expect(findings.partial!.nullity).toBe(network.counts.nullity);
  const stamp = { tool: { name: "kktid", version: "0" }, inputHash: "", seed: 1, totalSeconds: 0 } as const;
  const problem = stateProblem(network.evidence.equations.system.shape, 4);
  const json = checkJson(network, problem, stamp, { network, findings });
  expect(json.partial!.scope).toBe("instance");
  expect(json.partial!.determined.filter(({ quantity }) => quantity === "moment").map(({ degree }) => degree)).toEqual([
    0, 1, 2,
  ]);
  expect(json.slack).toBeNull();
  expect(json.witness!.path!.length).toBeGreaterThan(2);
  expect(json.witness!.path![0]!.X).toEqual(json.witness!.first.X);
});
