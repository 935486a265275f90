import { type RealNetwork, realNetworks } from "../support/networks.ts";

interface Golden {
  readonly recovered: readonly { readonly network: RealNetwork; readonly maxError: number }[];
  readonly counts: readonly {
    readonly network: RealNetwork;
    readonly distinct: number;
    readonly rank: number;
    readonly unknowns: number;
  }[];
}

/** Values that real networks must reach; sources in README.md beside this file. */
export const golden: Golden = {
  /** Largest Euclidean error of a recovered sample. */
  recovered: [
    { network: realNetworks.hiddenLayer, maxError: 1e-11 },
    { network: realNetworks.float32, maxError: 5e-5 },
    { network: realNetworks.multiclass, maxError: 1e-10 },
    { network: realNetworks.gradientSmall, maxError: 1e-11 },
    { network: realNetworks.wineGradient, maxError: 1e-12 },
  ],
  /** Distinct active neurons and rank of the Jacobian of theory.md, section 7. */
  counts: [
    { network: realNetworks.hiddenLayer, distinct: 40, rank: 20, unknowns: 20 },
    { network: realNetworks.float32, distinct: 40, rank: 20, unknowns: 20 },
    { network: realNetworks.bothLayers, distinct: 2, rank: 10, unknowns: 20 },
    { network: realNetworks.quadratic, distinct: 40, rank: 14, unknowns: 20 },
    { network: realNetworks.bias, distinct: 2, rank: 10, unknowns: 20 },
    { network: realNetworks.cubic, distinct: 2, rank: 8, unknowns: 15 },
  ],
};
