/** `dataset.json`: what a rendered folder holds. It names no count: shards and later calls add to the same set. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { z } from "zod";
import { invalid, note } from "../../src/shared/errors.js";
import { readJson, writeAtomic, writeJson } from "../../src/shared/files.js";
import { claimFolder } from "../../src/shared/folders.js";
import { check, readYamlFile } from "../../src/shared/schema.js";
import { SUBMISSION_FILES } from "../../src/shared/units/submission-files.js";
import { UNIT_FOLDER } from "../../src/shared/units/unit-state.js";
import { type LabelPass, labelPasses, ONLY_MASKS } from "../scene/label-passes.js";
import {
  classesOf,
  parseScene,
  RENDERER_VERSION,
  type SceneExtensions,
  type SceneSpec,
  sceneHash,
} from "../scene/scene.js";
import { subjectOf } from "../subjects/registry.js";
import type { Subject } from "../subjects/subject.js";
import { type ClassCard, cardOf, classCard } from "./class-card.js";
import { SHARD_PLAN } from "./shard-plan.js";

const manifest = z.strictObject({
  schema: z.literal(1),
  kind: z.literal("antbee-render"),
  renderer: z.int(),
  scene: z.string(),
  sceneSha256: z.string().length(64),
  seed: z.int().min(0),
  classes: z.array(z.string()),
  width: z.int(),
  height: z.int(),
  format: z.enum(["jpg", "png"]),
  passes: labelPasses.default([...ONLY_MASKS]),
  /** Of the classes that are not antbee's own. */
  cards: z.array(classCard).optional(),
  /** Where images and labels stand in the archives of a WebDataset: indices that share a pair of archives. */
  block: z.int().min(1).optional(),
});
/** `dataset.json`: scene, its hash, seed, classes in the order of their numbers, size in pixels, and labels. */
export type DatasetManifest = z.output<typeof manifest>;

export const MANIFEST_FILE = "dataset.json";
/** The scene with its defaults, and beside it what submitting or another shard may have put there before the manifest. */
export const SCENE_FILE = "scene.resolved.yaml";
const BEFORE = [SCENE_FILE, SHARD_PLAN, UNIT_FOLDER, ...SUBMISSION_FILES];

/** @param further the scene's subjects that are not antbee's own */
export function manifestOf(
  spec: SceneSpec,
  seed: number,
  passes: readonly LabelPass[],
  further: readonly Subject[] = [],
  block?: number,
): DatasetManifest {
  const classes = [...classesOf(spec)];
  const shown = further.filter(({ className }) => classes.includes(className));
  return {
    schema: 1,
    kind: "antbee-render",
    renderer: RENDERER_VERSION,
    scene: spec.name,
    sceneSha256: sceneHash(spec),
    seed,
    classes,
    width: spec.image.width,
    height: spec.image.height,
    format: spec.image.format,
    passes: [...passes],
    ...(shown.length && { cards: shown.map(cardOf) }),
    ...(block !== undefined && { block }),
  };
}

/** What annotations need of the dataset's classes, in the order of their numbers. */
export function classCards({ classes, cards = [] }: DatasetManifest): ClassCard[] {
  return classes.map((name) => cards.find((card) => card.name === name) ?? cardOf(subjectOf(name)));
}

/** Reads and checks `DIR/dataset.json`. */
export async function datasetManifest(dir: string): Promise<DatasetManifest> {
  const path = join(dir, MANIFEST_FILE);
  if (!existsSync(path)) throw invalid(dir, "a rendered dataset (dataset.json)", note("none"));
  return check(manifest, await readJson(path), path);
}

/** The scene that a rendered folder was made from, with its defaults. */
export async function datasetScene(dir: string, extensions?: SceneExtensions): Promise<SceneSpec> {
  const path = join(dir, SCENE_FILE);
  return parseScene(await readYamlFile(path), path, extensions);
}

/**
 * Opens a folder for rendering: an empty one is marked as this dataset, one that is marked alike is continued.
 * @throws bad input where it holds another scene, seed, size or anything that antbee did not make
 */
export async function claimDataset(
  dir: string,
  spec: SceneSpec,
  seed: number,
  passes: readonly LabelPass[],
  { further, block }: { further?: readonly Subject[]; block?: number } = {},
): Promise<void> {
  const wanted = manifestOf(spec, seed, passes, further, block);
  const isOurs = async () => {
    if (!existsSync(join(dir, MANIFEST_FILE))) return false;
    compare(dir, await datasetManifest(dir), wanted);
    return true;
  };
  // Another shard may be marking the folder at this moment.
  await claimFolder(dir, {
    expected: "an empty folder or a dataset of this scene",
    before: BEFORE,
    isOurs,
  });
  if (existsSync(join(dir, MANIFEST_FILE))) return;
  await writeAtomic(join(dir, SCENE_FILE), stringify(spec));
  await writeJson(join(dir, MANIFEST_FILE), wanted);
}

function compare(dir: string, found: DatasetManifest, wanted: DatasetManifest): void {
  if (found.block !== wanted.block)
    throw invalid(dir, `a dataset of ${layoutOf(wanted)}`, note(`one of ${layoutOf(found)}`));
  for (const key of ["sceneSha256", "seed", "width", "height", "format", "passes"] as const)
    if (String(found[key]) !== String(wanted[key]))
      throw invalid(
        dir,
        `a dataset with ${key} ${wanted[key]} (scene ${wanted.scene})`,
        note(`${found[key]} (scene ${found.scene})`),
      );
}

const layoutOf = ({ block }: DatasetManifest): string =>
  block === undefined ? "class folders" : `archives with ${block} images a pair`;
