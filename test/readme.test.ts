/** The README's figures are those of the committed reports. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { withTables } from "../scripts/readme-tables.js";
import { packageFile } from "../src/shared/roots.js";

describe("the README", () => {
  const text = readFileSync(packageFile("README.md"), "utf8");

  it("has the figures of its reports (npm run readme writes them)", () => {
    expect(withTables(text)).toBe(text);
  });

  it("has them between its marks, where another figure would be noticed", () => {
    const [, folder] = /<!-- figures: (\S+) -->/.exec(text)!;
    expect(folder).toBe("reports/reference");
    expect(withTables(text.replace(/\| source-only +\|/, "| other |"))).toBe(text);
    expect(text.replace(/\| source-only +\|/, "| other |")).not.toBe(text);
  });
});
