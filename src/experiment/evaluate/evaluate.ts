/** A finished run on a folder of images: predictions, and accuracy where the folder names the classes. */
import { basename, dirname, resolve } from "node:path";
import { type UnlabeledImages, unlabeledImages } from "../../../adapt/images/images.js";
import { predict } from "../../../adapt/inference/predict.js";
import { writePredictions } from "../../../eval/predictions/csv.js";
import { accuracy } from "../../../eval/statistics/accuracy.js";
import type { LeftOut } from "../../shared/damaged.js";
import { describePassedOver, imageRoot } from "../../shared/dataset.js";
import { invalid, note } from "../../shared/errors.js";
import type { Interval, OnProgress, Predictions } from "../../shared/types.js";
import type { Backbones } from "../plan/backbone.js";
import { type FolderReading, splitOrWhole } from "../source/own-folder.js";
import { sealedSets } from "../source/sealed-set.js";
import { hashItems } from "../source/source.js";
import { type OnEvent, silent } from "../spec/events.js";
import { findRuns, predictionsFile, type RunRecord, readRun } from "../store/store.js";
import { type Classifier, openClassifier } from "./classifier.js";
import { type ArmDifference, differenceOfTwo } from "./difference.js";
import { openSets } from "./sealed.js";

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
  /** Images that could not be read; none where such are refused. */
  leftOut: LeftOut[];
  /** Where two arms were evaluated, of the later one: what sets it apart from the other; else null. */
  against: ArmDifference | null;
}

/** How a folder is evaluated. */
export interface EvaluateOptions extends Pick<FolderReading, "folders" | "skipBad"> {
  /** The split below the folder, where it has one. */
  split?: string;
  /** Networks of one's own, by name. */
  backbones?: Backbones;
  /** Makes a listener to the progress of a task. */
  onProgress?: (task: string) => OnProgress;
  /** Told when labels are opened: those of a known sealed test, or of a folder of one's own, go into the ledger. */
  on?: OnEvent;
}

/** Evaluates every run at or below `path` on the images of `dir`. */
export async function evaluateFolder(
  path: string,
  dir: string,
  { split = "val", folders, skipBad, backbones, onProgress, on = silent }: EvaluateOptions = {},
): Promise<Evaluation[]> {
  if (!SPLIT.test(split)) throw invalid("split", "the name of a folder below the data's", split);
  const runs = await findRuns(path);
  const folder = await splitOrWhole(dir, split, { folders, skipBad, on });
  const passedOver = await describePassedOver(imageRoot(dir), folder.split, folders);
  if (passedOver) on({ type: "note", text: passedOver });
  const name = await fileName(dir, folder);
  const options = {
    name,
    progress: onProgress && (() => onProgress(`activations of ${basename(resolve(dir))}`)),
  };
  const images = unlabeledImages(folder.items, options);
  const results: Evaluated[] = [];
  for (const run of runs) {
    const classifier = await openClassifier(run, backbones);
    checkClasses(dir, folder, classifier.model.classes);
    if (folder.labelled && results.length === 0) await enterOpening(path, runs, folder, on);
    results.push(await evaluateRun(classifier, folder, images));
  }
  return withDifference(results, folder.labelled);
}

/** A name, not a path. */
const SPLIT = /^(?!\.{1,2}$)[^/\\\0]+$/;
/** File names have an end. */
const MOST_CHARACTERS = 80;

/**
 * What predictions of a folder are called: by its name and split, and by its content, so that neither folders of one
 * name nor a run's own files are mixed up.
 */
async function fileName(dir: string, { items, split = "all" }: Folder): Promise<string> {
  const readable = `${basename(resolve(dir))}-${split}`.slice(0, MOST_CHARACTERS);
  return `${readable}-${(await hashItems(items)).slice(0, 12)}`;
}

type Folder = Awaited<ReturnType<typeof splitOrWhole>>;

/** Images of a known sealed test are sealed wherever they lie. */
async function enterOpening(
  path: string,
  runs: readonly string[],
  { items, split }: Folder,
  on: OnEvent,
): Promise<void> {
  const records = await Promise.all(runs.map(readRun));
  const opening = {
    out: dirname(dirname(dirname(resolve(runs[0]!)))),
    sets: await sealedSets(items, split),
    keys: records.map(({ key }) => key),
    reason: `antbee eval of ${path}`,
    on,
  };
  await openSets(opening, () => undefined);
}

async function evaluateRun(
  { folder, record, model }: Classifier,
  found: Folder,
  images: UnlabeledImages,
): Promise<Evaluated> {
  const answers = await predict(model, images);
  const path = predictionsFile(folder, images.name);
  await writePredictions(path, answers);
  const { rows } = answers;
  const byClass = found.classes.map(
    (name) => [name, accuracy({ ...answers, rows: rows.filter((row) => row.label === name) })] as const,
  );
  return {
    run: folder,
    record,
    answers,
    arm: record.arm,
    seed: record.seed,
    predictions: path,
    n: rows.length,
    accuracy: found.labelled ? accuracy(answers) : null,
    perClass: found.labelled ? Object.fromEntries(byClass) : null,
    leftOut: found.leftOut,
  };
}

/** An evaluation with what it was made of. */
type Evaluated = Omit<Evaluation, "against"> & { record: RunRecord; answers: Predictions };

function withDifference(results: readonly Evaluated[], labelled: boolean): Evaluation[] {
  const found = labelled ? differenceOfTwo(results) : undefined;
  return results.map(({ record: _, answers: __, ...one }) => ({
    ...one,
    against: found && one.arm === found.arm ? found.against : null,
  }));
}

/** The folder's classes may be some of the run's, but no others. */
function checkClasses(dir: string, images: Folder, classes: readonly string[]): void {
  const unknown = images.classes.find((name) => !classes.includes(name));
  if (unknown !== undefined)
    throw invalid(
      dir,
      `classes among ${classes.join(", ")}`,
      note(`${unknown} (--classes ${classes[0]}=FOLDER maps folder names)`),
    );
}
