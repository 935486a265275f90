/** The value of a regression function at parameters b and predictors x; fills `slopes` with ∂value/∂b. */
type RegressionModel = (b: Float64Array, x: readonly number[], slopes: Float64Array) => number;

export interface NistModel {
  readonly parameters: number;
  readonly predictors: number;
  readonly evaluate: RegressionModel;
  /** What the model describes is the logarithm of the response. */
  readonly logResponse?: boolean;
}

/** b₁(1 − exp(−b₂x)). */
const saturation: RegressionModel = (b, [x], slopes) => {
  const decay = Math.exp(-b[1]! * x!);
  slopes[0] = -Math.expm1(-b[1]! * x!);
  slopes[1] = b[0]! * x! * decay;
  return b[0]! * slopes[0];
};

/** exp(−b₁x) / (b₂ + b₃x). */
const chwirut: RegressionModel = (b, [x], slopes) => {
  const bottom = b[1]! + b[2]! * x!;
  const value = Math.exp(-b[0]! * x!) / bottom;
  slopes[0] = -x! * value;
  slopes[1] = -value / bottom;
  slopes[2] = (-x! * value) / bottom;
  return value;
};

/** b₁ (b₂ + x)^(−1/b₃). */
const bennett: RegressionModel = (b, [x], slopes) => {
  const base = b[1]! + x!;
  const power = base ** (-1 / b[2]!);
  const value = b[0]! * power;
  slopes[0] = power;
  slopes[1] = -value / (b[2]! * base);
  slopes[2] = (value * Math.log(base)) / b[2]! ** 2;
  return value;
};

/** b₁ x^b₂. */
const danWood: RegressionModel = (b, [x], slopes) => {
  slopes[0] = x! ** b[1]!;
  slopes[1] = b[0]! * slopes[0] * Math.log(x!);
  return b[0]! * slopes[0];
};

/** A yearly cycle and two cycles of unknown periods b₄, b₇ over a mean. */
const enso: RegressionModel = (b, [x], slopes) => {
  const turn = 2 * Math.PI * x!;
  slopes[0] = 1;
  slopes[1] = Math.cos(turn / 12);
  slopes[2] = Math.sin(turn / 12);
  let value = b[0]! + b[1]! * slopes[1] + b[2]! * slopes[2];
  for (const at of [3, 6]) {
    const period = b[at]!;
    const [cosine, sine] = [Math.cos(turn / period), Math.sin(turn / period)];
    slopes[at] = (turn / period ** 2) * (b[at + 1]! * sine - b[at + 2]! * cosine);
    slopes[at + 1] = cosine;
    slopes[at + 2] = sine;
    value += b[at + 1]! * cosine + b[at + 2]! * sine;
  }
  return value;
};

/** (b₁/b₂) exp(−½((x − b₃)/b₂)²). */
const eckerle: RegressionModel = (b, [x], slopes) => {
  const z = (x! - b[2]!) / b[1]!;
  const bell = Math.exp(-0.5 * z * z) / b[1]!;
  const value = b[0]! * bell;
  slopes[0] = bell;
  slopes[1] = (value * (z * z - 1)) / b[1]!;
  slopes[2] = (value * z) / b[1]!;
  return value;
};

/** b₁ exp(−b₂x) and two bells b₃ exp(−(x − b₄)²/b₅²), b₆ exp(−(x − b₇)²/b₈²). */
const gauss: RegressionModel = (b, [x], slopes) => {
  slopes[0] = Math.exp(-b[1]! * x!);
  let value = b[0]! * slopes[0];
  slopes[1] = -x! * value;
  for (const at of [2, 5]) {
    const z = (x! - b[at + 1]!) / b[at + 2]!;
    const bell = Math.exp(-z * z);
    slopes[at] = bell;
    slopes[at + 1] = (2 * b[at]! * bell * z) / b[at + 2]!;
    slopes[at + 2] = (2 * b[at]! * bell * z * z) / b[at + 2]!;
    value += b[at]! * bell;
  }
  return value;
};

/** A quotient of polynomials of one degree, the denominator's constant 1: numerator first. */
const rational =
  (degree: number): RegressionModel =>
  (b, [x], slopes) => {
    let [top, bottom, power] = [b[0]!, 1, 1];
    for (let k = 1; k <= degree; k++) {
      power *= x!;
      top += b[k]! * power;
      bottom += b[degree + k]! * power;
    }
    const value = top / bottom;
    slopes[0] = 1 / bottom;
    power = 1;
    for (let k = 1; k <= degree; k++) {
      power *= x!;
      slopes[k] = power / bottom;
      slopes[degree + k] = (-value * power) / bottom;
    }
    return value;
  };

/** Three decays b₁ exp(−b₂x) + b₃ exp(−b₄x) + b₅ exp(−b₆x). */
const lanczos: RegressionModel = (b, [x], slopes) => {
  let value = 0;
  for (let at = 0; at < 6; at += 2) {
    slopes[at] = Math.exp(-b[at + 1]! * x!);
    slopes[at + 1] = -x! * b[at]! * slopes[at]!;
    value += b[at]! * slopes[at]!;
  }
  return value;
};

/** b₁(x² + b₂x) / (x² + b₃x + b₄). */
const kowalikOsborne: RegressionModel = (b, [x], slopes) => {
  const top = x! * x! + x! * b[1]!;
  const bottom = x! * x! + x! * b[2]! + b[3]!;
  const value = (b[0]! * top) / bottom;
  slopes[0] = top / bottom;
  slopes[1] = (b[0]! * x!) / bottom;
  slopes[2] = (-value * x!) / bottom;
  slopes[3] = -value / bottom;
  return value;
};

