/** A finished run on a folder of images: predictions, and accuracy where the folder names the classes. */
import { basename, dirname, resolve } from "node:path";
import { wilson } from "../../eval/intervals.js";
import { openSealedLabels } from "../../eval/ledger.js";
import { writePredictions } from "../../eval/predictions.js";
import { datasets } from "../shared/datasets/index.js";
import { invalid, note } from "../shared/errors.js";
import { sha256File } from "../shared/files.js";
import { showProgress } from "../shared/progress.js";
import type { Interval, PredictionRow, UnlabeledItem } from "../shared/types.js";
import { openClassifier } from "./classifier.js";
import { ledgerPath } from "./sealed.js";
import { findRuns, predictionsFile } from "./store.js";
import { splitOrWhole } from "./target.js";

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

/** Evaluates every run at or below `path` on the images of `dir`. */
export async function evaluateFolder(path: string, dir: string, split: string): Promise<Evaluation[]> {
  const runs = await findRuns(path);
  const images = await splitOrWhole(dir, split);
  const results: Evaluation[] = [];
  for (const folder of runs) results.push(await evaluateRun(folder, dir, images));
  return results;
}

type Images = Awaited<ReturnType<typeof splitOrWhole>>;

async function evaluateRun(folder: string, dir: string, images: Images): Promise<Evaluation> {
  const { record, classes, probabilities } = await openClassifier(folder);
  checkClasses(dir, images, classes);
  await recordOpening(folder, images, record.key);
  const answers = await probabilities(images.items, showProgress(`${record.arm} seed ${record.seed}`));
  const rows = answers.map(({ id, p }, i) => {
    const { split, label } = images.items[i] as UnlabeledItem & { label?: string };
    return { id, split, label: label ?? null, p };
  });
  const predictions = predictionsFile(folder, `${basename(resolve(dir))}-${images.split ?? "all"}`);
  await writePredictions(predictions, { dataset: basename(resolve(dir)), classes: [...classes], rows });
  const score = (of: PredictionRow[]) => accuracy(of, classes);
  return {
    run: folder,
    arm: record.arm,
    seed: record.seed,
    predictions,
    n: rows.length,
    accuracy: images.labelled ? score(rows) : null,
    perClass: images.labelled
      ? Object.fromEntries(
          images.classes.map((name) => [name, score(rows.filter((row) => row.label === name))]),
        )
      : null,
  };
}

/** The folder's classes may be some of the run's, but no others. */
function checkClasses(dir: string, images: Images, classes: readonly string[]): void {
  const unknown = images.classes.find((name) => !classes.includes(name));
  if (unknown !== undefined) throw invalid(dir, `classes among ${classes.join(", ")}`, note(unknown));
}

function accuracy(rows: readonly PredictionRow[], classes: readonly string[]): Interval {
  const right = rows.filter(({ label, p }) => classes[p.indexOf(Math.max(...p))] === label).length;
  return {
    mean: right / rows.length,
    ...wilson(right / rows.length, rows.length),
    n: rows.length,
    values: [right / rows.length],
    method: "wilson",
  };
}

/** Images of a known sealed test are sealed wherever they lie: looking at their labels goes into the ledger. */
async function recordOpening(folder: string, { items, labelled }: Images, key: string): Promise<void> {
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
