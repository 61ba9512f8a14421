/** `dataset.json`: what a rendered folder holds. It names no count: shards and later calls add to the same set. */
import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { z } from "zod";
import { explainSystemError, invalid, note } from "../../src/shared/errors.js";
import { isTemporary, readJson, readText, writeAtomic, writeJson } from "../../src/shared/files.js";
import { check, parseYaml } from "../../src/shared/schema.js";
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
});
/** `dataset.json`: scene, its hash, seed, classes in the order of their numbers, size in pixels, and labels. */
export type DatasetManifest = z.output<typeof manifest>;

const MANIFEST = "dataset.json";
const SCENE = "scene.resolved.yaml";

/** @param further the scene's subjects that are not antbee's own */
export function manifestOf(
  spec: SceneSpec,
  seed: number,
  passes: readonly LabelPass[],
  further: readonly Subject[] = [],
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
  };
}

/** What annotations need of the dataset's classes, in the order of their numbers. */
export function classCards({ classes, cards = [] }: DatasetManifest): ClassCard[] {
  return classes.map((name) => cards.find((card) => card.name === name) ?? cardOf(subjectOf(name)));
}

/** Reads and checks `DIR/dataset.json`. */
export async function datasetManifest(dir: string): Promise<DatasetManifest> {
  const path = join(dir, MANIFEST);
  if (!existsSync(path)) throw invalid(dir, "a rendered dataset (dataset.json)", note("none"));
  return check(manifest, await readJson(path), path);
}

/** The scene that a rendered folder was made from, with its defaults. */
export async function datasetScene(dir: string, extensions?: SceneExtensions): Promise<SceneSpec> {
  const path = join(dir, SCENE);
  return parseScene(parseYaml(await readText(path), path), path, extensions);
}

/**
 * Opens a folder for rendering: an empty one is marked as this dataset, one that is marked alike is continued.
 * @throws bad input where it holds another scene, seed, size or anything that antbee did not make
 */
export async function claimFolder(
  dir: string,
  spec: SceneSpec,
  seed: number,
  passes: readonly LabelPass[],
  further: readonly Subject[] = [],
): Promise<void> {
  const wanted = manifestOf(spec, seed, passes, further);
  const present = await entriesOf(dir);
  if (present.includes(MANIFEST)) return compare(dir, await datasetManifest(dir), wanted);
  if (present.length) throw invalid(dir, "an empty folder or a dataset of this scene", note(`${present[0]}`));
  await writeAtomic(join(dir, SCENE), stringify(spec));
  await writeJson(join(dir, MANIFEST), wanted);
}

async function entriesOf(dir: string): Promise<string[]> {
  try {
    await mkdir(dir, { recursive: true });
    const names = await readdir(dir);
    // Another shard may be marking the folder at this moment.
    return names
      .filter((name) => name !== SCENE && !isTemporary(name, SCENE) && !isTemporary(name, MANIFEST))
      .sort();
  } catch (error) {
    throw explainSystemError(dir, error);
  }
}

function compare(dir: string, found: DatasetManifest, wanted: DatasetManifest): void {
  for (const key of ["sceneSha256", "seed", "width", "height", "format", "passes"] as const)
    if (String(found[key]) !== String(wanted[key]))
      throw invalid(
        dir,
        `a dataset with ${key} ${wanted[key]} (scene ${wanted.scene})`,
        note(`${found[key]} (scene ${found.scene})`),
      );
}
