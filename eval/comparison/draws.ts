/** What a run predicted after each draw of its labels: its own, and the further ones that an exact head was fitted to. */
import type { Predictions } from "../../src/shared/types.js";
import type { DrawnClasses } from "../predictions/draws.js";
import { sortedRows } from "../predictions/outcomes.js";
import { hitsOf } from "../statistics/estimate.js";
import { mean } from "../statistics/mean.js";
import type { SeedRun } from "./input.js";

/** Of the run's own draw and of every further one, images in the order of their ids. */
export function drawHits({ target, draws }: SeedRun): Uint8Array[] {
  return [hitsOf(target), ...(draws ? hitsOfDraws(target, draws) : [])];
}

/** Accuracies after each draw, the arm's own first; null where there is one draw alone. */
export function drawAccuracies(runs: readonly SeedRun[]): number[][] | null {
  if (!runs.some(({ draws }) => draws)) return null;
  return runs.map((run) => drawHits(run).map(mean));
}

function hitsOfDraws({ rows }: Predictions, { ids, predicted }: DrawnClasses): Uint8Array[] {
  const place = new Map(ids.map((id, i) => [id, i]));
  const sorted = sortedRows(rows);
  return predicted.map((classes) =>
    Uint8Array.from(sorted, ({ id, label }) => Number(classes[place.get(id)!] === label)),
  );
}
