/** The figures of a dataset, recounted by hand, and their picture. */
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { ticks } from "../../sim/dataset/chart-panel.js";
import { readRecords, type SampleRecord } from "../../sim/dataset/records.js";
import { renderDataset } from "../../sim/dataset/render-dataset.js";
import { datasetStatistics, type PictureStatistic } from "../../sim/dataset/statistics.js";
import { writeStatisticsPicture } from "../../sim/dataset/statistics-picture.js";
import { writeImage } from "../support.js";
import { freshFolder, tinyScene } from "./tiny.js";

let dir: string;
let photographs: string;
let records: SampleRecord[];

beforeAll(async () => {
  dir = await freshFolder();
  await renderDataset({ scene: tinyScene(), out: dir, count: 6, workers: 1 });
  records = [...(await readRecords(dir)).values()];
  photographs = await freshFolder();
  for (const [k, label] of ["ants", "ants", "bees"].entries())
    await writeImage(join(photographs, "train", label, `${k}.jpg`), [50 * k, 0, 0]);
});

/** Mean red of every picture, and how many of each set were measured. */
const measures = {
  measure: ({ data }: { data: Uint8Array }) => data[0]!,
  describe: ({ source, target }: { source: number[]; target: number[] }): PictureStatistic[] => {
    const summary = (of: number[]) => ({
      mean: of.length,
      std: 1,
      p10: Math.min(...of),
      median: of[0]!,
      p90: Math.max(...of),
    });
    return [{ name: "red", source: summary(source), target: summary(target), difference: 0 }];
  },
};

describe("a dataset's statistics", () => {
  it("count classes, presets and sizes as its records say", async () => {
    const { classes, presets, subjects, places, pixels } = await datasetStatistics(dir, {
      beside: photographs,
    });
    expect(Object.values(classes).reduce((sum, n) => sum + n, 0)).toBe(6);
    for (const [preset, count] of Object.entries(presets))
      expect(records.filter(({ resolved }) => resolved.kind.preset === preset)).toHaveLength(count);
    const largest = records.map(
      ({ instances }) => Math.max(...instances.map(({ area }) => area)) / (64 * 48),
    );
    expect(places.map(({ area }) => area)).toEqual(largest);
    expect(subjects.area!.median).toBe(largest.sort((a, b) => a - b)[3]);
    expect(pixels).toEqual([]);
  });

  it("measure so many pictures of both sets, and tell how far they are", async () => {
    const told: number[][] = [];
    const onProgress = (...at: [number, number]) => void told.push(at);
    const { pixels, real, realClasses } = await datasetStatistics(dir, {
      beside: photographs,
      measures,
      images: 2,
      onProgress,
    });
    expect([real, realClasses]).toEqual([photographs, { "train/ants": 2, "train/bees": 1 }]);
    expect([pixels[0]!.source.mean, pixels[0]!.target.mean]).toEqual([2, 2]);
    expect(pixels[0]!.target.p90).toBeLessThan(60); // the first and the second photograph, evenly spaced of three
    expect(told).toEqual([1, 2, 3, 4].map((done) => [done, 4]));
  });

  it("become a picture with a panel of pixels only where photographs stand beside", async () => {
    const height = async (options: Parameters<typeof datasetStatistics<number>>[1], change = {}) => {
      const statistics = { ...(await datasetStatistics(dir, options)), ...change };
      const path = await writeStatisticsPicture(statistics, join(dir, "..", "stats.png"));
      return (await sharp(path).metadata()).height;
    };
    const both = await height({ beside: photographs, measures });
    expect(both - (await height({ beside: photographs, measures }, { real: null }))).toBe(2 * (70 + 36));
  });
});

it.each([
  [0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [1, 0, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [-1.7, 1.7, [-1, 0, 1]],
  [0, 135.3, [0, 50, 100]],
  [0, 4, [0, 1, 2, 3, 4]],
])("ticks between %f and %f are round", (from, to, expected) => {
  expect(ticks(from, to)).toEqual(expected);
});
