import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseNistFile } from "../../bench/nist-file.ts";
import { nistModels } from "../../bench/nist-models.ts";
import { FileError } from "../../src/errors.ts";

const FILE = [
  "Dataset Name:  Line  (Line.dat)",
  "File Format:   ASCII",
  "               Starting Values   (lines 6 to 7)",
  "               Certified Values  (lines 6 to 7)",
  "               Data              (lines 10 to 12)",
  "  b1 =   500   2.5E+02  2.3894212918E+02  2.7070075241E+00",
  "  b2 =  -.01   0.0005  -5.5015643181E-04  7.2668688436E-06",
  "Residual Sum of Squares:   1.2455138894E-01",
  "Number of Observations:    3",
  "   10.07E0   77.6E0",
  "   14.73E0  114.9E0",
  "   17.94    141.1",
];
const parse = (lines: readonly string[]) => parseNistFile(lines.join("\r\n"), "Line.dat");

describe("parseNistFile", () => {
  test("reads starts, certified values and data from the lines that the head names", () => {
    const set = parse(FILE);
    expect(set.name).toBe("Line");
    expect(set.starts.map((start) => Array.from(start))).toEqual([
      [500, -0.01],
      [250, 0.0005],
    ]);
    expect(Array.from(set.certified)).toEqual([238.94212918, -5.5015643181e-4]);
    expect(set.residualSumOfSquares).toBe(0.12455138894);
    expect(set.observations.map(({ response, predictors }) => [response, ...predictors])).toEqual([
      [10.07, 77.6],
      [14.73, 114.9],
      [17.94, 141.1],
    ]);
  });

  test.each([
    [0, "Dataset", "line 1: no dataset name"],
    [2, "               Starting Values   (lines 7 to 6)", "line 3: the Starting Values range 7 to 6 is empty"],
    [4, "               Data              (lines 10 to 13)", "line 13: missing"],
    [5, "  b1 =   500   2.5E+02", "line 6: expected 'bK = start start certified deviation'"],
    [6, "  b3 =  -.01   0.0005  -5.5E-04  7.2E-06", "line 7: expected parameter b2, got b3"],
    [6, "  b2 =  -.01   0.0005  1e999  7.2E-06", 'line 7: "1e999" is not a number'],
    [8, "Number of Observations:    4", "line 9: 4 observations announced, 3 found"],
    [10, "   14.73E0  114.9E0  1", "line 11: expected 2 numbers, got 3"],
    [10, "   14.73E0  11x", 'line 11: "11x" is not a number'],
  ])("names the line that is wrong: %i, %s", (at, line, message) => {
    expect(() => parse(FILE.with(at, line))).toThrow(FileError);
    expect(() => parse(FILE.with(at, line))).toThrow(message);
  });
});

describe("the slopes of the models", () => {
  test.each(Object.entries(nistModels))("of %s are the derivatives of its value", (_name, model) => {
    const numbers = (length: number) =>
      fc.array(fc.double({ min: 0.5, max: 1.5, noNaN: true }), { minLength: length, maxLength: length });
    fc.assert(
      fc.property(numbers(model.parameters), numbers(model.predictors), (parameters, near) => {
        const b = Float64Array.from(parameters);
        const predictors = near.map((value) => 4 * value); // clear of the poles at b₃ = −x and x = b₄
        const slopes = new Float64Array(b.length);
        const value = model.evaluate(b, predictors, slopes);
        const exact = slopes.slice();
        for (let k = 0; k < b.length; k++) {
          const h = Math.cbrt(Number.EPSILON);
          const at = (sign: number) => model.evaluate(b.with(k, b[k]! + sign * h), predictors, slopes);
          const [ahead, behind] = [at(1), at(-1)];
          const size = Math.abs(value) + Math.max(...exact.map(Math.abs));
          // h² = 4e-11 times a third derivative of up to (3·1.5/0.5)³ values.
          expect(Math.abs((ahead - behind) / (2 * h) - exact[k]!)).toBeLessThanOrEqual(1e-6 * (1 + size));
        }
      }),
    );
  });
});
