import { require } from "./json.ts";
import type { Checked, GlobalError, IsolatedZero, Step } from "./steps.ts";

/** Every data set lies in a region that holds one zero only, hence within its radii. */
export function checkGlobalRadius(step: Step): Checked {
  step.fields();
  const [first, second] = step.used;
  const isPair = first?.is === "global-error" && second?.is === "isolated-zero" && step.used.length === 2;
  require(isPair, "should use a global-error and an isolated-zero");
  const [{ data, errors, multiplierErrors }, zero] = [first as GlobalError, second as IsolatedZero];
  require(data === zero.data, "the two steps should use one data-fits");
  require(multiplierErrors !== null, "the scales are gauge");
  for (const [i, { point, multiplier }] of zero.region.entries()) {
    require(errors[i]! <= point, `the point of sample ${i} may be outside the region`);
    require(multiplierErrors[i]! <= multiplier, `the multiplier of sample ${i} may be outside the region`);
  }
  const largest = Math.max(...zero.radii.map(({ point }) => point));
  const sentence = `All of them are the one zero in the region: every data set has its points within ${largest} of those given.`;
  return [{ is: "global-radius" }, sentence];
}
