/** What runs stored beside their predictions, read back for the report: features, heat maps, statistics. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readSafetensors } from "../../../adapt/weights/safetensors.js";
import type { BackgroundRun } from "../../../eval/comparison/background.js";
import type { FeatureView, LabelledFeatures } from "../../../eval/comparison/domains.js";
import { isPictured, pictureKey } from "../../../eval/comparison/gallery.js";
import type { ComparisonInput } from "../../../eval/comparison/input.js";
import type { Comparison, GalleryItem } from "../../../eval/comparison/schema.js";
import { drawOverlay } from "../../../eval/images/overlay.js";
import { readPredictions } from "../../../eval/predictions/csv.js";
import { sortedRows } from "../../../eval/predictions/outcomes.js";
import { invalid, note } from "../../shared/errors.js";
import { sha256File } from "../../shared/files.js";
import { lookUp } from "../../shared/look-up.js";
import { isFileAt } from "../../shared/tar-members.js";
import { TRACKS } from "../../shared/types.js";
import { readDomain } from "../predict/domain-record.js";
import {
  backgroundPredictions,
  featuresFile,
  heatMapsFile,
  predictionsFile,
  SOURCE_PREDICTIONS,
} from "../store/store.js";
import type { ArmRuns, Run } from "./arm-runs.js";

/** The features of every arm's first run, those of source-only first; arms that ended with the same ones share them. */
export async function featureViews(arms: readonly ArmRuns[]): Promise<FeatureView[]> {
  const views = new Map<string, FeatureView>();
  for (const { name, runs } of byBudget(arms)) {
    const files = filesOf(runs[0], featuresFile);
    if (!files.every((path) => existsSync(path))) continue;
    const hash = (await Promise.all(files.map(sha256File))).join();
    const known = views.get(hash);
    if (known) known.arms.push(name);
    else views.set(hash, await featureView(name, runs[0]));
  }
  return [...views.values()];
}

const domainsOf = ({ record }: Run) => [SOURCE_PREDICTIONS, record.target.dataset] as const;
const filesOf = (run: Run, file: (folder: string, dataset: string) => string) =>
  domainsOf(run).map((dataset) => file(run.folder, dataset));

/** Source-only first, as its backbone is the one that adaptation starts from; then by label budget. */
function byBudget(arms: readonly ArmRuns[]): ArmRuns[] {
  const place = ({ runs: [{ record }] }: ArmRuns) =>
    record.track === "source-only" ? -1 : TRACKS.indexOf(record.track);
  return arms.toSorted((a, b) => place(a) - place(b));
}

async function featureView(name: string, run: Run): Promise<FeatureView> {
  const [source, target] = await Promise.all(
    domainsOf(run).map((dataset) => labelledFeatures(run.folder, dataset)),
  );
  const [columns, others] = [source!, target!].map((of) => of.features.columns);
  if (columns !== others)
    throw invalid(run.folder, `as many features of the target as of the source, ${columns}`, others);
  return { arms: [name], seed: run.record.seed, source: source!, target: target! };
}

async function labelledFeatures(folder: string, dataset: string): Promise<LabelledFeatures> {
  const path = featuresFile(folder, dataset);
  const { rows } = await readPredictions(predictionsFile(folder, dataset));
  const { shape, data } = await tensor(path, { name: "features", rows: rows.length, sides: 2 });
  const features = { rows: shape[0]!, columns: shape[1]!, data };
  return { features, labels: sortedRows(rows).map((row) => row.label ?? "unknown") };
}

/** A row for each image, and as many sides as it has to have, none of them empty. */
async function tensor(path: string, { name, rows, sides }: { name: string; rows: number; sides: number }) {
  const { weights } = await readSafetensors(path);
  const found = lookUp(weights, name);
  const isWhole = found?.shape.length === sides && found.shape[0] === rows && found.data.length > 0;
  if (!isWhole)
    throw invalid(
      path,
      `${name} of ${rows} images in ${sides} dimensions`,
      note(found ? `the shape [${found.shape}]` : "none"),
    );
  return found;
}

/** Statistics of both domains' images, by the first run that kept them. */
export async function domainStatistics(runs: readonly Run[]): Promise<ComparisonInput["statistics"]> {
  for (const run of runs) {
    const [source, target] = await Promise.all(
      domainsOf(run).map((dataset) => readDomain(run.folder, dataset)),
    );
    if (source && target) return { source: source.images, target: target.images };
  }
  return undefined;
}

/** Background-only predictions, of every seed once. */
export async function backgroundRuns(runs: readonly Run[]): Promise<BackgroundRun[]> {
  const found = new Map<number, BackgroundRun>();
  for (const { folder, record } of runs) {
    const [source, target] = [SOURCE_PREDICTIONS, record.target.dataset].map((dataset) =>
      predictionsFile(folder, backgroundPredictions(dataset)),
    ) as [string, string];
    if (found.has(record.seed) || !existsSync(source)) continue;
    found.set(record.seed, {
      seed: record.seed,
      source: await readPredictions(source),
      target: existsSync(target) ? await readPredictions(target) : null,
    });
  }
  return [...found.values()].sort((a, b) => a.seed - b.seed);
}

/**
 * The gallery's pictures with their heat maps, as JPEG files. Photographs of a real target are left out unless they
 * are asked for; so is any image that is not at its place any more.
 */
export async function galleryPictures(
  { gallery, target }: Comparison,
  arms: readonly ArmRuns[],
  withImages: boolean,
): Promise<Map<string, Uint8Array>> {
  const pictures = new Map<string, Uint8Array>();
  const shown = gallery.filter(
    (item) => isPictured(item) && (withImages || item.domain === "source" || target.kind === "stand-in"),
  );
  for (const item of shown) {
    const drawn = await draw(item, arms);
    if (drawn) pictures.set(pictureKey(item), drawn);
  }
  return pictures;
}

async function draw(
  { arm, seed, dataset, id }: GalleryItem,
  arms: readonly ArmRuns[],
): Promise<Uint8Array | undefined> {
  const { folder } = arms.find(({ name }) => name === arm)!.runs.find((run) => run.record.seed === seed)!;
  const domain = await readDomain(folder, dataset);
  const maps = heatMapsFile(folder, dataset);
  const row = domain?.images.findIndex((image) => image.id === id) ?? -1;
  if (!domain || row < 0 || !existsSync(maps)) return undefined;
  const path = domain.images[row]!.path ?? join(domain.root, id);
  if (!isFileAt(path)) return undefined;
  const { shape, data } = await tensor(maps, { name: "heatmaps", rows: domain.images.length, sides: 3 });
  const [height, width] = [shape[1]!, shape[2]!];
  const heatMap = { width, height, data: data.slice(row * height * width, (row + 1) * height * width) };
  return drawOverlay(path, { heatMap, preprocessing: domain.preprocessing }, "jpeg");
}
