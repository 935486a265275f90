// The equations of a shape, counted and written out.
import { expand } from "kktid";

const equations = expand({ activation: "z + z^2 + z^3", inputDim: 2, samples: 2 });
for (const { layer, text } of equations.equations) console.log(`${layer}: ${text}`);
for (const { text } of equations.coordinates.equations) console.log(text);

const { momentColumns, equationsPerNeuron, leastWidth } = equations.counts;
console.log(
  `${momentColumns} moments, ${equationsPerNeuron} equations a neuron: ${leastWidth} neurons are enough to count`,
);
console.log(equations.format("latex").split("\n")[0]);
