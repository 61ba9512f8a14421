import { describe, expect, it } from "vitest";
import { classFolders } from "../../src/cli/class-folders.js";

describe("classFolders", () => {
  it.each([
    ["ants=ant, bees = bee photos", { ants: "ant", bees: "bee photos" }],
    ["ants=Ants, garden, 2023,bees=Bees, 2023", { ants: "Ants, garden, 2023", bees: "Bees, 2023" }],
  ])("reads %s, commas of folders' names too", (text, folders) => {
    expect(classFolders(text)).toEqual(folders);
  });
});
