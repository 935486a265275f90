import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { UsageError } from "../../src/errors.ts";
import { readTensorFile } from "../../src/network/read-tensors.ts";
import { type ArrayToWrite, writeNpz } from "../../src/network/write-npz.ts";
import { temporaryFolder } from "../support/command-line.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const arrays = fc
  .array(
    fc.record({
      shape: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
      dtype: fc.constantFrom("float32" as const, "float64" as const),
      seed: fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 5 }),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map(
    (list) =>
      new Map<string, ArrayToWrite>(
        list.map(({ shape, dtype, seed }, i) => {
          const length = shape.reduce((product, size) => product * size, 1);
          return [
            `t${i}.weight`,
            { shape, dtype, data: Float64Array.from({ length }, (_, k) => seed[k % seed.length]!) },
          ];
        }),
      ),
  );

test("an archive is read back with the same names, shapes, formats and numbers", () => {
  fc.assert(
    fc.property(arrays, (written) => {
      const { tensors } = readTensorFile(writeNpz(written), "file.npz");
      expect([...tensors.keys()]).toEqual([...written.keys()]);
      for (const [name, { shape, dtype, data }] of written) {
        expect(tensors.get(name)).toEqual({ name, shape, dtype, data });
      }
    }),
  );
});

test("float32 rounds to the nearest", () => {
  const data = Float64Array.of(0.1, 1 + 2 ** -24, -1e-50);
  const bytes = writeNpz(new Map([["x", { shape: [3], dtype: "float32", data }]]));
  expect(readTensorFile(bytes, "f.npz").tensors.get("x")!.data).toEqual(data.map(Math.fround));
});

test("the same arrays give the same bytes", () => {
  const one = new Map([["x", { shape: [2], dtype: "float64", data: Float64Array.of(1, 2) } as const]]);
  expect(writeNpz(one)).toEqual(writeNpz(one));
});

test("an array that does not fill its shape is refused by name", () => {
  const short = new Map([["fc1.weight", { shape: [2, 3], dtype: "float64", data: new Float64Array(5) } as const]]);
  expect(() => writeNpz(short)).toThrow(UsageError);
  expect(() => writeNpz(short)).toThrow("fc1.weight: the shape (2, 3) holds 6 numbers, got 5");
});

const numpy = ((): boolean => {
  try {
    execFileSync("python3", ["-c", "import numpy"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

describe.runIf(numpy)("numpy", () => {
  test("loads every number without pickles", () => {
    const file = join(folder.path, "written.npz");
    const data = Float64Array.of(1 / 3, -2e-300, 5e300, 0, -1, 0.1);
    writeFileSync(
      file,
      writeNpz(
        new Map<string, ArrayToWrite>([
          ["fc1.weight", { shape: [2, 3], dtype: "float64", data }],
          ["fc1.bias", { shape: [1], dtype: "float32", data: Float64Array.of(0.1) }],
        ]),
      ),
    );
    const program =
      "import numpy, json, sys\n" +
      "z = numpy.load(sys.argv[1], allow_pickle=False)\n" +
      "print(json.dumps({k: [str(v.dtype), list(v.shape), v.ravel().tolist()] for k, v in z.items()}))";
    const read: unknown = JSON.parse(execFileSync("python3", ["-c", program, file], { encoding: "utf8" }));
    expect(read).toEqual({
      "fc1.weight": ["float64", [2, 3], Array.from(data)],
      "fc1.bias": ["float32", [1], [Math.fround(0.1)]],
    });
  });
});
