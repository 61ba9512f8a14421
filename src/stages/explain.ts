/** Single images by one finished run: probabilities, and pictures of where it looked. */
import { basename, extname, join } from "node:path";
import { drawOverlay } from "../../eval/overlay.js";
import { invalid, note } from "../shared/errors.js";
import { writeAtomic } from "../shared/files.js";
import type { UnlabeledItem } from "../shared/types.js";
import { type Classifier, openClassifier } from "./classifier.js";
import { findRuns } from "./store.js";

export interface Answer {
  image: string;
  probabilities: Record<string, number>;
  /** The Grad-CAM picture that was written. */
  explanation?: string;
}

/**
 * Classifies images by the run at `path`; with `explainTo`, a folder, writes a picture of each into it.
 * @throws bad input where `path` holds several runs, or two images would give pictures of one name
 */
export async function predictImages(
  path: string,
  images: readonly string[],
  explainTo?: string,
): Promise<Answer[]> {
  const [folder, ...others] = await findRuns(path);
  if (others.length > 0) throw invalid(path, "one run", note(`${others.length + 1}`));
  const pictures = explainTo === undefined ? undefined : pictureNames(images, explainTo);
  const classifier = await openClassifier(folder!);
  const items = images.map((image) => ({ id: image, path: image, split: basename(image) }));
  return pictures ? explained(classifier, items, pictures) : answered(classifier, items);
}

async function answered(classifier: Classifier, items: readonly UnlabeledItem[]): Promise<Answer[]> {
  const answers = await classifier.probabilities(items);
  return answers.map(({ id, p }) => ({ image: id, probabilities: named(classifier, p) }));
}

async function explained(
  classifier: Classifier,
  items: readonly UnlabeledItem[],
  pictures: readonly string[],
): Promise<Answer[]> {
  const answers: Answer[] = [];
  const { preprocessing } = classifier;
  for (const [i, { id, p, heatMap }] of (await classifier.explain(items)).entries()) {
    await writeAtomic(pictures[i]!, await drawOverlay(id, { heatMap, preprocessing }));
    answers.push({ image: id, probabilities: named(classifier, p), explanation: pictures[i]! });
  }
  return answers;
}

const named = ({ classes }: Classifier, p: readonly number[]) =>
  Object.fromEntries(classes.map((name, i) => [name, p[i]!]));

function pictureNames(images: readonly string[], folder: string): string[] {
  const names = images.map((image) => join(folder, `${basename(image, extname(image))}.grad-cam.png`));
  const doubled = names.findIndex((name, i) => names.indexOf(name) !== i);
  if (doubled >= 0)
    throw invalid(images[doubled]!, "images of different names", note(`two that give ${names[doubled]}`));
  return names;
}
