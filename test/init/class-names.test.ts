import { describe, expect, it } from "vitest";
import { guessFolders } from "../../src/init/class-names.js";
import { fault } from "../support.js";

const CLASSES = ["ants", "bees"];
const guess = (...folders: string[]) => guessFolders("mine", folders, CLASSES);

describe("guessFolders", () => {
  it.each([
    [["ant", "bee photos"], { ants: "ant", bees: "bee photos" }],
    [["01_ANTS", "my-Bees-2024"], { ants: "01_ANTS", bees: "my-Bees-2024" }],
    [["ants", "bees", "plants"], { ants: "ants", bees: "bees" }],
  ])("reads %j", (folders, expected) => {
    expect(guess(...folders)).toEqual(expected);
  });

  it.each([
    [
      ["ameisen", "bienen"],
      /mine: expected one folder named after ants, or --classes "ants=FOLDER,bees=FOLDER", found ameisen, bienen/,
    ],
    [["ant", "ants", "bees"], /named after ants, .*found ant and ants/],
    [[], /found no folder/],
  ])("asks about %j", (folders, message) => {
    expect(() => guess(...folders)).toThrow(expect.objectContaining(fault(2, message)));
  });
});
