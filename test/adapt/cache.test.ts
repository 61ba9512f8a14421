import { existsSync } from "node:fs";
import { mkdir, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import {
  cacheLimit,
  clearCache,
  holdInCache,
  listCache,
  markUsed,
  trimCache,
} from "../../adapt/images/activation-cache.js";
import { readActivation, writeActivation } from "../../adapt/images/activation-files.js";
import { floatToHalf, halfToFloat } from "../../adapt/weights/half.js";
import { antbee, fault, temporaryFolder } from "../support.js";

/** Files of 100 bytes each, used one second after the other. */
async function cacheOf(names: string[]): Promise<string> {
  const folder = await temporaryFolder();
  for (const [i, name] of names.entries()) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, Buffer.alloc(100));
    await utimes(path, 1e9 + i, 1e9 + i);
  }
  return folder;
}

const there = (folder: string, names: string[]) => names.filter((name) => existsSync(join(folder, name)));

afterEach(() => {
  delete process.env.ANTBEE_CACHE_GIB;
});

describe("the cache", () => {
  const NAMES = ["a/00/1.f32", "b/00/2.f32", "a/11/3.f32", "b/11/4.f32"];

  it("loses what was used longest ago once it is over its limit, and nothing before", async () => {
    const folder = await cacheOf(NAMES);
    expect(await trimCache(folder, 400)).toBe(0);
    expect(await trimCache(folder, 250)).toBe(200);
    expect(there(folder, NAMES)).toEqual(["a/11/3.f32", "b/11/4.f32"]);
  });

  it("counts reading as use, and leaves what this process still reads", async () => {
    const folder = await cacheOf(NAMES);
    markUsed(join(folder, NAMES[0]!));
    holdInCache([join(folder, NAMES[1]!)]);
    expect(await trimCache(folder, 200)).toBe(300);
    expect(there(folder, NAMES)).toEqual(["b/00/2.f32"]);
  });

  it("lists its entries by their last use, and clears one or all", async () => {
    const folder = await cacheOf(NAMES);
    expect(await listCache(folder)).toEqual([
      { name: "b", files: 2, bytes: 200, lastUsed: 1_000_000_003_000 },
      { name: "a", files: 2, bytes: 200, lastUsed: 1_000_000_002_000 },
    ]);
    await expect(clearCache(folder, "c")).rejects.toMatchObject(fault(2, /none named c/));
    expect(await clearCache(folder, "a")).toBe(200);
    expect(await clearCache(folder)).toBe(200);
    expect(await listCache(folder)).toEqual([]);
    expect(await listCache(join(folder, "nowhere"))).toEqual([]);
  });

  it("has a limit that the user sets", () => {
    expect(cacheLimit()).toBe(20 * 2 ** 30);
    process.env.ANTBEE_CACHE_GIB = "0.5";
    expect(cacheLimit()).toBe(2 ** 29);
    process.env.ANTBEE_CACHE_GIB = "much";
    expect(cacheLimit).toThrow(/ANTBEE_CACHE_GIB: expected a number above 0, found "much"/);
  });

  it("is listed and cleared by command", async () => {
    const home = await cacheOf(NAMES.map((name) => `activations/${name}`));
    const env = { ANTBEE_CACHE: home };
    const listed = await antbee(["cache", "list", "--json"], { env });
    expect(JSON.parse(listed.stdout)).toMatchObject({ bytes: 400, entries: [{ name: "b" }, { name: "a" }] });
    expect((await antbee(["cache", "clear", "a"], { env })).stdout).toContain("0.0 MiB removed");
    expect(there(home, ["activations/a", "activations/b"])).toEqual(["activations/b"]);
    const wrong = await antbee(["cache", "empty"], { env });
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/expected one of list, clear, found "empty"/);
  });
});

describe("half precision", () => {
  it("is the nearest half, ties to even, at both ends of the range", () => {
    const cases = [
      0,
      -0,
      1,
      -1.5,
      65504,
      65519,
      65520,
      2 ** -24,
      2 ** -25,
      3 * 2 ** -25,
      1 + 2 ** -11,
      1 + 3 * 2 ** -11,
    ];
    const halves = [0, -0, 1, -1.5, 65504, 65504, Infinity, 2 ** -24, 0, 2 ** -23, 1, 1 + 2 ** -9];
    expect([...halfToFloat(floatToHalf(Float32Array.from(cases)))]).toEqual(halves);
    expect(halfToFloat(floatToHalf(Float32Array.of(Number.NaN)))[0]).toBeNaN();
  });

  it("takes every half back to itself", () => {
    const all = Uint16Array.from({ length: 0x7c00 }, (_, i) => i);
    expect(floatToHalf(halfToFloat(all))).toEqual(all);
  });

  it("keeps activations at half the size", async () => {
    const folder = await temporaryFolder();
    const data = Float32Array.from({ length: 6 }, (_, i) => i / 3);
    const path = join(folder, "x.f16");
    await writeActivation(path, { shape: [2, 3], data });
    const read = readActivation(path)!;
    expect(read.shape).toEqual([2, 3]);
    read.data.forEach((v, i) => {
      expect(Math.abs(v - data[i]!)).toBeLessThanOrEqual(data[i]! * 2 ** -11);
    });
  });
});
