/** Runs a method, and chooses among its checkpoints by what needs no target label. */

import { invalid, note } from "../../src/shared/errors.js";
import type { Predictions } from "../../src/shared/types.js";
import type { Model } from "../backbones/model.js";
import { type LabeledImages, subset, type UnlabeledImages, withoutLabels } from "../images/images.js";
import { predict } from "../inference/predict.js";
import { type AnyMethod, type LabelledInput, type Method, notApplicable } from "./method.js";

/** Scores a checkpoint by its predictions of the unlabelled target; the higher the better. */
export type Validator = (predictions: Pick<Predictions, "rows">) => number;

/** What a method is given to work with. */
export interface AdaptOptions {
  source: LabeledImages;
  /** A method that needs labels is given those of its images; any other never sees one. */
  target: UnlabeledImages | LabeledImages;
  /** Chooses the checkpoint, the first of the best; the method's last model where left out. */
  select?: Validator;
  /** 0 where left out. */
  seed?: number;
  /** Called with the model of each moment at which the method could end. */
  onCheckpoint?: (model: Model) => void | Promise<void>;
}

/**
 * The model after adaptation.
 * @throws bad input where the method does not apply to the backbone, or needs labels that the target has not
 */
export async function adapt(start: Model, method: AnyMethod, options: AdaptOptions): Promise<Model> {
  const reason = notApplicable(method, start.card);
  if (reason) throw invalid(method.name, "a backbone that it applies to", note(reason));
  const { seed = 0, select, onCheckpoint } = options;
  const target = visibleTarget(method, options.target);
  const source = method.needs.source === "labels" ? options.source : subset(options.source, []);
  const best = select && keepBest(select, withoutLabels(target));
  const adapted = await (method as Method<LabelledInput>).run({
    model: start,
    source,
    target: target as LabeledImages,
    seed,
    onCheckpoint: async (model) => {
      await best?.offer(model);
      await onCheckpoint?.(model);
    },
  });
  return best?.model() ?? adapted; // a method without checkpoints has its last model alone to offer
}

function visibleTarget(method: AnyMethod, target: UnlabeledImages | LabeledImages): UnlabeledImages {
  if (method.needs.target !== "labels") return withoutLabels(target);
  if (!("classes" in target))
    throw invalid(method.name, "a target with labels", note(`${target.name} without`));
  return target;
}

/** Holds the checkpoint of the highest score. */
function keepBest(score: Validator, target: UnlabeledImages) {
  let best: { model: Model; score: number } | undefined;
  const offer = async (model: Model) => {
    const now = score(await predict(model, target));
    if (!best || now > best.score) best = { model, score: now };
  };
  return { offer, model: () => best?.model };
}
