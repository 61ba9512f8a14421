/** The source domain of a seed: rendered where it is missing, continued where it was cut off, else reused. */
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { mergeDataset } from "../../../sim/dataset/merge.js";
import { renderDataset } from "../../../sim/dataset/render-dataset.js";
import type { Extensions } from "../../../sim/renderer/extensions.js";
import { classesOf, loadScene, type SceneSpec, sceneHash } from "../../../sim/scene/scene.js";
import { type ImageFolder, imageRoot, openImageFolder } from "../../shared/dataset.js";
import { invalid, note } from "../../shared/errors.js";
import { canonicalJson, sha256, sha256File } from "../../shared/files.js";
import { resolveUserPath } from "../../shared/roots.js";
import type { LabeledItem, UnlabeledItem } from "../../shared/types.js";
import { type OnEvent, progressOf } from "../spec/events.js";
import type { CheckedSpec, SceneSource } from "../spec/schema.js";

/** Of six consecutive renders a class, five are for training and one is held out: see the simulator's slots. */
const BLOCK = { size: 6, train: 5, val: 1 } as const;

/** What a source is, known before anything is rendered. */
export interface SourcePlan {
  /** The scene file, or the folder of a dataset taken as source. */
  scene: string;
  /** Hash of the scene, or of the dataset's files. */
  sha256: string;
  folder: string;
  /** In sorted order. */
  classes: string[];
  /** Of a dataset; those of a scene are not there yet. */
  items: readonly UnlabeledItem[];
  /** Images to render for so many training and held-out ones; 0 for a dataset. */
  renders: number;
  /** Renders it, or finds it rendered. */
  open(on: OnEvent): Promise<Source>;
}

export interface Source {
  folder: string;
  train: LabeledItem[];
  val: LabeledItem[];
  classes: string[];
  /** Images rendered now, and those that stood there already. */
  rendered: number;
  reused: number;
}

/** Plans the source of a seed; a dataset is the same for every seed. */
export function planSource(
  source: CheckedSpec["source"],
  seed: number,
  { out, extensions }: Pick<SceneOptions, "out" | "extensions">,
): Promise<SourcePlan> {
  return "scene" in source ? planScene(source, seed, { out, extensions }) : planDataset(source.dataset);
}

export interface SceneOptions {
  /** Folder that the renders' folder stands in. */
  out: string;
  /** Subjects and surroundings of one's own that the scene names. */
  extensions?: Extensions;
  /** What is made of the scene before it is rendered. */
  change?: SceneChange;
}

/** Another scene made of a file's. */
export interface SceneChange {
  /** Put to the name of the renders' folder. */
  suffix: string;
  of(scene: SceneSpec): SceneSpec;
}

/** Takes the subjects out of a scene and leaves the rest as it is. */
export const hiddenSubjects: SceneChange = {
  suffix: "-background",
  of: (scene) => ({ ...scene, subject: { ...scene.subject, visible: false } }),
};

export async function planScene(
  source: SceneSource,
  seed: number,
  { out, extensions, change }: SceneOptions,
): Promise<SourcePlan> {
  const path = resolveUserPath(source.scene);
  const loaded = await loadScene(path, extensions);
  const scene = change ? change.of(loaded) : loaded;
  const hash = hashWith(sceneHash(scene), extensions);
  const name = basename(path, ".yaml") + (change?.suffix ?? "");
  const folder = join(out, "renders", `${name}-${hash.slice(0, 8)}`, `seed-${seed}`);
  const renders = rendersNeeded(source, classesOf(scene).length);
  const open = (on: OnEvent) => openScene(scene, { folder, seed, source, renders, extensions }, on);
  const classes = [...classesOf(scene)];
  return { scene: source.scene, sha256: hash, folder, classes, items: [], renders, open };
}

/**
 * The scene's hash, and with subjects or surroundings of one's own a hash of that and of all that they say as data. What
 * they build is code, which no hash holds: another shape wants another name or preset.
 */
