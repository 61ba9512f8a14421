/** What renders are worth in labelled photographs: arms that learned alike, from renders alone and from photographs alone. */

import { distinct } from "../../src/shared/group.js";
import type { Predictions } from "../../src/shared/types.js";
import type { DrawnClasses } from "../predictions/draws.js";
import { outcomes, sortedRows } from "../predictions/outcomes.js";
import { type Hits, worth } from "../statistics/worth.js";
import type { ArmInput, SeedRun } from "./input.js";
import type { Comparison } from "./schema.js";

/** Of each way to learn by which one arm saw renders alone, and others two or more numbers of photographs alone. */
export function describeWorth(arms: readonly ArmInput[]): Comparison["worth"] {
  const groups = distinct(arms.map(({ experiment, learner }) => ({ experiment, learner })));
  return groups
    .filter(({ learner }) => learner !== undefined)
    .flatMap(({ experiment, learner }) =>
      worthOf(arms.filter((arm) => arm.experiment === experiment && arm.learner === learner)),
    );
}

function worthOf(alike: readonly ArmInput[]): Comparison["worth"] {
  const renders = alike.find(({ track }) => track === "source-only");
  const photographs = alike
    .filter(({ synthetic, labels }) => !synthetic && labels !== undefined)
    .sort((a, b) => a.labels! - b.labels!);
  if (!renders || distinct(photographs.map(({ labels }) => labels)).length < 2) return [];
  const seeds = renders.runs
    .map(({ seed }) => seed)
    .filter((seed) => photographs.every((arm) => runOf(arm, seed)));
  if (seeds.length === 0) return [];
  const found = worth(
    photographs.map(({ labels }) => labels!),
    seeds.map((seed) => ({
      renders: hitsOf(runOf(renders, seed)!.target),
      photographs: photographs.map((arm) => drawHits(runOf(arm, seed)!)),
    })),
  );
  return [
    {
      renders: renders.name,
      photographs: photographs.map(({ name, labels, runs }) => ({
        arm: name,
        k: labels!,
        draws: drawHits(runs[0]!).length,
      })),
      ...found,
    },
  ];
}

const runOf = ({ runs }: ArmInput, wanted: number): SeedRun | undefined =>
  runs.find(({ seed }) => seed === wanted);

/** Accuracies after each draw, the arm's own first; null where there is one draw alone. */
export function drawAccuracies(runs: readonly SeedRun[]): number[][] | null {
  if (!runs.some(({ draws }) => draws)) return null;
  return runs.map((run) => drawHits(run).map((hits) => sum(hits) / hits.length));
}

const sum = (values: Hits): number => Array.from(values).reduce((a, b) => a + b, 0);

/** Of the run's own draw and of every further one, images in the order of their ids. */
export function drawHits({ target, draws }: SeedRun): Uint8Array[] {
  return [hitsOf(target), ...(draws ? hitsOfDraws(target, draws) : [])];
}

const hitsOf = (target: Predictions): Uint8Array =>
  Uint8Array.from(sortedRows(outcomes(target)), ({ truth, predicted }) => Number(truth === predicted));

function hitsOfDraws({ rows }: Predictions, { ids, predicted }: DrawnClasses): Uint8Array[] {
  const place = new Map(ids.map((id, i) => [id, i]));
  const sorted = sortedRows(rows);
  return predicted.map((classes) =>
    Uint8Array.from(sorted, ({ id, label }) => Number(classes[place.get(id)!] === label)),
  );
}
