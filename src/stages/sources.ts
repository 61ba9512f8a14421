/** The rendered source domain of a seed: rendered where it is missing, continued where it was cut off, else reused. */
import { basename, join } from "node:path";
import { mergeDataset, renderDataset } from "../../sim/render.js";
import { loadScene, sceneHash } from "../../sim/scene.js";
import type { SceneSource } from "../config/experiment.js";
import { openImageFolder } from "../shared/dataset.js";
import { showProgress } from "../shared/progress.js";
import { resolveUserPath } from "../shared/roots.js";
import type { LabeledItem } from "../shared/types.js";

/** Of twelve consecutive renders, ten are for training and two are held out, half of each class each. */
const BLOCK = { size: 12, train: 10, val: 2 } as const;

export interface Source {
  scene: string;
  /** Hash of the scene, or of the files of a dataset taken as source. */
  sha256: string;
  folder: string;
  train: LabeledItem[];
  val: LabeledItem[];
  classes: string[];
  /** Images rendered now, and those that stood there already. */
  rendered: number;
  reused: number;
}

/** Renders needed for so many training and held-out images. */
export function rendersNeeded(source: { count: number; val: number }): number {
  return BLOCK.size * Math.max(Math.ceil(source.count / BLOCK.train), Math.ceil(source.val / BLOCK.val));
}

/** The folder in which a scene's renders of a seed stand, shared by every experiment below `out`. */
export function renderFolder(out: string, scenePath: string, hash: string, seed: number): string {
  return join(out, "renders", `${basename(scenePath, ".yaml")}-${hash.slice(0, 8)}`, `seed-${seed}`);
}

/** Renders, or finds rendered, `source.count` training and `source.val` held-out images for a seed. */
export async function renderedSource(source: SceneSource, seed: number, out: string): Promise<Source> {
  const path = resolveUserPath(source.scene);
  const scene = await loadScene(path);
  const hash = sceneHash(scene);
  const folder = renderFolder(out, path, hash, seed);
  const onProgress = showProgress(`rendering ${basename(path)} seed ${seed}`);
  const count = rendersNeeded(source);
  const done = await renderDataset({ scene, out: folder, count, seed, resume: true, onProgress });
  if (done.rendered > 0) await mergeDataset(folder);
  const [train, val] = await Promise.all([openImageFolder(folder, "train"), openImageFolder(folder, "val")]);
  return {
    scene: source.scene,
    sha256: hash,
    folder,
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
