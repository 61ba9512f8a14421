/** Single images by one finished run: probabilities, and pictures of where it looked. */
import { basename, extname, join } from "node:path";
import { unlabeledImages } from "../../../adapt/images/images.js";
import { heatMapOf, inspect } from "../../../adapt/inference/inspect.js";
import { predict } from "../../../adapt/inference/predict.js";
import { drawOverlay } from "../../../eval/images/overlay.js";
import { invalid, note } from "../../shared/errors.js";
import { writePicture } from "../../shared/picture-file.js";
import type { Predictions } from "../../shared/types.js";
import { findRuns } from "../store/store.js";
import { openClassifier } from "./classifier.js";

/** What a run says of one image: probabilities by class, which sum to 1. */
export interface Answer {
  image: string;
  probabilities: Record<string, number>;
  /** The Grad-CAM picture that was written. */
  explanation?: string;
}

/**
 * Classifies images by the run at `path`; with `explainTo`, a folder, writes a picture of each into it. Nothing else is
 * written: single images leave no activations behind.
 * @throws bad input where `path` holds several runs, or two images would give pictures of one name
 */
export async function predictImages(
  path: string,
  images: readonly string[],
  explainTo?: string,
): Promise<Answer[]> {
  const folder = await onlyRun(path);
  const pictures = explainTo === undefined ? undefined : pictureNames(images, explainTo);
  const { model } = await openClassifier(folder);
  const items = images.map((image) => ({ id: image, path: image, split: basename(image) }));
  const seen = unlabeledImages(items, { cache: null });
  if (!pictures) return answersOf(await predict(model, seen));
  const { predictions, heatMaps } = await inspect(model, seen);
  const { preprocessing } = model.card;
  for (const [i, { path }] of items.entries())
    await writePicture(
      pictures[i]!,
      await drawOverlay(path, { heatMap: heatMapOf(heatMaps, i), preprocessing }),
    );
  return answersOf(predictions).map((answer, i) => ({ ...answer, explanation: pictures[i]! }));
}

async function onlyRun(path: string): Promise<string> {
  const [folder, ...others] = await findRuns(path);
  if (others.length > 0) throw invalid(path, "one run", note(`${others.length + 1}`));
  return folder!;
}

/** Where pictures of what the run at `path` says stand, beside all else of that run. */
export const explanationsOf = async (path: string): Promise<string> =>
  join(await onlyRun(path), "explanations");

const answersOf = ({ classes, rows }: Predictions): Answer[] =>
  rows.map(({ id, p }) => ({
    image: id,
    probabilities: Object.fromEntries(classes.map((name, k) => [name, p[k]!])),
  }));

function pictureNames(images: readonly string[], folder: string): string[] {
  const names = images.map((image) => join(folder, `${basename(image, extname(image))}.grad-cam.png`));
  const doubled = names.findIndex((name, i) => names.indexOf(name) !== i);
  if (doubled >= 0)
    throw invalid(images[doubled]!, "images of different names", note(`two that give ${names[doubled]}`));
  return names;
}
