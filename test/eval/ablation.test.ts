/** Ablations from predictions: paired differences, what could have been shown, and the report. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { describeAblation } from "../../eval/ablation/describe.js";
import { smallestSentence } from "../../eval/ablation/headline.js";
import { renderAblationHtml } from "../../eval/report/ablation-page.js";
import { claimReport } from "../../eval/report/claim.js";
import { writeAblation } from "../../eval/report/write-ablation.js";
import { crossed, crossedP } from "../../eval/statistics/crossed.js";
import { pairedDifference, smallestShown } from "../../eval/statistics/estimate.js";
import { studentP } from "../../eval/statistics/student.js";
import { fault, temporaryFolder } from "../support.js";
import { madeUpPredictions } from "./made-up.js";
import { ablation, full, input, PER_CLASS, SEEDS, variant } from "./made-up-ablation.js";

const named = (name: string) => ablation.variants.find((one) => one.name === name)!;

describe("describeAblation", () => {
  it("takes the difference of a variant from the whole scene, image by image and seed by seed", () => {
    const light = named("light");
    expect(light.difference.mean).toBeCloseTo(light.target.mean - ablation.full.target.mean, 12);
    expect(light.difference.mean).toBeLessThan(-0.1);
    expect(light.difference).toMatchObject({ n: 153, method: "crossed" });
    expect(light.difference.values).toHaveLength(3);
    expect(light.shown).toBe(true);
    expect(ablation.headline).toMatch(
      /^Shown against the whole scene on 153 training images of photos: without light −/,
    );
  });

  it("corrects what is left out together, and numbers of renders by themselves", () => {
    const { p, pAdjusted } = named("full-50");
    expect(pAdjusted).toBe(p);
    const left = ["light", "sensor", "lasius"].map(named).sort((a, b) => a.p! - b.p!);
    expect(left[0]!.pAdjusted).toBeCloseTo(3 * left[0]!.p!, 12);
    expect(left[1]!.pAdjusted).toBeCloseTo(Math.min(1, 2 * left[1]!.p!), 12);
  });

  it("states how large a difference had to be: one of that size has just the p that is asked for", () => {
    const hits = (name: string, seed: number) =>
      Uint8Array.from(madeUpPredictions(name, PER_CLASS, 1.5, seed).rows, ({ label, p }) =>
        Number((p[0]! > p[1]! ? "ants" : "bees") === label),
      );
    const runs = SEEDS.map((seed) => ({ seed, first: hits("a", seed), second: hits("b", seed) }));
    const table = runs.map(({ first, second }) => Int8Array.from(first, (hit, i) => hit - second[i]!));
    const values = table.map((row) => row.reduce((sum, x) => sum + x, 0) / row.length);
    const { variance, df } = crossed({ values, shared: [table] });
    for (const tests of [1, 6]) {
      const smallest = smallestShown(runs, tests)!;
      expect(crossedP({ mean: smallest, variance, df }) * tests).toBeCloseTo(0.05, 6);
      expect(studentP(smallest / Math.sqrt(variance), df) * tests).toBeCloseTo(0.05, 6);
    }
    const { difference } = pairedDifference(runs);
    expect((difference.high - difference.low) / 2).toBeCloseTo(smallestShown(runs)!, 12);
  });

  it("of arms that never disagree it is not 0", () => {
    const same = Uint8Array.from({ length: 153 }, (_, i) => Number(i % 5 > 0));
    const runs = SEEDS.map((seed) => ({ seed, first: same, second: same }));
    expect(smallestShown(runs)).toBeGreaterThan(0.01);
  });

  it("decides nothing of one seed", () => {
    const one = describeAblation({
      ...input(),
      variants: [full([0]), variant("light", 0.2, [0])],
    });
    expect(one.variants[0]).toMatchObject({ p: null, pAdjusted: null, shown: false, smallest: null });
    expect(one.headline).toMatch(/^A preview of one seed/);
  });

  it("refuses runs that do not belong together", () => {
    expect(() => describeAblation(input(variant("light", 1, [0, 1])))).toThrow(
      expect.objectContaining(fault(2, /^light: expected the seeds 0, 1, 2, found "0, 1"/)),
    );
    const fewer = variant("light", 1, SEEDS);
    fewer.runs[1]!.target.rows.pop();
    expect(() => describeAblation(input(fewer))).toThrow(
      expect.objectContaining(fault(2, /^light, seed 1, target: expected a row for/)),
    );
  });
});

describe("the report of an ablation", () => {
  it("has the table, what could have been shown beside it, both charts and the data", async () => {
    const dir = join(await temporaryFolder(), "report");
    const { target } = full().runs[0]!;
    await writeAblation(ablation, dir, { predictions: { "full-100/seed-0/photos": target } });
    const read = (name: string) => readFile(join(dir, name), "utf8");
    expect(JSON.parse(await read("report.json"))).toEqual(JSON.parse(JSON.stringify(ablation)));
    const text = await read("report.md");
    const table = text.indexOf("| without light");
    const beside = text.indexOf(smallestSentence(ablation), table);
    expect(table).toBeGreaterThan(0);
    expect(text.slice(table, beside)).not.toContain("##");
    for (const file of [
      "figures/ablation.svg",
      "figures/counts.png",
      "predictions/full-100/seed-0/photos.csv",
    ])
      expect((await readFile(join(dir, file))).length).toBeGreaterThan(500);
  });

  it("is a page that loads nothing and shows every text as it is", () => {
    const page = renderAblationHtml(ablation, Buffer.from([0xff, 0xd8]));
    expect(page).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
    expect(page).toContain("&lt;b&gt;renderer&lt;/b&gt;");
    expect(page).toContain('src="data:image/jpeg;base64,/9g="');
    expect(page.match(/<svg/g)).toHaveLength(4);
  });

  it("is not written over the report of the experiment itself, nor that over it", async () => {
    const dir = join(await temporaryFolder(), "report");
    await claimReport(dir, { experiment: "made up" });
    await expect(writeAblation(ablation, dir)).rejects.toMatchObject(
      fault(2, /expected a folder for the report on the ablation of made up, found a report on made up$/),
    );
    const own = join(await temporaryFolder(), "own");
    await claimReport(own, { experiment: "made up", kind: "ablation" });
    await expect(claimReport(own, { experiment: "made up" })).rejects.toMatchObject(
      fault(2, /found a report on the ablation of made up$/),
    );
  });
});
