import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openFlatFolder, openImageFolder, withoutLabels } from "../../src/shared/dataset.js";
import { datasets } from "../../src/shared/datasets/index.js";
import { verifyDataset } from "../../src/shared/fetch.js";
import { hymenoptera, temporaryFolder, WHY_NO_DATA, writeImage } from "../support.js";

describe("openImageFolder", () => {
  it("reads splits or class folders directly, with POSIX ids in order", async () => {
    const root = await temporaryFolder();
    for (const id of ["val/bees/b.jpg", "val/ants/a.jpeg", "val/ants/c.PNG"])
      await writeImage(join(root, id), [1, 2, 3]);
    const split = await openImageFolder(root, "val");
    expect(split.classes).toEqual(["ants", "bees"]);
    expect(split.items.map((i) => [i.id, i.label, i.split])).toEqual([
      ["val/ants/a.jpeg", "ants", "val"],
      ["val/ants/c.PNG", "ants", "val"],
      ["val/bees/b.jpg", "bees", "val"],
    ]);
    const direct = await openImageFolder(join(root, "val"));
    expect(direct.items.map((i) => i.id)).toEqual(["ants/a.jpeg", "ants/c.PNG", "bees/b.jpg"]);
  });

  it("refuses a class folder without images, a folder without classes, and none at all", async () => {
    const root = await temporaryFolder();
    await writeImage(join(root, "ants/a.jpg"), [1, 2, 3]);
    await mkdir(join(root, "bees"));
    await expect(openImageFolder(root)).rejects.toThrow(
      /bees: expected at least one JPEG or PNG image, found none/,
    );
    await expect(openImageFolder(join(root, "bees"))).rejects.toThrow(/expected class folders/);
    await expect(openImageFolder(join(root, "cows"))).rejects.toMatchObject({ exitCode: 2 });
    await expect(openFlatFolder(join(root, "bees"))).rejects.toThrow(/expected JPEG or PNG images/);
  });

  it("takes labels away whole", async () => {
    const root = await temporaryFolder();
    await writeImage(join(root, "ants/a.jpg"), [1, 2, 3]);
    const { items } = await openImageFolder(root);
    expect(Object.keys(withoutLabels(items)[0]!).sort()).toEqual(["id", "path", "split"]);
  });
});

describe.skipIf(!hymenoptera)(`the real set (${WHY_NO_DATA})`, () => {
  it("has 123 + 121 training and 70 + 83 test images, byte for byte the published ones", async () => {
    const counts = async (split: string) => {
      const { items } = await openImageFolder(hymenoptera!, split);
      return ["ants", "bees"].map((label) => items.filter((i) => i.label === label).length);
    };
    expect(await counts("train")).toEqual([123, 121]);
    expect(await counts("val")).toEqual([70, 83]);
    expect(await verifyDataset(datasets.hymenoptera, hymenoptera!)).toEqual({ missing: [], differing: [] });
  });
});
