import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readDraws, writeDraws } from "../../../eval/predictions/draws.js";
import { fault, temporaryFolder } from "../../support.js";

describe("the classes of further draws", () => {
  it("are read as they were written, in the order of the ids", async () => {
    const path = join(await temporaryFolder(), "draws.csv");
    await writeDraws(path, {
      ids: ["b, c", "a"],
      predicted: [
        ["ants", "bees"],
        ["bees", "bees"],
      ],
    });
    expect(await readDraws(path)).toEqual({
      ids: ["a", "b, c"],
      predicted: [
        ["bees", "ants"],
        ["bees", "bees"],
      ],
    });
  });

  it.each([
    ["", /expected the columns id,draw_1/],
    ["id\na\n", /expected the columns id,draw_1/],
    ["id,draw_2\na,ants\n", /expected the columns id,draw_1/],
    ["id,draw_1\na\n", /\(a\): expected a class for each of 1 draws/],
    ["id,draw_1\na,\n", /\(a\): expected a class for each of 1 draws/],
  ])("refuse %j", async (text, words) => {
    const path = join(await temporaryFolder(), "draws.csv");
    await writeFile(path, text);
    await expect(readDraws(path)).rejects.toMatchObject(fault(2, words));
  });
});