/** b₁ exp(b₂/(x + b₃)). */
const meyer: RegressionModel = (b, [x], slopes) => {
  const bottom = x! + b[2]!;
  slopes[0] = Math.exp(b[1]! / bottom);
  const value = b[0]! * slopes[0];
  slopes[1] = value / bottom;
  slopes[2] = (-value * b[1]!) / bottom ** 2;
  return value;
};

/** b₁ + b₂ exp(−b₄x) + b₃ exp(−b₅x). */
const osborne: RegressionModel = (b, [x], slopes) => {
  slopes[0] = 1;
  slopes[1] = Math.exp(-x! * b[3]!);
  slopes[2] = Math.exp(-x! * b[4]!);
  slopes[3] = -x! * b[1]! * slopes[1];
  slopes[4] = -x! * b[2]! * slopes[2];
  return b[0]! + b[1]! * slopes[1] + b[2]! * slopes[2];
};

/** b₁(1 − (1 + b₂x/2)⁻²). */
const misra1b: RegressionModel = (b, [x], slopes) => {
  const base = 1 + (b[1]! * x!) / 2;
  slopes[0] = 1 - base ** -2;
  slopes[1] = b[0]! * x! * base ** -3;
  return b[0]! * slopes[0];
};

/** b₁(1 − (1 + 2b₂x)^(−½)). */
const misra1c: RegressionModel = (b, [x], slopes) => {
  const base = 1 + 2 * b[1]! * x!;
  slopes[0] = 1 - base ** -0.5;
  slopes[1] = b[0]! * x! * base ** -1.5;
  return b[0]! * slopes[0];
};

/** b₁b₂x / (1 + b₂x). */
const misra1d: RegressionModel = (b, [x], slopes) => {
  const base = 1 + b[1]! * x!;
  slopes[0] = (b[1]! * x!) / base;
  slopes[1] = (b[0]! * x!) / base ** 2;
  return b[0]! * slopes[0];
};

/** b₁ − b₂x₁ exp(−b₃x₂), the logarithm of the response. */
const nelson: RegressionModel = (b, [time, temperature], slopes) => {
  const decay = Math.exp(-b[2]! * temperature!);
  slopes[0] = 1;
  slopes[1] = -time! * decay;
  slopes[2] = b[1]! * time! * temperature! * decay;
  return b[0]! + b[1]! * slopes[1];
};

/** b₁ / (1 + exp(b₂ − b₃x)). */
const rat42: RegressionModel = (b, [x], slopes) => {
  const growth = Math.exp(b[1]! - b[2]! * x!);
  const bottom = 1 + growth;
  const value = b[0]! / bottom;
  slopes[0] = 1 / bottom;
  slopes[1] = (-value * growth) / bottom;
  slopes[2] = -x! * slopes[1];
  return value;
};

/** b₁ / (1 + exp(b₂ − b₃x))^(1/b₄). */
const rat43: RegressionModel = (b, [x], slopes) => {
  const growth = Math.exp(b[1]! - b[2]! * x!);
  const base = 1 + growth;
  slopes[0] = base ** (-1 / b[3]!);
  const value = b[0]! * slopes[0];
  slopes[1] = (-value * growth) / (b[3]! * base);
  slopes[2] = -x! * slopes[1];
  slopes[3] = (value * Math.log(base)) / b[3]! ** 2;
  return value;
};

/** b₁ − b₂x − arctan(b₃/(x − b₄))/π. */
const roszman: RegressionModel = (b, [x], slopes) => {
  const run = x! - b[3]!;
  const square = Math.PI * (run * run + b[2]! * b[2]!);
  slopes[0] = 1;
  slopes[1] = -x!;
  slopes[2] = -run / square;
  slopes[3] = -b[2]! / square;
  return b[0]! - b[1]! * x! - Math.atan(b[2]! / run) / Math.PI;
};

const model = (parameters: number, evaluate: RegressionModel): NistModel => ({ parameters, predictors: 1, evaluate });

/** The 27 data sets of the NIST Statistical Reference Datasets for nonlinear regression, by the name of their file. */
export const nistModels: Readonly<Record<string, NistModel>> = {
  Bennett5: model(3, bennett),
  BoxBOD: model(2, saturation),
  Chwirut1: model(3, chwirut),
  Chwirut2: model(3, chwirut),
  DanWood: model(2, danWood),
  ENSO: model(9, enso),
  Eckerle4: model(3, eckerle),
  Gauss1: model(8, gauss),
  Gauss2: model(8, gauss),
  Gauss3: model(8, gauss),
  Hahn1: model(7, rational(3)),
  Kirby2: model(5, rational(2)),
  Lanczos1: model(6, lanczos),
  Lanczos2: model(6, lanczos),
  Lanczos3: model(6, lanczos),
  MGH09: model(4, kowalikOsborne),
  MGH10: model(3, meyer),
  MGH17: model(5, osborne),
  Misra1a: model(2, saturation),
  Misra1b: model(2, misra1b),
  Misra1c: model(2, misra1c),
  Misra1d: model(2, misra1d),
  Nelson: { parameters: 3, predictors: 2, evaluate: nelson, logResponse: true },
  Rat42: model(3, rat42),
  Rat43: model(4, rat43),
  Roszman1: model(4, roszman),
  Thurber: model(7, rational(3)),
};
