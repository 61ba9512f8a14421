/** `antbee init`: an experiment of one's own, beside a copy of one's photographs that is split and checked. */
import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { DEFAULT_CLASSES } from "../../sim/subjects/registry.js";
import { type SplitOptions, splitPhotos } from "../datasets/split/split.js";
import { refuseSplit } from "../datasets/split/survey.js";
import type { SplitRecord } from "../experiment/source/split-record.js";
import { type ClassFolders, subfolders } from "../shared/dataset.js";
import { invalid, note } from "../shared/errors.js";
import { readText, writeAtomic } from "../shared/files.js";
import { refuseOthers } from "../shared/folders.js";
import { groupBy } from "../shared/group.js";
import { check, ownName } from "../shared/schema.js";
import { guessFolders, refuseOtherClasses } from "./class-names.js";
import { experimentFile, type NewExperiment, sceneFile } from "./experiment-file.js";

/** Where the photographs are, and how they are split. */
export interface InitOptions extends SplitOptions {
  /** Class folders with photographs of one's own; they stay as they are. */
  photos?: string;
}

/** The files that were written, and what became of the photographs. */
export interface InitResult {
  /** The experiment file. */
  experiment: string;
  scene: string;
  /** What became of the photographs; null where there are none. */
  split: SplitRecord | null;
  /** The folder of each class; null where there are no photographs. */
  classes: Readonly<Record<string, string>> | null;
}

/**
 * Writes `name/experiment.yaml` and `name/scene.yaml`, and the photographs' copy to `name/photos`. Folders are taken for
 * classes by their names where `folders` does not say. The same call continues what was cut off.
 * @throws bad input where the folder holds something else, such as an experiment that was changed since
 */
export async function initExperiment(
  name: string,
  { photos, folders, ...options }: InitOptions = {},
): Promise<InitResult> {
  check(ownName, name, "NAME");
  const own = photos === undefined ? undefined : { photos, folders: await foldersOf(photos, folders) };
  await refuseOthers(name, claimOf(name, photos));
  const dir = join(name, "photos");
  const split = own ? await splitPhotos(own.photos, dir, { ...options, folders: own.folders }) : null;
  const about: NewExperiment = own
    ? { name, photos: { dir, folders: own.folders, fewest: fewestOf(split!) } }
    : { name };
  const [scene, experiment] = [join(name, "scene.yaml"), join(name, "experiment.yaml")];
  await writeOnce(scene, await sceneFile(about));
  await writeOnce(experiment, experimentFile(about));
  return { experiment, scene, split, classes: own?.folders ?? null };
}

async function foldersOf(photos: string, named: InitOptions["folders"]): Promise<ClassFolders> {
  await refuseSplit(photos);
  if (!named) return guessFolders(photos, await subfolders(photos), DEFAULT_CLASSES);
  refuseOtherClasses(named, DEFAULT_CLASSES);
  return named;
}

/** Whether each file is of this very call, those say that write it; the photographs may stand in the folder already. */
function claimOf(name: string, photos: string | undefined) {
  const isInside = photos !== undefined && dirname(resolve(photos)) === resolve(name);
  return {
    expected: "a new folder, or one of antbee init's",
    before: ["photos", "scene.yaml", "experiment.yaml", ...(isInside ? [basename(photos)] : [])],
    isOurs: async () => false,
  };
}

/** What somebody changed is theirs. */
async function writeOnce(path: string, content: string): Promise<void> {
  if (!existsSync(path)) await writeAtomic(path, content);
  else if ((await readText(path)) !== content)
    throw invalid(path, "a new file, or the one that this command writes", note("another"));
}

/** Training photographs of the class that has fewest. */
const fewestOf = ({ train }: SplitRecord): number =>
  Math.min(...groupBy(train, (id) => id.slice(0, id.indexOf("/"))).map((of) => of.length));
