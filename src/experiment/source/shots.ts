/** The labelled target images of a k-shot arm. */
import { invalid, note } from "../../shared/errors.js";
import { stream } from "../../shared/rng.js";
import type { LabeledItem } from "../../shared/types.js";

/**
 * k images a class, the same in every arm of a seed; the draw for 5 contains the draw for 2.
 * @param draw from 0 on; each has a stream of its own
 * @throws bad input where a class has fewer than k images
 */
export function drawShots(items: readonly LabeledItem[], k: number, seed: number, draw = 0): LabeledItem[] {
  const name = draw === 0 ? ["k-shot"] : ["k-shot", `draw-${draw}`];
  const labels = [...new Set(items.map((item) => item.label))].sort();
  return labels.flatMap((label) => {
    const of = items.filter((item) => item.label === label);
    if (of.length < k) throw invalid(`k-shot with k = ${k}`, `${k} images of ${label}`, note(`${of.length}`));
    return stream(seed, ...name, label)
      .shuffle(of)
      .slice(0, k);
  });
}
