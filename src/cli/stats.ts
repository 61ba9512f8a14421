/** `antbee stats DIR` */
import { basename, join } from "node:path";
import type { Statistic } from "../../eval/comparison/schema.js";
import type { ImageStatistics } from "../../eval/images/image-statistics.js";
import type { SubjectPlace } from "../../sim/dataset/subject-statistics.js";
import { datasets } from "../shared/datasets/index.js";
import { decodeImage, evaluationView } from "../shared/image.js";
import { showProgress } from "../shared/progress.js";
import { findDatasetFolder } from "../shared/roots.js";
import { command, wholeNumber } from "./command.js";

export default command({
  name: "stats",
  description:
    "Brightness, colour, sharpness, subject size and position and class balance, beside the real train split",
  args: {
    dir: { type: "positional", required: true, description: "A rendered dataset" },
    beside: {
      type: "string",
      description: "A dataset with a train split; hymenoptera by default, where it is here",
      valueHint: "dir",
    },
    images: {
      type: "string",
      description: "Pictures to measure of each",
      default: "400",
      valueHint: "n",
    },
    out: { type: "string", description: "The picture; DIR/stats.png by default", valueHint: "file" },
  },
  async run({ dir, beside, images, out }) {
    const figures = await gather(dir, beside, wholeNumber("images", images, 2));
    const { writeStatsPicture } = await import("./stats-picture.js");
    const picture = await writeStatsPicture(figures, out ?? join(dir, "stats.png"));
    const { places, ...rest } = figures;
    return { json: { ...rest, subjects: spreads(places), picture }, text: text(figures, picture) };
  },
});

export interface Figures {
  dir: string;
  /** The dataset beside it; null where there is none. */
  real: string | null;
  /** Pictures a split and class. */
  classes: Record<string, number>;
  realClasses: Record<string, number>;
  presets: Record<string, number>;
  /** Of the pixels; `target` is the real set, or the renders themselves where there is none. */
  pixels: Statistic[];
  places: SubjectPlace[];
}

async function gather(dir: string, beside: string | undefined, most: number): Promise<Figures> {
  const { openRendered } = await import("../../sim/dataset/source.js");
  const { classCounts, subjectPlaces, tally } = await import("../../sim/dataset/subject-statistics.js");
  const { describeStatistics } = await import("../../eval/comparison/statistics.js");
  const { openImageFolder } = await import("../shared/dataset.js");
  const { records } = await openRendered(dir);
  const folder = beside ?? findDatasetFolder(datasets.hymenoptera.folder);
  // Never the val split: it is the sealed test.
  const real = folder === undefined ? undefined : await openImageFolder(folder, "train");
  const paths = records.map(({ image }) => join(dir, image));
  const source = await measure(thinned(paths, most), basename(dir));
  const target =
    real &&
    (await measure(
      thinned(real.items, most).map(({ path }) => path),
      real.name,
    ));
  const places = subjectPlaces(records);
  return {
    dir,
    real: folder ?? null,
    classes: classCounts(records),
    realClasses: tally((real?.items ?? []).map(({ label }) => `train/${label}`)),
    presets: tally(records.map(({ resolved }) => resolved.kind.preset)),
    pixels: describeStatistics({ source, target: target ?? source }),
    places,
  };
}

/** At most so many, evenly spaced. */
function thinned<T>(all: readonly T[], most: number): T[] {
  const step = Math.max(1, all.length / most);
  return Array.from({ length: Math.min(all.length, most) }, (_, i) => all[Math.floor(i * step)]!);
}

/** As networks see pictures: renders and photographs differ in size. */
const VIEW = { size: 224, resize: 256, mean: [0, 0, 0], std: [1, 1, 1] } as const;

async function measure(paths: readonly string[], name: string): Promise<ImageStatistics[]> {
  const { imageStatistics } = await import("../../eval/images/image-statistics.js");
  const progress = showProgress(`measuring ${name}`);
  const measured: ImageStatistics[] = [];
  for (const path of paths) {
    const data = await evaluationView(await decodeImage(path), VIEW);
    measured.push(imageStatistics({ data, width: VIEW.size, height: VIEW.size }));
    progress(measured.length, paths.length);
  }
  return measured;
}

const PLACES = ["size", "area", "x", "y", "count"] as const;

/** Tenth, middle and ninetieth percentile of each. */
function spreads(
  places: readonly SubjectPlace[],
): Record<string, { p10: number; median: number; p90: number }> {
  const spread = (key: (typeof PLACES)[number]) => {
    const sorted = places.map((place) => place[key]).sort((a, b) => a - b);
    const at = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
    return { p10: at(0.1), median: at(0.5), p90: at(0.9) };
  };
  return Object.fromEntries(PLACES.map((key) => [key, spread(key)]));
}

function text({ real, classes, realClasses, presets, pixels, places }: Figures, picture: string): string {
  const counts = (of: Record<string, number>) =>
    Object.entries(of)
      .map(([name, count]) => `${name} ${count}`)
      .join(", ");
  const range = ({ median, p10, p90 }: Statistic["source"]) =>
    `${median.toFixed(3)} [${p10.toFixed(3)}, ${p90.toFixed(3)}]`;
  const pixelLines = pixels.map(({ name, source, target, difference }) => {
    const beside = real ? `  ${range(target)}  ${difference > 0 ? "+" : ""}${difference.toFixed(2)}` : "";
    return `  ${name.padEnd(14)}${range(source)}${beside}`;
  });
  const placeLines = Object.entries(spreads(places)).map(
    ([name, { median, p10, p90 }]) =>
      `  ${name.padEnd(14)}${median.toFixed(3)} [${p10.toFixed(3)}, ${p90.toFixed(3)}]`,
  );
  return [
    `renders: ${counts(classes)}`,
    `presets: ${counts(presets)}`,
    real ? `real: ${counts(realClasses)} (${real})` : "real: no photographs found to stand beside",
    `pixels, median [10 %, 90 %]: renders${real ? ", real, difference of means in standard deviations of the real" : ""}`,
    ...pixelLines,
    "the largest insect of each render: size and place as shares of the picture",
    ...placeLines,
    `picture: ${picture}`,
  ].join("\n");
}
