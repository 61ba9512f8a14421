/** Activations in an order that decodes each image once: later layers follow from the earliest that any arm needs. */
import type { Backbone } from "../../../adapt/backbones/load.js";
import { type Model, withHead } from "../../../adapt/backbones/model.js";
import type { Purpose, UnlabeledImages } from "../../../adapt/images/images.js";
import { mapStage } from "../../../adapt/inference/grad-cam.js";
import { splitStage } from "../../../adapt/training/phase.js";
import { canonicalJson } from "../../shared/files.js";
import { groupBy } from "../../shared/group.js";
import type { Arm } from "../spec/experiment.js";
import { learns, learnsOn } from "../spec/phases.js";
import type { LearningPhase } from "../spec/schema.js";
import { type RunContext, type SourceImages, sourceOf, type TargetImages } from "./context.js";

/** Images and the phases that learn on them, or whose models are asked about them. */
export interface WarmedImages {
  images: UnlabeledImages;
  phases: readonly LearningPhase[];
  purpose: Purpose;
}

/** Computes each domain's activations at the earliest stage that some arm of the seed trains from there. */
export async function warmUp({ plan, backbone, source, target, seed }: RunContext): Promise<void> {
  const phases = plan.arms.flatMap((arm) => arm.phases.filter(learns));
  const onTarget = phases.filter((phase) => learnsOn(phase, "target"));
  await warmUpImages(backbone, { classes: source.train.classes, seed }, [
    { images: target.train, phases: onTarget, purpose: purposeOf(onTarget, plan.arms) },
    ...trainedSources(source, plan.arms),
    { images: source.val, phases, purpose: "evaluation" },
    { images: target.test, phases, purpose: "evaluation" },
  ]);
}

/** The source's training images under each augmentation that some arm has, with the phases that learn on them so. */
export function trainedSources(source: SourceImages, arms: readonly Arm[]): WarmedImages[] {
  return groupBy(arms, ({ augment }) => canonicalJson(augment ?? null)).map((same) => {
    const phases = same
      .flatMap((arm) => arm.phases.filter(learns))
      .filter((phase) => learnsOn(phase, "source"));
    return { images: sourceOf(same[0]!, source), phases, purpose: purposeOf(phases, same) };
  });
}

/** Descent reads the augmented views, exact heads the evaluation view, and methods either. */
function purposeOf(phases: readonly LearningPhase[], arms: readonly Arm[]): Purpose {
  const exact = phases.filter(({ optimizer }) => optimizer === "exact");
  if (arms.some(({ method }) => method)) return "both";
  if (exact.length === 0) return "training";
  return exact.length === phases.length ? "evaluation" : "both";
}

/** The same of any sets of images, one after the other. */
export async function warmUpImages(
  backbone: Backbone,
  { classes, seed }: { classes: readonly string[]; seed: number },
  sets: readonly WarmedImages[],
): Promise<void> {
  const { stages, headStage } = backbone.card;
  const model = withHead(backbone, classes, seed);
  for (const { images, phases, purpose } of sets) {
    const splits = phases.map((phase) => stages.indexOf(splitStage(phase, backbone.card)));
    const stage = stages[Math.min(...splits)];
    // Before the first stage there is nothing to compute, and the head's own activations come when they are asked for.
    if (stage && stage !== stages[0] && stage !== headStage && images.items.length > 0)
      await images.activations(model, stage, purpose);
  }
}

/**
 * Computes all activations of a domain that arms share, at every stage that one of them trains from and where they are
 * evaluated: arms that run beside one another would each compute them.
 */
export async function shareActivations(
  images: SourceImages | TargetImages,
  model: Model,
  arms: RunContext["plan"]["arms"],
): Promise<void> {
  const { card } = model;
  const phases = arms.flatMap((arm) => arm.phases.filter(learns));
  const stages = (of: readonly LearningPhase[]) => [...new Set(of.map((phase) => splitStage(phase, card)))];
  const inOrder = (some: readonly string[]) =>
    card.stages.filter((stage, i) => i > 0 && some.includes(stage));
  const compute = async (of: UnlabeledImages, some: readonly string[], purpose: Purpose) => {
    for (const stage of inOrder(of.items.length > 0 ? some : [])) await of.activations(model, stage, purpose);
  };
  const heldOut = "val" in images ? images.val : images.test;
  const onTarget = phases.filter((phase) => learnsOn(phase, "target"));
  const trained =
    "val" in images
      ? trainedSources(images, arms)
      : [{ images: images.train, phases: onTarget, purpose: purposeOf(onTarget, arms) }];
  for (const { images: train, phases: learning, purpose } of trained)
    await compute(train, stages(learning), purpose);
  await compute(heldOut, [...stages(phases), mapStage(model)], "evaluation");
}