function hashWith(scene: string, { subjects = [], surroundings = [] }: Extensions = {}): string {
  const own = [...subjects, ...surroundings];
  return own.length > 0 ? sha256(canonicalJson({ scene, own })) : scene;
}

/** Renders needed for so many training and held-out images, in whole blocks of every class. */
export function rendersNeeded({ count, val }: { count: number; val: number }, classes: number): number {
  const [train, held] = [BLOCK.train * classes, BLOCK.val * classes];
  return BLOCK.size * classes * Math.max(Math.ceil(count / train), Math.ceil(val / held));
}

/** Images of a plan that are still to be rendered. */
export async function missingRenders({ folder, renders }: SourcePlan): Promise<number> {
  const images = imageRoot(folder);
  if (images === folder) return renders; // nothing is there yet
  const files = await readdir(images, { recursive: true, withFileTypes: true });
  return Math.max(0, renders - files.filter((file) => file.isFile()).length);
}

interface SceneFolder {
  folder: string;
  seed: number;
  source: SceneSource;
  renders: number;
  extensions?: Extensions;
}

async function openScene(
  scene: SceneSpec,
  { folder: out, seed, source, renders: count, extensions }: SceneFolder,
  on: OnEvent,
): Promise<Source> {
  const onProgress = progressOf(on, `rendering ${source.scene} seed ${seed}`);
  const done = await renderDataset({ scene, out, count, seed, resume: true, extensions, onProgress });
  if (done.rendered > 0) await mergeDataset(out);
  const [train, val] = await openSplits(out);
  return {
    folder: out,
    classes: train.classes,
    train: firstByIndex(train.items, source.count),
    val: firstByIndex(val.items, source.val),
    rendered: done.rendered,
    reused: done.skipped,
  };
}

/** The folder may hold more images than asked for: the first by index are the same however many there are. */
function firstByIndex(items: LabeledItem[], count: number): LabeledItem[] {
  return [...items].sort((a, b) => (basename(a.id) < basename(b.id) ? -1 : 1)).slice(0, count);
}

async function planDataset(folder: string): Promise<SourcePlan> {
  const [train, val] = await openSplits(folder);
  const items = [...train.items, ...val.items];
  const hash = await hashItems(items);
  const whole = { folder, classes: train.classes, train: train.items, val: val.items, rendered: 0 };
  const open = async () => ({ ...whole, reused: train.items.length + val.items.length });
  return { scene: folder, sha256: hash, folder, classes: train.classes, items, renders: 0, open };
}

/** A rendered dataset keeps its class folders below `images/`; others begin with the splits. */
async function openSplits(folder: string): Promise<[ImageFolder, ImageFolder]> {
  const root = imageRoot(folder);
  return Promise.all([openImageFolder(root, "train"), openImageFolder(root, "val")]);
}

/** An image of a set, with its class where that may be seen. */
type Item = UnlabeledItem & { label?: string };

/**
 * Hash over the ids and contents of images.
 * @throws bad input for the same image in two splits, of which one would tell of the other, or under two classes
 */
export async function hashItems(items: readonly Item[]): Promise<string> {
  const hashes: [string, string][] = [];
  const known = new Map<string, Item>();
  for (const item of items) {
    const hash = await sha256File(item.path);
    hashes.push([item.id, hash]);
    const twin = known.get(hash);
    if (twin) refuseTwin(item, twin);
    else known.set(hash, item);
  }
  return hashOfItems(hashes);
}

/** The same of images whose hashes are known, by id. */
export const hashOfItems = (hashes: Iterable<readonly [string, string]>): string =>
  sha256(
    [...hashes]
      .map(([id, hash]) => `${hash}  ${id}`)
      .sort()
      .join("\n"),
  );

function refuseTwin({ path, split, label }: Item, twin: Item): void {
  const expected =
    split !== twin.split
      ? "an image that no other split has"
      : label !== twin.label && "one class for each image";
  if (expected) throw invalid(path, expected, note(`the same image as ${twin.path}`));
}
