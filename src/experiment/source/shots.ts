/** The labelled target images of a k-shot arm. */
import { invalid, note } from "../../shared/errors.js";
import { stream } from "../../shared/rng.js";
import type { LabeledItem } from "../../shared/types.js";

/**
 * k images a class, the same in every arm of a seed; the draw for 5 contains the draw for 2.
 * @throws bad input where a class has fewer than k images
 */
export function drawShots(items: readonly LabeledItem[], k: number, seed: number): LabeledItem[] {
  const labels = [...new Set(items.map((item) => item.label))].sort();
  return labels.flatMap((label) => {
    const of = items.filter((item) => item.label === label);
    if (of.length < k) throw invalid(`k-shot with k = ${k}`, `${k} images of ${label}`, note(`${of.length}`));
    return stream(seed, "k-shot", label).shuffle(of).slice(0, k);
  });
}
