import { listEquations } from "./equation-list.ts";
import type { SpaceView } from "./instance-space.ts";
import type { Interval } from "./intervals.ts";
import { boxOf, type NetworkSystem } from "./network-system.ts";
import type { Problem } from "./problem.ts";

/** The known sides of all equations, in the order of the equations and the coordinates of the space. */
export function knownBox(problem: Problem, system: NetworkSystem, view: SpaceView): Interval[] {
  const { width } = problem;
  return listEquations(problem, width, view.inputDim).map(({ layer, neuron, coordinate, output }) => {
    if (layer === "hidden") return view.known[neuron]![coordinate]!;
    const side = system.known.get(layer)!;
    if (layer === "bias") return boxOf(system, side, neuron);
    return boxOf(system, side, layer === "output" ? output * width + neuron : output);
  });
}
