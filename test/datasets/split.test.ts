/** Photographs that look alike stay on one side of a split, and what cannot be used is named. */
import { cp, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sidesOf } from "../../src/datasets/split/sides.js";
import { splitPhotos } from "../../src/datasets/split/split.js";
import { surveyPhotos } from "../../src/datasets/split/survey.js";
import type { LabeledItem } from "../../src/shared/types.js";
import { fault, temporaryFolder, writeImage } from "../support.js";

const item = (label: string, i: number): LabeledItem => ({
  id: `${label}/${i}`,
  path: "",
  split: "all",
  label,
});
const items = ["ant", "bee"].flatMap((label) => Array.from({ length: 20 }, (_, i) => item(label, i)));
const RULE = { val: 0.4, seed: 0 };

describe("sidesOf", () => {
  const pair = (a: number, b: number) => ({ a: items[a]!, b: items[b]! });

  it("gives each class its share, by the seed", () => {
    const sides = sidesOf(items, [], RULE);
    for (const label of ["ant", "bee"])
      expect([...sides].filter(([id, side]) => id.startsWith(label) && side === "val")).toHaveLength(8);
    expect(sidesOf(items, [], RULE)).toEqual(sides);
    expect(sidesOf(items, [], { ...RULE, seed: 1 })).not.toEqual(sides);
  });

  it("keeps chains of near duplicates together, over classes too, whatever the seed", () => {
    const near = [pair(0, 1), pair(2, 1), pair(2, 25), pair(30, 31)];
    for (let seed = 0; seed < 20; seed++) {
      const sides = sidesOf(items, near, { val: 0.4, seed });
      expect(new Set([0, 1, 2, 25].map((i) => sides.get(items[i]!.id))).size).toBe(1);
      expect(sides.get(items[30]!.id)).toBe(sides.get(items[31]!.id));
    }
  });

  it("takes the smallest of a class's groups for the test where none fits into its share", () => {
    const burst = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => pair(from + i, from + i + 1));
    for (let seed = 0; seed < 5; seed++) {
      const sides = sidesOf(items, [...burst(0, 8), ...burst(9, 19)], { val: 0.1, seed });
      const test = items.filter(({ id, label }) => label === "ant" && sides.get(id) === "val");
      expect(test.map(({ id }) => id)).toEqual(items.slice(0, 9).map(({ id }) => id));
    }
    const halves = sidesOf(items, [...burst(0, 9), ...burst(10, 19)], RULE);
    expect(items.slice(0, 20).filter(({ id }) => halves.get(id) === "val")).toHaveLength(10);
  });

  it("says of a class that it is one photograph, or looks like another class", () => {
    const alone = fault(2, /^ant: expected photographs that differ, .*found only one$/);
    expect(() => sidesOf([item("ant", 0)], [], RULE)).toThrow(expect.objectContaining(alone));
    const mixed = [...items.slice(0, 6), ...items.slice(20, 22)];
    const like = fault(2, /^bee: .*found 2 that look like those of another class$/);
    expect(() => sidesOf(mixed, [pair(0, 20), pair(1, 21)], { val: 0.1, seed: 0 })).toThrow(
      expect.objectContaining(like),
    );
  });

  it("refuses a class that all looks alike", () => {
    const chain = Array.from({ length: 19 }, (_, i) => pair(i, i + 1));
    expect(() => sidesOf(items, chain, RULE)).toThrow(
      expect.objectContaining(
        fault(2, /^ant: expected photographs that differ, .*found 20 that all look alike$/),
      ),
    );
  });
});

describe("surveyPhotos", () => {
  it("names what it skips: doubled, too small, of two classes, no image", async () => {
    const dir = await temporaryFolder();
    for (const [i, id] of ["ant/a", "ant/b", "bee/c", "bee/d"].entries())
      await writeImage(join(dir, `${id}.jpg`), [40 * i, 90, 30], 64);
    await cp(join(dir, "ant/a.jpg"), join(dir, "ant/z.jpg"));
    await cp(join(dir, "ant/b.jpg"), join(dir, "bee/b.jpg"));
    await writeImage(join(dir, "bee/tiny.jpg"), [1, 2, 3], 63);
    await writeFile(join(dir, "bee/phone.heic"), "x");
    await writeFile(join(dir, "bee/.DS_Store"), "x");
    const { usable, skipped } = await surveyPhotos(dir);
    expect(usable.map(({ id }) => id)).toEqual(["ant/a.jpg", "bee/c.jpg", "bee/d.jpg"]);
    expect(skipped).toEqual([
      { id: "ant/b.jpg", why: "doubled, in ant and in bee" },
      { id: "ant/z.jpg", why: "doubled, the same as ant/a.jpg" },
      { id: "bee/b.jpg", why: "doubled, in ant and in bee" },
      { id: "bee/phone.heic", why: "no .jpg, .jpeg or .png file" },
      { id: "bee/tiny.jpg", why: "too small, 63 x 63 pixels (at least 64 a side)" },
    ]);
  });

  it("names folders of no class, and folders in class folders", async () => {
    const dir = await temporaryFolder();
    for (const [i, id] of ["ant/a", "bee/b", "bee/more/c", "wasp/d"].entries())
      await writeImage(join(dir, `${id}.jpg`), [40 * i, 90, 30], 64);
    const { skipped } = await surveyPhotos(dir, { ants: "ant", bees: "bee" });
    expect(skipped).toEqual([
      { id: "bee/more/", why: "a folder in a class folder" },
      { id: "wasp/", why: "the folder of no class" },
    ]);
  });

  it("refuses a class of which nothing can be used, and says why", async () => {
    const dir = await temporaryFolder();
    await writeImage(join(dir, "ant/a.jpg"), [40, 90, 30], 64);
    await writeImage(join(dir, "bee/b.jpg"), [80, 90, 30], 32);
    await expect(surveyPhotos(dir)).rejects.toMatchObject(
      fault(2, /a photograph of bee that can be used, found none; skipped are bee\/b\.jpg \(too small/),
    );
  });

  it("refuses what is split already", async () => {
    const dir = await temporaryFolder();
    await mkdir(join(dir, "train/ants"), { recursive: true });
    await expect(surveyPhotos(dir)).rejects.toMatchObject(
      fault(2, /expected a folder for each class, found train: it is split already/),
    );
  });
});

describe("splitPhotos", () => {
  it("writes nothing into the photographs' own folder", async () => {
    const dir = await temporaryFolder();
    for (const id of ["ant/a", "bee/b"]) await writeImage(join(dir, `${id}.jpg`), [40, 90, 30], 64);
    await expect(splitPhotos(dir, join(dir, "split"))).rejects.toMatchObject(
      fault(2, /split: expected a folder outside of the photographs', found one in /),
    );
    expect((await readdir(dir)).sort()).toEqual(["ant", "bee"]);
  });
});
