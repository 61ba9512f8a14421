/** Activations in an order that decodes each image once: later layers follow from the earliest that any arm needs. */
import { withHead } from "../../../adapt/backbones/model.js";
import type { Purpose, UnlabeledImages } from "../../../adapt/images/images.js";
import { splitStage } from "../../../adapt/training/phase.js";
import { type DomainName, learns, learnsOn } from "../spec/phases.js";
import type { LearningPhase } from "../spec/schema.js";
import type { RunContext } from "./context.js";

/** Computes each domain's activations at the earliest stage that some arm of the seed trains from there. */
export async function warmUp({ plan, backbone, source, target, seed }: RunContext): Promise<void> {
  const { card } = backbone;
  const { stages, headStage } = card;
  const model = withHead(backbone, source.train.classes, seed);
  const phases = plan.arms.flatMap((arm) => arm.phases.filter(learns));
  const earliest = (of: readonly LearningPhase[]) =>
    stages[Math.min(...of.map((phase) => stages.indexOf(splitStage(phase, card))))];
  const prepare = async (images: UnlabeledImages, of: readonly LearningPhase[], purpose: Purpose) => {
    const stage = earliest(of);
    // Before the first stage there is nothing to compute, and the head's own activations come when they are asked for.
    if (stage && stage !== stages[0] && stage !== headStage && images.items.length > 0)
      await images.activations(model, stage, purpose);
  };
  const on = (domain: DomainName) => phases.filter((phase) => learnsOn(phase, domain));
  await prepare(target.train, on("target"), "training");
  await prepare(source.train, on("source"), "training");
  await prepare(source.val, phases, "evaluation");
  await prepare(target.test, phases, "evaluation");
}
