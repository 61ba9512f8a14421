/** A rendered dataset in figures, beside photographs: what its pictures look like, and where its subjects stand. */
import { join } from "node:path";
import { openImageFolder } from "../../src/shared/dataset.js";
import { datasets } from "../../src/shared/datasets/index.js";
import { decodeImage, evaluationView, type RgbImage } from "../../src/shared/image.js";
import { findDatasetFolder } from "../../src/shared/roots.js";
import type { OnProgress } from "../../src/shared/types.js";
import { openRendered } from "./source.js";
import { classCounts, type SubjectPlace, subjectPlaces, tally } from "./subject-statistics.js";

/** Of a set of pictures. */
export interface PictureSummary {
  mean: number;
  std: number;
  p10: number;
  median: number;
  p90: number;
}

/** One plain statistic of renders (source) and photographs (target). */
export interface PictureStatistic {
  name: string;
  source: PictureSummary;
  target: PictureSummary;
  /** Of the means, in standard deviations of the target. */
  difference: number;
}

/** How pictures are measured, such as by antbee/eval's plain statistics. */
export interface PictureMeasures<Measured> {
  /** Of one picture. */
  measure(image: RgbImage): Measured;
  /** Of both sets together. */
  describe(sets: { source: Measured[]; target: Measured[] }): PictureStatistic[];
}

/** What to measure, and beside which photographs. */
export interface StatisticsOptions<Measured> {
  /** Without them, pixels are not measured. */
  measures?: PictureMeasures<Measured>;
  /** An ImageFolder with a `train` split; the hymenoptera photographs where absent and where they are here. */
  beside?: string;
  /** Pictures to measure of each, evenly spaced; 400 where absent. */
  images?: number;
  /** Counts measured pictures, renders and photographs together. */
  onProgress?: OnProgress;
}

/** Tenth, middle and ninetieth percentile. */
export interface Spread {
  p10: number;
  median: number;
  p90: number;
}

/** A dataset's figures. */
export interface DatasetStatistics {
  dir: string;
  /** The dataset beside it; null where there is none. */
  real: string | null;
  /** Pictures a split and class, such as {"train/ants": 500}. */
  classes: Record<string, number>;
  realClasses: Record<string, number>;
  presets: Record<string, number>;
  /** The target is the photographs, or the renders themselves where there are none. */
  pixels: PictureStatistic[];
  /** Of the largest subject of each picture: size, area, x and y as shares of the picture, and the count of all. */
  subjects: Record<string, Spread>;
  places: SubjectPlace[];
}

/** @throws bad input where the folder is no rendered dataset, or `beside` has no class folders below `train` */
export async function datasetStatistics<Measured>(
  dir: string,
  options: StatisticsOptions<Measured> = {},
): Promise<DatasetStatistics> {
  const { records } = await openRendered(dir);
  const folder = options.beside ?? findDatasetFolder(datasets.hymenoptera.folder);
  // Never the val split: it is the sealed test.
  const real = folder === undefined ? undefined : await openImageFolder(folder, "train");
  const renders = records.map(({ image }) => join(dir, image));
  const photographs = (real?.items ?? []).map(({ path }) => path);
  const places = subjectPlaces(records);
  return {
    dir,
    real: folder ?? null,
    classes: classCounts(records),
    realClasses: tally((real?.items ?? []).map(({ label }) => `train/${label}`)),
    presets: tally(records.map(({ resolved }) => resolved.kind.preset)),
    pixels: await pixelStatistics(renders, photographs, options),
    subjects: spreads(places),
    places,
  };
}

async function pixelStatistics<Measured>(
  renders: readonly string[],
  photographs: readonly string[],
  { measures, images = 400, onProgress }: StatisticsOptions<Measured>,
): Promise<PictureStatistic[]> {
  if (!measures) return [];
  const [source, target] = [thinned(renders, images), thinned(photographs, images)];
  const measured: Measured[] = [];
  for (const path of [...source, ...target]) {
    const data = await evaluationView(await decodeImage(path), VIEW);
    measured.push(measures.measure({ data, width: VIEW.size, height: VIEW.size }));
    onProgress?.(measured.length, source.length + target.length);
  }
  const own = measured.slice(0, source.length);
  return measures.describe({ source: own, target: target.length ? measured.slice(source.length) : own });
}

/** As networks see pictures: renders and photographs differ in size. */
const VIEW = { size: 224, resize: 256, mean: [0, 0, 0], std: [1, 1, 1] } as const;

/** At most so many, evenly spaced. */
function thinned<T>(all: readonly T[], most: number): T[] {
  const step = Math.max(1, all.length / most);
  return Array.from({ length: Math.min(all.length, most) }, (_, i) => all[Math.floor(i * step)]!);
}

const PLACES = ["size", "area", "x", "y", "count"] as const;

function spreads(places: readonly SubjectPlace[]): Record<string, Spread> {
  const spread = (key: (typeof PLACES)[number]): Spread => {
    const sorted = places.map((place) => place[key]).sort((a, b) => a - b);
    const at = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
    return { p10: at(0.1), median: at(0.5), p90: at(0.9) };
  };
  return Object.fromEntries(PLACES.map((key) => [key, spread(key)]));
}
