import { deflateRawSync, crc32 as nodeCrc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FileError, ResourceLimitError } from "../../src/errors.ts";
import { crc32 } from "../../src/network/crc32.ts";
import { extractEntry, openZip } from "../../src/network/zip.ts";
import { concat, makeZip, toolErrorOf, utf8, type ZipPart } from "./helpers.ts";

const text = utf8("the quick brown fox jumps over the lazy dog, the quick brown fox");
const zeros = new Uint8Array(4_000_000);

const readAll = (bytes: Uint8Array): Map<string, Uint8Array> => {
  const archive = openZip(bytes, "a.npz");
  return new Map([...archive.entries.keys()].map((name) => [name, extractEntry(archive, name)]));
};

const readOne = (part: Omit<ZipPart, "name">): Uint8Array => {
  return readAll(makeZip([{ name: "W.npy", ...part }])).get("W.npy") as Uint8Array;
};

describe("zip archives", () => {
  test("crc32 agrees with zlib", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(crc32(bytes)).toBe(nodeCrc32(bytes));
      }),
    );
  });

  test("stored and deflated entries, with and without zip64, are read back", () => {
    const part = fc.record({ content: fc.uint8Array(), deflate: fc.boolean(), zip64: fc.boolean() });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 4 }), fc.boolean(), (parts, zip64) => {
        const named = parts.map((p, i) => ({ name: `entry-${i}`, ...p }));
        const contents = readAll(makeZip(named, { zip64 }));
        expect(contents.size).toBe(parts.length);
        for (const { name, content } of named) expect([...(contents.get(name) ?? [])]).toEqual([...content]);
      }),
    );
  });

  test("an entry that inflates to megabytes is read whole", () => {
    expect(Buffer.compare(readOne({ content: zeros, deflate: true }), zeros)).toBe(0);
  });

  test("an archive with a comment is read", () => {
    const zip = makeZip([{ name: "a", content: text }]);
    zip[zip.length - 2] = 5;
    expect(readAll(concat(zip, utf8("hello"))).get("a")).toEqual(text);
  });

  test("a flipped byte in a stored or deflated entry fails the checksum or the inflation", () => {
    for (const deflate of [false, true]) {
      const zip = makeZip([{ name: "W.npy", content: text, deflate }]);
      zip[30 + "W.npy".length + 20] ^= 4;
      const error = toolErrorOf(() => readAll(zip));
      expect(error).toBeInstanceOf(FileError);
      expect(error.message).toMatch(/^a\.npz: W\.npy: /);
      if (!deflate) expect(error.message).toContain("CRC-32");
    }
  });

  test.each([
    ["too small", 10],
    ["too large", text.length + 1],
    ["zero", 0],
  ])("a declared size that is %s is refused, stored or deflated", (_, declaredSize) => {
    for (const deflate of [false, true]) {
      const error = toolErrorOf(() => readOne({ content: text, deflate, declaredSize }));
      expect(error.message).toContain(`W.npy: the content is not of the declared ${declaredSize} bytes`);
    }
  });

  test("a bomb is refused from its declared sizes, before inflating", () => {
    const packed = { content: new Uint8Array(deflateRawSync(zeros)), method: 8, declaredSize: zeros.length };
    const zip = makeZip(Array.from({ length: 300 }, (_, i) => ({ name: `${i}.npy`, ...packed })));
    const start = performance.now();
    const error = toolErrorOf(() => readAll(zip));
    expect(error).toBeInstanceOf(ResourceLimitError);
    expect(error.message).toMatch(/^a\.npz: \d+\.npy: /);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  test("a tiny entry that declares gigabytes is refused", () => {
    for (const deflate of [false, true]) {
      const error = toolErrorOf(() => readOne({ content: utf8("x"), deflate, declaredSize: 2 ** 31 }));
      expect(error.message).toContain("W.npy");
    }
  });

  test("an entry that inflates beyond what it declares is stopped early", () => {
    const zip = makeZip([{ name: "W.npy", content: new Uint8Array(2 ** 28), deflate: true, declaredSize: 100 }]);
    const start = performance.now();
    expect(toolErrorOf(() => readAll(zip)).message).toContain("declared 100 bytes");
    expect(performance.now() - start).toBeLessThan(1000);
  });

  test.each<readonly [string, Partial<ZipPart>, string]>([
    ["an encrypted entry", { flags: 1 }, "encrypted"],
    ["another compression method", { method: 12 }, "method 12"],
    ["a local header of another name", { localName: "V.npy" }, "another name"],
  ])("%s is refused", (_, part, message) => {
    expect(toolErrorOf(() => readOne({ content: text, ...part })).message).toContain(message);
  });

  test("two entries of one name are refused", () => {
    const part = { name: "W.npy", content: text };
    expect(toolErrorOf(() => readAll(makeZip([part, part]))).message).toContain("two entries named W.npy");
  });

  test("a missing entry is refused", () => {
    const archive = openZip(makeZip([{ name: "a", content: text }]), "a.npz");
    expect(toolErrorOf(() => extractEntry(archive, "b")).message).toContain("no entry b");
  });

  test("an archive truncated anywhere is refused", () => {
    const zip = makeZip([{ name: "a", content: text, deflate: true, zip64: true }], { zip64: true });
    for (let length = 0; length < zip.length; length++) toolErrorOf(() => readAll(zip.slice(0, length)));
  });
});
