/** A target in a folder of one's own: its classes by other folder names, and images that cannot be read. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { findTarget } from "../../src/experiment/source/target.js";
import { findTrainingSet } from "../../src/experiment/source/training-set.js";
import type { ExperimentEvent } from "../../src/experiment/spec/events.js";
import { fault, temporaryFolder, writeImage } from "../support.js";

let dir: string;
let told: string[];
const on = (event: ExperimentEvent) => {
  if (event.type === "note") told.push(event.text);
};
const search = { out: "unused", purpose: "plan" as const, on };
const classes = { ants: "Ant", bees: "bee photos" };

beforeEach(async () => {
  [dir, told] = [await temporaryFolder(), []];
  let red = 0;
  for (const split of ["train", "val"])
    for (const folder of ["Ant", "bee photos", "misc"])
      for (const name of ["a", "b"]) {
        red += 10;
        await writeImage(join(dir, split, folder, `${name}.jpg`), [red, 90, 40], 32);
      }
  await writeFile(join(dir, "train/bee photos/torn.jpg"), "x");
  await writeFile(join(dir, "val/Ant/torn.jpg"), "y");
});

describe("a folder of one's own", () => {
  it("has the classes that the experiment gives its folders, and no other", async () => {
    const target = await findTarget({ target: { dir, classes } }, search);
    expect(target.classes).toEqual(["ants", "bees"]);
    expect(target.train.map(({ id, label }) => [id, label])).toContainEqual([
      "train/bee photos/a.jpg",
      "bees",
    ]);
    expect(target.test.map(({ id }) => id)).toEqual([
      "val/Ant/a.jpg",
      "val/Ant/b.jpg",
      "val/Ant/torn.jpg",
      "val/bee photos/a.jpg",
      "val/bee photos/b.jpg",
    ]);
    expect(target.leftOut).toBeUndefined();
    expect(told).toEqual(
      ["train", "val"].map((split) => `${join(dir, split)}: passed over 1 folder of no class`),
    );
  });

  it("leaves out and names what cannot be read where it is told to", async () => {
    const whole = await findTarget({ target: { dir, classes } }, search);
    const target = await findTarget({ target: { dir, classes, skipBad: true } }, search);
    expect(target.leftOut).toEqual(
      ["train/bee photos/torn.jpg", "val/Ant/torn.jpg"].map((id) => ({
        id,
        why: "expected a whole JPEG or PNG image, found another format",
      })),
    );
    expect([target.train.length, target.test.length]).toEqual([4, 4]);
    expect(target.sha256).not.toBe(whole.sha256);
    expect(told.filter((text) => text.includes("torn.jpg is left out: expected a whole"))).toHaveLength(2);
  });

  it("is refused where nothing of a class can be read", async () => {
    for (const name of ["a", "b"]) await writeFile(join(dir, "val/Ant", `${name}.jpg`), "x");
    await expect(findTarget({ target: { dir, classes, skipBad: true } }, search)).rejects.toMatchObject(
      fault(2, /expected at least one whole image of ants, found none/),
    );
  });

  it("is the same to an ablation, which sees its training images alone", async () => {
    const set = await findTrainingSet({ target: { dir, classes, skipBad: true } }, search);
    expect([set.classes, set.items.length]).toEqual([["ants", "bees"], 4]);
    expect(told).toHaveLength(1);
  });
});
