import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { compareArms } from "../../../eval/comparison/compare.js";
import { checkComparison } from "../../../eval/comparison/schema.js";
import { reportFigures } from "../../../eval/report/sections.js";
import { writeReport } from "../../../eval/report/write.js";
import { temporaryFolder } from "../../support.js";
import { madeUpInput, madeUpRichInput, THREE_CLASSES } from "../made-up.js";

const input = madeUpRichInput([0, 1], THREE_CLASSES);
const comparison = compareArms(input);

describe("a comparison of three classes", () => {
  it("has figures of every class", () => {
    expect(comparison.classes).toEqual(THREE_CLASSES);
    for (const { name, target } of comparison.arms) {
      expect(target.perClass.map((c) => [c.class, c.support])).toEqual([
        ["ants", 50],
        ["bees", 60],
        ["wasps", 43],
      ]);
      const [ants] = target.confusion;
      expect(target.confusion).toHaveLength(3);
      expect(ants!.reduce((a, b) => a + b)).toBeCloseTo(50, 10);
      const correct = target.confusion.reduce((sum, row, k) => sum + row[k]!, 0);
      expect(correct / 153, name).toBeCloseTo(target.accuracy.mean, 10);
    }
  });

  it("has the zero-training bound, k-shot arms and their uplift", () => {
    expect(comparison.arms.map((arm) => arm.track)).toContain("zero-training");
    expect(comparison.uplift.map(({ k }) => k)).toEqual([2, 10]);
  });

  it("takes a class for collapsed below .4/3 or above 1 - .4/3 of the predictions", () => {
    const sharesOf = (ants: number, bees: number) => {
      const few = madeUpInput([0], {}, THREE_CLASSES);
      const run = few.arms[1]!.runs[0]!;
      const rows = run.target.rows.map((row, i) => {
        const k = i < ants ? 0 : i < ants + bees ? 1 : 2;
        return { ...row, p: [0, 1, 2].map((j) => Number(j === k)) };
      });
      run.target = { ...run.target, rows };
      return compareArms(few).cautions.filter((text) => text.includes("sign of collapse"));
    };
    // Of 153 images, 20.4 are the least, and 132.6 the most.
    expect(sharesOf(21, 21)).toEqual([]);
    expect(sharesOf(66, 67)).toEqual([
      "source-only, seed 0, predicts 13.1% of the target images as wasps, a sign of collapse.",
    ]);
    // 125 of 153 are more than .8, and none too many of three classes.
    expect(sharesOf(125, 14)).toEqual([
      "source-only, seed 0, predicts 9.2% of the target images as bees, a sign of collapse.",
    ]);
    expect(sharesOf(133, 20)).toEqual([
      "source-only, seed 0, predicts 86.9% of the target images as ants, a sign of collapse.",
    ]);
  });

  it("draws and tabulates all of them", async () => {
    const folder = await temporaryFolder();
    await writeReport(comparison, folder);
    const { document } = parseHTML(await readFile(join(folder, "index.html"), "utf8"));
    const heads = Array.from(document.querySelectorAll("#confusion ~ details th"), (th) => th.textContent);
    for (const name of THREE_CLASSES) expect(heads).toContain(`predicted as ${name}`);
    const stored = JSON.parse(await readFile(join(folder, "report.json"), "utf8"));
    expect(checkComparison("report.json", stored)).toEqual(comparison);
    const figures = new Map(reportFigures(comparison).map((figure) => [figure.id, figure]));
    expect(figures.get("background")!.alt).toContain("chance: 33.3%");
    expect(figures.get("pca")!.caption).toContain("Two components");
  });
});
