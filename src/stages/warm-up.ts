/** Activations in an order that decodes each image once: later cuts follow from the earliest that any arm needs. */
import { withHead } from "../../adapt/backbones/model.js";
import type { UnlabeledItem } from "../shared/types.js";
import type { Bench } from "./arms.js";

/** Computes each domain's activations at the earliest cut that some arm of the seed asks for there. */
export async function warmUp({ arms, backbone, source, target, features, seed }: Bench): Promise<void> {
  const { stages, headStage } = backbone.card;
  const model = withHead(backbone, source.classes, seed);
  const phases = arms.flatMap((arm) => arm.phases);
  const earliest = (of: typeof phases) => {
    const cuts = of.map(({ train }) =>
      train === "head" ? headStage : train === "all" ? stages[0]! : train.from,
    );
    return stages[Math.min(...cuts.map((cut) => stages.indexOf(cut)))];
  };
  const prepare = async (
    items: readonly UnlabeledItem[],
    of: typeof phases,
    views: "training" | "evaluation",
  ) => {
    const cut = earliest(of);
    // Before the first stage there is nothing to compute, and the head's own activations come when they are asked for.
    if (cut && cut !== stages[0] && cut !== headStage && items.length > 0)
      await features.of(items, cut, model, views);
  };
  const on = (domain: "source" | "target") => phases.filter((phase) => phase.on === domain);
  await prepare(target.train, on("target"), "training");
  await prepare(source.train, on("source"), "training");
  await prepare(source.val, phases, "evaluation");
  await prepare(target.test, phases, "evaluation");
}
