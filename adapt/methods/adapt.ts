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
  /** Further target images, for methods that learn from some labels and from images without; no label of theirs is seen. */
  rest?: UnlabeledImages;
  /** Chooses the checkpoint, the first of the best; the method's last model where left out. */
  select?: Validator;
  /** 0 where left out. */
  seed?: number;
  /**
   * Called with the model of each moment at which the method could end, and its number, from 1 on. After a kill, only with
   * those that were not reached before; the last one may be told of again.
   */
  onCheckpoint?: (model: Model, number: number) => void | Promise<void>;
  /**
   * A folder that keeps the state between checkpoints; the same call goes on from it. A call with `select` starts anew, as
   * does a method of one's own without `options`, for it cannot be told from another one.
   */
  resume?: string;
}

/**
 * The model after adaptation.
 * @throws bad input where the method does not apply to the backbone, or needs labels that the target has not
 */
export async function adapt(start: Model, method: AnyMethod, options: AdaptOptions): Promise<Model> {
  const reason = notApplicable(method, start.card);
  if (reason) throw invalid(method.name, "a backbone that it applies to", note(reason));
  const { seed = 0, select, onCheckpoint } = options;
  const resume = method.options && !select ? options.resume : undefined;
  const target = visibleTarget(method, options.target);
  const source = method.needs.source === "labels" ? options.source : subset(options.source, []);
  const best = select && keepBest(select, withoutLabels(target));
  let count = 0;
  const adapted = await (method as Method<LabelledInput>).run({
    model: start,
    source,
    target: target as LabeledImages,
    rest: options.rest && withoutLabels(options.rest),
    seed,
    resume,
    onCheckpoint: async (model, number = count + 1) => {
      count = number;
      await best?.offer(model);
      await onCheckpoint?.(model, number);
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

/** Holds the checkpoint of the highest score, the first of them. */
function keepBest(score: Validator, target: UnlabeledImages) {
  let best: { model: Model; score: number } | undefined;
  const offer = async (model: Model) => {
    const now = score(await predict(model, target));
    if (!best || now > best.score) best = { model, score: now };
  };
  return { offer, model: () => best?.model };
}
