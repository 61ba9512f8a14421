/** A finished run on a folder of images: predictions, and accuracy where the folder names the classes. */
import { basename, dirname, resolve } from "node:path";
import { type UnlabeledImages, unlabeledImages } from "../../../adapt/images/images.js";
import { predict } from "../../../adapt/inference/predict.js";
import { writePredictions } from "../../../eval/predictions/csv.js";
import { openSealedLabels } from "../../../eval/predictions/ledger.js";
import { wilson } from "../../../eval/statistics/intervals.js";
import { datasets } from "../../shared/datasets/index.js";
import { invalid, note } from "../../shared/errors.js";
import { sha256File } from "../../shared/files.js";
import { predictedClass } from "../../shared/predicted-class.js";
import type { Interval, OnProgress, PredictionRow, Predictions } from "../../shared/types.js";
import type { Backbones } from "../plan/backbone.js";
import { splitOrWhole } from "../source/target.js";
import { findRuns, predictionsFile } from "../store/store.js";
import { type Classifier, openClassifier } from "./classifier.js";
import { ledgerPath } from "./sealed.js";

/** What one run answered about a folder. */
export interface Evaluation {
  run: string;
  arm: string;
  seed: number;
  /** The predictions.csv that was written. */
  predictions: string;
  n: number;
  /** Null for images without labels. */
  accuracy: Interval | null;
  /** Share of its own images that each class gets right; null without labels. */
  perClass: Record<string, Interval> | null;
}

/** How a folder is evaluated. */
export interface EvaluateOptions {
  /** The split below the folder, where it has one. */
  split?: string;
  /** Networks of one's own, by name. */
  backbones?: Backbones;
  /** Makes a listener to the progress of a task. */
  onProgress?: (task: string) => OnProgress;
}

/** Evaluates every run at or below `path` on the images of `dir`. */
export async function evaluateFolder(
  path: string,
  dir: string,
  { split = "val", backbones, onProgress }: EvaluateOptions = {},
): Promise<Evaluation[]> {
  const runs = await findRuns(path);
  const folder = await splitOrWhole(dir, split);
  const name = basename(resolve(dir));
  const options = { name, progress: onProgress && (() => onProgress(`activations of ${name}`)) };
  const images = unlabeledImages(folder.items, options);
  const results: Evaluation[] = [];
  for (const run of runs)
    results.push(await evaluateRun(await openClassifier(run, backbones), dir, folder, images));
  return results;
}

type Folder = Awaited<ReturnType<typeof splitOrWhole>>;

async function evaluateRun(
  { folder, record, model }: Classifier,
  dir: string,
  found: Folder,
  images: UnlabeledImages,
): Promise<Evaluation> {
  checkClasses(dir, found, model.classes);
  await recordOpening(folder, found, record.key);
  const answers = await predict(model, images);
  const path = predictionsFile(folder, `${images.name}-${found.split ?? "all"}`);
  await writePredictions(path, answers);
  const score = (rows: PredictionRow[]) => accuracy({ ...answers, rows });
  const { rows } = answers;
  const byClass = found.classes.map(
    (name) => [name, score(rows.filter((row) => row.label === name))] as const,
  );
  return {
    run: folder,
    arm: record.arm,
    seed: record.seed,
    predictions: path,
    n: rows.length,
    accuracy: found.labelled ? score(rows) : null,
    perClass: found.labelled ? Object.fromEntries(byClass) : null,
  };
}

/** The folder's classes may be some of the run's, but no others. */
function checkClasses(dir: string, images: Folder, classes: readonly string[]): void {
  const unknown = images.classes.find((name) => !classes.includes(name));
  if (unknown !== undefined) throw invalid(dir, `classes among ${classes.join(", ")}`, note(unknown));
}

function accuracy({ classes, rows }: Predictions): Interval {
  const share = rows.filter((row) => classes[predictedClass(row)] === row.label).length / rows.length;
  return { mean: share, ...wilson(share, rows.length), n: rows.length, values: [share], method: "wilson" };
}

/** Images of a known sealed test are sealed wherever they lie: looking at their labels goes into the ledger. */
async function recordOpening(folder: string, { items, labelled }: Folder, key: string): Promise<void> {
  if (!labelled) return;
  const hashes = await Promise.all(items.map((item) => sha256File(item.path)));
  for (const card of Object.values(datasets)) {
    const sealed = new Set(
      [...card.files].filter(([id]) => id.startsWith(`${card.testSplit}/`)).map(([, hash]) => hash),
    );
    if (!hashes.some((hash) => sealed.has(hash))) continue;
    const entry = {
      configHash: key,
      reason: `antbee eval of ${folder}`,
      dataset: card.name,
      split: card.testSplit,
      when: new Date().toISOString(),
    };
    await openSealedLabels(ledgerPath(dirname(dirname(dirname(resolve(folder))))), entry, () => undefined);
  }
}
