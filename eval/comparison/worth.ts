/** What renders are worth in labelled photographs: arms that learned alike, from renders alone and from photographs alone. */

import { distinct } from "../../src/shared/group.js";
import { hitsOf } from "../statistics/estimate.js";
import { worth } from "../statistics/worth.js";
import { drawHits } from "./draws.js";
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
