/** An arm's method at work: on what the arm's track may see, with label-free validators logged beside it. */
import { join } from "node:path";
import type { Model } from "../../../adapt/backbones/model.js";
import {
  type LabeledImages,
  subset,
  type UnlabeledImages,
  withoutLabels,
} from "../../../adapt/images/images.js";
import { adapt } from "../../../adapt/methods/adapt.js";
import { writeAtomic } from "../../shared/files.js";
import type { Arm } from "../spec/experiment.js";
import { validatorsFile } from "../store/store.js";
import type { RunContext } from "./context.js";
import { openValidatorLog } from "./validator-log.js";

/**
 * Runs the arm's method. One of the unlabelled track is given images without labels.
 * @param shots the labelled target images that the track may see
 * @param at folders: the run's, and the one that keeps what a killed run goes on from
 */
export async function runMethod(
  start: Model,
  arm: Arm,
  shots: LabeledImages,
  { folder, state }: { folder: string; state: string },
  { source, target, seed }: RunContext,
): Promise<Model> {
  const method = arm.method!;
  const log = await openValidatorLog(source.val, target.train, join(state, "validators.jsonl"));
  const adapted = await adapt(start, method, {
    source: source.train,
    target: method.needs.target === "labels" ? shots : withoutLabels(target.train),
    rest: restOf(shots, target.train),
    seed,
    resume: state,
    onCheckpoint: log.add,
  });
  await writeAtomic(validatorsFile(folder), log.lines());
  return adapted;
}

/** The target's training images that no label is known of; undefined where there are none. */
function restOf({ items }: LabeledImages, train: LabeledImages): UnlabeledImages | undefined {
  const known = new Set(items.map(({ id }) => id));
  const rest = train.items.filter(({ id }) => !known.has(id));
  return rest.length > 0 ? withoutLabels(subset(train, rest)) : undefined;
}
