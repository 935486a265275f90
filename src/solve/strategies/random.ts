import { stackPoints, startAtPoints } from "../starts.ts";
import { type Attempt, randomFor, type Strategy } from "../strategy.ts";

/** n points in uniform directions. */
export const randomStarts: Strategy = {
  name: "random",
  method: ["random-start"],
  attempts: Number.POSITIVE_INFINITY,
  obstacle: () => null,
  attempt(context, index): Attempt {
    const random = randomFor("random", context, index);
    const points = Array.from({ length: context.samples }, () => context.points().isotropic(random));
    return { unknowns: startAtPoints(context, stackPoints(points)), starts: 1 };
  },
};

/** n points with the covariance of the known side, whose row space is that of the data. */
export const spectralStarts: Strategy = {
  name: "spectral",
  method: ["spectral-start"],
  attempts: Number.POSITIVE_INFINITY,
  obstacle: ({ reduced }) =>
    reduced.system.shape.trained.has("hidden") ? null : "the hidden layer gives no equations",
  attempt(context, index): Attempt {
    const random = randomFor("spectral", context, index);
    const points = Array.from({ length: context.samples }, () => context.points().spectral(random));
    return { unknowns: startAtPoints(context, stackPoints(points)), starts: 1 };
  },
};
