// An objective that is no network: spikes on a circle from a few Fourier coefficients, G_k = Σ_i g_i e^{2πi k x_i}.
// It is a SampleObjective, so the least-squares core, sample splitting and the error analysis work on it unchanged.
import { levenbergMarquardt, problemOf, splittingMatrix } from "../dist/index.js";

const HIGHEST = 6;
const ROWS = 2 * HIGHEST + 1;

/** Row 0 is the mean, rows 2k − 1 and 2k are the cosine and the sine of frequency k: amplitude, phase. */
const waves = Array.from({ length: ROWS }, (_, r) => ({
  omega: 2 * Math.PI * Math.ceil(r / 2),
  phase: r > 0 && r % 2 === 0 ? -Math.PI / 2 : 0,
}));

/** The known side of spikes [g, x, g, x, …] as an objective in the unknown spikes. */
function spikes(truth) {
  const objective = {
    outputs: 1,
    inputDim: 1,
    rows: ROWS,
    targets: new Float64Array(ROWS),
    rowScale: null,
    image(points, at, out) {
      waves.forEach(({ omega, phase }, r) => {
        out[r] = Math.cos(omega * points[at] + phase);
      });
      return out;
    },
    addValue(u, at, out) {
      waves.forEach(({ omega, phase }, r) => {
        out[r] += u[at] * Math.cos(omega * u[at + 1] + phase);
      });
    },
    fillJacobian(u, at, out, { stride, offset }) {
      waves.forEach(({ omega, phase }, r) => {
        out[offset + r * stride] = Math.cos(omega * u[at + 1] + phase);
        out[offset + r * stride + 1] = -u[at] * omega * Math.sin(omega * u[at + 1] + phase);
      });
    },
    curvature: (weights) => (u, at, v, out) => {
      waves.forEach(({ omega, phase }, r) => {
        const z = omega * u[at + 1] + phase;
        out[0] -= weights[r] * omega * Math.sin(z) * v[1];
        out[1] -= weights[r] * omega * (Math.sin(z) * v[0] + u[at] * omega * Math.cos(z) * v[1]);
      });
    },
  };
  for (let at = 0; at < truth.length; at += 2) objective.addValue(truth, at, objective.targets);
  return objective;
}

const truth = Float64Array.of(1, 0.2, 0.7, 0.28, 0.5, 0.24);
const objective = spikes(truth);
const solve = (u) => levenbergMarquardt(problemOf(objective, u.length / 2), u, { maxIterations: 200 });

// One spike cannot explain three. Where its fit ends, the splitting matrix says that two halves would do better.
let u = solve(Float64Array.of(1, 0.25)).x;
while (u.length < truth.length) {
  const residual = problemOf(objective, u.length / 2).residual(u, new Float64Array(ROWS));
  const curvatures = Array.from({ length: u.length / 2 }, (_, i) => splittingMatrix(objective, u, 2 * i, residual)[0]);
  const worst = curvatures.indexOf(Math.min(...curvatures));
  console.log(
    `${u.length / 2} spikes: residual ${Math.hypot(...residual).toFixed(3)}, least curvature ${curvatures[worst].toFixed(1)}`,
  );
  const [g, x] = u.subarray(2 * worst, 2 * worst + 2);
  const rest = [...u.subarray(0, 2 * worst), ...u.subarray(2 * worst + 2)];
  u = solve(Float64Array.from([...rest, g / 2, x - 0.03, g / 2, x + 0.03])).x;
}
const { residualNorm } = solve(u);
console.log(`${u.length / 2} spikes: residual below 1e-12: ${residualNorm < 1e-12}`);
for (const at of [0, 2, 4].sort((a, b) => u[a + 1] - u[b + 1])) {
  console.log(`  ${u[at].toFixed(6)} at ${u[at + 1].toFixed(6)}`);
}
