// How many hidden neurons give four samples in four dimensions away? The verdict, width by width.
import { check } from "kktid";

const shape = { activation: "z + z^2 + z^3", inputDim: 4, samples: 4 };
const { thresholds } = check({ ...shape, width: 40 });
console.log("thresholds", thresholds);

for (const width of [thresholds.widthForLocal - 1, thresholds.widthForLocal, thresholds.widthForGlobal]) {
  const { verdict, basis } = check({ ...shape, width });
  console.log(`m = ${width}: ${verdict}, rests on ${basis}`);
}
